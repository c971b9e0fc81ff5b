"""When a charge ends: with its subscription, or on a day of its own; and what becomes of it when that day moves.

A charge never outlives its subscription: one with a later end of its own stops at the end of the term and goes on
after a renewal until its own day (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD
from connector.sandbox.zuora.orders.dates import add_period, parse
from connector.sandbox.zuora.orders.periods import period_days, period_months
from connector.sandbox.zuora.orders.state import Action

_GOES_ON = ("Recurring", "Usage")


def ending_of(
    action: Action, given: Mapping[str, Any], start: str | None, billing: Mapping[str, Any], *, where: str
) -> dict[str, Any]:
    """The charge's end condition and its own end day; no day where it ends with the subscription, or while it has
    not begun.
    """
    condition = given.get("endDateCondition") or "Subscription_End"
    kept = {
        "endDateCondition": condition,
        "specificEndDate": given.get("specificEndDate"),
        "upToPeriods": given.get("upToPeriods"),
        "upToPeriodsType": given.get("upToPeriodsType"),
        "ownEndDate": None,
    }
    if condition == "Specific_End_Date":
        end = given.get("specificEndDate")
        if not end or (start and end <= start):
            message = f"{where}.endDate needs a 'specificEndDate' after its start."
            raise action.refuse(message, category=BAD_VALUE)
    if condition == "Fixed_Period" and (not given.get("upToPeriods") or given["upToPeriods"] < 1):
        raise action.refuse(f"{where}.endDate needs 'upToPeriods'.", category=MISSING_FIELD)
    return kept if start is None else kept | {"ownEndDate": own_end(kept, start, billing)}


def own_end(ending: Mapping[str, Any], start: str, billing: Mapping[str, Any]) -> str | None:
    """The day on which a charge that began on `start` ends by itself."""
    if ending["endDateCondition"] == "Specific_End_Date":
        return str(ending["specificEndDate"])
    if ending["endDateCondition"] != "Fixed_Period":
        return None
    count, kind = ending["upToPeriods"], ending["upToPeriodsType"] or "Billing_Periods"
    if kind == "Billing_Periods":
        days = period_days(billing)
        kind, length = ("Days", days) if days else ("Months", period_months(billing) or 1)
        count *= length
    return add_period(parse(start), count, kind).isoformat()


def within_term(own: str | None, term_end: str | None) -> str | None:
    """The earlier of the two ends; none where there is neither."""
    return min((end for end in (own, term_end) if end), default=None)


def cut_off(plan: Mapping[str, Any], end: str) -> dict[str, Any]:
    """The plan with every charge ending on that day at the latest; segments that had not begun are gone."""
    return {**plan, "charges": [_cut(charge, end) for charge in plan["charges"]]}


def with_term_end(plan: Mapping[str, Any], old_end: str | None, new_end: str | None) -> dict[str, Any]:
    """The plan after the term's end moved: charges that ended with it, follow; none goes beyond it.

    A one-time charge is not renewed.
    """
    if new_end is not None and (old_end is None or new_end < old_end):
        return cut_off(plan, new_end)
    if plan["lastChangeType"] == "Remove":
        return dict(plan)
    charges = [
        _longer(charge, new_end)
        if charge["type"] in _GOES_ON and charge["segments"][-1]["effectiveEndDate"] == old_end
        else charge
        for charge in plan["charges"]
    ]
    return {**plan, "charges": charges}


def _longer(charge: Mapping[str, Any], term_end: str | None) -> dict[str, Any]:
    *earlier, last = charge["segments"]
    end = within_term(charge["ownEndDate"], term_end)
    return {**charge, "segments": [*earlier, {**last, "effectiveEndDate": end}]}


def _cut(charge: Mapping[str, Any], end: str) -> dict[str, Any]:
    """A charge that had not begun by then is left with a segment of no days."""
    segments = charge["segments"]
    kept = [
        {**segment, "effectiveEndDate": within_term(segment["effectiveEndDate"], end)}
        for segment in segments
        if segment["effectiveStartDate"] is None or segment["effectiveStartDate"] < end
    ]
    nothing = {**segments[0], "effectiveEndDate": segments[0]["effectiveStartDate"]}
    return {**charge, "segments": kept or [nothing]}
