"""Orders as they are answered after creation and as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.expanded import custom_values
from connector.sandbox.zuora.orders.state import latest
from connector.sandbox.zuora.store import Record, View
from connector.sandbox.zuora.tenant import USER_ID

_UPDATE_READ = (
    "billing",
    "chargeNumber",
    "customFields",
    "effectiveDate",
    "estimatedStartDate",
    "pricing",
    "uniqueToken",
)
_LINE_ITEM_HIDDEN = ("orderId", "createdDate", "updatedDate")


def created(view: View, order: Record, *, with_ids: bool, old_form: bool = False) -> dict[str, Any]:
    """The answer of POST /v1/orders. Before version 223.0 subscriptions were a list of numbers."""
    account = view.get("accounts", order["accountId"]) or {}
    subscriptions = [latest(view, entry["subscriptionNumber"]) or {} for entry in order["subscriptions"]]
    items = [view.get("order_line_items", item_id) or {} for item_id in order["lineItemIds"]]
    answer: dict[str, Any] = {
        "orderNumber": order["orderNumber"],
        "accountNumber": account["accountNumber"],
        "status": order["status"],
    }
    if old_form:
        answer["subscriptionNumbers"] = [found["subscriptionNumber"] for found in subscriptions]
    else:
        answer["subscriptions"] = [_created_subscription(found, with_ids=with_ids) for found in subscriptions]
    if items:
        answer["orderLineItems"] = [{"id": item["id"], "itemNumber": item["itemNumber"]} for item in items]
    if with_ids:
        answer["orderId"] = order["id"]
        answer["accountId"] = account["id"]
        answer["subscriptionIds"] = [found["id"] for found in subscriptions]
    return answer


def full(view: View, order: Record) -> dict[str, Any]:
    """An order as GET /v1/orders/{orderNumber} shows it."""
    account = view.get("accounts", order["accountId"]) or {}
    return {
        "orderNumber": order["orderNumber"],
        "orderDate": order["orderDate"],
        "status": order["status"],
        "category": order["category"],
        "reasonCode": order["reasonCode"],
        "currency": order["currency"],
        "existingAccountNumber": account["accountNumber"],
        "customFields": custom_values(order),
        "createdBy": USER_ID,
        "createdDate": order["createdDate"].replace("T", " ")[:19],
        "updatedBy": USER_ID,
        "updatedDate": order["updatedDate"].replace("T", " ")[:19],
        "subscriptions": [_entry(entry) for entry in order["subscriptions"]],
        "orderLineItems": [
            line_item(view.get("order_line_items", found) or {}) for found in order["lineItemIds"]
        ],
    }


def line_item(item: Record) -> dict[str, Any]:
    custom = custom_values(item)
    shown = {
        name: value for name, value in item.items() if name not in _LINE_ITEM_HIDDEN and name not in custom
    }
    return {**shown, "amountWithoutTax": item["amount"], "customFields": custom}


def _created_subscription(found: Record, *, with_ids: bool) -> dict[str, Any]:
    shown = {"subscriptionNumber": found["subscriptionNumber"], "status": found["status"]}
    return shown | ({"subscriptionId": found["id"]} if with_ids else {})


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "orderActions": [_action(action) for action in entry["orderActions"]]}


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    """As it was given, but for three names that are spelled or kept differently when read."""
    shown = {name: value for name, value in action.items() if name != "subscriptionId"}
    if "createSubscription" in shown:
        created = {name: v for name, v in shown["createSubscription"].items() if name != "paymentProfile"}
        plans = created.get("subscribeToRatePlans", [])
        shown["createSubscription"] = {**created, "subscribeToRatePlans": [_plan(plan) for plan in plans]}
    if "addProduct" in shown:
        shown["addProduct"] = _plan(shown["addProduct"])
    if "updateProduct" in shown:
        hidden = ("externalCatalogPlanId", "isAddingSubsetCharges")
        shown["updateProduct"] = {n: v for n, v in shown["updateProduct"].items() if n not in hidden}
        updates = shown["updateProduct"].get("chargeUpdates", [])
        shown["updateProduct"]["chargeUpdates"] = [
            {name: update[name] for name in _UPDATE_READ if name in update} for update in updates
        ]
    return shown


def _plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("externalCatalogPlanId", "isAddingSubsetCharges")
    shown = {name: value for name, value in plan.items() if name not in hidden}
    if "chargeOverrides" in shown:
        shown["chargeOverrides"] = [_override(override) for override in shown["chargeOverrides"]]
    return shown


def _override(override: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in override.items() if name != "upsellOriginChargeNumber"}
    if "productRatePlanChargeId" in shown:
        shown["productRateplanChargeId"] = shown.pop("productRatePlanChargeId")  # so spelled when read
    return shown
