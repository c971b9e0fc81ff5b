"""What Zuora shows of a subscription, held against what its orders left there before another order builds on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.zuora.orders.placing import place_order
from connector.sync.outcome import Status
from tests import cpq
from tests.cast import account
from tests.sync.test_chains import (
    JAN,
    JUL,
    NEXT,
    OCT,
    agrees,
    billed,
    by_hand,
    cancel,
    first,
    renewed,
    sold,
    standing,
    sync,
)
from tests.sync.world import World, outcome_of

D = Decimal
YEAR_AFTER = date(2028, 1, 1)
YEARLY = {"SBQQ__BillingFrequency__c": "Annual"}


def in_zuora(world: World, number: str, day: date, **action: Any) -> None:
    """An order that somebody enters there, with one action on the first subscription."""
    trigger = {"name": "ContractEffective", "triggerDate": day.isoformat()}
    entry = {"subscriptionNumber": "SUB-0000001", "orderActions": [{**action, "triggerDates": [trigger]}]}
    body = {
        "orderNumber": number,
        "orderDate": day.isoformat(),
        "existingAccountNumber": world.account()["accountNumber"],
        "subscriptions": [entry],
    }
    with world.tenant.writing() as store:
        place_order(world.tenant, store, body)


def renew_there(world: World) -> None:
    in_zuora(world, "RENEWED-BY-HAND", NEXT, type="RenewSubscription", renewSubscription={})


def cancel_there(world: World, day: date) -> None:
    policy = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": day.isoformat()}
    in_zuora(world, f"ENDED-ON-{day}", day, type="CancelSubscription", cancelSubscription=policy)


def opened_anew(**fields: Any) -> OrderSnapshot:
    """Another frequency: the renewal opens a subscription in place of the first."""
    return cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, **YEARLY, **fields)], on=NEXT)


def writes_nothing(world: World) -> bool:
    world.forget_requests()
    return world.sync().status is Status.SUCCEEDED and not world.writes()


def test_a_subscription_that_runs_on_in_zuora_is_not_sold_beside(world: World) -> None:
    """Renewed there by hand, it would bill side by side with the one that the renewal opens."""
    orders = (first(), opened_anew())
    sync(world, orders[0])
    renew_there(world)
    world.add(account(orders=orders))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "opens another subscription in place of SUB-0000001" in refused
    assert "its term ends there on 2028-01-01, by Salesforce on 2027-01-01. Both would bill" in refused
    assert "End it in Zuora on 2027-01-01" in refused
    assert [number for number, *_ in standing(world)] == ["SUB-0000001"]
    cancel_there(world, NEXT)
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2027-01-01"),
        ("SUB-0000002", "Active", "2028-01-01"),
    ]
    assert agrees(world, orders)
    assert writes_nothing(world)


def test_where_the_integration_warns_only_a_subscription_that_runs_on_is_told(world: World) -> None:
    world.option(money_rule=MoneyRule.WARN)
    orders = (first(), opened_anew())
    sync(world, orders[0])
    renew_there(world)
    world.add(account(orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    (warning,) = world.messages(Severity.WARNING)
    assert "its term ends there on 2028-01-01, by Salesforce on 2027-01-01. Both would bill" in warning
    assert writes_nothing(world)


def test_a_subscription_that_was_ended_too_early_in_zuora_is_told_before_another_takes_its_place(
    world: World,
) -> None:
    orders = (first(), opened_anew())
    sync(world, orders[0])
    cancel_there(world, date(2026, 7, 1))
    world.add(account(orders=orders))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "it was cancelled there on 2026-07-01, by Salesforce it ends on 2027-01-01" in refused
    assert "Both would bill" not in refused
    world.option(money_rule=MoneyRule.WARN)
    assert world.sync().status is Status.SUCCEEDED
    assert any("it was cancelled there on 2026-07-01" in text for text in world.messages(Severity.WARNING))


def test_a_subscription_that_another_has_long_replaced_is_not_asked_for_again(world: World) -> None:
    """What somebody does with it afterwards is no hindrance to what comes after."""
    third = cpq.renewal(103, [renewed(3, YEAR_AFTER, date(2029, 1, 1), revises=2, **YEARLY)], on=YEAR_AFTER)
    orders = (first(), opened_anew(), third)
    sync(world, *orders[:2])
    renew_there(world)
    world.add(account(orders=orders))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world)[1] == ("SUB-0000002", "Active", "2029-01-01")


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])
def test_a_subscription_that_ended_as_sold_is_replaced_without_a_word(world: World, one_by_one: bool) -> None:
    orders = (first(), opened_anew())
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert not world.messages(Severity.WARNING)
    assert billed(world) == 2400
    assert writes_nothing(world)


def priced_there(world: World, order: OrderSnapshot, price: float) -> None:
    """The first subscription, entered in Zuora by hand or by another connector at a price of its own."""
    sync(world, order)
    with world.tenant.writing() as store:
        place_order(world.tenant, store, by_hand(world, listPrice=price))
    world.lose_database()


def segments(world: World) -> list[tuple[Decimal, Decimal]]:
    return [
        (each["quantity"], round(each["price"], 5))
        for each in world.subscription("SUB-0000001")["charge"]["segments"]
    ]


def test_a_price_rounded_to_the_cent_in_zuora_is_no_hindrance(world: World) -> None:
    """100.00 a year are 8.3333… a month. From its day on, the amendment states what makes the sum billed the sum sold."""
    order = first(price="100")
    more = cpq.amendment(102, [sold(2, JUL, NEXT, "5", "100", revises=1, action="Quantity Increase")], on=JUL)
    priced_there(world, order, 8.33)
    world.add(account(orders=[order, more]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert segments(world) == [(10, D("8.33")), (15, D("8.333"))]
    assert sum(world.billed()[-6:]) == 750
    assert writes_nothing(world)


def test_a_price_rounded_to_the_cent_in_zuora_does_not_keep_a_subscription_from_ending(
    world: World,
) -> None:
    order = first(price="100")
    priced_there(world, order, 8.33)
    world.add(account(orders=[order, cpq.amendment(102, [cancel(2, JUL, NEXT, "10", price="100")], on=JUL)]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [("SUB-0000001", "Cancelled", "2026-07-01")]
    assert writes_nothing(world)


def test_a_renewal_does_not_go_on_at_a_price_rounded_to_the_cent_in_zuora(world: World) -> None:
    """It would state no price, and 999.60 be billed for the 1000.00 of its term."""
    order = first(price="100")
    again = cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, price="100")], on=NEXT)
    priced_there(world, order, 8.33)
    world.add(account(orders=[order, again]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "its price there is 8.33, by Salesforce 8.333" in refused


def test_a_renewal_that_states_its_price_takes_over_from_one_rounded_to_the_cent(world: World) -> None:
    order = first(price="100")
    again = cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, "20", price="100")], on=NEXT)
    priced_there(world, order, 8.33)
    world.add(account(orders=[order, again]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert abs(sum(world.billed()[-12:]) - 2000) <= D("0.12")
    assert writes_nothing(world)


@pytest.mark.parametrize("price", [8.32, 8.34, 8.335, 8.3])
def test_a_price_that_is_not_the_rounded_one_is_told(world: World, price: float) -> None:
    order = first(price="100")
    more = cpq.amendment(102, [sold(2, JUL, NEXT, "5", "100", revises=1, action="Quantity Increase")], on=JUL)
    priced_there(world, order, price)
    world.add(account(orders=[order, more]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert f"its price there is {price}, by Salesforce 8.333" in refused


MORE = cpq.amendment(102, [sold(2, OCT, NEXT, "5", revises=1, action="Quantity Increase")], on=OCT)
EARLY = {
    "inside the running term": (
        (first(),),
        cpq.renewal(103, [renewed(3, JUL, date(2027, 7, 1))], on=JUL),
        cpq.amendment(104, [cancel(4, JUL, NEXT, "10")], on=JUL),
    ),
    "behind a later change": (
        (first(), MORE),
        cpq.renewal(103, [renewed(3, JUL, date(2027, 7, 1), "15")], on=JUL),
        cpq.amendment(104, [cancel(4, JUL, NEXT, "10"), cancel(5, OCT, NEXT, "5")], on=JUL),
    ),
}


@pytest.mark.parametrize(("before", "early", "back"), EARLY.values(), ids=EARLY)
def test_what_is_said_of_an_early_renewal_that_gives_nothing_back_leads_out(
    world: World, before: tuple[OrderSnapshot, ...], early: OrderSnapshot, back: OrderSnapshot
) -> None:
    report = sync(world, *before, early)
    message = outcome_of(report, Noun.ORDER, early.order_number).message
    assert "amending it to zero from 2026-07-01 on" in message
    assert "then deactivate and activate this order in Salesforce, so that it comes after that" in message
    orders = (*before, early, back)
    world.add(account(orders=orders))
    world.sync()
    assert world.orders() == [order.order_number for order in before]
    world.change("Order", early.salesforce_id, ActivatedDate="2026-07-02T09:00:00.000+0000")
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2026-07-01"),
        ("SUB-0000003", "Active", "2027-07-01"),
    ]
    assert agrees(world, orders)
    assert writes_nothing(world)


def reused(number: int, start: date, ends: date, quantity: str = "10", **fields: Any) -> dict[str, Any]:
    """A renewal's line that Salesforce CPQ ties to the subscription it renews."""
    return renewed(number, start, ends, quantity, SBQQ__Subscription__r={"Name": "SUB-0000001"}, **fields)


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])
def test_a_subscription_opened_under_the_name_of_the_one_it_replaces_gets_its_own(
    world: World, one_by_one: bool
) -> None:
    """Zuora gives no number twice; what comes later finds the subscription by the number it got."""
    two_years_after, summer = date(2029, 1, 1), date(2027, 7, 1)
    more = sold(3, summer, YEAR_AFTER, "5", revises=2, action="Quantity Increase", **YEARLY)
    orders = (
        first(),
        cpq.renewal(102, [reused(2, NEXT, YEAR_AFTER, **YEARLY)], on=NEXT),
        cpq.amendment(103, [more], on=summer),
        cpq.renewal(104, [reused(4, YEAR_AFTER, two_years_after, "15", revises=2)], on=YEAR_AFTER),
    )
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("00000102-0000000002", "Active", "2028-01-01"),
        ("00000104-0000000004", "Active", "2029-01-01"),
        ("SUB-0000001", "Active", "2027-01-01"),
    ]
    assert agrees(world, orders)
    assert writes_nothing(world)
    world.lose_database()
    assert writes_nothing(world)


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])
def test_what_is_renewed_as_it_was_keeps_its_subscription(world: World, one_by_one: bool) -> None:
    orders = (first(), cpq.renewal(102, [reused(2, NEXT, YEAR_AFTER)], on=NEXT))
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [("SUB-0000001", "Active", "2028-01-01")]


def test_a_number_that_a_stranger_has_in_zuora_is_still_for_people(world: World) -> None:
    """Only the names of its own predecessors are known to be no sale of the same."""
    orders = (
        cpq.first(101, [sold(1, JAN, NEXT, "10"), sold(2, JAN, NEXT, "4")], on=JAN),
        cpq.renewal(102, [reused(3, NEXT, YEAR_AFTER, "4", revises=2, **YEARLY)], on=NEXT),
    )
    sync(world, orders[0])
    world.add(account(orders=orders))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "Zuora has the subscription SUB-0000001 for it already, from another order" in refused


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])
def test_what_is_renewed_beside_a_subscription_gets_a_number_of_its_own(
    world: World, one_by_one: bool
) -> None:
    """A part goes on as it was; the rest is sold by the year from then on, and is another subscription."""
    lines = [reused(2, NEXT, YEAR_AFTER, "4"), reused(3, NEXT, YEAR_AFTER, "6", **YEARLY)]
    orders = (first(), cpq.renewal(102, lines, on=NEXT))
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("00000102-0000000003", "Active", "2028-01-01"),
        ("SUB-0000001", "Active", "2028-01-01"),
    ]
    assert agrees(world, orders)
    assert writes_nothing(world)
