"""What Zuora bills over a line's term is what Salesforce sold, to the cent, by the sandbox's own reckoning."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import LineMoney, Noun, Severity
from connector.domain.rules import MoneyRule
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, account, line, one_time_line, order, product
from tests.sync.world import World, outcome_of

D = Decimal


def sold(start: str, end: str, unit_price: str, quantity: str = "10", **fields: Any) -> dict[str, Any]:
    """A subscription line whose unit price is that of its whole term."""
    money = {
        "UnitPrice": D(unit_price),
        "Quantity": D(quantity),
        "TotalPrice": D(unit_price) * D(quantity),
        "SBQQ__ProrateMultiplier__c": None,
    }
    return line(ServiceDate=start, EndDate=end, **(money | fields))


def money_of(report: Any) -> LineMoney:
    (operation,) = [op for op in report.plan.operations if op.key.noun is Noun.ORDER]
    money: LineMoney = operation.money[0]
    return money


CASES: dict[str, tuple[dict[str, Any], str, int, str]] = {
    # line -> price per unit and period, number of invoice items, what is billed
    "one year, monthly": (sold("2026-01-01", "2026-12-31", "120.00"), "10.00", 12, "1200.00"),
    "three years, monthly": (sold("2026-01-01", "2028-12-31", "360.00"), "10.00", 36, "3600.00"),
    "three years, annual": (
        sold("2026-03-15", "2029-03-14", "3564.00", SBQQ__BillingFrequency__c="Annual"),
        "1188.00",
        3,
        "35640.00",
    ),
    "one year, quarterly": (
        sold("2026-01-01", "2026-12-31", "600.00", SBQQ__BillingFrequency__c="Quarterly"),
        "150.00",
        4,
        "6000.00",
    ),
    "one year, twice": (
        sold("2026-02-01", "2027-01-31", "2400.00", SBQQ__BillingFrequency__c="Semiannual"),
        "1200.00",
        2,
        "24000.00",
    ),
    "no frequency is monthly": (
        sold("2026-01-01", "2026-03-31", "30.00", SBQQ__BillingFrequency__c=None),
        "10.00",
        3,
        "300.00",
    ),
    "invoice plan is the whole term": (
        sold("2026-01-01", "2027-06-30", "1800.00", SBQQ__BillingFrequency__c="Invoice Plan"),
        "1800.00",
        1,
        "18000.00",
    ),
    "whole months of a year": (
        sold("2026-04-01", "2026-12-31", "90.00", SBQQ__ProrateMultiplier__c=D("0.75")),
        "10.00",
        9,
        "900.00",
    ),
    "from the middle of a month": (
        sold("2026-01-16", "2026-12-31", "115.23", SBQQ__ProrateMultiplier__c=D("0.9603")),
        "10.006",
        12,
        "1152.30",
    ),
    "a month that ends early": (sold("2026-01-31", "2026-07-30", "60.00"), "10.00", 6, "600.00"),
    "over a leap day": (sold("2028-02-29", "2029-02-27", "120.00"), "10.00", 12, "1200.00"),
    "a third of a cent": (sold("2026-01-01", "2026-12-31", "100.00", "1"), "8.33", 12, "99.96"),
    "many units of a fraction": (
        sold("2026-01-01", "2026-12-31", "1.00", "5000"),
        "0.083333",
        12,
        "5000.04",
    ),
    "a half unit": (sold("2026-01-01", "2026-12-31", "120.00", "2.5"), "10.00", 12, "300.00"),
    "one block, whatever the quantity": (
        sold(
            "2026-01-01",
            "2026-12-31",
            "6000.00",
            "50",
            TotalPrice=D("6000.00"),
            SBQQ__PricingMethod__c="Block",
        ),
        "500.00",
        12,
        "6000.00",
    ),
    "something given away": (sold("2026-01-01", "2026-12-31", "0"), "0.00", 12, "0.00"),
}


@pytest.mark.parametrize(("given", "price", "items", "billed"), CASES.values(), ids=CASES)
def test_what_zuora_bills_is_what_was_sold(
    world: World, given: dict[str, Any], price: str, items: int, billed: str
) -> None:
    world.seed(account(orders=[order(lines=[given])]))
    report = world.sync()
    amounts = world.billed()
    total = sum(amounts, D(0))
    assert world.subscription("SUB-0000001")["charge"]["segments"][0]["price"] == D(price)
    assert (len(amounts), total) == (items, D(billed))
    assert abs(total - given["TotalPrice"]) <= D("0.01") * items
    money = money_of(report)
    assert D(money.per_period) == D(price)
    assert (D(money.zuora_total), D(money.salesforce_total)) == (total, given["TotalPrice"])
    assert D(money.difference) == total - given["TotalPrice"]
    assert money.within_bound
    assert report.status is Status.SUCCEEDED


def test_a_currency_without_cents_is_billed_in_whole_units(world: World) -> None:
    yen = sold("2026-01-01", "2026-12-31", "14500", "3", CurrencyIsoCode="JPY")
    world.seed(account(CurrencyIsoCode="JPY", orders=[order(CurrencyIsoCode="JPY", lines=[yen])]))
    report = world.sync()
    amounts = world.billed()
    assert world.subscription("SUB-0000001")["charge"]["segments"][0]["price"] == D("1208.3")
    assert all(amount == amount.to_integral_value() for amount in amounts)
    assert abs(sum(amounts, D(0)) - 43500) <= 12
    assert report.status is Status.SUCCEEDED


def test_one_time_lines_are_billed_at_their_own_price(world: World) -> None:
    lines = [
        one_time_line(UnitPrice=D("750.00"), TotalPrice=D("2250.00"), Quantity=D(3)),
        one_time_line("0000000010", UnitPrice=D("0.333"), TotalPrice=D("33.30"), Quantity=D(100)),
    ]
    world.seed(account(orders=[order(lines=lines)]))
    world.sync()
    assert world.billed() == [D("2250.00"), D("33.30")]


def test_a_one_time_block_is_billed_once_whatever_its_quantity(world: World) -> None:
    block = one_time_line(
        SBQQ__PricingMethod__c="Block", UnitPrice=D("30.00"), TotalPrice=D("750.00"), Quantity=D(25)
    )
    world.seed(account(orders=[order(lines=[block])]))
    assert world.sync().status is Status.SUCCEEDED
    assert world.billed() == [D("750.00")]
    (item,) = world.state("order_line_items")
    assert (item["quantity"], item["amountPerUnit"]) == (1, 750)


def test_a_line_of_quantity_nought_is_left_out_and_told(world: World) -> None:
    nothing = line("0000000002", Quantity=D(0), TotalPrice=D(0))
    world.seed(account(orders=[order(lines=[line(), nothing])]))
    report = world.sync()
    assert sum(world.billed(), D(0)) == D("1200.00")
    assert len(world.state("subscriptions")) == 1
    assert report.status is Status.SUCCEEDED
    assert "Order 00000101, line 0000000002 (Seats) has quantity 0 and is left out." in world.messages()


def test_an_amount_that_does_not_add_up_stops_the_order(world: World) -> None:
    """Somebody overwrote the total by hand."""
    world.seed(account(orders=[order(lines=[line(TotalPrice=D("1100.00"))])]))
    report = world.sync()
    assert world.orders() == []
    assert world.state("products") == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert "Zuora would bill 1200.00" in refused.message
    assert "Salesforce sold 1100.00" in refused.message


def test_an_amount_that_does_not_add_up_is_carried_where_the_integration_says_so(world: World) -> None:
    world.option(money_rule=MoneyRule.WARN)
    world.seed(account(orders=[order(lines=[line(TotalPrice=D("1100.00"))])]))
    report = world.sync()
    assert sum(world.billed(), D(0)) == D("1200.00")
    assert report.status is Status.SUCCEEDED
    assert any("Salesforce sold 1100.00" in text for text in world.messages(Severity.WARNING))


def test_an_end_date_a_year_off_stops_the_order_although_the_total_adds_up(world: World) -> None:
    """The price is solved from the total: only the multiplier tells that the dates are wrong."""
    late = line(EndDate="2027-12-31")
    world.seed(account(orders=[order(lines=[late])]))
    report = world.sync()
    assert world.orders() == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert "is prorated over 12 months, but its dates span 24" in refused.message
    assert "a billing period costs 10.00, by its dates 5.00" in refused.message
    world.option(money_rule=MoneyRule.WARN)
    assert world.sync().status is Status.SUCCEEDED
    assert sum(world.billed(), D(0)) == D("1200.00")


UNSUPPORTED: dict[str, tuple[dict[str, Any], str]] = {
    "usage": ({"SBQQ__ChargeType__c": "Usage"}, "is charged by usage and has no consumption schedule"),
    "negative quantity": ({"Quantity": D(-1)}, "has the quantity -1"),
    "no end": ({"EndDate": None}, "has no usable EndDate"),
}


@pytest.mark.parametrize(("fields", "reason"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_a_line_that_cannot_be_billed_faithfully_is_named(
    world: World, fields: dict[str, Any], reason: str
) -> None:
    world.seed(account(orders=[order(lines=[line(**fields)])]))
    report = world.sync()
    assert world.orders() == []
    message = outcome_of(report, Noun.ORDER, "00000101").message
    assert message.startswith(f"Order 00000101, line 0000000001 (Seats) {reason}")
    assert message.endswith("resync.")


def test_twelve_products_in_one_order_are_one_call(world: World) -> None:
    lines = [
        line(
            f"00000000{number}",
            Product2=product(f"01t0000000000{number}AAA", Name=f"P{number}", ProductCode=f"P{number}"),
        )
        for number in range(20, 32)
    ]
    world.seed(account(orders=[order(lines=lines)]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    assert len(world.state("subscriptions")) == 12
    assert sum(world.billed(), D(0)) == D(14400)
    assert world.writes().count("POST /v1/orders") == 1
    assert world.account(ACME_CORP)["id"]
