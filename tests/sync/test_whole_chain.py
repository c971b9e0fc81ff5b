"""The demo's most complex account: a first order with everything in it, three amendments, a renewal and a cancellation.

Synced in one run from nothing, and order by order as time passes, Zuora must end up with the same subscriptions and the same bill.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sandbox import demo_org
from connector.sync.outcome import Status
from tests.sync.world import World

CHAIN = demo_org.showcase()["most_complex"]


def orders() -> list[dict[str, Any]]:
    """The account's orders, oldest first."""
    return [order for order in demo_org.build()["Order"] if order["AccountId"] == CHAIN]


def seed(world: World, *, activated: int) -> None:
    """The demo's org; of the account's orders only the first so many are activated yet."""
    org: dict[str, list[dict[str, Any]]] = demo_org.build()
    waiting = {order["Id"] for order in orders()[activated:]}
    for order in org["Order"]:
        if order["Id"] in waiting:
            order |= {"Status": "Draft", "StatusCode": "Draft"}
    world.org.seed(org)


def activate(world: World, order: dict[str, Any]) -> None:
    world.change("Order", order["Id"], Status="Activated", StatusCode="Activated")


def state(world: World) -> list[tuple[Any, ...]]:
    """Each subscription's latest version: standing, end and segments; then the line items."""
    found: list[tuple[Any, ...]] = [
        (
            each["subscriptionNumber"],
            each["status"],
            each["termEndDate"],
            [
                (
                    segment["effectiveStartDate"],
                    segment["effectiveEndDate"],
                    segment["quantity"],
                    segment["price"],
                )
                for plan in each["ratePlans"]
                for charge in plan["charges"]
                for segment in charge["segments"]
            ],
        )
        for each in world.state("subscriptions")
        if each["isLatestVersion"]
    ]
    items = world.state("order_line_items")
    return sorted(found) + sorted((each["itemName"], each["quantity"], each["amount"]) for each in items)


def sold() -> Decimal:
    own = {order["Id"] for order in orders()}
    lines = [line for line in demo_org.build()["OrderItem"] if line["OrderId"] in own]
    return sum((Decimal(str(line["TotalPrice"])) for line in lines), Decimal(0))


def test_at_once_or_order_by_order_zuora_ends_up_the_same(world: World) -> None:
    kinds = [order["Type"] for order in orders()]
    assert kinds == ["New", "Amendment", "Amendment", "Amendment", "Renewal", "Amendment"]
    seed(world, activated=len(kinds))
    assert world.sync(CHAIN).status is Status.SUCCEEDED
    at_once, billed = state(world), world.billed()
    assert abs(sum(billed, Decimal(0)) - sold()) <= Decimal("0.01") * len(billed)
    assert world.orders() == [order["OrderNumber"] for order in orders()]
    world.forget_requests()
    assert world.sync(CHAIN).status is Status.SUCCEEDED
    assert world.writes() == []

    world.start_anew()
    seed(world, activated=1)
    for position, order in enumerate(orders(), start=1):
        activate(world, order)
        assert world.sync(CHAIN).status is Status.SUCCEEDED
        assert len(world.orders()) == position
    assert state(world) == at_once
    assert world.billed() == billed


def test_a_lost_database_costs_calls_and_no_second_order(world: World) -> None:
    seed(world, activated=4)
    world.sync(CHAIN)
    world.lose_database()
    for order in orders()[4:]:
        activate(world, order)
    assert world.sync(CHAIN).status is Status.SUCCEEDED
    after = state(world)
    world.lose_database()
    world.forget_requests()
    assert world.sync(CHAIN).status is Status.SUCCEEDED
    assert world.writes() == []
    assert state(world) == after
