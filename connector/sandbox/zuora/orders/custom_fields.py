"""Custom fields of an order, a subscription and a line item, changed without an order: no version is added.

A subscription is changed in its latest version. Whether Zuora takes that of a cancelled one is unverified; here it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.declared.orders import LINE_ITEM_CHANGE, ORDER_FIELDS, SUBSCRIPTION_FIELDS
from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, MISSING_FIELD, NOT_FOUND, Refused, refuse
from connector.sandbox.zuora.fields import Shape, check
from connector.sandbox.zuora.orders.state import latest
from connector.sandbox.zuora.store import Store
from connector.sandbox.zuora.tenant import Tenant

_CHARGE_KEYS = {"chargeNumber": "number", "chargeId": "originalChargeId"}


def change_order(tenant: Tenant, store: Store, number: str, body: Mapping[str, Any]) -> None:
    order = store.first("orders", orderNumber=number)
    if order is None:
        raise refuse(NOT_FOUND, f"Cannot find an order with the number '{number}'.")
    _check(tenant, body, ORDER_FIELDS)
    if body.get("subscriptions"):
        raise refuse(BUSINESS_RULE, "Custom fields of order actions are not changed by this sandbox.")
    store.change("orders", order["id"], **_given(body), updatedDate=tenant.timestamp())


def change_subscription(tenant: Tenant, store: Store, number: str, body: Mapping[str, Any]) -> None:
    subscription = latest(store, number)
    if subscription is None:
        raise refuse(NOT_FOUND, f"Cannot find a subscription with the number '{number}'.")
    _check(tenant, body, SUBSCRIPTION_FIELDS)
    plans = list(subscription["ratePlans"])
    for index, given in enumerate(body.get("ratePlans", [])):
        place = _plan_place(plans, given, where=f"ratePlans[{index}]")
        plans[place] = _changed_plan(plans[place], given, where=f"ratePlans[{index}]")
    store.change(
        "subscriptions",
        subscription["id"],
        **_given(body),
        ratePlans=plans,
        updatedDate=tenant.timestamp(),
    )


def change_line_item(tenant: Tenant, store: Store, item_id: str, body: Mapping[str, Any]) -> None:
    item = store.get("order_line_items", item_id)
    if item is None:
        raise refuse(NOT_FOUND, f"Cannot find an order line item with the id '{item_id}'.")
    _check(tenant, body, LINE_ITEM_CHANGE)
    if others := [name for name in body if name != "customFields"]:
        raise refuse(BUSINESS_RULE, f"'{others[0]}' of a line item is not changed by this sandbox.")
    store.change("order_line_items", item["id"], **_given(body), updatedDate=tenant.timestamp())


def _check(tenant: Tenant, body: Mapping[str, Any], declared: Shape) -> None:
    if reasons := check(body, declared, custom_fields=tenant.settings.custom_fields):
        raise Refused(reasons)


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    """An empty text empties a field."""
    return {name: None if value == "" else value for name, value in body.get("customFields", {}).items()}


def _plan_place(plans: list[dict[str, Any]], given: Mapping[str, Any], *, where: str) -> int:
    """Documented: the id of the rate plan in any version of the subscription."""
    wanted = given.get("ratePlanId")
    if not wanted:
        raise refuse(MISSING_FIELD, f"'{where}.ratePlanId' is required.")
    for place, plan in enumerate(plans):
        if wanted in (plan["id"], *plan["formerIds"]):
            return place
    raise refuse(BAD_VALUE, f"{where}: the subscription has no rate plan '{wanted}'.")


def _changed_plan(plan: dict[str, Any], given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    charges = list(plan["charges"])
    for index, change in enumerate(given.get("charges", [])):
        place = _charge_place(charges, change, where=f"{where}.charges[{index}]")
        charges[place] = {**charges[place], **_given(change)}
    return {**plan, **_given(given), "charges": charges}


def _charge_place(charges: list[dict[str, Any]], change: Mapping[str, Any], *, where: str) -> int:
    named = [(key, change[key]) for key in _CHARGE_KEYS if change.get(key)]
    if len(named) != 1:
        raise refuse(MISSING_FIELD, f"{where}: exactly one of {', '.join(_CHARGE_KEYS)} is needed.")
    [(key, wanted)] = named
    for place, charge in enumerate(charges):
        ids = [segment["id"] for segment in charge["segments"]]
        if charge[_CHARGE_KEYS[key]] == wanted or (key == "chargeId" and wanted in ids):
            return place
    raise refuse(BAD_VALUE, f"{where}: the rate plan has no charge '{wanted}'.")
