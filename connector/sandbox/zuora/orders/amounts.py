"""What a charge segment costs: for a billing period, and for a month."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.orders.dates import BILLING_MONTHS

MONTHS_OF_BASE = {"Per_Month": 1, "Per_Year": 12}


def price_of(charge: Mapping[str, Any], segment: Mapping[str, Any]) -> Decimal:
    """Price for the whole quantity and one list price base, by the charge's model."""
    quantity = segment["quantity"] if segment["quantity"] is not None else Decimal(1)
    if charge["model"] == "Volume Pricing":
        return _volume(segment["tiers"], quantity)
    if charge["model"] == "Tiered Pricing":
        return _tiered(segment["tiers"], quantity)
    price = segment["price"] if segment["price"] is not None else Decimal(0)
    return Decimal(price) * (quantity if charge["model"] == "Per Unit Pricing" else 1)


def period_months(charge: Mapping[str, Any]) -> int | None:
    """Months of the charge's billing period; None where it is the term or counted in weeks or days."""
    if charge["billingPeriod"] == "Specific_Months":
        return int(charge["specificBillingPeriod"])
    return BILLING_MONTHS.get(charge["billingPeriod"])


def base_months(charge: Mapping[str, Any]) -> int | None:
    """Months the list price stands for; None where that is the billing period itself and it has no months."""
    if charge["listPriceBase"] == "Per_Specific_Months":
        return int(charge["specificListPriceBase"])
    return MONTHS_OF_BASE.get(charge["listPriceBase"]) or period_months(charge)


def monthly_amount(charge: Mapping[str, Any], segment: Mapping[str, Any]) -> Decimal:
    """Monthly recurring revenue; zero for what does not recur or has no months."""
    months = base_months(charge)
    if charge["type"] != "Recurring" or not months:
        return Decimal(0)
    return (price_of(charge, segment) / months).quantize(Decimal("0.000000001"))


def _volume(tiers: list[dict[str, Any]], quantity: Decimal) -> Decimal:
    for tier in tiers:
        if tier.get("endingUnit") is None or quantity <= tier["endingUnit"]:
            return _tier_amount(tier, quantity)
    return _tier_amount(tiers[-1], quantity)


def _tiered(tiers: list[dict[str, Any]], quantity: Decimal) -> Decimal:
    """Units fill the tiers from below; a tier that begins at 1 and one that begins at 0 hold the same
    first unit.
    """
    total, used = Decimal(0), Decimal(0)
    for tier in tiers:
        end = tier.get("endingUnit")
        top = quantity if end is None else min(quantity, Decimal(end))
        if top > used:
            total += _tier_amount(tier, top - used)
            used = top
    return total


def _tier_amount(tier: Mapping[str, Any], units: Decimal) -> Decimal:
    price = Decimal(tier["price"])
    return price if tier["priceFormat"] == "FlatFee" else price * units
