"""Suspend and Resume: a span in which nothing is billed.

The status is Suspended, or Active again, at once, also for a day to come (unverified). While suspended nothing but
Resume is taken (documented). With `extendsTerm` the current term, and the charges that end with it, go on for as
many days as were suspended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connector.sandbox.zuora.errors import MISSING_FIELD
from connector.sandbox.zuora.orders.dates import add_period, parse
from connector.sandbox.zuora.orders.endings import with_term_end
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.orders.terms import ended_anew
from connector.sandbox.zuora.store import Record


def suspend(work: Work, action: Action, subscription: Record) -> Record:
    day = _suspend_day(work, action)
    ends = subscription["termEndDate"]
    if day < subscription["subscriptionStartDate"] or (ends and day >= ends):
        raise action.refuse(f"the suspension is dated {day}, outside the subscription's term.")
    resumed = subscription["suspensions"][-1]["endDate"] if subscription["suspensions"] else ""
    if day < resumed:
        raise action.refuse(
            f"the suspension is dated {day}, before the subscription was resumed on {resumed}."
        )
    spans = [*subscription["suspensions"], {"startDate": day, "endDate": None}]
    return add_version(work, subscription, {"status": "Suspended", "suspensions": spans})


def resume(work: Work, action: Action, subscription: Record) -> Record:
    if subscription["status"] != "Suspended":
        raise action.refuse(f"the subscription '{subscription['subscriptionNumber']}' is not suspended.")
    *earlier, span = subscription["suspensions"]
    day = _resume_day(work, action, span["startDate"])
    ends = subscription["termEndDate"]
    if day < span["startDate"] or (ends and day > ends):
        raise action.refuse(f"the resumption is dated {day}, before the suspension or after the term.")
    changes: dict[str, Any] = {
        "status": "Active",
        "suspensions": [*earlier, {**span, "endDate": day}],
    }
    if action.details.get("extendsTerm"):
        changes |= _extended(action, subscription, days=(parse(day) - parse(span["startDate"])).days)
    return add_version(work, subscription, changes)


def _extended(action: Action, subscription: Record, *, days: int) -> dict[str, Any]:
    old_end = subscription["termEndDate"]
    if old_end is None:
        raise action.refuse("an evergreen subscription has no term to extend.")
    new_end = (parse(old_end) + timedelta(days=days)).isoformat()
    plans = [with_term_end(plan, old_end, new_end) for plan in subscription["ratePlans"]]
    return {**ended_anew(subscription, new_end), "ratePlans": plans}


def _suspend_day(work: Work, action: Action) -> str:
    details, policy = action.details, action.details["suspendPolicy"]
    if policy == "EndOfLastInvoicePeriod":
        raise action.refuse("this sandbox keeps no invoices, so there is no last invoice period.")
    if policy == "SpecificDate":
        return _required(action, "suspendSpecificDate")
    periods = (details.get("suspendPeriods"), details.get("suspendPeriodsType"))
    return _from(action, work.tenant.today().isoformat(), policy, periods, what="suspend")


def _resume_day(work: Work, action: Action, suspended: str) -> str:
    details, policy = action.details, action.details["resumePolicy"]
    if policy == "SpecificDate":
        return _required(action, "resumeSpecificDate")
    periods = (details.get("resumePeriods"), details.get("resumePeriodsType"))
    start = suspended if policy.endswith("SuspendDate") else work.tenant.today().isoformat()
    return _from(action, start, policy, periods, what="resume")


def _from(action: Action, start: str, policy: str, periods: tuple[Any, Any], *, what: str) -> str:
    if not policy.startswith("FixedPeriods"):
        return start
    count, kind = periods
    if not count or not kind:
        message = f"{policy} needs '{what}Periods' and '{what}PeriodsType'."
        raise action.refuse(message, category=MISSING_FIELD)
    return add_period(parse(start), count, kind).isoformat()


def _required(action: Action, name: str) -> str:
    if not action.details.get(name):
        raise action.refuse(f"SpecificDate needs '{name}'.", category=MISSING_FIELD)
    return str(action.details[name])
