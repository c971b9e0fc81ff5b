"""The org's Python face: seeding, reading back, changing past the rules, merging, resetting."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ADA,
    ORDER,
    SEATS_LINE,
    account,
    contact,
    dataset,
    order,
)


def test_a_seeded_record_is_read_back_with_every_field(org: Org) -> None:
    record = org.record("Account", ACME_CORP[:15])
    assert record["Id"] == ACME_CORP
    assert record["ParentId"] == ACME_HOLDING
    assert record["ShippingCity"] is None
    assert record["BillingCountryCode"] == "US"
    assert record["IsDeleted"] is False
    assert org.seed({"Contact": [contact(Id=None)]}) == {"Contact": 1}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ({"Acount": [account()]}, "no object Acount"),
        ({"Account": [account(Id=None, Nmae="x")]}, "Nmae"),
        ({"Account": [account(Id=None, BillingAddress={"city": "x"})]}, "BillingAddress"),
        ({"Account": [account(Id=None, Name="x" * 256)]}, "Account[0].Name: STRING_TOO_LONG"),
        ({"Account": [account(Id=None, ParentId="0019999999999990")]}, "ParentId"),
        ({"Account": [account(Id=None, ParentId="001999999999999")]}, "no such Account"),
        ({"Account": [account(Id=None, ParentId=ADA)]}, "no such Account"),
        ({"Account": [account()]}, "is taken"),
        ({"Account": [account(Id="short")]}, "MALFORMED_ID"),
        ({"Order": [order(Id=None, SBQQ__PriceCalcStatus__c="Nearly")]}, "restricted picklist"),
        ({"Order": [order(Id=None, EffectiveDate="01.02.2024")]}, "EffectiveDate"),
        ({"Account": "Acme"}, "list of records"),
        ({"Account": ["Acme"]}, "no record"),
    ],
)
def test_a_wrong_dataset_is_refused_whole(org: Org, rows: dict[str, Any], named: str) -> None:
    before = org.snapshot()
    with pytest.raises(ValueError, match=r"Acount|Account|Order") as caught:
        org.seed({"Product2": [{"Name": "Kept only with the rest"}], **rows})
    assert named in str(caught.value)
    assert org.snapshot() == before


def test_a_dataset_may_bring_what_rules_forbid(org: Org) -> None:
    first, second = "001000000000008AAA", "001000000000009AAA"
    org.seed(
        {
            "Account": [
                {"Id": first, "Name": "Round", "ParentId": second},
                {"Id": second, "Name": "Robin", "ParentId": first, "IsDeleted": True},
            ],
            "Order": [order(Id=None, OrderNumber=None, SBQQ__Contracted__c=True)],
        }
    )
    assert org.record("Account", second)["ParentId"] == first


def test_what_the_platform_derives_is_filled_in(org: Org) -> None:
    line, placed = org.record("OrderItem", SEATS_LINE), org.record("Order", ORDER)
    assert (line["TotalPrice"], line["ListPrice"]) == (14400.0, 120.0)
    assert org.record("Product2", line["Product2Id"])["ProductCode"] == "SEAT"
    assert line["OrderItemNumber"] == "0000000101"
    assert (placed["TotalAmount"], placed["StatusCode"]) == (14499.5, "Activated")
    assert org.record("Contact", ADA)["Name"] == "Ada Lovelace"
    assert org.record("PricebookEntry", line["PricebookEntryId"])["Name"] == "Seats"


def test_given_values_win_over_derived_ones(org: Org) -> None:
    org.seed({"Order": [order(Id="801000000000009AAA", OrderNumber="7", StatusCode="Draft", TotalAmount=1)]})
    record = org.record("Order", "801000000000009AAA")
    assert (record["StatusCode"], record["TotalAmount"], record["OrderNumber"]) == ("Draft", 1.0, "7")


def test_a_contract_ends_on_the_last_day_of_its_term(org: Org) -> None:
    contracts = [
        {"AccountId": ACME_CORP, "StartDate": start, "ContractTerm": term, "ContractNumber": start}
        for start, term in (("2024-02-01", 12), ("2024-08-31", 6), ("2023-12-01", 1))
    ]
    org.seed({"Contract": contracts})
    found = org.engine(version=62).run("SELECT EndDate FROM Contract ORDER BY ContractNumber").records
    assert [record["EndDate"] for record in found] == ["2023-12-31", "2025-01-31", "2025-02-27"]


def test_numbers_given_are_not_handed_out_again(org: Org) -> None:
    org.seed({"Order": [order(Id=None, OrderNumber="00000102"), order(Id=None, OrderNumber=None)]})
    found = org.engine(version=62).run("SELECT OrderNumber FROM Order ORDER BY OrderNumber").records
    numbers = [record["OrderNumber"] for record in found]
    assert len(set(numbers)) == 3


def test_an_update_goes_past_the_rules_and_stamps_the_record() -> None:
    times = iter(datetime(2024, 1, day, tzinfo=UTC) for day in range(1, 29))
    org = Org(clock=lambda: next(times))
    org.seed(dataset())
    before = org.record("Account", ACME_HOLDING)
    org.update("Account", ACME_HOLDING, ParentId=ACME_CORP, BillingState=None)
    after = org.record("Account", ACME_HOLDING)
    assert (after["ParentId"], after["BillingState"]) == (ACME_CORP, None)
    assert after["SystemModstamp"] > before["SystemModstamp"]
    assert after["CreatedDate"] == before["CreatedDate"]
    org.update("OrderItem", SEATS_LINE, Quantity=2)
    assert org.record("OrderItem", SEATS_LINE)["TotalPrice"] == 2880.0


@pytest.mark.parametrize(
    ("sobject", "record_id", "fields", "error"),
    [
        ("Account", ACME_CORP, {"Nmae": "x"}, ValueError),
        ("Account", ACME_CORP, {"ParentId": "001999999999999"}, ValueError),
        ("Account", ADA, {"Name": "x"}, LookupError),
        ("Acount", ACME_CORP, {"Name": "x"}, LookupError),
    ],
)
def test_an_update_that_cannot_be_made_says_so(
    org: Org, sobject: str, record_id: str, fields: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        org.update(sobject, record_id, **fields)


def test_a_merge_moves_children_and_marks_the_loser(org: Org) -> None:
    org.merge(ACME_HOLDING, ACME_CORP)
    loser = org.record("Account", ACME_CORP)
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, ACME_HOLDING)
    assert org.record("Contact", ADA)["AccountId"] == ACME_HOLDING
    assert org.record("Order", ORDER)["AccountId"] == ACME_HOLDING
    assert org.record("Account", ACME_HOLDING)["ParentId"] is None


def test_a_merge_stamps_everyone_it_touches() -> None:
    times = iter(datetime(2024, 1, day, tzinfo=UTC) for day in range(1, 29))
    org = Org(clock=lambda: next(times))
    org.seed(dataset())
    before = org.record("Account", ACME_CORP)["SystemModstamp"]
    org.merge(ACME_HOLDING, ACME_CORP)
    touched = [("Account", ACME_CORP), ("Account", ACME_HOLDING), ("Contact", ADA)]
    assert all(org.record(sobject, each)["SystemModstamp"] > before for sobject, each in touched)


def test_a_winner_under_its_loser_has_no_parent_left(org: Org) -> None:
    org.merge(ACME_CORP, ACME_HOLDING)
    assert org.record("Account", ACME_CORP)["ParentId"] is None


@pytest.mark.parametrize(
    ("winner", "loser"),
    [(ACME_CORP, ACME_CORP), (ACME_CORP, ADA), (ORDER, ORDER), ("001999999999999", ACME_CORP)],
)
def test_what_cannot_be_merged_is_refused(org: Org, winner: str, loser: str) -> None:
    with pytest.raises(ValueError, match=r"NOT_FOUND|INVALID_OPERATION|no record"):
        org.merge(winner, loser)


def test_a_reset_brings_back_the_beginning() -> None:
    org = Org(settings={"multi_currency": True})
    org.seed(dataset())
    org.change_settings({"multi_currency": False, "page_size": 2})
    org.add_described_field({"object": "Account", "name": "Tier__c", "type": "string"})
    org.reset()
    assert set(org.snapshot()["records"]) == {"User", "Organization"}
    assert (org.settings.multi_currency, org.settings.page_size) == (True, None)
    assert org.catalog.entity("Account").field_named("Tier__c") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"page_sise": 2},
        {"page_size": 0},
        {"page_size": "2"},
        {"latency_ms": -1},
        {"multi_currency": 1},
        {"latency_ms": True},
        {"currencies": []},
        {"instance_url": None},
    ],
)
def test_a_wrong_setting_is_refused(org: Org, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"setting|currency"):
        org.change_settings(changes)


def test_a_dataset_may_bring_its_own_organization(org: Org) -> None:
    org.seed({"Organization": [{"Id": "00D000000000009", "Name": "Acme Live"}]})
    assert org.org_id == "00D000000000009EAA"
    assert org.engine(version=62).run("SELECT Name FROM Organization").records[0]["Name"] == "Acme Live"
