"""Subscriptions as the v1 operations show them, charges by the segments that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.account_views import short_contact
from connector.sandbox.zuora.expanded import custom_values
from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.orders.amounts import monthly_amount
from connector.sandbox.zuora.orders.state import is_pending
from connector.sandbox.zuora.store import Record, View

DETAILS = ("last-segment", "current-segment", "all-segments", "specific-segment")
_CONTACTS = {"billToContact": "billToId", "soldToContact": "soldToId", "shipToContact": "shipToId"}
_SAME = words(
    "id accountId autoRenew contractEffectiveDate currency currentTerm currentTermPeriodType"
    " customerAcceptanceDate initialTerm initialTermPeriodType invoiceSeparately isLatestVersion notes"
    " invoiceGroupNumber invoiceTemplateId sequenceSetId communicationProfileId"
    " orderNumber paymentTerm renewalSetting renewalTerm renewalTermPeriodType serviceActivationDate"
    " status subscriptionEndDate subscriptionNumber subscriptionStartDate termEndDate termStartDate"
    " termType version"
)
_PLAN = words("id productId productName productSku productRatePlanId externallyManagedPlanId lastChangeType")
_CHARGE = words(
    "number name productRatePlanChargeId type uom triggerEvent endDateCondition listPriceBase"
    " specificListPriceBase billingPeriod specificBillingPeriod billingPeriodAlignment billingTiming"
    " originalOrderDate originalChargeId specificEndDate upToPeriodsType"
)
_SEGMENT = words(
    "id segment currency effectiveStartDate effectiveEndDate endDateCondition price quantity tiers"
    " originalListPrice originalOrderDate mrr triggerEvent billingPeriodAlignment specificEndDate upToPeriodsType"
)
_MODELS = {
    "Per Unit Pricing": "PerUnit",
    "Flat Fee Pricing": "FlatFee",
    "Tiered Pricing": "Tiered",
    "Volume Pricing": "Volume",
}


def full(
    view: View, subscription: Record, *, today: date, detail: str = "last-segment", empty_plans: bool = True
) -> dict[str, Any]:
    """`detail` is one of DETAILS: the last segment of every charge, the one that holds `today` (current and
    specific), or all of them, as `chargeSegments` of a charge shown by its last. Without `empty_plans` a rate plan
    none of whose charges is shown is left out.
    """
    owner = view.get("accounts", subscription["accountId"]) or {}
    invoice_owner = view.get("accounts", subscription["invoiceOwnerId"]) or {}
    plans = [_plan(plan, subscription, today=today, detail=detail) for plan in subscription["ratePlans"]]
    if not empty_plans:
        plans = [plan for plan in plans if plan["ratePlanCharges"]]
    quote = {name: value for name, value in subscription.items() if name.endswith("__QT")}
    return {
        **{name: subscription.get(name) for name in _SAME},
        "accountName": owner.get("name"),
        "accountNumber": owner.get("accountNumber"),
        "invoiceOwnerAccountId": invoice_owner.get("id"),
        "invoiceOwnerAccountName": invoice_owner.get("name"),
        "invoiceOwnerAccountNumber": invoice_owner.get("accountNumber"),
        "contractedMrr": sum((plan["contractedMrr"] for plan in plans), Decimal(0)),
        "ratePlans": plans,
        "statusHistory": _status_history(subscription),
        **{name: _contact(view, subscription, name) for name in _CONTACTS},
        **quote,
        **custom_values(subscription),
    }


def _contact(view: View, subscription: Record, name: str) -> dict[str, Any] | None:
    """The subscription's own contact, or the account's where it has none."""
    owner = "invoiceOwnerId" if name == "billToContact" else "accountId"
    account = view.get("accounts", subscription[owner]) or {}
    own = subscription.get(f"{name}Id")
    contact = view.get("contacts", own or account.get(_CONTACTS[name]) or "")
    shown = short_contact(contact)
    return None if shown is None else shown | {"isSpecifiedInSubscription": bool(own)}


def _status_history(subscription: Record) -> list[dict[str, Any]]:
    """The spans of each status; a span without an end date goes on."""
    if is_pending(subscription):
        start = subscription["subscriptionStartDate"]
        return [{"startDate": start, "endDate": None, "status": subscription["status"]}]
    found: list[dict[str, Any]] = []
    start = subscription["subscriptionStartDate"]
    for span in subscription["suspensions"]:
        found.append({"startDate": start, "endDate": span["startDate"], "status": "Active"})
        found.append({**span, "status": "Suspended"})
        start = span["endDate"]
    if start is not None:
        found.append({"startDate": start, "endDate": subscription["cancelledDate"], "status": "Active"})
    if subscription["cancelledDate"] is not None:
        found.append({"startDate": subscription["cancelledDate"], "endDate": None, "status": "Cancelled"})
    return found


def short(subscription: Record) -> dict[str, Any]:
    """As the account summary lists it."""
    plans = [
        {name: plan[name] for name in ("productId", "productName", "productSku", "productRatePlanId")}
        | {"ratePlanName": plan["name"]}
        for plan in subscription["ratePlans"]
    ]
    initial, renewal = subscription["initialTerm"], subscription["renewalTerm"]
    return {
        "id": subscription["id"],
        "subscriptionNumber": subscription["subscriptionNumber"],
        "status": subscription["status"],
        "termType": subscription["termType"],
        "autoRenew": subscription["autoRenew"],
        "initialTerm": None if initial is None else f"{initial} {subscription['initialTermPeriodType']}s",
        "renewalTerm": None if renewal is None else f"{renewal} {subscription['renewalTermPeriodType']}s",
        "subscriptionStartDate": subscription["subscriptionStartDate"],
        "termStartDate": subscription["termStartDate"],
        "termEndDate": subscription["termEndDate"],
        "ratePlans": plans,
    }


def _plan(plan: Mapping[str, Any], subscription: Record, *, today: date, detail: str) -> dict[str, Any]:
    charges = []
    for charge in plan["charges"]:
        for segment in _segments(charge, today=today, detail=detail):
            shown = _charge(charge, segment, subscription)
            if detail == "all-segments":
                whole = [_charge(charge, each, subscription) for each in charge["segments"]]
                shown["chargeSegments"] = [{name: each[name] for name in _SEGMENT} for each in whole]
            charges.append(shown)
    monthly = sum((monthly_amount(charge, charge["segments"][-1]) for charge in plan["charges"]), Decimal(0))
    return {
        **{name: plan[name] for name in _PLAN},
        "ratePlanName": plan["name"],
        "contractedMrr": monthly if plan["lastChangeType"] != "Remove" else Decimal(0),
        "ratePlanCharges": charges,
        **custom_values(dict(plan)),
    }


def _segments(charge: Mapping[str, Any], *, today: date, detail: str) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = charge["segments"]
    if detail in ("last-segment", "all-segments"):
        return segments[-1:]
    day = today.isoformat()
    return [
        segment
        for segment in segments
        if (segment["effectiveStartDate"] or "9999") <= day < (segment["effectiveEndDate"] or "9999")
    ]


def _charge(charge: Mapping[str, Any], segment: Mapping[str, Any], subscription: Record) -> dict[str, Any]:
    return {
        "id": segment["id"],
        "segment": segment["segment"],
        **{name: charge.get(name) for name in _CHARGE},
        "model": _MODELS[charge["model"]],
        "currency": subscription["currency"],
        "price": segment["price"],
        "quantity": segment["quantity"],
        "tiers": segment["tiers"],
        "originalListPrice": segment.get("originalListPrice"),
        "effectiveStartDate": segment["effectiveStartDate"],
        "effectiveEndDate": segment["effectiveEndDate"],
        "mrr": monthly_amount(charge, segment),
        "upToPeriods": str(charge["upToPeriods"]) if charge["upToPeriods"] else None,
        "version": subscription["version"],
        **custom_values(dict(charge)),
    }
