"""Tiers in orders: both ends inclusive, without overlaps and gaps, for usage as for what recurs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.zuora.tiers import flaw_of

BAD_VALUE, MISSING = 20, 22
ROWS = [
    {"Currency": "USD", "StartingUnit": 0, "EndingUnit": 100, "Price": 5, "PriceFormat": "Per Unit"},
    {"Currency": "USD", "StartingUnit": 101, "Price": 4, "PriceFormat": "Per Unit"},
]


@pytest.mark.parametrize(
    ("ends", "flaw"),
    [
        ([("0", None)], None),
        ([("0", "184"), ("185", "999")], None),
        ([("0", "184.99"), ("185", None)], None),
        ([("1", "10"), ("11", None)], None),
        ([("0", "185"), ("185", None)], "overlap"),
        ([("0", "185"), ("100", None)], "overlap"),
        ([("0", "184"), ("190", None)], "gap"),
        ([("0", None), ("10", "20")], "open"),
        ([("5", None)], "begin"),
        ([("0", "10"), ("11", "10.5")], "end before"),
    ],
)
def test_tiers_that_stand_together(ends: list[tuple[str, str | None]], flaw: str | None) -> None:
    found = flaw_of([(Decimal(first), None if last is None else Decimal(last)) for first, last in ends])
    assert found is None if flaw is None else flaw in str(found)


def tiers(*ends: tuple[int, int | None]) -> list[Any]:
    return [
        {"tier": number, "startingUnit": first, "price": 1, "priceFormat": "PerUnit"}
        | ({} if last is None else {"endingUnit": last})
        for number, (first, last) in enumerate(ends, 1)
    ]


@pytest.mark.parametrize(
    ("kind", "model", "key"),
    [
        ("Usage", "Tiered Pricing", "usageTiered"),
        ("Usage", "Volume Pricing", "usageVolume"),
        ("Recurring", "Tiered Pricing", "recurringTiered"),
    ],
)
def test_an_orders_tiers(zuora: Any, bodies: Any, make_offer: Any, kind: str, model: str, key: str) -> None:
    offer = make_offer("Calls", ROWS, ChargeType=kind, ChargeModel=model)
    quantity = {"quantity": 1} if kind == "Recurring" else {}
    missing = tiers((0, 10))
    del missing[0]["price"]
    for given, category, word in (
        (tiers((0, 10), (12, None)), BAD_VALUE, "gap"),
        (tiers((0, 10), (10, None)), BAD_VALUE, "overlap"),
        (missing, MISSING, "price"),
    ):
        override = bodies.override(offer, {key: {"tiers": given, **quantity}})
        plan = {"productRatePlanId": offer.plan, "chargeOverrides": [override]}
        [(found, message)] = zuora.refused("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))
        assert (found, word in message) == (category, True), message
    good = bodies.override(offer, {key: {"tiers": tiers((0, 10), (11, None)), **quantity}})
    plan = {"productRatePlanId": offer.plan, "chargeOverrides": [good], "subscriptionRatePlanNumber": "RP-1"}
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))
    update = {"productRatePlanChargeId": offer.charge, "pricing": {key: {"tiers": tiers((0, 5), (9, None))}}}
    details = {"subscriptionRatePlanNumber": "RP-1", "chargeUpdates": [update]}
    order = bodies.order(bodies.action("UpdateProduct", details), number="2", subscription="SUB-1")
    assert "gap" in zuora.refused("POST", "/v1/orders", order)[0][1]


def test_usage_is_no_line_item(zuora: Any, bodies: Any, make_offer: Any) -> None:
    offer = make_offer("Calls", 3, ChargeType="Usage")
    item = bodies.item(productRatePlanChargeId=offer.charge)
    assert "one-time" in zuora.refused("POST", "/v1/orders", bodies.order(orderLineItems=[item]))[0][1]


def test_a_price_by_the_month_does_not_fit_a_period_of_weeks(zuora: Any, bodies: Any) -> None:
    pricing = {"recurringPerUnit": {"listPrice": 1, "quantity": 1, "listPriceBase": "Per_Month"}}
    plan = bodies.seats(override={"pricing": pricing, "billing": {"billingPeriod": "Week"}})
    assert (
        "does not fit" in zuora.refused("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))[0][1]
    )
