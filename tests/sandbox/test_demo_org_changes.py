"""Amendments, renewals and cancellations of the demo org, each with its figures worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox import demo_org
from tests.sandbox.demo_org_reading import (
    Org,
    Record,
    all_lines,
    by_id,
    code,
    exact,
    lines_of,
    money,
    orders_of,
    term,
)


@pytest.fixture(scope="module")
def org() -> Org:
    return demo_org.build()


@pytest.mark.parametrize(
    ("showcase", "action", "date", "figures"),
    [
        # A seat costs 48 a month: nine months are 432.
        ("amended_up", "Quantity Increase", "2026-04-01", (5.0, 432.0, 2160.0)),
        # A seat costs 1,188 a year: half of it is 594.
        ("amended_down", "Quantity Decrease", "2026-07-01", (-10.0, 594.0, -5940.0)),
        # 36 pounds a month, six months.
        ("amended_to_zero", "Cancel", "2026-07-01", (-16.0, 216.0, -3456.0)),
    ],
)
def test_an_amendment_line_is_a_change_to_the_end_of_the_contract(
    org: Org, showcase: str, action: str, date: str, figures: tuple[float, float, float]
) -> None:
    (sold, untouched), (change,) = all_lines(org, showcase)
    assert change["SBQQ__ContractAction__c"] == action
    assert change["SBQQ__RevisedOrderProduct__c"] == sold["Id"]
    assert term(change) == (date, sold["EndDate"]) == (date, "2026-12-31")
    assert money(change) == figures
    assert (change["SBQQ__SubscriptionTerm__c"], untouched["SBQQ__TerminatedDate__c"]) == (None, None)


def test_an_amendment_hangs_on_the_contract_it_amends(org: Org) -> None:
    first, second = orders_of(org, "amended_up")
    (contract,) = (each for each in org["Contract"] if each["AccountId"] == first["AccountId"])
    opportunities, quotes = by_id(org["Opportunity"]), by_id(org["SBQQ__Quote__c"])
    assert opportunities[first["OpportunityId"]]["SBQQ__AmendedContract__c"] is None
    assert opportunities[second["OpportunityId"]]["SBQQ__AmendedContract__c"] == contract["Id"]
    assert opportunities[second["OpportunityId"]]["SBQQ__RenewedContract__c"] is None
    quote = quotes[second["SBQQ__Quote__c"]]
    assert (first["Type"], second["Type"], quote["SBQQ__Type__c"]) == ("New", "Amendment", "Amendment")
    assert (quote["SBQQ__StartDate__c"], quote["SBQQ__EndDate__c"]) == ("2026-04-01", "2026-12-31")
    assert quote["SBQQ__MasterContract__c"] == contract["Id"]
    assert contract["SBQQ__Order__c"] == first["Id"]
    assert lines_of(org, second)[0]["SBQQ__Contract__c"] == contract["Id"]


def test_each_change_has_a_subscription_of_its_own(org: Org) -> None:
    subscriptions = by_id(org["SBQQ__Subscription__c"])
    (sold,), *changes = all_lines(org, "several_amendments")
    found = [subscriptions[line["SBQQ__Subscription__c"]] for line in (sold, *(line for (line,) in changes))]
    assert len({each["Name"] for each in found}) == 4
    assert [each["SBQQ__Quantity__c"] for each in found] == [10.0, 5.0, 5.0, -8.0]
    assert {each["SBQQ__RevisedSubscription__c"] for each in found[1:]} == {found[0]["Id"]}
    assert found[0]["SBQQ__RevisedSubscription__c"] is None


def test_several_amendments_all_point_to_the_first_line(org: Org) -> None:
    (sold,), *changes = all_lines(org, "several_amendments")
    assert [money(line) for (line,) in changes] == [
        (5.0, 480.0, 2400.0),
        (5.0, 384.0, 1920.0),
        (-8.0, 240.0, -1920.0),
    ]
    assert {line["SBQQ__RevisedOrderProduct__c"] for (line,) in changes} == {sold["Id"]}
    assert [order["EffectiveDate"] for order in orders_of(org, "several_amendments")] == [
        *("2026-01-01", "2026-03-01", "2026-05-01", "2026-08-01")
    ]


def test_a_backdated_amendment_has_a_later_number_and_an_earlier_date(org: Org) -> None:
    first, forward, back = orders_of(org, "backdated_amendment")
    assert [each["EffectiveDate"] for each in (first, forward, back)] == [
        *("2026-01-01", "2026-06-01", "2026-03-01")
    ]
    assert back["ActivatedDate"] > forward["ActivatedDate"]
    # 60 Canadian dollars a month, ten months.
    assert [money(line) for line in lines_of(org, back)] == [(2.0, 600.0, 1200.0)]


def test_a_product_added_by_an_amendment_starts_a_chain_of_its_own(org: Org) -> None:
    _, (added, once), (grown,) = all_lines(org, "product_added")
    assert (added["SBQQ__ContractAction__c"], added["SBQQ__RevisedOrderProduct__c"]) == ("New", None)
    assert (money(added), term(added)) == ((6.0, 450.0, 2700.0), ("2026-04-01", "2026-12-31"))
    assert (once["SBQQ__SubscriptionPricing__c"], once["TotalPrice"]) == (None, 2400.0)
    assert grown["SBQQ__RevisedOrderProduct__c"] == added["Id"]
    assert money(grown) == (2.0, 300.0, 600.0)
    assert added["SBQQ__Contract__c"] == grown["SBQQ__Contract__c"] is not None


def test_a_price_change_is_a_cancellation_and_a_new_line(org: Org) -> None:
    (sold,), (ended, begun) = all_lines(org, "price_change")
    assert [line["SBQQ__ContractAction__c"] for line in (ended, begun)] == ["Cancel", "New"]
    assert (money(ended), money(begun)) == ((-25.0, 216.0, -5400.0), (25.0, 162.0, 4050.0))
    assert ended["SBQQ__RevisedOrderProduct__c"] == sold["Id"]
    assert begun["SBQQ__RevisedOrderProduct__c"] is None
    assert ended["Product2Id"] == begun["Product2Id"] == sold["Product2Id"]
    assert sold["SBQQ__TerminatedDate__c"] == "2026-06-30"


def test_a_renewal_states_the_whole_quantity_for_the_new_term(org: Org) -> None:
    (seats, support), (seats_again, support_again) = all_lines(org, "renewed")
    assert [line["SBQQ__ContractAction__c"] for line in (seats_again, support_again)] == ["Renew", "Renew"]
    assert [line["SBQQ__RevisedOrderProduct__c"] for line in (seats_again, support_again)] == [
        seats["Id"],
        support["Id"],
    ]
    assert term(seats_again) == ("2026-01-01", "2026-12-31")
    assert money(seats_again) == money(seats) == (15.0, 576.0, 8640.0)
    assert seats["SBQQ__TerminatedDate__c"] is None


def test_a_renewal_hangs_on_the_contract_it_renews_and_makes_another(org: Org) -> None:
    first, second = orders_of(org, "renewed")
    opportunity = by_id(org["Opportunity"])[second["OpportunityId"]]
    (renewed,) = {line["SBQQ__Contract__c"] for line in lines_of(org, first)}
    (made,) = {line["SBQQ__Contract__c"] for line in lines_of(org, second)}
    assert opportunity["SBQQ__RenewedContract__c"] == renewed != made
    assert opportunity["SBQQ__AmendedContract__c"] is None
    assert opportunity["SBQQ__Renewal__c"]
    assert (second["Type"], by_id(org["SBQQ__Quote__c"])[second["SBQQ__Quote__c"]]["SBQQ__Type__c"]) == (
        "Renewal",
        "Renewal",
    )
    contract = by_id(org["Contract"])[made]
    assert (contract["StartDate"], contract["EndDate"]) == ("2026-01-01", "2026-12-31")


def test_a_renewal_with_uplift_costs_more_at_the_same_list_price(org: Org) -> None:
    (seats, _), (seats_again, storage_again) = all_lines(org, "renewed_with_uplift")
    # 1,188 and 600 a year, and five in the hundred more.
    assert money(seats_again) == (10.0, 1247.4, 12474.0)
    assert money(storage_again) == (10.0, 630.0, 6300.0)
    assert seats_again["ListPrice"] == seats["ListPrice"] == 1188.0
    assert orders_of(org, "renewed_with_uplift")[1]["SBQQ__RenewalUpliftRate__c"] == 5.0


def test_a_renewal_may_move_the_quantity_and_add_a_product(org: Org) -> None:
    (seats, _), (seats_again, _, helpdesk) = all_lines(org, "renewed_quantity")
    assert (seats["Quantity"], seats_again["Quantity"]) == (40.0, 55.0)
    assert term(seats_again) == ("2026-03-01", "2027-02-28")
    assert (helpdesk["SBQQ__ContractAction__c"], helpdesk["SBQQ__RevisedOrderProduct__c"]) == ("New", None)


def test_a_one_time_line_is_renewed_as_a_thing_bought_again(org: Org) -> None:
    (_, training), (_, again) = all_lines(org, "renewed_one_time")
    assert (again["SBQQ__ContractAction__c"], again["SBQQ__RevisedOrderProduct__c"]) == (
        "Renew",
        training["Id"],
    )
    assert money(again) == (3.0, 1200.0, 3600.0)
    assert (again["ServiceDate"], again["EndDate"], again["SBQQ__Subscription__c"]) == (
        *("2026-02-01", None, None),
    )


def test_a_cancelled_contract_ends_the_day_before(org: Org) -> None:
    sold, ended = all_lines(org, "cancelled_contract")
    assert {line["SBQQ__ContractAction__c"] for line in ended} == {"Cancel"}
    assert [money(line) for line in ended] == [(-22.0, 288.0, -6336.0), (-1.0, 600.0, -600.0)]
    assert {line["SBQQ__TerminatedDate__c"] for line in sold} == {"2026-06-30"}
    assert {line["SBQQ__TerminatedDate__c"] for line in ended} == {None}
    subscriptions = by_id(org["SBQQ__Subscription__c"])
    ends = [subscriptions[line["SBQQ__Subscription__c"]]["SBQQ__TerminatedDate__c"] for line in sold]
    assert ends == ["2026-06-30", "2026-06-30"]


def test_an_early_renewal_cancels_what_is_left_on_its_first_day(org: Org) -> None:
    first, cancelling, renewing = orders_of(org, "early_renewal")
    (sold,), (ended,), (again,) = all_lines(org, "early_renewal")
    assert (cancelling["Type"], renewing["Type"]) == ("Amendment", "Renewal")
    assert cancelling["EffectiveDate"] == renewing["EffectiveDate"] == "2026-03-01"
    assert first["OrderNumber"] < cancelling["OrderNumber"] < renewing["OrderNumber"]
    assert (money(ended), term(ended)) == ((-20.0, 192.0, -3840.0), ("2026-03-01", "2026-06-30"))
    assert (money(again), term(again)) == ((30.0, 1152.0, 34560.0), ("2026-03-01", "2028-02-29"))
    assert sold["SBQQ__TerminatedDate__c"] == "2026-02-28"
    assert again["SBQQ__TerminatedDate__c"] is None


def test_a_co_terminated_sale_ends_with_the_first(org: Org) -> None:
    (first,), later = all_lines(org, "co_terminated")
    assert {term(line) for line in later} == {("2026-05-01", first["EndDate"])}
    # 1,188 a year, two thirds of it.
    assert money(later[0]) == (6.0, 792.0, 4752.0)
    assert {line["SBQQ__ContractAction__c"] for line in later} == {"New"}


def test_the_chain_has_every_step(org: Org) -> None:
    assert demo_org.showcase()["chain"] == demo_org.showcase()["most_complex"]
    orders = orders_of(org, "chain")
    assert [order["Type"] for order in orders] == [
        *("New", "Amendment", "Amendment", "Amendment", "Renewal", "Amendment")
    ]
    assert [order["TotalAmount"] for order in orders] == [
        *(219544.0, 33000.0, 4620.0, 5520.0, 48372.0, -23664.0)
    ]
    (root, *_), *_ = lines = all_lines(org, "chain")
    seats = [each for order in lines for each in order if code(org, each) == "ANL-PRO"]
    assert [line["Quantity"] for line in seats] == [50.0, 25.0, -5.0, 10.0, 80.0, -80.0]
    # Also what amends the renewal points to the first line of all.
    assert {line["SBQQ__RevisedOrderProduct__c"] for line in seats[1:]} == {root["Id"]}
    # 36 a month with a quarter off, then 37.80 with five in the hundred more.
    assert [line["UnitPrice"] for line in seats] == [1296.0, 1080.0, 756.0, 432.0, 453.6, 226.8]
    assert [line["SBQQ__TerminatedDate__c"] for line in seats] == [*[None] * 4, "2026-06-30", None]
    kinds = {each["SBQQ__ChargeType__c"] for each in lines[0]}
    assert {"Usage", "One-Time", "Recurring"} <= kinds
    assert {each["SBQQ__DimensionType__c"] for each in lines[0]} == {None, "Year"}
    assert any(each["SBQQ__BundleRoot__c"] for each in lines[0])
    assert {each["SBQQ__ContractAction__c"] for each in lines[-1]} == {"Cancel"}


def chains(org: Org) -> dict[str, list[Record]]:
    """The lines of each chain that was ever changed, in the order they were entered, by its first line's id."""
    found = defaultdict(list)
    for line in sorted(org["OrderItem"], key=lambda line: line["OrderItemNumber"]):
        found[line["SBQQ__RevisedOrderProduct__c"] or line["Id"]].append(line)
    return {root: lines for root, lines in found.items() if len(lines) > 1}


