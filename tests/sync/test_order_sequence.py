"""The sequence in which orders are carried, and what it leaves to later runs: orders activated anew, orders without effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.order_history import History
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from connector.errors import RecordError
from connector.sync.outcome import Result, Status
from tests import cpq
from tests.cast import account
from tests.sync.test_chains import (
    JAN,
    JUL,
    NEXT,
    OCT,
    billed,
    first,
    renewed,
    sold,
    sync,
    total,
)
from tests.sync.world import World, outcome_of

D = Decimal
LATER = date(2028, 1, 1)
JUNE = date(2027, 6, 1)
YEARLY = {"SBQQ__BillingFrequency__c": "Annual"}


def more(number: int, start: date, ends: date, quantity: str, **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, quantity, **{"revises": 1, "action": "Quantity Increase", **fields})


def fewer(number: int, start: date, ends: date, quantity: str, **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, f"-{quantity}", revises=1, action="Quantity Decrease", **fields)


def activated(order: OrderSnapshot, day: date) -> OrderSnapshot:
    return replace(order, record={**order.record, "ActivatedDate": f"{day}T09:00:00.000+0000"})


def is_settled(world: World) -> bool:
    """Another sync, and one after a lost database, have nothing to do and nothing to complain of."""
    for is_lost in (False, True):
        if is_lost:
            world.lose_database()
        world.forget_requests()
        report = world.sync()
        if world.writes() or report.status is not Status.SUCCEEDED:
            return False
    return True


# Orders that were activated anew

ACTIVATED_ANEW = {
    "the first order": (
        activated(first(), date(2026, 8, 1)),
        activated(cpq.amendment(102, [more(2, JUL, NEXT, "5")], on=JUL), JUL),
        activated(cpq.amendment(103, [more(3, OCT, NEXT, "1")], on=OCT), OCT),
    ),
    "a renewal": (
        activated(first(), JAN),
        activated(cpq.renewal(102, [renewed(2, NEXT, LATER)], on=NEXT), date(2027, 2, 1)),
        activated(
            cpq.amendment(103, [more(3, date(2027, 2, 1), LATER, "5")], on=date(2027, 2, 1)),
            date(2027, 1, 15),
        ),
        activated(cpq.amendment(104, [more(4, JUNE, LATER, "1")], on=JUNE), JUNE),
    ),
    "a renewal that another goes on from": (
        activated(first(), JAN),
        activated(cpq.renewal(102, [renewed(2, NEXT, LATER)], on=NEXT), date(2028, 2, 1)),
        activated(cpq.renewal(103, [renewed(3, LATER, date(2029, 1, 1))], on=LATER), LATER),
        activated(
            cpq.amendment(104, [more(4, date(2028, 3, 1), date(2029, 1, 1), "1")], on=date(2028, 3, 1)),
            date(2028, 3, 1),
        ),
    ),
}


@pytest.mark.parametrize("rule", MoneyRule)
@pytest.mark.parametrize("orders", ACTIVATED_ANEW.values(), ids=ACTIVATED_ANEW)
def test_an_order_activated_anew_comes_before_what_builds_on_it(
    world: World, orders: tuple[OrderSnapshot, ...], rule: MoneyRule
) -> None:
    """Carried in their turn at first; then the activation date of an early one moves behind its amendments."""
    world.option(money_rule=rule)
    *carried, last = orders
    in_turn = [activated(order, date(2025, 1, turn)) for turn, order in enumerate(carried, 1)]
    assert sync(world, *in_turn, one_by_one=True).status is Status.SUCCEEDED
    for order in carried:
        world.change("Order", order.salesforce_id, ActivatedDate=order.record["ActivatedDate"])
    world.add(account(orders=orders))
    report = world.sync()
    assert outcome_of(report, Noun.ORDER, last.order_number).result is Result.CREATED, report.message
    assert world.messages(Severity.WARNING) == []
    assert billed(world) == total(*orders)
    assert is_settled(world)


@pytest.mark.parametrize("orders", ACTIVATED_ANEW.values(), ids=ACTIVATED_ANEW)
def test_orders_activated_anew_are_carried_at_once(world: World, orders: tuple[OrderSnapshot, ...]) -> None:
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert world.orders() == [order.order_number for order in orders]
    assert billed(world) == total(*orders)
    assert is_settled(world)


def test_what_was_told_before_its_chain_was_opened_stays_unclear() -> None:
    """The chain lacks it: another change would overwrite it in Zuora."""
    early = cpq.amendment(102, [more(2, JUL, NEXT, "5")], on=JUL)
    late = cpq.amendment(103, [more(3, OCT, NEXT, "1")], on=OCT)
    options = Options()
    history = (
        History()
        .without(early, "Order 00000102 came before what it changes.")
        .settled(first(), account_currency="USD", options=options, state=ZuoraState())
    )
    reading = history.read(late, currency="USD", options=options)
    with pytest.raises(RecordError, match="waits: Order 00000102 came before what it changes"):
        history.book.enter(late, reading.subscriptions, options=options)
