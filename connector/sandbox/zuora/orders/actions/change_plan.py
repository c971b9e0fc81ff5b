"""ChangePlan: a rate plan ends on a day and another one begins on it, in one action.

`effectivePolicy` EffectiveImmediately and SpecificDate take the contract effective date; EffectiveEndOfBillingPeriod
the end of the billing period of the old plan's first recurring charge that holds it (unverified which charge's).
"""

from __future__ import annotations

from dataclasses import replace

from connector.sandbox.zuora.errors import MISSING_FIELD
from connector.sandbox.zuora.orders.dates import parse
from connector.sandbox.zuora.orders.endings import cut_off
from connector.sandbox.zuora.orders.periods import periods_of
from connector.sandbox.zuora.orders.rate_plans import find, subscribe
from connector.sandbox.zuora.orders.state import TRIGGERS, Action, Work, add_version
from connector.sandbox.zuora.store import Record


def change_plan(work: Work, action: Action, subscription: Record) -> Record:
    given = action.details.get("newProductRatePlan")
    if not given:
        raise action.refuse("'newProductRatePlan' is required.", category=MISSING_FIELD)
    index = find(work, action, subscription, action.details)
    plans = list(subscription["ratePlans"])
    day = _day(action, subscription, plans[index])
    dated = replace(action, triggers={**action.triggers, **dict.fromkeys(TRIGGERS.values(), day)})
    new = subscribe(work, dated, given, subscription)
    plans[index] = {**cut_off(plans[index], day), "lastChangeType": "Remove"}
    return add_version(work, subscription, {"ratePlans": [*plans, new]})


def _day(action: Action, subscription: Record, plan: Record) -> str:
    day = action.effective_date
    if action.details.get("effectivePolicy") != "EffectiveEndOfBillingPeriod":
        return day
    for charge in plan["charges"]:
        if charge["type"] == "Recurring" and charge["segments"][0]["effectiveStartDate"]:
            periods = periods_of(charge, subscription)
            return next((p.end.isoformat() for p in periods if p.end > parse(day)), day)
    return day
