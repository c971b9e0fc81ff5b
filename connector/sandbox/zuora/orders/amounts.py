"""What a charge segment costs: for a billing period, and for a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from connector.sandbox.zuora.orders.periods import Period, period_days, period_months

MONTHS_OF_BASE = {"Per_Month": 1, "Per_Year": 12}


def number(value: Any) -> Decimal:
    """A number as it is kept, or as JSON gave it back."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def price_of(charge: Mapping[str, Any], segment: Mapping[str, Any]) -> Decimal:
    """Price for the whole quantity and one list price base, by the charge's model."""
    quantity = number(segment["quantity"]) if segment["quantity"] is not None else Decimal(1)
    if charge["model"] == "Volume Pricing":
        return _volume(segment["tiers"], quantity)
    if charge["model"] == "Tiered Pricing":
        return _tiered(segment["tiers"], quantity)
    price = number(segment["price"]) if segment["price"] is not None else Decimal(0)
    return price * (quantity if charge["model"] == "Per Unit Pricing" else 1)


def period_price(charge: Mapping[str, Any], segment: Mapping[str, Any], period: Period) -> Fraction:
    """What the whole of a billing period costs, exactly."""
    price = Fraction(price_of(charge, segment))
    if charge["listPriceBase"] == "Per_Week":
        return price * Fraction(period.days, 7)
    months = _months_of_base(charge)
    return price * period.months / months if months and period.months is not None else price


def base_fits(charge: Mapping[str, Any]) -> bool:
    """Whether price and period are counted alike: weeks with weeks, months with months or the term."""
    base: str = charge["listPriceBase"]
    return base == "Per_Billing_Period" or (base == "Per_Week") == (period_days(charge) is not None)


def monthly_amount(charge: Mapping[str, Any], segment: Mapping[str, Any]) -> Decimal:
    """Monthly recurring revenue; zero for what does not recur or has no months."""
    months = _months_of_base(charge) or period_months(charge)
    if charge["type"] != "Recurring" or not months:
        return Decimal(0)
    return (price_of(charge, segment) / months).quantize(Decimal("0.000000001"))


def _months_of_base(charge: Mapping[str, Any]) -> int | None:
    """Months the list price stands for; None where that is the billing period itself."""
    if charge["listPriceBase"] == "Per_Specific_Months":
        return int(charge["specificListPriceBase"])
    return MONTHS_OF_BASE.get(charge["listPriceBase"])


def _volume(tiers: Sequence[Mapping[str, Any]], quantity: Decimal) -> Decimal:
    for tier in tiers:
        if tier.get("endingUnit") is None or quantity <= number(tier["endingUnit"]):
            return _tier_amount(tier, quantity)
    return _tier_amount(tiers[-1], quantity)


def _tiered(tiers: Sequence[Mapping[str, Any]], quantity: Decimal) -> Decimal:
    """Units fill the tiers from below; a tier that begins at 1 and one that begins at 0 hold the same
    first unit.
    """
    total, used = Decimal(0), Decimal(0)
    for tier in tiers:
        end = tier.get("endingUnit")
        top = quantity if end is None else min(quantity, number(end))
        if top > used:
            total += _tier_amount(tier, top - used)
            used = top
    return total


def _tier_amount(tier: Mapping[str, Any], units: Decimal) -> Decimal:
    price = number(tier["price"])
    return price if tier["priceFormat"] == "FlatFee" else price * units
