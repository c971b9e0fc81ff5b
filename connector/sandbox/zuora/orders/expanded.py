"""Orders and subscriptions in the names of object query, with what hangs below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.expanded import STAMPS, Source, same
from connector.sandbox.zuora.orders.state import latest
from connector.sandbox.zuora.store import Record, View

_QUOTE = {
    "quoteNumber__QT": "QuoteNumber__QT",
    "quoteType__QT": "QuoteType__QT",
    "quoteBusinessType__QT": "QuoteBusinessType__QT",
    "opportunityName__QT": "OpportunityName__QT",
    "opportunityCloseDate__QT": "OpportunityCloseDate__QT",
}

ORDER: Mapping[str, Source] = {**STAMPS, **same("orderDate orderNumber accountId status category")}
SUBSCRIPTION: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "accountId autoRenew billToContactId cancelledDate contractEffectiveDate creatorAccountId"
        " currency currentTerm currentTermPeriodType initialTerm initialTermPeriodType invoiceOwnerId"
        " isLatestVersion notes originalCreatedDate originalId paymentTerm previousSubscriptionId"
        " renewalSetting renewalTerm renewalTermPeriodType serviceActivationDate shipToContactId"
        " soldToContactId status subscriptionEndDate subscriptionStartDate termEndDate termStartDate"
        " termType version"
    ),
    **_QUOTE,
    "name": "subscriptionNumber",
    "contractAcceptanceDate": "customerAcceptanceDate",
    "isInvoiceSeparate": "invoiceSeparately",
}
RATE_PLAN: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "productId name productRatePlanId subscriptionId externallyManagedPlanId originalRatePlanId"
        " subscriptionRatePlanNumber"
    ),
    "amendmentType": "lastChangeType",
}
RATE_PLAN_CHARGE: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "name ratePlanId subscriptionId productRatePlanChargeId segment effectiveStartDate"
        " effectiveEndDate quantity price billingPeriod billingTiming triggerEvent version"
    ),
    "chargeNumber": "number",
    "chargeModel": "model",
    "chargeType": "type",
    "uOM": "uom",
}
ORDER_LINE_ITEM: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "amountPerUnit amount billTargetDate itemName itemNumber itemState itemType itemCategory"
        " listPricePerUnit orderId productCode productRatePlanChargeId purchaseOrderNumber quantity"
        " ownerAccountId relatedSubscriptionNumber transactionStartDate transactionEndDate"
    ),
}
ORDER_ACTION: Mapping[str, Source] = {
    **STAMPS,
    **same("type sequence orderId subscriptionId subscriptionNumber contractEffectiveDate"),
}


def latest_of_account(view: View, account: Record) -> list[Record]:
    return view.where("subscriptions", accountId=account["id"], isLatestVersion=True)


def rate_plans(_: View, subscription: Record) -> list[Record]:
    stamps = {name: subscription[name] for name in ("createdDate", "updatedDate")}
    return [
        {**plan, **stamps, "subscriptionId": subscription["id"], "version": subscription["version"]}
        for plan in subscription["ratePlans"]
    ]


def rate_plan_charges(_: View, plan: Record) -> list[Record]:
    """One record per segment, as Zuora keeps them."""
    kept = {name: plan[name] for name in ("createdDate", "updatedDate", "subscriptionId", "version")}
    return [
        {**charge, **segment, **kept, "ratePlanId": plan["id"]}
        for charge in plan["charges"]
        for segment in charge["segments"]
    ]


def line_items(view: View, order: Record) -> list[Record]:
    return view.where("order_line_items", orderId=order["id"])


def order_actions(_: View, order: Record) -> list[Record]:
    stamps = {name: order[name] for name in ("createdDate", "updatedDate")}
    return [
        {
            **stamps,
            "id": action["id"],
            "type": action["type"],
            "sequence": action["sequence"],
            "orderId": order["id"],
            "subscriptionId": action["subscriptionId"],
            "subscriptionNumber": entry["subscriptionNumber"],
            "contractEffectiveDate": _contract_date(action),
        }
        for entry in order["subscriptions"]
        for action in entry["orderActions"]
    ]


def subscription_of_action(view: View, action: Record) -> list[Record]:
    found = view.get("subscriptions", action["subscriptionId"]) or latest(view, action["subscriptionNumber"])
    return [found] if found else []


def _contract_date(action: Mapping[str, Any]) -> str | None:
    dates = {entry["name"]: entry["triggerDate"] for entry in action.get("triggerDates", [])}
    return dates.get("ContractEffective")
