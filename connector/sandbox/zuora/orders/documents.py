"""Billing documents: items as Zuora's order preview shows them, gathered into invoices and credit memos.

The amounts of credit memos are positive; the document does not say with which sign they come, so a tenant setting
turns it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from connector.sandbox.zuora.orders.amounts import number
from connector.sandbox.zuora.orders.items import Item
from connector.sandbox.zuora.orders.minor_units import rounded

JSON = dict[str, Any]
_ItemKey = tuple[str, str, date, date]


def of_charge(item: Item, *, amount: Decimal | None = None) -> JSON:
    """An item of a subscription's charge, with its own amount or another one."""
    quantity = item.segment["quantity"]
    return {
        "subscriptionNumber": item.subscription["subscriptionNumber"],
        "orderLineItemNumber": None,
        "chargeNumber": item.charge["number"],
        "chargeName": item.charge["name"],
        "productName": item.plan["productName"],
        "productRatePlanChargeId": item.charge["productRatePlanChargeId"],
        "processingType": "Charge",
        "serviceStartDate": item.start.isoformat(),
        "serviceEndDate": item.end.isoformat(),
        "amountWithoutTax": item.amount if amount is None else amount,
        "taxAmount": Decimal(0),
        "unitPrice": item.segment["price"],
        "additionalInfo": {
            "quantity": Decimal(1) if quantity is None else quantity,
            "unitOfMeasure": item.charge["uom"],
        },
    }


def of_line_item(item: Mapping[str, Any]) -> JSON:
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
        "amountWithoutTax": rounded(Fraction(number(item["amount"])), item["currency"]),
        "taxAmount": Decimal(0),
        "unitPrice": item["amountPerUnit"],
        "additionalInfo": {"quantity": item["quantity"], "unitOfMeasure": item.get("UOM")},
    }


def changes(before: Iterable[Item], after: Iterable[Item]) -> tuple[list[JSON], list[JSON]]:
    """What an order changes: items that are new or higher, and what is taken back of items that are gone or lower.

    Items are the same where charge and service period are. The first minus the second is exactly what all items
    sum up to more than before.
    """
    old, new = _by_key(before), _by_key(after)
    charged, credited = [], []
    for key, item in {**old, **new}.items():
        was, now = (found[key].amount if key in found else Decimal(0) for found in (old, new))
        if now > was:
            charged.append(of_charge(item, amount=now - was))
        elif now < was:
            credited.append(of_charge(item, amount=was - now))
        elif key not in old:
            charged.append(of_charge(item))
    return charged, credited


def invoices(items: list[JSON], *, target: date | None) -> list[JSON]:
    """One invoice with all the items; none without items."""
    return [{**_sums(items, target), "invoiceItems": items}] if items else []


def credit_memos(items: list[JSON], *, target: date | None) -> list[JSON]:
    return [{**_sums(items, target), "creditMemoItems": items}] if items else []


def _by_key(items: Iterable[Item]) -> dict[_ItemKey, Item]:
    return {item.key: item for item in items}


def _sums(items: list[JSON], target: date | None) -> JSON:
    total = sum((item["amountWithoutTax"] for item in items), Decimal(0))
    latest = max(str(item["serviceStartDate"]) for item in items)
    return {
        "amount": total,
        "amountWithoutTax": total,
        "taxAmount": Decimal(0),
        "targetDate": target.isoformat() if target else latest,
    }
