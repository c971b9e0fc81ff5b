"""The kinds of lines and orders of the demo org beyond the plain subscription, each with figures worked out by
hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from connector.sandbox import demo_org
from tests.sandbox.demo_org_reading import Org, Record, all_lines, by_id, code, money, orders_of, term


@pytest.fixture(scope="module")
def org() -> Org:
    return demo_org.build()


def schedules_of(org: Org, line: Record) -> list[Record]:
    return [
        schedule
        for schedule in org["SBQQ__OrderItemConsumptionSchedule__c"]
        if schedule["SBQQ__OrderItem__c"] == line["Id"]
    ]


def tiers(org: Org, schedule: Record) -> list[tuple[Any, ...]]:
    """Bounds, price and cap of a schedule on an order product, by lower bound."""
    return [
        (
            rate["SBQQ__LowerBound__c"],
            rate["SBQQ__UpperBound__c"],
            rate["SBQQ__Price__c"],
            rate["SBQQ__PricingMethod__c"],
            rate["Cap__c"],
        )
        for rate in org["SBQQ__OrderItemConsumptionRate__c"]
        if rate["SBQQ__OrderItemConsumptionSchedule__c"] == schedule["Id"]
    ]


def test_usage_by_volume_has_a_range_and_costs_nothing_by_itself(org: Org) -> None:
    ((calls, _),) = all_lines(org, "usage_volume")
    assert (calls["SBQQ__ChargeType__c"], calls["SBQQ__BillingType__c"]) == ("Usage", None)
    assert calls["SBQQ__SubscriptionPricing__c"] == "Fixed Price"
    assert money(calls) == (1.0, 0.0, 0.0)
    (schedule,) = schedules_of(org, calls)
    assert schedule["SBQQ__Type__c"] == "Range"
    assert tiers(org, schedule) == [
        (0.0, 1000.0, 0.05, "PerUnit", None),
        (1000.0, 10000.0, 0.04, "PerUnit", None),
        (10000.0, None, 0.0325, "PerUnit", None),
    ]


def test_tiered_usage_has_a_slab_with_a_cap_and_one_product_two_schedules(org: Org) -> None:
    ((transfer, messages),) = all_lines(org, "usage_tiered")
    (slab,) = schedules_of(org, transfer)
    assert slab["SBQQ__Type__c"] == "Slab"
    assert [tier[-1] for tier in tiers(org, slab)] == [None, 50.0, None]
    texts, letters = schedules_of(org, messages)
    assert (texts["SBQQ__Type__c"], letters["SBQQ__Type__c"]) == ("Slab", "Range")
    assert tiers(org, texts)[0] == (0.0, 500.0, 25.0, "FlatFee", None)


def test_the_catalogue_knows_every_schedule_that_order_products_copy(org: Org) -> None:
    linked = {
        (each["ProductId"], each["ConsumptionScheduleId"]) for each in org["ProductConsumptionSchedule"]
    }
    lines, products = by_id(org["OrderItem"]), by_id(org["Product2"])
    rates = Counter(rate["ConsumptionScheduleId"] for rate in org["ConsumptionRate"])
    for schedule in org["ConsumptionSchedule"]:
        assert schedule["NumberOfRates"] == rates[schedule["Id"]] > 1
    for copy in org["SBQQ__OrderItemConsumptionSchedule__c"]:
        line = lines[copy["SBQQ__OrderItem__c"]]
        assert (line["Product2Id"], copy["SBQQ__ConsumptionSchedule__c"]) in linked
        assert copy["CurrencyIsoCode"] == line["CurrencyIsoCode"]
        assert products[line["Product2Id"]]["SBQQ__HasConsumptionSchedule__c"]


def test_evergreen_has_no_end_and_is_priced_by_the_month(org: Org) -> None:
    ((seats, _),) = all_lines(org, "evergreen")
    assert (seats["SBQQ__SubscriptionType__c"], term(seats)) == ("Evergreen", ("2026-04-01", None))
    assert (money(seats), seats["SBQQ__ProrateMultiplier__c"]) == ((8.0, 36.0, 288.0), 1.0)
    contract = by_id(org["Contract"])[seats["SBQQ__Contract__c"]]
    assert (contract["SBQQ__Evergreen__c"], contract["EndDate"]) == (True, None)


def test_evergreen_can_only_be_amended_to_nothing(org: Org) -> None:
    (sold,), (ended,) = all_lines(org, "evergreen_cancelled")
    assert (ended["SBQQ__ContractAction__c"], term(ended)) == ("Cancel", ("2026-09-01", None))
    assert (money(ended), sold["SBQQ__TerminatedDate__c"]) == ((-12.0, 36.0, -432.0), "2026-08-31")


def test_a_ramp_is_one_line_a_year_with_a_shared_key(org: Org) -> None:
    (*years, once), _ = all_lines(org, "ramp")
    assert [term(line) for line in years] == [
        ("2025-01-01", "2025-12-31"),
        ("2026-01-01", "2026-12-31"),
        ("2027-01-01", "2027-12-31"),
    ]
    # 1,200 a year, and 5 and 10 in the hundred more.
    assert [money(line) for line in years] == [
        (10.0, 1200.0, 12000.0),
        (25.0, 1260.0, 31500.0),
        (40.0, 1320.0, 52800.0),
    ]
    assert [line["SBQQ__SegmentIndex__c"] for line in (*years, once)] == [1.0, 2.0, 3.0, 0.0]
    assert len({line["SBQQ__SegmentKey__c"] for line in (*years, once)}) == 1
    assert len({line["SBQQ__Contract__c"] for line in years}) == 1
    assert (once["SBQQ__DimensionType__c"], once["EndDate"], once["SBQQ__Subscription__c"]) == (
        *("One Time", None, None),
    )
    assert money(once) == (1.0, 1500.0, 1500.0)
    dimensions = by_id(org["SBQQ__Dimension__c"])
    assert [dimensions[line["SBQQ__PriceDimension__c"]]["SBQQ__Type__c"] for line in (years[0], once)] == [
        *("Year", "One-time")
    ]


def test_the_later_year_of_an_amended_ramp_has_neither_index_nor_key(org: Org) -> None:
    (_, second, third, _), (change, later) = all_lines(org, "ramp")
    assert (change["SBQQ__SegmentIndex__c"], change["SBQQ__SegmentKey__c"]) == (
        2.0,
        second["SBQQ__SegmentKey__c"],
    )
    assert (later["SBQQ__SegmentIndex__c"], later["SBQQ__SegmentKey__c"]) == (None, None)
    assert (change["SBQQ__RevisedOrderProduct__c"], later["SBQQ__RevisedOrderProduct__c"]) == (
        second["Id"],
        third["Id"],
    )
    assert (term(change), money(change)) == (("2026-07-01", "2026-12-31"), (5.0, 630.0, 3150.0))
    assert (term(later), money(later)) == (("2027-01-01", "2027-12-31"), (5.0, 1320.0, 6600.0))


def test_percent_of_total_is_a_share_of_the_subscriptions(org: Org) -> None:
    ((seats, monthly, care),) = all_lines(org, "percent_of_total")
    assert (seats["TotalPrice"], monthly["TotalPrice"]) == (8910.0, 2160.0)
    # A fifth of 11,070.
    assert money(care) == (1.0, 2214.0, 2214.0)
    assert care["SBQQ__SubscriptionPricing__c"] == "Percent Of Total"


def test_a_discount_line_has_a_negative_price(org: Org) -> None:
    ((seats, credit),) = all_lines(org, "discount_line")
    # 120 a month.
    assert money(credit) == (1.0, -1440.0, -1440.0)
    (order,) = orders_of(org, "discount_line")
    assert order["TotalAmount"] == seats["TotalPrice"] - 1440.0 == 15840.0


def test_the_root_of_a_bundle_costs_nothing_and_its_components_name_it(org: Org) -> None:
    ((root, seats, storage, training),) = all_lines(org, "bundle")
    assert money(root) == (1.0, 0.0, 0.0)
    assert (root["SBQQ__RequiredBy__c"], root["SBQQ__BundleRoot__c"]) == (None, None)
    assert [line["SBQQ__RequiredBy__c"] for line in (seats, storage, training)] == [
        root["Id"],
        root["Id"],
        storage["Id"],
    ]
    assert {line["SBQQ__BundleRoot__c"] for line in (seats, storage, training)} == {root["Id"]}
    assert money(storage) == (5.0, 600.0, 3000.0)


def test_arrears_stand_on_the_line_whatever_the_product_says(org: Org) -> None:
    (lines,) = all_lines(org, "arrears")
    assert {line["SBQQ__BillingType__c"] for line in lines} == {"Arrears"}
    products = by_id(org["Product2"])
    said = [products[line["Product2Id"]]["SBQQ__BillingType__c"] for line in lines]
    assert said == ["Arrears", "Advance", "Advance"]
    assert [money(line) for line in lines] == [
        (6.0, 54000.0, 324000.0),
        (2.0, 90000.0, 180000.0),
        (4.0, 178200.0, 712800.0),
    ]


def test_every_billing_frequency_is_sold(org: Org) -> None:
    ((retainer,),) = all_lines(org, "invoice_plan")
    assert (retainer["SBQQ__BillingFrequency__c"], money(retainer)) == (
        "Invoice Plan",
        (1.0, 18000.0, 18000.0),
    )
    (lines,) = all_lines(org, "billing_frequencies")
    assert [line["SBQQ__BillingFrequency__c"] for line in lines] == [
        *("Monthly", "Quarterly", "Semiannual", "Annual", "Invoice Plan", "Quarterly")
    ]
    # 1,800 pounds a year, two years.
    assert money(lines[2]) == (4.0, 3600.0, 14400.0)


def test_an_order_may_have_a_bill_to_of_its_own(org: Org) -> None:
    by_contact, by_address = orders_of(org, "own_bill_to")
    contacts = by_id(org["Contact"])
    assert contacts[by_contact["BillToContactId"]]["Name"] == "Bill Elsewhere"
    assert by_contact["BillingCity"] is None
    assert (by_address["BillToContactId"], by_address["BillingCity"]) == (None, "Saint Paul")


def test_owners_are_two_other_companies_that_ordered_nothing(org: Org) -> None:
    (order,) = orders_of(org, "owners")
    show, contacts = demo_org.showcase(), by_id(org["Contact"])
    assert order["InvoiceOwner__c"] == show["invoice_owner"]
    assert order["SubscriptionOwner__c"] == show["subscription_owner"]
    # The connector's documentation asks for it: each contact belongs to its owner's account.
    assert contacts[order["BillToContactId"]]["AccountId"] == show["invoice_owner"]
    assert contacts[order["ShipToContactId"]]["AccountId"] == show["subscription_owner"]
    assert all_lines(org, "invoice_owner") == all_lines(org, "subscription_owner") == []
    assert sum(order["InvoiceOwner__c"] is not None for order in org["Order"]) == 1


def test_one_order_has_a_hundred_and_twenty_lines(org: Org) -> None:
    (lines,) = all_lines(org, "many_lines")
    assert len(lines) == 120
    assert Counter(code(org, line) for line in lines) == {
        "ANL-PRO": 30,
        "ANL-ENT": 30,
        "STO-TB": 30,
        "HW-GTW": 30,
    }


def test_dates_that_trigger_billing_are_on_one_order_only(org: Org) -> None:
    first, *_ = orders_of(org, "chain")
    assert first["CustomerAuthorizedDate"] == first["CompanyAuthorizedDate"] == "2023-01-01"
    assert sum(order["CustomerAuthorizedDate"] is not None for order in org["Order"]) == 1


def test_the_numbers_of_the_first_book_stand_still(org: Org) -> None:
    """Sales entered since then are counted after it: the healthy account's orders are still these two."""
    numbers = [order["OrderNumber"] for order in orders_of(org, "healthy")]
    assert numbers == ["00000104", "00000137"]


def test_no_seeded_line_breaks_a_rule_of_the_package(org: Org) -> None:
    for line in (*org["OrderItem"], *org["Product2"]):
        charge, billed = line["SBQQ__ChargeType__c"], line["SBQQ__BillingType__c"]
        assert charge != "Recurring" or billed is not None
        assert charge not in ("One-Time", "Usage") or billed is None
        assert charge != "One-Time" or line["SBQQ__BillingFrequency__c"] is None
