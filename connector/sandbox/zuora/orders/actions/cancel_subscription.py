"""CancelSubscription: the subscription and all its charges end on a day.

The status is Cancelled at once, also for a day to come (unverified).
"""

from __future__ import annotations

from connector.sandbox.zuora.errors import MISSING_FIELD
from connector.sandbox.zuora.orders.endings import cut_off
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.store import Record


def cancel_subscription(work: Work, action: Action, subscription: Record) -> Record:
    day = _day(action, subscription)
    ends = subscription["termEndDate"]
    if day < subscription["subscriptionStartDate"] or (ends and day > ends):
        raise action.refuse(f"the cancellation is dated {day}, outside the subscription's term.")
    values = {
        "status": "Cancelled",
        "cancelledDate": day,
        "termEndDate": day,
        "subscriptionEndDate": day,
        "ratePlans": [cut_off(plan, day) for plan in subscription["ratePlans"]],
    }
    return add_version(work, subscription, values)


def _day(action: Action, subscription: Record) -> str:
    policy = action.details["cancellationPolicy"]
    if policy == "SpecificDate":
        if not action.details.get("cancellationEffectiveDate"):
            message = "SpecificDate needs 'cancellationEffectiveDate'."
            raise action.refuse(message, category=MISSING_FIELD)
        return str(action.details["cancellationEffectiveDate"])
    if policy == "EndOfCurrentTerm":
        if subscription["termEndDate"] is None:
            raise action.refuse("an evergreen subscription has no end of the current term.")
        return str(subscription["termEndDate"])
    raise action.refuse("this sandbox keeps no invoices, so there is no last invoice period.")
