"""Preview of billing documents: what the charges of a new subscription bill up to a day.

Simple on purpose, and the seam for more: periods run from the charge's own start (as with AlignToCharge
and a bill cycle day equal to it), a last period that the term cuts off is prorated by days, a period in
arrears is billed like one in advance. Credits for changed subscriptions are not computed; such a preview
is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.sandbox.zuora.errors import BUSINESS_RULE, MISSING_FIELD, refuse
from connector.sandbox.zuora.orders.amounts import base_months, period_months, price_of
from connector.sandbox.zuora.orders.dates import add_months, parse
from connector.sandbox.zuora.store import Record

NO_MINOR_UNIT = ("JPY", "KRW", "CLP", "VND")
_BILLED_ACTIONS = ("CreateSubscription", "AddProduct")
_MOST_PERIODS = 1200


@dataclass(frozen=True, slots=True)
class Bounds:
    """Up to which day, or how many billing periods of a charge, and which charge types are left out."""

    thru: date | None
    periods: int | None
    without: tuple[str, ...]


def check_options(options: Mapping[str, Any], order: Mapping[str, Any]) -> None:
    types = options.get("previewTypes") or []
    if types != ["BillingDocs"]:
        raise refuse(BUSINESS_RULE, "This sandbox previews BillingDocs and no other previewTypes.")
    for entry in order.get("subscriptions", []):
        for action in entry.get("orderActions", []):
            if action["type"] not in _BILLED_ACTIONS:
                message = f"This sandbox previews no billing documents for {action['type']}."
                raise refuse(BUSINESS_RULE, message)


def bounds_of(options: Mapping[str, Any]) -> Bounds:
    kind = options.get("previewThruType", "TermEnd")
    without = tuple(options.get("chargeTypeToExclude", []))
    if kind == "SpecificDate":
        if not options.get("specificPreviewThruDate"):
            raise refuse(MISSING_FIELD, "'previewOptions.specificPreviewThruDate' is required.")
        return Bounds(parse(options["specificPreviewThruDate"]), None, without)
    if kind == "NumberOfPeriods":
        count = options.get("previewNumberOfPeriods", 0)
        if count < 1:
            raise refuse(MISSING_FIELD, "'previewOptions.previewNumberOfPeriods' of at least 1 is required.")
        return Bounds(None, count, without)
    return Bounds(None, None, without)


def invoices(subscriptions: list[Record], line_items: list[Record], bounds: Bounds) -> list[dict[str, Any]]:
    """One invoice with an item for every period of every charge; none where nothing is billed."""
    items = [item for found in subscriptions for item in _subscription_items(found, bounds)]
    items += [_line_item(item) for item in line_items if item["itemState"] == "SentToBilling"]
    if not items:
        return []
    total = sum((item["amountWithoutTax"] for item in items), Decimal(0))
    target = max(item["serviceStartDate"] for item in items)
    return [
        {
            "amount": total,
            "amountWithoutTax": total,
            "taxAmount": Decimal(0),
            "targetDate": bounds.thru.isoformat() if bounds.thru else target,
            "invoiceItems": items,
        }
    ]


def _subscription_items(subscription: Record, bounds: Bounds) -> Iterator[dict[str, Any]]:
    for plan in subscription["ratePlans"]:
        for charge in plan["charges"]:
            if charge["type"] in bounds.without or charge["type"] == "Usage":
                continue
            for start, end, amount in _periods(charge, subscription["currency"], bounds):
                yield {
                    "subscriptionNumber": subscription["subscriptionNumber"],
                    "orderLineItemNumber": None,
                    "chargeNumber": charge["number"],
                    "chargeName": charge["name"],
                    "productName": plan["productName"],
                    "productRatePlanChargeId": charge["productRatePlanChargeId"],
                    "processingType": "Charge",
                    "serviceStartDate": start,
                    "serviceEndDate": end,
                    "amountWithoutTax": amount,
                    "taxAmount": Decimal(0),
                    "unitPrice": charge["segments"][-1]["price"],
                    "additionalInfo": {
                        "quantity": charge["segments"][-1]["quantity"] or Decimal(1),
                        "unitOfMeasure": charge["uom"],
                    },
                }


def _periods(charge: Mapping[str, Any], currency: str, bounds: Bounds) -> Iterator[tuple[str, str, Decimal]]:
    """Every billed period as first day, last day, amount."""
    segment = charge["segments"][-1]
    if segment["effectiveStartDate"] is None:
        return
    start = parse(segment["effectiveStartDate"])
    if charge["type"] == "OneTime":
        if bounds.thru is None or start <= bounds.thru:
            yield start.isoformat(), start.isoformat(), _rounded(price_of(charge, segment), currency)
        return
    ends = parse(segment["effectiveEndDate"]) if segment["effectiveEndDate"] else None
    if ends is None and bounds.thru is None and bounds.periods is None:
        raise refuse(BUSINESS_RULE, "An evergreen subscription is previewed to a date or for some periods.")
    months = _length(charge, start, ends)
    for number in range(min(bounds.periods or _MOST_PERIODS, _MOST_PERIODS)):
        first, after = add_months(start, number * months), add_months(start, (number + 1) * months)
        if (ends and first >= ends) or (bounds.thru and first > bounds.thru):
            return
        cut = min(after, ends) if ends else after
        share = Decimal((cut - first).days) / Decimal((after - first).days)
        amount = price_of(charge, segment) * Decimal(months) / Decimal(base_months(charge) or months) * share
        yield first.isoformat(), date.fromordinal(cut.toordinal() - 1).isoformat(), _rounded(amount, currency)


def _length(charge: Mapping[str, Any], start: date, ends: date | None) -> int:
    months = period_months(charge)
    if months:
        return months
    if charge["billingPeriod"] == "Subscription_Term" and ends is not None:
        months = 1
        while add_months(start, months) < ends:
            months += 1
        return months
    message = f"This sandbox previews no charges with the billing period {charge['billingPeriod']}."
    raise refuse(BUSINESS_RULE, message)


def _line_item(item: Record) -> dict[str, Any]:
    day = item.get("transactionStartDate")
    return {
        "subscriptionNumber": None,
        "orderLineItemNumber": item["itemNumber"],
        "chargeNumber": None,
        "chargeName": item["itemName"],
        "productName": item["itemName"],
        "productRatePlanChargeId": item.get("productRatePlanChargeId"),
        "processingType": "Charge",
        "serviceStartDate": day,
        "serviceEndDate": item.get("transactionEndDate") or day,
        "amountWithoutTax": _rounded(item["amount"], item["currency"]),
        "taxAmount": Decimal(0),
        "unitPrice": item["amountPerUnit"],
        "additionalInfo": {"quantity": item["quantity"], "unitOfMeasure": item.get("UOM")},
    }


def _rounded(amount: Decimal, currency: str) -> Decimal:
    unit = Decimal(1) if currency in NO_MINOR_UNIT else Decimal("0.01")
    return amount.quantize(unit, rounding=ROUND_HALF_UP)
