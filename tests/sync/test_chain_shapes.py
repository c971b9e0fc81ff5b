"""What is left of a chain after lines that begin in the middle of a period, and renewals that sell it as something else: the
subscriptions and prices Zuora ends with, over both sandboxes, at once and order by order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from connector.domain.snapshot import OrderSnapshot
from connector.sync.outcome import Status
from tests import cpq
from tests.cast import account, product
from tests.sync.test_chains import (
    BLOCK,
    JUL,
    NEXT,
    OCT,
    D,
    agrees,
    billed,
    both_ways,
    cancel,
    first,
    renewed,
    sold,
    standing,
    sync,
    total,
)
from tests.sync.world import World

YEAR_AFTER = date(2028, 1, 1)
ANNUAL = {"SBQQ__BillingFrequency__c": "Annual"}
QUARTERLY = {"SBQQ__BillingFrequency__c": "Quarterly"}

Orders = tuple[OrderSnapshot, ...]


def more(number: int, start: date, ends: date, quantity: str, **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, quantity, revises=1, action="Quantity Increase", **fields)


def fewer(number: int, start: date, ends: date, quantity: str, **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, f"-{quantity}", revises=1, action="Quantity Decrease", **fields)


def cancelled_before_its_renewal(
    start: date = date(2026, 7, 16), quantity: str = "10", **fields: Any
) -> Orders:
    return (
        first(quantity=quantity, **fields),
        cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, quantity, **fields)], on=NEXT),
        cpq.amendment(103, [cancel(3, start, NEXT, quantity, **fields)], on=start),
    )


def cancelled_with_what_was_sold_ahead() -> Orders:
    day = date(2026, 7, 10)
    return (
        first(quantity="100"),
        cpq.amendment(102, [more(2, OCT, NEXT, "5")], on=OCT),
        cpq.amendment(103, [cancel(3, day, NEXT, "100"), cancel(4, OCT, NEXT, "5")], on=day),
    )


def cancelled_a_day_after_a_pause() -> Orders:
    pause, again, day = date(2026, 4, 1), JUL, date(2026, 7, 2)
    return (
        first(quantity="100"),
        cpq.amendment(102, [cancel(2, pause, again, "100")], on=pause),
        cpq.amendment(103, [cancel(3, day, NEXT, "100")], on=day),
    )


def hundreds_for_three_days(back: str) -> Orders:
    added, gone = date(2026, 5, 30), date(2026, 6, 2)
    return (
        first(quantity="1", price="99"),
        cpq.amendment(102, [more(2, added, NEXT, "300", price="99")], on=added),
        cpq.amendment(103, [fewer(3, gone, NEXT, back, price="99")], on=gone),
    )


def fewer_twice(day: date) -> Orders:
    fall = date(2026, 12, 17)
    return (
        first(quantity="100", price="9.99"),
        cpq.amendment(102, [fewer(2, fall, NEXT, "85", price="9.99")], on=fall),
        cpq.amendment(103, [fewer(3, day, NEXT, "14", price="9.99")], on=day),
    )


SHAPES: dict[str, Callable[[], Orders]] = {
    "cancelled in a month, renewed": cancelled_before_its_renewal,
    "a block cancelled in a month, renewed": lambda: cancelled_before_its_renewal(
        quantity="1", price="1200", **BLOCK
    ),
    "cancelled with what was sold ahead": cancelled_with_what_was_sold_ahead,
    "cancelled a day after a pause": cancelled_a_day_after_a_pause,
    "hundreds for three days, all gone": lambda: hundreds_for_three_days("301"),
    "hundreds for three days, one left": lambda: hundreds_for_three_days("300"),
    "fewer, then fewer from an earlier day": lambda: fewer_twice(date(2026, 12, 10)),
    "fewer, then fewer from a later day": lambda: fewer_twice(date(2026, 12, 20)),
}


@both_ways
@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_broken_month_leaves_is_billed_as_sold(world: World, shape: str, one_by_one: bool) -> None:
    orders = SHAPES[shape]()
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert agrees(world, orders)
    assert min(prices(world)) >= 0
    world.lose_database()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []


def prices(world: World) -> list[float]:
    return [
        segment["price"]
        for subscription in world.state("subscriptions")
        for plan in subscription["ratePlans"]
        for charge in plan["charges"]
        for segment in charge["segments"]
    ]


def test_each_unit_bears_a_difference_of_proration_in_proportion_to_its_price(world: World) -> None:
    """What 300 seats differ by for three days does not fall on the one that was there before."""
    sync(world, *hundreds_for_three_days("300"))
    assert [(each["from"], each["quantity"], round(each["price"], 2)) for each in life(world)] == [
        ("2026-01-01", 1, 8.25),
        ("2026-05-01", 1, 6.70),
        ("2026-05-30", 301, 6.70),
        ("2026-06-02", 1, 8.25),
    ]


def life(world: World) -> list[dict[str, Any]]:
    (subscription,) = [each for each in world.state("subscriptions") if each["isLatestVersion"]]
    ((charge,),) = [plan["charges"] for plan in subscription["ratePlans"]]
    return [
        {"from": each["effectiveStartDate"], "quantity": each["quantity"], "price": float(each["price"])}
        for each in charge["segments"]
    ]


@both_ways
def test_a_part_renewed_as_another_product_is_a_subscription_beside_the_renewed_one(
    world: World, one_by_one: bool
) -> None:
    other = {
        "Product2": product("01t000000000008AAA", Name="Seats Plus", ProductCode="SEAT-P"),
        "price": "240",
    }
    orders = (
        first(),
        cpq.renewal(
            102, [renewed(2, NEXT, YEAR_AFTER, "4"), renewed(3, NEXT, YEAR_AFTER, "6", **other)], on=NEXT
        ),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Active", "2028-01-01"),
        ("SUB-0000003", "Active", "2028-01-01"),
    ]
    assert billed(world) == total(*orders)


@both_ways
def test_a_part_renewed_on_another_frequency_is_changed_by_its_own_line(
    world: World, one_by_one: bool
) -> None:
    half = date(2027, 7, 1)
    orders = (
        first(),
        cpq.renewal(
            102,
            [renewed(2, NEXT, YEAR_AFTER, "4"), renewed(3, NEXT, YEAR_AFTER, "6", **ANNUAL)],
            on=NEXT,
        ),
        cpq.amendment(103, [more(4, half, YEAR_AFTER, "1")], on=half),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert quantities(world) == {"SUB-0000001": 5, "SUB-0000003": 6}
    assert billed(world) == total(*orders)


def quantities(world: World) -> dict[str, float]:
    return {
        each["subscriptionNumber"]: each["ratePlans"][0]["charges"][0]["segments"][-1]["quantity"]
        for each in world.state("subscriptions")
        if each["isLatestVersion"]
    }


@both_ways
def test_an_early_renewal_on_another_frequency_takes_back_what_it_gives_back(
    world: World, one_by_one: bool
) -> None:
    ends = date(2027, 7, 1)
    lines = [cancel(2, JUL, NEXT, "10"), renewed(3, JUL, ends, **ANNUAL)]
    orders = (first(), cpq.renewal(102, lines, on=JUL))
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2026-07-01"),
        ("SUB-0000003", "Active", "2027-07-01"),
    ]
    assert billed(world) == total(*orders)


@both_ways
def test_a_renewal_before_one_that_stands_already_opens_another_subscription(
    world: World, one_by_one: bool
) -> None:
    """Zuora would have to shorten a term to before it began."""
    day = date(2026, 12, 1)
    lines = [
        cancel(3, day, NEXT, "10"),
        cancel(4, NEXT, YEAR_AFTER, "10"),
        renewed(5, day, date(2027, 12, 1)),
    ]
    orders = (
        first(),
        cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER)], on=NEXT),
        cpq.renewal(103, lines, on=day, ActivatedDate="2027-01-02T00:00:00.000+0000"),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2026-12-01"),
        ("SUB-0000005", "Active", "2027-12-01"),
    ]
    assert billed(world) == total(*orders)


@pytest.mark.parametrize("given", [False, True])
def test_a_subscription_in_place_of_another_keeps_the_list_price_base_it_was_made_with(
    world: World, given: bool
) -> None:
    half = date(2027, 7, 1)
    orders = (
        first(),
        cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, **QUARTERLY)], on=NEXT),
        cpq.amendment(103, [more(3, half, YEAR_AFTER, "5", **QUARTERLY)], on=half),
    )
    world.option(list_price_base=given)
    sync(world, *orders[:2])
    world.option(list_price_base=not given)
    world.add(account(orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    assert billed(world) == total(*orders) == D("2700.00")


RENEWALS: dict[str, dict[str, Any]] = {
    "on another frequency": {"start": NEXT, "ends": YEAR_AFTER, **ANNUAL},
    "after a gap": {"start": date(2027, 2, 1), "ends": date(2028, 2, 1)},
}


@both_ways
@pytest.mark.parametrize("renewal", RENEWALS)
@pytest.mark.parametrize("change", [5, -10])
def test_the_old_term_is_changed_behind_a_renewal_that_opened_another_subscription(
    world: World, renewal: str, change: int, one_by_one: bool
) -> None:
    day = date(2026, 12, 1)
    fields = RENEWALS[renewal]
    changed = more(3, day, NEXT, "5") if change > 0 else cancel(3, day, NEXT, "10")
    orders = (
        first(),
        cpq.renewal(
            102, [renewed(2, **fields)], on=fields["start"], ActivatedDate="2026-10-01T00:00:00.000+0000"
        ),
        cpq.amendment(103, [changed], on=day),
        cpq.amendment(104, [more(4, date(2027, 7, 1), fields["ends"], "2", **_frequency(fields))], on=JUL),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert agrees(world, orders)
    assert quantities(world) == {"SUB-0000001": 15 if change > 0 else 10, "SUB-0000002": 12}
    world.lose_database()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []


def _frequency(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name.startswith("SBQQ")}


@both_ways
def test_what_is_renewed_after_a_gap_opens_another_subscription_beside_what_is_sold_otherwise(
    world: World, one_by_one: bool
) -> None:
    later = {"start": date(2027, 2, 1), "ends": date(2028, 2, 1)}
    lines = [renewed(2, quantity="4", **later), renewed(3, NEXT, YEAR_AFTER, "6", **ANNUAL)]
    orders = (first(), cpq.renewal(102, lines, on=NEXT))
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Active", "2027-01-01"),
        ("SUB-0000002", "Active", "2028-02-01"),
        ("SUB-0000003", "Active", "2028-01-01"),
    ]
    assert billed(world) == total(*orders)
