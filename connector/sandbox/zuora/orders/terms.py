"""The term of a subscription: its first length, and what it becomes when it is renewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD
from connector.sandbox.zuora.orders.dates import add_period, parse
from connector.sandbox.zuora.orders.state import Action


def first_term(action: Action) -> dict[str, Any]:
    """The term fields of a new subscription. Without a start date of its own the term starts when the
    contract does.
    """
    terms: Mapping[str, Any] = action.details.get("terms") or {}
    initial = terms.get("initialTerm")
    if initial is None:
        raise action.refuse("'terms.initialTerm' is required.", category=MISSING_FIELD)
    start = initial.get("startDate") or action.effective_date
    common = {
        "termType": initial["termType"],
        "termStartDate": start,
        "subscriptionStartDate": start,
        "autoRenew": terms.get("autoRenew", False),
        "renewalSetting": terms.get("renewalSetting", "RENEW_WITH_SPECIFIC_TERM"),
        **_renewal(action, terms),
    }
    if initial["termType"] == "EVERGREEN":
        return common | _evergreen(action, terms)
    return common | _termed(action, initial, start)


def renewed(action: Action, subscription: Mapping[str, Any]) -> dict[str, Any]:
    """The term fields after a renewal by the stored renewal terms."""
    if subscription["termType"] == "EVERGREEN":
        raise action.refuse("an evergreen subscription cannot be renewed.")
    start = subscription["termEndDate"]
    if subscription["renewalSetting"] == "RENEW_TO_EVERGREEN":
        nothing = {"termEndDate": None, "subscriptionEndDate": None, "currentTerm": None}
        return {"termType": "EVERGREEN", "termStartDate": start, **nothing, "autoRenew": False}
    if not subscription["renewalTerm"]:
        raise action.refuse("the subscription has no renewal term.")
    count, kind = subscription["renewalTerm"], subscription["renewalTermPeriodType"]
    end = add_period(parse(start), count, kind).isoformat()
    return {
        "termStartDate": start,
        "termEndDate": end,
        "subscriptionEndDate": end,
        "currentTerm": count,
        "currentTermPeriodType": kind,
    }


def _renewal(action: Action, terms: Mapping[str, Any]) -> dict[str, Any]:
    given = terms.get("renewalTerms") or []
    if not given:
        return {"renewalTerm": None, "renewalTermPeriodType": None}
    if len(given) > 1:
        raise action.refuse("this sandbox keeps one renewal term.")
    if not given[0].get("period") or given[0]["period"] < 1:
        raise action.refuse("a renewal term needs a 'period' of at least 1.", category=BAD_VALUE)
    return {
        "renewalTerm": given[0]["period"],
        "renewalTermPeriodType": given[0].get("periodType", "Month"),
    }


def _evergreen(action: Action, terms: Mapping[str, Any]) -> dict[str, Any]:
    if terms.get("autoRenew") or terms.get("renewalTerms"):
        raise action.refuse("an evergreen subscription has no auto-renewal and no renewal terms.")
    return {
        "termEndDate": None,
        "subscriptionEndDate": None,
        "initialTerm": None,
        "initialTermPeriodType": None,
        "currentTerm": None,
        "currentTermPeriodType": None,
    }


def _termed(action: Action, initial: Mapping[str, Any], start: str) -> dict[str, Any]:
    period, kind = initial.get("period"), initial.get("periodType", "Month")
    if period is not None and period < 1:
        raise action.refuse("'terms.initialTerm.period' must be at least 1.", category=BAD_VALUE)
    if period is not None:
        end = add_period(parse(start), period, kind).isoformat()
    elif initial.get("endDate"):
        end = initial["endDate"]
        period, kind = (parse(end) - parse(start)).days, "Day"
    else:
        raise action.refuse("a termed subscription needs 'period' or 'endDate'.", category=MISSING_FIELD)
    if end <= start:
        raise action.refuse(f"the term would end on {end}, before it starts.", category=BAD_VALUE)
    return {
        "termEndDate": end,
        "subscriptionEndDate": end,
        "initialTerm": period,
        "initialTermPeriodType": kind,
        "currentTerm": period,
        "currentTermPeriodType": kind,
    }
