"""Chains that a real org has and that once were billed wrongly, or could not be carried: each a sentence, over both sandboxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.zuora.orders.placing import place_order
from connector.sync.outcome import Result, Status
from tests import cpq
from tests.cast import ACME_CORP, account, line, product
from tests.sync.dataset import dataset
from tests.sync.world import World, outcome_of

D = Decimal
JAN, APR, JUL, OCT = (date(2026, month, 1) for month in (1, 4, 7, 10))
NEXT = date(2027, 1, 1)
BLOCK = {"SBQQ__PricingMethod__c": "Block"}
TERMLY = {"SBQQ__BillingFrequency__c": "Invoice Plan"}


def sold(
    number: int, start: date, ends: date, quantity: str, price: str = "120", **fields: Any
) -> dict[str, Any]:
    """A line whose last day is the one before `ends`."""
    return cpq.sold(
        number, start=start, last_day=ends - timedelta(days=1), quantity=quantity, price=price, **fields
    )


def first(ends: date = NEXT, quantity: str = "10", price: str = "120", **fields: Any) -> OrderSnapshot:
    return cpq.first(101, [sold(1, JAN, ends, quantity, price, **fields)], on=JAN)


def cancel(number: int, start: date, ends: date, quantity: str, **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, f"-{quantity}", revises=1, action="Cancel", **fields)


def renewed(number: int, start: date, ends: date, quantity: str = "10", **fields: Any) -> dict[str, Any]:
    return sold(number, start, ends, quantity, **{"revises": 1, "action": "Renew", **fields})


def total(*orders: OrderSnapshot) -> Decimal:
    return sum((each["TotalPrice"] for order in orders for each in order.lines), D(0))


def sync(world: World, *orders: OrderSnapshot, one_by_one: bool = False) -> Any:
    """All at once, or each as it comes; the last report."""
    report = None
    for seen in range(1, len(orders) + 1) if one_by_one else (len(orders),):
        known = account(orders=orders[:seen])
        (world.seed if seen == 1 or not one_by_one else world.add)(known)
        report = world.sync()
    return report


def billed(world: World) -> Decimal:
    return sum(world.billed(), D(0))


def agrees(world: World, orders: Sequence[OrderSnapshot]) -> bool:
    return abs(billed(world) - total(*orders)) <= D("0.01") * max(len(world.billed()), 1)


def standing(world: World) -> list[tuple[str, str, str | None]]:
    return sorted(
        (each["subscriptionNumber"], each["status"], each["termEndDate"])
        for each in world.state("subscriptions")
        if each["isLatestVersion"]
    )


def by_hand(world: World, **pricing: Any) -> dict[str, Any]:
    """An order that somebody enters in Zuora: another price or quantity for the first subscription, from its first day on."""
    charge = world.subscription("SUB-0000001")["charge"]["number"]
    update = {"chargeNumber": charge, "pricing": {"recurringPerUnit": pricing}}
    plan = {"subscriptionRatePlanNumber": cpq.order_product_id(1), "chargeUpdates": [update]}
    trigger = {"name": "ContractEffective", "triggerDate": JAN.isoformat()}
    action = {"type": "UpdateProduct", "triggerDates": [trigger], "updateProduct": plan}
    return {
        "orderNumber": "BY-HAND",
        "orderDate": JAN.isoformat(),
        "existingAccountNumber": world.account()["accountNumber"],
        "subscriptions": [{"subscriptionNumber": "SUB-0000001", "orderActions": [action]}],
    }


both_ways = pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])


@both_ways
def test_a_renewal_in_place_of_a_cancelled_subscription_waits_for_the_cancellation(
    world: World, one_by_one: bool
) -> None:
    """Carried without it, both subscriptions would bill."""
    wrong = cancel(2, JUL, NEXT, "10") | {"TotalPrice": D("-500")}
    orders = (
        first(),
        cpq.amendment(102, [wrong], on=JUL),
        cpq.renewal(103, [renewed(3, JUL, date(2027, 7, 1))], on=JUL),
    )
    report = sync(world, *orders, one_by_one=one_by_one)
    assert world.orders() == ["00000101"]
    assert outcome_of(report, Noun.ORDER, "00000103").result is Result.WAITING
    world.change("OrderItem", wrong["Id"], TotalPrice=-600.0)
    assert world.sync().status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2026-07-01"),
        ("SUB-0000003", "Active", "2027-07-01"),
    ]
    assert billed(world) == D("1800.00")


BLOCKS = {
    "given back and sold again": (
        first(quantity="1", price="1200", **BLOCK),
        cpq.amendment(
            102,
            [
                cancel(2, APR, NEXT, "1", price="1200", **BLOCK),
                sold(3, JUL, NEXT, "1", "1200", revises=1, action="Quantity Increase", **BLOCK),
            ],
            on=APR,
        ),
    ),
    "ended before a renewal that Zuora has": (
        first(quantity="1", price="1200", **BLOCK),
        cpq.renewal(102, [renewed(2, NEXT, date(2028, 1, 1), "1", price="1200", **BLOCK)], on=NEXT),
        cpq.amendment(103, [cancel(3, OCT, NEXT, "1", price="1200", **BLOCK)], on=OCT),
    ),
}


@both_ways
@pytest.mark.parametrize("orders", BLOCKS.values(), ids=BLOCKS)
def test_a_block_that_is_away_for_a_while_costs_nothing_then(
    world: World, orders: tuple[OrderSnapshot, ...], one_by_one: bool
) -> None:
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert agrees(world, orders)


def test_a_ramp_of_blocks_may_pause(world: World) -> None:
    lines = [
        sold(
            number,
            date(2025 + number, 1, 1),
            date(2026 + number, 1, 1),
            quantity,
            "1200",
            SBQQ__SegmentIndex__c=D(number),
            SBQQ__SegmentKey__c="K1",
            SBQQ__DimensionType__c="Year",
            **BLOCK,
        )
        for number, quantity in ((1, "1"), (2, "0"), (3, "1"))
    ]
    order = cpq.first(101, lines, on=JAN)
    assert sync(world, order).status is Status.SUCCEEDED
    assert billed(world) == total(order) == D("2400")


@both_ways
def test_a_cancellation_dated_before_a_renewal_that_zuora_has_leaves_the_renewal(
    world: World, one_by_one: bool
) -> None:
    more = sold(4, date(2027, 6, 1), date(2028, 1, 1), "5", revises=1, action="Quantity Increase")
    orders = (
        first(),
        cpq.renewal(102, [renewed(2, NEXT, date(2028, 1, 1))], on=NEXT),
        cpq.amendment(103, [cancel(3, OCT, NEXT, "10")], on=OCT),
        cpq.amendment(104, [more], on=date(2027, 6, 1)),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [("SUB-0000001", "Active", "2028-01-01")]
    assert agrees(world, orders)


@both_ways
def test_what_was_sold_ahead_is_given_back_by_the_cancellation(world: World, one_by_one: bool) -> None:
    orders = (
        first(),
        cpq.amendment(102, [sold(2, OCT, NEXT, "5", revises=1, action="Quantity Increase")], on=OCT),
        cpq.amendment(103, [cancel(3, JUL, NEXT, "10"), cancel(4, OCT, NEXT, "5")], on=JUL),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [("SUB-0000001", "Cancelled", "2026-07-01")]
    assert agrees(world, orders)


@both_ways
def test_an_amendment_dated_before_its_first_order_holds_nothing_up(world: World, one_by_one: bool) -> None:
    orders = (
        first(),
        cpq.amendment(
            102,
            [sold(2, APR, NEXT, "5", revises=1, action="Quantity Increase")],
            on=date(2025, 12, 15),
        ),
        cpq.amendment(103, [sold(3, JUL, NEXT, "1", revises=1, action="Quantity Increase")], on=JUL),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert agrees(world, orders)


@both_ways
def test_an_early_renewal_behind_a_later_change_ends_one_subscription_and_opens_another(
    world: World, one_by_one: bool
) -> None:
    """Zuora shortens no term to before a change."""
    orders = (
        first(),
        cpq.amendment(102, [sold(2, OCT, NEXT, "5", revises=1, action="Quantity Increase")], on=OCT),
        cpq.renewal(
            103,
            [
                cancel(3, JUL, NEXT, "10"),
                cancel(4, OCT, NEXT, "5"),
                renewed(5, JUL, date(2027, 7, 1), "12"),
            ],
            on=JUL,
        ),
    )
    assert sync(world, *orders, one_by_one=one_by_one).status is Status.SUCCEEDED
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2026-07-01"),
        ("SUB-0000005", "Active", "2027-07-01"),
    ]
    assert agrees(world, orders)


def test_an_early_renewal_behind_a_later_change_that_gives_nothing_back_is_for_people(world: World) -> None:
    orders = (
        first(),
        cpq.amendment(102, [sold(2, OCT, NEXT, "5", revises=1, action="Quantity Increase")], on=OCT),
        cpq.renewal(103, [renewed(3, JUL, date(2027, 7, 1), "15")], on=JUL),
    )
    message = outcome_of(sync(world, *orders), Noun.ORDER, "00000103").message
    assert "Zuora holds a change of it on 2026-10-01, and shortens no term to before a change" in message
    assert "amending it to zero from 2026-07-01 on" in message


EARLY = {
    "in the middle of a month": (date(2026, 7, 16), {}, "10"),
    "billed by the term": (JUL, TERMLY, "10"),
}


@pytest.mark.parametrize(("day", "fields", "quantity"), EARLY.values(), ids=EARLY)
def test_an_early_renewal_that_gives_the_rest_back_adds_up_line_by_line(
    world: World, day: date, fields: dict[str, Any], quantity: str
) -> None:
    back = cancel(2, day, NEXT, quantity, **fields)
    orders = (
        first(**fields),
        cpq.renewal(102, [back, renewed(3, day, cpq.months_later(day, 12), **fields)], on=day),
    )
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world)[0][1:] == ("Active", cpq.months_later(day, 12).isoformat())
    assert agrees(world, orders)


def test_a_renewal_order_may_lower_what_it_renews(world: World) -> None:
    ends = date(2028, 1, 1)
    less = sold(3, NEXT, ends, "-3", revises=1, action="Quantity Decrease", **TERMLY)
    orders = (
        first(**TERMLY),
        cpq.renewal(102, [renewed(2, NEXT, ends, **TERMLY), less], on=NEXT),
    )
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert world.subscription("SUB-0000001")["charge"]["segments"][-1]["quantity"] == 7
    assert agrees(world, orders)


def test_what_is_renewed_in_another_way_ends_and_is_opened_anew(world: World) -> None:
    """Zuora changes neither the billing period of a charge nor its product."""
    ends = date(2028, 1, 1)
    yearly = {"SBQQ__BillingFrequency__c": "Annual"}
    other = {"Product2": product("01t000000000008AAA", Name="Seats Plus", ProductCode="SEAT-P")}
    orders = (
        cpq.first(101, [sold(1, JAN, NEXT, "10"), sold(2, JAN, NEXT, "4")], on=JAN),
        cpq.renewal(
            102,
            [renewed(3, NEXT, ends, **yearly), renewed(4, NEXT, ends, "4", revises=2, **other)],
            on=NEXT,
        ),
    )
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("SUB-0000001", "Active", "2027-01-01"),
        ("SUB-0000002", "Active", "2027-01-01"),
        ("SUB-0000003", "Active", "2028-01-01"),
        ("SUB-0000004", "Active", "2028-01-01"),
    ]
    assert agrees(world, orders)
    more = sold(5, date(2027, 7, 1), ends, "2", revises=1, action="Quantity Increase", **yearly)
    world.add(account(orders=[*orders, cpq.amendment(103, [more], on=date(2027, 7, 1))]))
    assert world.sync().status is Status.SUCCEEDED
    assert world.subscription("SUB-0000003")["charge"]["segments"][-1]["quantity"] == 12


def test_a_termed_line_renewed_without_end_is_opened_anew(world: World) -> None:
    endless = cpq.sold(
        2,
        start=NEXT,
        last_day=None,
        quantity="10",
        price="10",
        term=1,
        revises=1,
        action="Renew",
        SBQQ__SubscriptionType__c="Evergreen",
    )
    report = sync(world, first(), cpq.renewal(102, [endless], on=NEXT))
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("SUB-0000001", "Active", "2027-01-01"),
        ("SUB-0000002", "Active", None),
    ]


def test_a_short_renewal_billed_by_the_term_can_be_cancelled(world: World) -> None:
    two_years, ends = date(2028, 1, 1), date(2028, 4, 1)
    day = date(2028, 2, 10)
    orders = (
        first(two_years, **TERMLY),
        cpq.renewal(102, [renewed(2, two_years, ends, **TERMLY)], on=two_years),
        cpq.amendment(103, [cancel(3, day, ends, "10", **TERMLY)], on=day),
    )
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert agrees(world, orders)


@both_ways
def test_few_that_are_left_keep_their_price(world: World, one_by_one: bool) -> None:
    """What proration makes of the many that go is taken up by the periods before."""
    day = date(2026, 12, 17)
    orders = (
        first(quantity="100", price="9.99"),
        cpq.amendment(
            102, [sold(2, day, NEXT, "-99", "9.99", revises=1, action="Quantity Decrease")], on=day
        ),
    )
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    segments = world.subscription("SUB-0000001")["charge"]["segments"]
    assert all(D("0.6") < D(str(each["price"])) < D("1") for each in segments)
    assert agrees(world, orders)


def test_a_free_head_that_gets_a_price_by_renewal_is_sold_then(world: World) -> None:
    ends = date(2028, 1, 1)
    head = sold(
        1, JAN, NEXT, "1", "0", Product2=product("01t000000000009AAA", Name="Suite", ProductCode="SUITE")
    )
    part = sold(2, JAN, NEXT, "10", SBQQ__RequiredBy__c=head["Id"])
    orders = (
        cpq.first(101, [head, part], on=JAN),
        cpq.renewal(
            102,
            [
                renewed(3, NEXT, ends, "1", price="600", Product2=head["Product2"]),
                renewed(4, NEXT, ends, revises=2, SBQQ__RequiredBy__c=cpq.order_product_id(3)),
            ],
            on=NEXT,
        ),
    )
    report = sync(world, *orders)
    assert report.status is Status.SUCCEEDED, report.message
    assert agrees(world, orders)


def test_a_subscription_that_zuora_has_for_a_line_is_not_sold_a_second_time(world: World) -> None:
    """A migration under other numbers: known by the externally managed plan id alone."""
    world.seed(account(orders=[cpq.first(900, [sold(1, JAN, NEXT, "10")], on=JAN)]))
    world.sync()
    world.org.update("Order", "801000000000900AAA", OrderNumber="00000101")
    world.lose_database()
    report = world.sync()
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert "Zuora has the subscription SUB-0000001 for it already, from another order" in refused.message
    assert world.orders() == ["00000900"]


@pytest.mark.parametrize(("before", "after"), [(False, True), (True, False)], ids=["on", "off"])
def test_the_list_price_base_of_a_subscription_is_the_one_it_was_sold_with(
    world: World, before: bool, after: bool
) -> None:
    orders = (
        first(),
        cpq.amendment(102, [sold(2, JUL, NEXT, "5", revises=1, action="Quantity Increase")], on=JUL),
    )
    world.option(list_price_base=before)
    world.seed(account(orders=orders[:1]))
    world.sync()
    world.option(list_price_base=after)
    world.add(account(orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    assert billed(world) == total(*orders) == D("1500.00")


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True)], ids=["off", "on"])
def test_the_term_of_a_subscription_is_the_one_it_was_sold_with(
    world: World, before: bool, after: bool
) -> None:
    march, ends = date(2026, 3, 1), date(2027, 7, 1)
    contract = "800000000000009AAA"
    record = {"Id": contract, "AccountId": ACME_CORP, "StartDate": "2026-01-01", "ContractTerm": 12}
    orders = (
        cpq.first(101, [sold(1, march, NEXT, "10", SBQQ__Contract__c=contract)], on=march),
        cpq.renewal(102, [cancel(2, JUL, NEXT, "10"), renewed(3, JUL, ends)], on=JUL),
    )
    world.option(use_subscription_start=before)
    world.org.seed(dataset([account(orders=orders[:1])]) | {"Contract": [record]})
    world.sync()
    world.option(use_subscription_start=after)
    world.add(account(orders=orders))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [("SUB-0000001", "Active", "2027-07-01")]
    assert agrees(world, orders)


def test_a_renewal_is_stated_in_days_where_the_integration_says_so(world: World) -> None:
    world.option(term_in_days=True)
    sync(world, first(), cpq.renewal(102, [renewed(2, NEXT, date(2028, 1, 1))], on=NEXT))
    (terms,) = [
        action["termsAndConditions"]
        for order in world.state("orders")
        for entry in order["subscriptions"]
        for action in entry["orderActions"]
        if "termsAndConditions" in action
    ]
    assert terms["renewalTerms"] == [{"period": 365, "periodType": "Day"}]


def test_a_price_that_somebody_changed_in_zuora_is_not_overwritten_unasked(world: World) -> None:
    added = cpq.amendment(102, [sold(2, JUL, NEXT, "5", revises=1, action="Quantity Increase")], on=JUL)
    sync(world, first())
    with world.tenant.writing() as store:
        place_order(world.tenant, store, by_hand(world, listPrice=8))
    world.add(account(orders=[first(), added]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102")
    assert "its price there is 8, by Salesforce 10" in refused.message
    world.option(money_rule=MoneyRule.WARN)
    assert world.sync().status is Status.SUCCEEDED
    assert any("its price there is 8, by Salesforce 10" in text for text in world.messages(Severity.WARNING))


def test_an_evergreen_line_with_an_end_is_a_contradiction(world: World) -> None:
    report = sync(world, cpq.first(101, [line(SBQQ__SubscriptionType__c="Evergreen")], on=JAN))
    message = outcome_of(report, Noun.ORDER, "00000101").message
    assert "is evergreen and has the end date 2026-12-31; an evergreen line has none" in message
