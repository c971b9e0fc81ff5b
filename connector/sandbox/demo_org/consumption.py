"""Consumption schedules: what usage costs by quantity, in the catalogue and copied onto each order product.

All of them are in US dollars, as all schedules of one order must share the order's currency: usage is sold to
customers who pay in dollars only. The bounds of neighbouring rates touch; the upper one is not included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connector.sandbox.demo_org.catalog import PRODUCTS, Product
from connector.sandbox.demo_org.identifiers import salesforce_id

Record = dict[str, object]

CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Rate:
    """A price from `lower` up to, not including, `upper` (None: no end): per unit, or for the whole tier
    where it is `flat`. `cap` is the most the tier may cost, a custom field of this org."""

    lower: int
    upper: int | None
    price: str
    flat: bool = False
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """`kind` is "Range" (the whole quantity at the price of the rate it falls into) or "Slab" (each part of it
    at its own rate's price)."""

    key: str
    name: str
    kind: str
    unit: str
    rates: tuple[Rate, ...]

    @property
    def salesforce_id(self) -> str:
        return salesforce_id("ConsumptionSchedule", self.key)


SCHEDULES = (
    Schedule(
        "calls",
        "Interface calls, by volume",
        "Range",
        "Call",
        (Rate(0, 1000, "0.05"), Rate(1000, 10000, "0.04"), Rate(10000, None, "0.0325")),
    ),
    Schedule(
        "transfer",
        "Data transfer, by tier",
        "Slab",
        "GB",
        (Rate(0, 100, "0.2"), Rate(100, 500, "0.15", cap=50), Rate(500, None, "0.1")),
    ),
    Schedule(
        "text_messages",
        "Text messages",
        "Slab",
        "Message",
        (Rate(0, 500, "25", flat=True), Rate(500, None, "0.045")),
    ),
    Schedule("letters", "Letters", "Range", "Letter", (Rate(0, 100, "0.9"), Rate(100, None, "0.75"))),
)
_BY_KEY = {schedule.key: schedule for schedule in SCHEDULES}


def schedules() -> list[Record]:
    return [
        {
            "Id": schedule.salesforce_id,
            "Name": schedule.name,
            "IsActive": True,
            "BillingTerm": 1,
            "BillingTermUnit": "Month",
            "RatingMethod": "Tier",
            "Type": schedule.kind,
            "UnitOfMeasure": schedule.unit,
            "NumberOfRates": len(schedule.rates),
            "SBQQ__Category__c": "Rates",
            "CurrencyIsoCode": CURRENCY,
        }
        for schedule in SCHEDULES
    ]


def rates() -> list[Record]:
    return [
        {
            "Id": salesforce_id("ConsumptionRate", f"{schedule.key}/{place}"),
            "ConsumptionScheduleId": schedule.salesforce_id,
            "LowerBound": rate.lower,
            "UpperBound": rate.upper,
            "Price": float(rate.price),
            "PricingMethod": "FlatFee" if rate.flat else "PerUnit",
            "ProcessingOrder": place,
            "CurrencyIsoCode": CURRENCY,
        }
        for schedule in SCHEDULES
        for place, rate in enumerate(schedule.rates, start=1)
    ]


def product_schedules() -> list[Record]:
    """Which product is priced by which schedules."""
    return [
        {
            "Id": salesforce_id("ProductConsumptionSchedule", f"{product.key}/{key}"),
            "ProductId": product.salesforce_id,
            "ConsumptionScheduleId": _BY_KEY[key].salesforce_id,
        }
        for product in PRODUCTS
        for key in product.schedules
    ]


def order_product_schedules(product: Product, *, order_item: str) -> list[Record]:
    """The copies that CPQ hangs on an order product, by its id: they keep what the customer agreed to."""
    return [
        {
            "Id": _copy_id(order_item, key),
            "SBQQ__OrderItem__c": order_item,
            "SBQQ__ConsumptionSchedule__c": schedule.salesforce_id,
            "SBQQ__BillingTerm__c": 1.0,
            "SBQQ__BillingTermUnit__c": "Month",
            "SBQQ__Category__c": "Rates",
            "SBQQ__RatingMethod__c": "Tier",
            "SBQQ__Type__c": schedule.kind,
            "SBQQ__UnitOfMeasure__c": schedule.unit,
            "CurrencyIsoCode": CURRENCY,
        }
        for key, schedule in _schedules_of(product)
    ]


def order_product_rates(product: Product, *, order_item: str) -> list[Record]:
    return [
        {
            "Id": salesforce_id("SBQQ__OrderItemConsumptionRate__c", f"{order_item}/{key}/{place}"),
            "SBQQ__OrderItemConsumptionSchedule__c": _copy_id(order_item, key),
            "SBQQ__LowerBound__c": float(rate.lower),
            "SBQQ__UpperBound__c": None if rate.upper is None else float(rate.upper),
            "SBQQ__Price__c": float(rate.price),
            "SBQQ__PricingMethod__c": "FlatFee" if rate.flat else "PerUnit",
            "SBQQ__ProcessingOrder__c": float(place),
            "Cap__c": None if rate.cap is None else float(rate.cap),
            "CurrencyIsoCode": CURRENCY,
        }
        for key, schedule in _schedules_of(product)
        for place, rate in enumerate(schedule.rates, start=1)
    ]


def _copy_id(order_item: str, key: str) -> str:
    return salesforce_id("SBQQ__OrderItemConsumptionSchedule__c", f"{order_item}/{key}")


def _schedules_of(product: Product) -> Iterator[tuple[str, Schedule]]:
    return ((key, _BY_KEY[key]) for key in product.schedules)
