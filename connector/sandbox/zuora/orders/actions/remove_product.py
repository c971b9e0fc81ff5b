"""RemoveProduct: a rate plan ends on a day; it stays in the subscription as removed (unverified how long)."""

from __future__ import annotations

from connector.sandbox.zuora.orders.endings import cut_off
from connector.sandbox.zuora.orders.rate_plans import find
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.store import Record


def remove_product(work: Work, action: Action, subscription: Record) -> Record:
    if action.details.get("chargeUpdates"):
        raise action.refuse("single charges of a rate plan are not removed by this sandbox.")
    index = find(work, action, subscription, action.details)
    ends = subscription["termEndDate"]
    day = action.effective_date
    if day < subscription["subscriptionStartDate"] or (ends and day > ends):
        raise action.refuse(f"{day} lies outside the subscription's term.")
    plans = list(subscription["ratePlans"])
    plans[index] = {**cut_off(plans[index], day), "lastChangeType": "Remove"}
    return add_version(work, subscription, {"ratePlans": plans})
