"""The orders of the demo org: CPQ's arithmetic done a second time, in fractions and by another road, and what
contracting leaves behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from connector.sandbox import demo_org
from connector.sandbox.demo_org.catalog import Product
from connector.sandbox.demo_org.pricing import price_line
from connector.sandbox.demo_org.sales_changing import CHANGING
from connector.sandbox.demo_org.sales_particular import PARTICULAR
from connector.sandbox.demo_org.sales_table import SALES

Record = dict[str, Any]
Org = dict[str, list[Record]]

SOLD = (*SALES, *CHANGING, *PARTICULAR)


@pytest.fixture(scope="module")
def org() -> Org:
    return demo_org.build()


def by_id(records: list[Record]) -> dict[str, Record]:
    return {record["Id"]: record for record in records}


def lines_by_order(org: Org) -> dict[str, list[Record]]:
    lines = defaultdict(list)
    for line in sorted(org["OrderItem"], key=lambda line: line["OrderItemNumber"]):
        lines[line["OrderId"]].append(line)
    return lines


def is_subscription(line: Record) -> bool:
    return line["SBQQ__SubscriptionPricing__c"] is not None


def months_between(start: str, end: str) -> Fraction:
    """Months from one day to another, both included, leftover days as 12/365 of a month; walks the calendar."""
    day, last = date.fromisoformat(start), date.fromisoformat(end)
    months = 0
    while True:
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        following = day.replace(year=year, month=month)
        if following - timedelta(days=1) > last:
            return months + Fraction(((last - day).days + 1) * 12, 365)
        day, months = following, months + 1


def multiplier(line: Record) -> Fraction:
    if not is_subscription(line) or line["EndDate"] is None:
        return Fraction(1)
    months = months_between(line["ServiceDate"], line["EndDate"])
    return months / int(line["SBQQ__DefaultSubscriptionTerm__c"] or 12)


def list_price(org: Org, line: Record) -> Fraction:
    """Per unit and product term, from the price book, or from the block price of the whole quantity."""
    if line["SBQQ__BlockPrice__c"]:
        block = by_id(org["SBQQ__BlockPrice__c"])[line["SBQQ__BlockPrice__c"]]
        assert block["SBQQ__LowerBound__c"] <= abs(line["Quantity"])
        assert block["SBQQ__UpperBound__c"] is None or abs(line["Quantity"]) < block["SBQQ__UpperBound__c"]
        assert block["CurrencyIsoCode"] == line["CurrencyIsoCode"]
        return Fraction(str(block["SBQQ__Price__c"])) / Fraction(abs(line["Quantity"]))
    if line["SBQQ__PricingMethod__c"] == "Custom":
        return Fraction(str(line["SBQQ__QuotedListPrice__c"]))
    entry = by_id(org["PricebookEntry"])[line["PricebookEntryId"]]
    assert entry["Product2Id"] == line["Product2Id"]
    assert entry["CurrencyIsoCode"] == line["CurrencyIsoCode"]
    assert entry["UnitPrice"] == line["ListPrice"]
    return Fraction(str(entry["UnitPrice"]))


def cents(amount: Fraction) -> Decimal:
    whole, rest = divmod(amount * 100, 1)
    return Decimal(whole + (rest >= Fraction(1, 2))) / 100


def money(value: float) -> Decimal:
    return Decimal(str(value))


def net_prices(org: Org) -> dict[str, Decimal]:
    """The net price per product term of every order product, by id: a line that follows another keeps the
    price that stood before, raised by its own uplift."""
    lines = lines_by_order(org)
    started = {order["Id"]: order["OrderNumber"] for order in org["Order"]}
    prices: dict[str, Decimal] = {}
    standing: dict[str, Decimal] = {}
    for sale in sorted(SOLD, key=lambda sale: started[sale.order_id]):
        for sold, line in zip(sale.lines, lines[sale.order_id], strict=True):
            root = sale.revised_id(sold) or line["Id"]
            before = standing.get(root)
            if before is None:
                before = cents(net_of_new(org, line, lines[sale.order_id]) * (100 - sold.discount) / 100)
            net = cents(Fraction(before) * (100 + sold.uplift) / 100)
            standing[root] = prices[line["Id"]] = net
    return prices


def net_of_new(org: Org, line: Record, order: list[Record]) -> Fraction:
    if line["SBQQ__SubscriptionPricing__c"] != "Percent Of Total":
        return list_price(org, line)
    percent = by_id(org["Product2"])[line["Product2Id"]]["SBQQ__SubscriptionPercent__c"]
    yearly = sum(
        Fraction(str(other["TotalPrice"])) * 12 / months_between(other["ServiceDate"], other["EndDate"])
        for other in order
        if other["SBQQ__SubscriptionPricing__c"] == "Fixed Price"
    )
    return yearly * Fraction(percent) / 100


def test_every_line_is_priced_as_cpq_prices_it(org: Org) -> None:
    lines, nets = lines_by_order(org), net_prices(org)
    assert sum(len(sale.lines) for sale in SOLD) == len(org["OrderItem"])
    for sale in SOLD:
        for sold, line in zip(sale.lines, lines[sale.order_id], strict=True):
            assert money(line["UnitPrice"]) == cents(Fraction(nets[line["Id"]]) * multiplier(line)), line
            assert line["SBQQ__ProrateMultiplier__c"] == pytest.approx(float(multiplier(line)), rel=1e-15)
            assert money(line["TotalPrice"]) == money(line["UnitPrice"]) * money(line["Quantity"])
            assert line["Quantity"] == sold.quantity


def test_the_recorded_example_comes_out(org: Org) -> None:
    """A monthly price over twelve and eleven months, and the kind of multiplier an API reader meets."""
    (first, second) = (
        line
        for order in org["Order"]
        if order["AccountId"] == demo_org.showcase()["prorated_mid_month"]
        for line in lines_by_order(org)[order["Id"]]
    )
    assert (first["ServiceDate"], first["EndDate"]) == ("2026-01-15", "2026-12-31")
    assert first["SBQQ__ProrateMultiplier__c"] == 11 + 17 * 12 / 365
    assert (first["UnitPrice"], first["TotalPrice"]) == (693.53, 8322.36)
    assert second["SBQQ__ProrateMultiplier__c"] == pytest.approx((9 + 22 * 12 / 365) / 12)


@pytest.mark.parametrize(
    ("quantity", "total"),
    [("1", "0.63"), ("100", "63.00"), ("-2", "-1.26")],
    ids=["one", "many", "reduction"],
)
def test_a_half_cent_is_rounded_up_and_before_the_quantity(quantity: str, total: str) -> None:
    product = Product("pin", "PIN", "Lapel Pin of the Month", "Goods", 1)
    priced = price_line(
        product,
        currency="CAD",
        quantity=Decimal(quantity),
        discount=Decimal(0),
        start=date(2026, 1, 1),
        end=date(2026, 6, 30),
    )
    assert (priced.unit_price, priced.multiplier) == (Decimal("0.63"), 0.5)
    assert priced.total_price == Decimal(total)


def test_an_order_is_worth_the_sum_of_its_lines(org: Org) -> None:
    lines = lines_by_order(org)
    for order in org["Order"]:
        assert money(order["TotalAmount"]) == sum(money(line["TotalPrice"]) for line in lines[order["Id"]])
        assert order["CurrencyIsoCode"] == by_id(org["Account"])[order["AccountId"]]["CurrencyIsoCode"]


def test_yen_has_no_sen(org: Org) -> None:
    yen = [line for line in org["OrderItem"] if line["CurrencyIsoCode"] == "JPY"]
    assert yen
    assert all(line["UnitPrice"].is_integer() and line["TotalPrice"].is_integer() for line in yen)


def test_one_time_lines_carry_nothing_of_a_subscription(org: Org) -> None:
    one_time = [line for line in org["OrderItem"] if not is_subscription(line)]
    assert {line["SBQQ__ChargeType__c"] for line in one_time} == {"One-Time", "Usage", None}
    for line in one_time:
        assert line["SBQQ__ProrateMultiplier__c"] == 1.0
        assert line["SBQQ__SubscriptionType__c"] == "Renewable"
        for field in (
            "EndDate",
            "SBQQ__BillingFrequency__c",
            "SBQQ__BillingType__c",
            "SBQQ__Subscription__c",
        ):
            assert line[field] is None


def test_every_way_of_selling_is_there(org: Org) -> None:
    subscriptions = [line for line in org["OrderItem"] if is_subscription(line)]
    assert {line["SBQQ__BillingFrequency__c"] for line in subscriptions} == {
        "Monthly",
        "Quarterly",
        "Semiannual",
        "Annual",
        "Invoice Plan",
    }
    assert {line["SBQQ__DefaultSubscriptionTerm__c"] for line in subscriptions} == {1.0, 12.0, None}
    timed = [line for line in subscriptions if line["SBQQ__ChargeType__c"] != "Usage"]
    assert {line["SBQQ__BillingType__c"] for line in timed} == {"Advance", "Arrears"}
    assert {line["SBQQ__SubscriptionPricing__c"] for line in subscriptions} == {
        "Fixed Price",
        "Percent Of Total",
    }
    assert {line["SBQQ__PricingMethod__c"] for line in subscriptions} == {
        "List",
        "Block",
        "Percent Of Total",
        "Custom",
    }
    blocks = [line for line in subscriptions if line["SBQQ__PricingMethod__c"] == "Block"]
    assert {line["Quantity"] > 1 for line in blocks} == {True, False}
    years = Counter(
        multiplier(line) * int(line["SBQQ__DefaultSubscriptionTerm__c"] or 12)
        for line in subscriptions
        if line["EndDate"]
    )
    assert years[Fraction(24)] >= 3
    assert years[Fraction(36)] >= 3
    assert sum(months < 12 for months in years.elements()) >= 5


def test_lines_lie_within_their_contract(org: Org) -> None:
    contracts = by_id(org["Contract"])
    orders = by_id(org["Order"])
    held = [line for line in org["OrderItem"] if line["SBQQ__Contract__c"]]
    assert {line["SBQQ__Contract__c"] for line in held} == contracts.keys()
    for line in held:
        contract, order = contracts[line["SBQQ__Contract__c"]], orders[line["OrderId"]]
        assert contract["SBQQ__Evergreen__c"] is (line["EndDate"] is None) is (contract["EndDate"] is None)
        assert contract["StartDate"] <= line["ServiceDate"]
        assert order["EffectiveDate"] <= line["ServiceDate"]
        assert (contract["SBQQ__Order__c"] == line["OrderId"]) is (order["Type"] != "Amendment")
        if line["EndDate"] is None:
            assert contract["ContractTerm"] is None
            continue
        # The years of a ramp share the contract of the whole.
        assert line["SBQQ__DimensionType__c"] or line["EndDate"] == contract["EndDate"]
        assert line["ServiceDate"] < line["EndDate"] <= contract["EndDate"]
        assert contract["ContractTerm"] == ceil(months_between(contract["StartDate"], contract["EndDate"]))


def test_contracted_subscription_lines_and_subscriptions_match_one_to_one(org: Org) -> None:
    orders, subscriptions = by_id(org["Order"]), by_id(org["SBQQ__Subscription__c"])
    contracted = [
        line
        for line in org["OrderItem"]
        if is_subscription(line) and orders[line["OrderId"]]["SBQQ__Contracted__c"]
    ]
    assert len(contracted) == len(subscriptions)
    for line in contracted:
        subscription = subscriptions[line["SBQQ__Subscription__c"]]
        assert subscription["SBQQ__OrderProduct__c"] == line["Id"]
        assert subscription["SBQQ__Contract__c"] == line["SBQQ__Contract__c"]
        assert subscription["SBQQ__Account__c"] == orders[line["OrderId"]]["AccountId"]
        assert subscription["SBQQ__Quantity__c"] == line["Quantity"]
        assert (subscription["SBQQ__StartDate__c"], subscription["SBQQ__EndDate__c"]) == (
            line["ServiceDate"],
            line["EndDate"],
        )
    for line in org["OrderItem"]:
        if line not in contracted:
            assert line["SBQQ__Subscription__c"] is None
            assert line["SBQQ__Contract__c"] is None


def test_numbers_are_unique_and_of_salesforces_length(org: Org) -> None:
    for object_name, field, length in (
        ("Order", "OrderNumber", 8),
        ("OrderItem", "OrderItemNumber", 10),
        ("Contract", "ContractNumber", 8),
        ("SBQQ__Subscription__c", "Name", len("SUB-0000123")),
    ):
        numbers = [record[field] for record in org[object_name]]
        assert len(set(numbers)) == len(numbers)
        assert {len(number) for number in numbers} == {length}


def test_an_order_with_two_end_dates_has_two_contracts(org: Org) -> None:
    account_id = demo_org.showcase()["two_contracts"]
    ends = [contract["EndDate"] for contract in org["Contract"] if contract["AccountId"] == account_id]
    assert ends == ["2027-12-31", "2028-12-31"]
