"""Trigger dates given after an order: they end the waiting of a pending order and its subscriptions.

Only the order that created a subscription can be pending here; a date it still lacks is filled in, and charges that
wait for it begin. No version is added (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.declared.orders import TRIGGER_DATES
from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, NOT_FOUND, Refused, refuse
from connector.sandbox.zuora.fields import check
from connector.sandbox.zuora.orders.endings import own_end, within_term
from connector.sandbox.zuora.orders.state import TRIGGERS, check_trigger_order, is_pending, latest, status_by
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant


def give_trigger_dates(tenant: Tenant, store: Store, number: str, body: Mapping[str, Any]) -> Record:
    """The order after its actions got the dates; it is Completed when none of its subscriptions waits any more."""
    order = store.first("orders", orderNumber=number)
    if order is None:
        raise refuse(NOT_FOUND, f"Cannot find an order with the number '{number}'.")
    reasons = check(body, TRIGGER_DATES, custom_fields={})
    if reasons:
        raise Refused(reasons)
    if order["status"] != "Pending":  # unverified
        raise refuse(BUSINESS_RULE, f"The order '{number}' is {order['status']}, not Pending.")
    for given in body.get("subscriptions", []):
        _give(tenant, store, order, given)
    numbers = [entry["subscriptionNumber"] for entry in order["subscriptions"]]
    waiting = any(is_pending(latest(store, found) or {"status": ""}) for found in numbers)
    changes = {"status": "Pending" if waiting else "Completed", "updatedDate": tenant.timestamp()}
    return store.change("orders", order["id"], **changes)


def shown(view: View, order: Record) -> dict[str, Any]:
    account = view.get("accounts", order["accountId"]) or {}
    found = [latest(view, entry["subscriptionNumber"]) or {} for entry in order["subscriptions"]]
    return {
        "orderNumber": order["orderNumber"],
        "accountNumber": account["accountNumber"],
        "status": order["status"],
        "subscriptions": [
            {"subscriptionNumber": item["subscriptionNumber"], "status": item["status"]} for item in found
        ],
    }


def _give(tenant: Tenant, store: Store, order: Record, given: Mapping[str, Any]) -> None:
    number = given["subscriptionNumber"]
    entry = next((e for e in order["subscriptions"] if e["subscriptionNumber"] == number), None)
    subscription = latest(store, number)
    if entry is None or subscription is None:
        raise refuse(BAD_VALUE, f"The order '{order['orderNumber']}' has no subscription '{number}'.")
    dates = {name: subscription[name] for name in TRIGGERS.values()}
    days: dict[str, str] = {}
    for action in given.get("orderActions", []):
        if action["sequence"] not in [kept["sequence"] for kept in entry["orderActions"]]:
            message = f"The subscription '{number}' has no order action {action['sequence']} in the order."
            raise refuse(BAD_VALUE, message)
        dates |= {TRIGGERS[each["name"]]: each["triggerDate"] for each in action.get("triggerDates", [])}
        days |= {each["chargeNumber"]: each["specificTriggerDate"] for each in action.get("charges", [])}
    check_trigger_order(dates, where=f"the subscription '{number}'")
    _check(subscription, [*filter(None, dates.values()), *days.values()])
    plans = [
        {**plan, "charges": [_begun(charge, subscription, dates, days) for charge in plan["charges"]]}
        for plan in subscription["ratePlans"]
    ]
    store.change(
        "subscriptions",
        subscription["id"],
        **dates,
        status=status_by(tenant, dates),
        ratePlans=plans,
        updatedDate=tenant.timestamp(),
    )


def _check(subscription: Record, days: list[str]) -> None:
    start, ends = subscription["subscriptionStartDate"], subscription["termEndDate"]
    for day in days:
        if ends and day >= ends:
            message = (
                f"{day} lies outside the term of '{subscription['subscriptionNumber']}', {start} to {ends}."
            )
            raise refuse(BUSINESS_RULE, message)


def _begun(
    charge: dict[str, Any], subscription: Record, dates: Mapping[str, Any], days: Mapping[str, str]
) -> dict[str, Any]:
    """The charge with its first day, where it had none and the event that triggers it now has its date."""
    [first, *_] = charge["segments"]
    event = charge["triggerEvent"]
    day = days.get(charge["number"]) if event == "SpecificDate" else dates.get(TRIGGERS[event])
    if first["effectiveStartDate"] is not None or day is None:
        return charge
    own = own_end(charge, day, charge)
    ends = within_term(own, subscription["termEndDate"])
    segments = [{**first, "effectiveStartDate": day, "effectiveEndDate": ends}]
    return {**charge, "ownEndDate": own, "segments": segments}