def test_a_chain_points_to_its_first_line_and_never_falls_below_nothing(org: Org) -> None:
    lines, flawed = by_id(org["OrderItem"]), demo_org.flaws()
    orders = by_id(org["Order"])
    checked = 0
    for root, chain in chains(org).items():
        if any(orders[line["OrderId"]]["AccountId"] in flawed for line in chain):
            continue
        checked += 1
        assert lines[root]["SBQQ__RevisedOrderProduct__c"] is None
        assert len({orders[line["OrderId"]]["AccountId"] for line in chain}) == 1
        assert len({line["Product2Id"] for line in chain}) == 1
        quantity: Any = 0
        for line in chain:
            is_change = orders[line["OrderId"]]["Type"] == "Amendment" and line["Id"] != root
            quantity = quantity + line["Quantity"] if is_change else line["Quantity"]
            assert quantity >= 0
            assert (quantity == 0) is (line["SBQQ__ContractAction__c"] == "Cancel")
    assert checked >= 25


def test_what_a_cancellation_takes_back_is_what_was_sold_for_the_rest(org: Org) -> None:
    """Sold less taken back is what ran: of the seats, six of twelve months."""
    (seats, _), (seats_back, _) = all_lines(org, "cancelled_contract")
    assert exact(seats["TotalPrice"]) + exact(seats_back["TotalPrice"]) == Decimal(22 * 48 * 6)
