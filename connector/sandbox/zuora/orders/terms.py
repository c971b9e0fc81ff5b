"""The terms of a subscription: the first one, the one after a renewal, and the current one when it is changed.

A subscription keeps every term it had under `terms`: its start, its end, and the end it was sold with, which a later
change of the term does not move; the billing periods of a charge billed by the term are made from them.
"""

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
        **renewal_terms(action, terms),
    }
    is_endless = initial["termType"] == "EVERGREEN"
    length = _evergreen(action, terms) if is_endless else _initial(_length(action, initial, start))
    return common | length | {"terms": [_term(start, length["termEndDate"])]}


def renewed(action: Action, subscription: Mapping[str, Any]) -> dict[str, Any]:
    """The term fields after a renewal by the stored renewal terms."""
    if subscription["termType"] == "EVERGREEN":
        raise action.refuse("an evergreen subscription cannot be renewed.")
    start, terms = subscription["termEndDate"], subscription["terms"]
    if subscription["renewalSetting"] == "RENEW_TO_EVERGREEN":
        endless = {"termType": "EVERGREEN", "termStartDate": start, "autoRenew": False, **_NO_LENGTH}
        return endless | {"terms": [*terms, _term(start, None)]}
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
        "terms": [*terms, _term(start, end)],
    }


def current_term(action: Action, subscription: Mapping[str, Any]) -> dict[str, Any]:
    """The term fields after `lastTerm` gave the current term another start, length or end."""
    given = action.details["lastTerm"]
    start = given.get("startDate") or subscription["termStartDate"]
    if start < subscription["subscriptionStartDate"]:
        raise action.refuse(f"the term would start on {start}, before the subscription.", category=BAD_VALUE)
    now = subscription["termStartDate"]
    if start < now:  # documented (lastTerm.startDate); category and words are unverified
        raise action.refuse(f"the term would start on {start}, before {now}, when it starts now.")
    length = _NO_LENGTH if given["termType"] == "EVERGREEN" else _length(action, given, start)
    if given["termType"] == "EVERGREEN" and (subscription["autoRenew"] or action.details.get("autoRenew")):
        raise action.refuse("an evergreen subscription has no auto-renewal; switch 'autoRenew' off.")
    changed = {"termType": given["termType"], "termStartDate": start, **length}
    if start == subscription["termStartDate"]:
        *earlier, last = subscription["terms"]
        sold = last["soldEndDate"] or length["termEndDate"]
        return changed | {
            "terms": [*earlier, {**last, "endDate": length["termEndDate"], "soldEndDate": sold}]
        }
    earlier = [term for term in subscription["terms"] if term["startDate"] < start]
    return changed | {"terms": [*earlier, _term(start, length["termEndDate"])]}


def ended_anew(subscription: Mapping[str, Any], end: str) -> dict[str, Any]:
    """The term fields with another last day of the current term."""
    *earlier, last = subscription["terms"]
    return {
        "termEndDate": end,
        "subscriptionEndDate": end,
        "currentTerm": (parse(end) - parse(subscription["termStartDate"])).days,
        "currentTermPeriodType": "Day",
        "terms": [*earlier, {**last, "endDate": end}],
    }


_NO_LENGTH: Mapping[str, Any] = {
    "termEndDate": None,
    "subscriptionEndDate": None,
    "currentTerm": None,
    "currentTermPeriodType": None,
}


def _term(start: str, end: str | None) -> dict[str, str | None]:
    return {"startDate": start, "endDate": end, "soldEndDate": end}


def renewal_terms(action: Action, terms: Mapping[str, Any]) -> dict[str, Any]:
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
    return {**_NO_LENGTH, "initialTerm": None, "initialTermPeriodType": None}


def _initial(length: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **length,
        "initialTerm": length["currentTerm"],
        "initialTermPeriodType": length["currentTermPeriodType"],
    }


def _length(action: Action, given: Mapping[str, Any], start: str) -> dict[str, Any]:
    """A term's end and length from a period or from an end date."""
    period, kind = given.get("period"), given.get("periodType", "Month")
    if period is not None and period < 1:
        raise action.refuse("the term's 'period' must be at least 1.", category=BAD_VALUE)
    if period is not None:
        end = add_period(parse(start), period, kind).isoformat()
    elif given.get("endDate"):
        end = given["endDate"]
        period, kind = (parse(end) - parse(start)).days, "Day"
    else:
        raise action.refuse("a termed subscription needs 'period' or 'endDate'.", category=MISSING_FIELD)
    if end <= start:
        raise action.refuse(f"the term would end on {end}, before it starts.", category=BAD_VALUE)
    return {
        "termEndDate": end,
        "subscriptionEndDate": end,
        "currentTerm": period,
        "currentTermPeriodType": kind,
    }
