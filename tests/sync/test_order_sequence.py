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
from tests.cast import ACME_CORP, ACME_LABS, account, product, usage_line
from tests.sync.test_chains import (
    APR,
    BLOCK,
    JAN,
    JUL,
    NEXT,
    OCT,
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


def test_amendments_whose_turn_cannot_be_told_stop_what_comes_after_them(world: World) -> None:
    added = activated(cpq.amendment(102, [more(2, JUL, NEXT, "5")], on=JUL), JUL)
    lowered = activated(cpq.amendment(103, [fewer(3, OCT, NEXT, "12")], on=OCT), OCT)
    last = activated(cpq.renewal(104, [renewed(4, NEXT, LATER, "3")], on=NEXT), NEXT)
    orders = (activated(first(), JAN), added, lowered)
    assert sync(world, *orders).status is Status.SUCCEEDED
    world.change("Order", added.salesforce_id, ActivatedDate="2026-11-01T09:00:00.000+0000")
    world.add(account(orders=[*orders, last]))
    stopped = outcome_of(world.sync(), Noun.ORDER, "00000104")
    assert stopped.result is Result.FAILED
    assert stopped.message.count("its turn cannot be told. Then enter this one in Zuora by hand") == 1
    assert world.orders() == ["00000101", "00000102", "00000103"]


# Orders that Zuora need not hear of

HEAD = sold(1, JAN, NEXT, "1", "0", Product2=product("01t000000000009AAA", Name="Suite", ProductCode="SUITE"))
WITHOUT_EFFECT = {
    "given back and sold again, then cancelled": (
        first(),
        cpq.amendment(102, [fewer(2, APR, NEXT, "5"), more(3, APR, NEXT, "5")], on=APR),
        cpq.amendment(103, [cancel(4, JUL, NEXT, "10")], on=JUL),
    ),
    "given back and sold again, then opened anew": (
        first(),
        cpq.amendment(102, [fewer(2, APR, NEXT, "5"), more(3, APR, NEXT, "5")], on=APR),
        cpq.renewal(103, [renewed(4, NEXT, LATER, **YEARLY)], on=NEXT),
        cpq.amendment(104, [more(5, date(2027, 7, 1), LATER, "2", **YEARLY)], on=date(2027, 7, 1)),
    ),
    "a block swapped for its like, then cancelled": (
        first(quantity="1", price="1200", **BLOCK),
        cpq.amendment(
            102,
            [
                cancel(2, APR, NEXT, "1", price="1200", **BLOCK),
                more(3, APR, NEXT, "1", price="1200", **BLOCK),
            ],
            on=APR,
        ),
        cpq.amendment(103, [cancel(4, JUL, NEXT, "1", price="1200", **BLOCK)], on=JUL),
    ),
    "more in the same block, then cancelled": (
        first(**BLOCK),
        cpq.amendment(102, [more(2, APR, NEXT, "2", price="0", **BLOCK)], on=APR),
        cpq.amendment(103, [cancel(3, JUL, NEXT, "12", **BLOCK) | {"TotalPrice": D("-600")}], on=JUL),
    ),
    "more in the same block, then what was sold first given back": (
        first(**BLOCK),
        cpq.amendment(102, [more(2, APR, NEXT, "2", price="0", **BLOCK)], on=APR),
        cpq.amendment(103, [fewer(3, JUL, NEXT, "10", **BLOCK) | {"TotalPrice": D("-300")}], on=JUL),
        cpq.renewal(104, [renewed(4, NEXT, LATER, "2", price="600", **BLOCK)], on=NEXT),
        cpq.amendment(105, [more(5, JUNE, LATER, "1", price="0", **BLOCK)], on=JUNE),
    ),
    "more of what is billed by usage, then cancelled": (
        cpq.first(101, [usage_line()], on=JAN),
        cpq.amendment(
            102,
            [
                usage_line(
                    "0000000006",
                    schedules=(),
                    ServiceDate="2026-04-01",
                    SBQQ__RevisedOrderProduct__c=cpq.order_product_id(5),
                    SBQQ__ContractAction__c="Quantity Increase",
                )
            ],
            on=APR,
        ),
        cpq.amendment(
            103,
            [
                usage_line(
                    "0000000007",
                    schedules=(),
                    Quantity=D(-2),
                    ServiceDate="2026-07-01",
                    SBQQ__RevisedOrderProduct__c=cpq.order_product_id(5),
                    SBQQ__ContractAction__c="Cancel",
                )
            ],
            on=JUL,
        ),
    ),
    "a free head given up, then its part cancelled": (
        cpq.first(101, [HEAD, sold(2, JAN, NEXT, "10", SBQQ__RequiredBy__c=HEAD["Id"])], on=JAN),
        cpq.amendment(102, [cancel(3, APR, NEXT, "1", price="0", Product2=HEAD["Product2"])], on=APR),
        cpq.amendment(103, [sold(4, JUL, NEXT, "-10", revises=2, action="Cancel")], on=JUL),
    ),
}


@both_ways
@pytest.mark.parametrize("orders", WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
def test_an_order_without_effect_counts_in_its_place(
    world: World, orders: tuple[OrderSnapshot, ...], one_by_one: bool
) -> None:
    """Zuora never hears of it, so nothing but its place tells when it was."""
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert outcome_of(report, Noun.ORDER, "00000102").result is Result.SKIPPED
    assert "00000102" not in world.orders()
    assert agrees(world, orders) or not billed(world)
    assert is_settled(world)


def test_an_order_without_effect_waits_for_one_before_it_that_is_not_carried(world: World) -> None:
    """What it does is not known before that."""
    wrong = more(2, APR, NEXT, "5") | {"TotalPrice": D("500")}
    orders = (
        first(),
        cpq.amendment(102, [wrong], on=APR),
        cpq.amendment(103, [fewer(3, JUL, NEXT, "5"), more(4, JUL, NEXT, "5")], on=JUL),
        cpq.amendment(104, [cancel(5, OCT, NEXT, "15")], on=OCT),
    )
    report = sync(world, *orders)
    assert world.orders() == ["00000101"]
    assert outcome_of(report, Noun.ORDER, "00000104").result is not Result.CREATED
    world.change("OrderItem", wrong["Id"], TotalPrice=450.0)
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [("SUB-0000001", "Cancelled", "2026-10-01")]
    assert is_settled(world)


def test_an_order_without_effect_takes_no_bill_back_from_whom_a_later_one_names(world: World) -> None:
    world.option(invoice_owner_field="InvoiceOwner__c")
    swapped = [fewer(2, APR, NEXT, "5"), more(3, APR, NEXT, "5")]
    orders = (
        cpq.first(101, [sold(1, JAN, NEXT, "10")], on=JAN, InvoiceOwner__c=ACME_LABS),
        cpq.amendment(102, swapped, on=APR, InvoiceOwner__c=ACME_LABS),
        cpq.amendment(103, [more(4, JUL, NEXT, "5")], on=JUL, InvoiceOwner__c=ACME_CORP),
    )
    world.seed(account(ACME_LABS, Name="Acme Labs"), account(orders=orders))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert world.orders() == ["00000101", "00000103"]
    assert is_settled(world)
    assert world.subscription("SUB-0000001")["invoiceOwnerId"] == world.account()["id"]


# Orders whose lines are all of quantity 0


@both_ways
@pytest.mark.parametrize("revised", [1, 2], ids=["its first sale", "the line of quantity 0"])
def test_an_amendment_of_quantity_zero_alone_is_skipped_with_a_notice(
    world: World, revised: int, one_by_one: bool
) -> None:
    orders = (
        first(),
        cpq.amendment(102, [sold(2, APR, NEXT, "0", revises=1, action="Existing")], on=APR),
        cpq.amendment(103, [more(3, JUL, NEXT, "5", revises=revised)], on=JUL),
    )
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    skipped = outcome_of(report, Noun.ORDER, "00000102")
    assert skipped.result is Result.SKIPPED
    assert any("quantity 0" in text for text in world.messages(Severity.NOTICE))
    assert standing(world) == [("SUB-0000001", "Active", "2027-01-01")]
    assert world.subscription("SUB-0000001")["charge"]["segments"][-1]["quantity"] == 15
    assert agrees(world, orders)
    assert is_settled(world)
