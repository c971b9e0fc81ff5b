"""TermsAndConditions: the current term's length, what happens at its end, and whom the documents go to.

`lastTerm` gives the current term a new end, and where it has a `startDate` a new start, the term before ending there.
Charges that end with the subscription follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, Reason, Refused
from connector.sandbox.zuora.orders.endings import with_term_end
from connector.sandbox.zuora.orders.periods import BY_TERM
from connector.sandbox.zuora.orders.recipients import changed_recipients
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.orders.terms import current_term, renewal_terms
from connector.sandbox.zuora.store import Record

_SHRINK_RESOURCE = 587300
_SCHEDULED = ("scheduledCancelDate", "scheduledSuspendDate", "scheduledResumeDate")


def change_terms(work: Work, action: Action, subscription: Record) -> Record:
    details = action.details
    for name in _SCHEDULED:
        if details.get(name):
            raise action.refuse(f"'{name}' is not carried out by this sandbox.")
    changes: dict[str, Any] = {
        **{
            name: details[name]
            for name in ("autoRenew", "renewalSetting", "invoiceSeparately")
            if name in details
        },
        **(renewal_terms(action, details) if "renewalTerms" in details else {}),
        **changed_recipients(work, action, subscription),
    }
    if details.get("lastTerm"):
        changes |= _term(action, subscription)
    if (subscription | changes)["termType"] == "EVERGREEN" and changes.get("autoRenew"):
        raise action.refuse("an evergreen subscription does not renew.", category=BAD_VALUE)
    return add_version(work, subscription, changes)


def _term(action: Action, subscription: Record) -> dict[str, Any]:
    changes = current_term(action, subscription)
    plans, new_end = subscription["ratePlans"], changes["termEndDate"]
    _refuse_to_shrink_beyond_a_change(plans, subscription["termEndDate"], new_end)
    by_term = any(charge["billingPeriod"] == BY_TERM for plan in plans for charge in plan["charges"])
    if new_end is None and by_term:  # documented
        raise action.refuse("a subscription with a charge billed by the term cannot become evergreen.")
    moved = [with_term_end(plan, subscription["termEndDate"], new_end) for plan in plans]
    return {**changes, "ratePlans": moved}


def _refuse_to_shrink_beyond_a_change(
    plans: list[dict[str, Any]], old_end: str | None, new_end: str | None
) -> None:
    """Number and words were seen in a live tenant, on an order whose term was to end before an update already made:
    github.com/guardian/support-service-lambdas/pull/3067. Whether a change on the new end itself is refused is
    unverified; it passes here.
    """
    if new_end is None or (old_end is not None and new_end >= old_end):
        return
    segments = (segment for plan in plans for charge in plan["charges"] for segment in charge["segments"])
    if any(_lasts(segment) and segment["effectiveStartDate"] > new_end for segment in segments):
        message = "The shrink operation can only applied after the charge last change."
        raise Refused([Reason(BUSINESS_RULE, message, resource=_SHRINK_RESOURCE)])


def _lasts(segment: Mapping[str, Any]) -> bool:
    """It has begun or will; one of no days is what a removal left of a charge."""
    start = segment["effectiveStartDate"]
    return start is not None and start != segment["effectiveEndDate"]
