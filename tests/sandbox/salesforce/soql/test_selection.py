# ruff: noqa: S608 - queries are put together from the test's own words
"""What a query answers with: keys, order, parents, children, counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.sandbox.salesforce.cursors import Cursors, Pages
from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, ACME_HOLDING, ADA, ORDER, SEATS_LINE

EVERYTHING = Pages(2000, 2000)


def answer(org: Org, soql: str, *, version: int = 62) -> dict[str, Any]:
    """Return the page a query answers, as JSON would carry it."""
    page = Cursors().first_page(org.engine(version=version).run(soql), EVERYTHING, version=version)
    decoded: dict[str, Any] = json.loads(json.dumps(page))
    return decoded


def records(org: Org, soql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(org, soql)["records"]
    return found


def test_keys_stand_in_the_order_of_the_select_and_in_the_schema_s_letter_case(org: Org) -> None:
    (record,) = records(org, f"SELECT name, ID, billingCITY FROM account WHERE Id = '{ACME_CORP}'")
    assert list(record.items()) == [
        ("attributes", {"type": "Account", "url": f"/services/data/v62.0/sobjects/Account/{ACME_CORP}"}),
        ("Name", "Acme Corp"),
        ("Id", ACME_CORP),
        ("BillingCity", "San Francisco"),
    ]


def test_parents_are_nested_once_each_and_null_when_missing(org: Org) -> None:
    soql = "SELECT Parent.Name, Name, Parent.Owner.Name, Parent.Id, Parent.Parent.Name FROM Account"
    holding, corp, _ = records(org, soql)
    assert holding["Parent"] is None
    assert list(corp) == ["attributes", "Parent", "Name"]
    assert list(corp["Parent"]) == ["attributes", "Name", "Owner", "Id", "Parent"]
    assert corp["Parent"]["attributes"]["url"].endswith(ACME_HOLDING)
    assert corp["Parent"]["Owner"]["Name"] == "Integration User"
    assert corp["Parent"]["Parent"] is None


def test_children_are_a_result_of_their_own_and_null_where_there_are_none(org: Org) -> None:
    soql = "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName LIMIT 1) FROM Account"
    holding, corp, _ = records(org, soql)
    assert holding["Contacts"] is None
    assert corp["Contacts"]["totalSize"] == 1
    assert corp["Contacts"]["done"] is True
    (grace,) = corp["Contacts"]["records"]
    assert (grace["LastName"], grace["Account"]["Name"]) == ("Hopper", "Acme Corp")


def test_deep_children_need_a_newer_version(org: Org) -> None:
    soql = "SELECT Id, (SELECT Id, (SELECT UnitPrice FROM OrderItems) FROM Orders) FROM Account"
    corp = answer(org, soql, version=58)["records"][1]
    lines = corp["Orders"]["records"][0]["OrderItems"]["records"]
    assert [line["UnitPrice"] for line in lines] == [1440.0, 99.5]
    with pytest.raises(Exception, match="more than 1 level away"):
        answer(org, soql, version=57)


def test_custom_relationships_end_in_r(org: Org) -> None:
    org.seed(
        {
            "SBQQ__Subscription__c": [
                {"SBQQ__OrderProduct__c": SEATS_LINE, "SBQQ__Quantity__c": 10, "SBQQ__Account__c": ACME_CORP}
            ]
        }
    )
    (line,) = records(
        org,
        "SELECT Id, (SELECT Name, SBQQ__Account__r.Name FROM SBQQ__Subscriptions__r) "
        f"FROM OrderItem WHERE Id = '{SEATS_LINE}'",
    )
    (subscription,) = line["SBQQ__Subscriptions__r"]["records"]
    assert subscription["SBQQ__Account__r"]["Name"] == "Acme Corp"
    assert subscription["Name"].startswith("SUB-")


def test_doubles_carry_a_point_and_whole_numbers_do_not(org: Org) -> None:
    soql = "SELECT NumberOfEmployees, AnnualRevenue FROM Account WHERE Name = 'Acme Corp'"
    page = json.dumps(org.engine(version=62).run(soql).records)
    assert '"NumberOfEmployees": 120,' in page
    assert '"AnnualRevenue": 1500000.0' in page


def test_compound_addresses_are_objects_and_null_when_empty(org: Org) -> None:
    holding, corp, bare = records(org, "SELECT BillingAddress, ShippingAddress FROM Account")
    assert corp["BillingAddress"] == {
        "city": "San Francisco",
        "country": "United States",
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": "94105",
        "state": "California",
        "street": "1 Main Street",
    }
    assert holding["BillingAddress"]["state"] is None
    assert bare["BillingAddress"] is None
    assert corp["ShippingAddress"] is None


def test_counts(org: Org) -> None:
    assert answer(org, "SELECT COUNT() FROM Contact") == {"totalSize": 2, "done": True, "records": []}
    assert records(org, "select count(Id) from Account") == [
        {"attributes": {"type": "AggregateResult"}, "expr0": 3}
    ]
    assert records(org, "SELECT COUNT(AccountNumber) numbered, COUNT(Id) FROM Account") == [
        {"attributes": {"type": "AggregateResult"}, "numbered": 1, "expr0": 3}
    ]


def test_aggregates_by_group(org: Org) -> None:
    rows = records(org, "SELECT BillingCountry, COUNT(Id) n FROM Account GROUP BY BillingCountry LIMIT 2")
    assert [(row["BillingCountry"], row["n"]) for row in rows] == [("Germany", 1), ("United States", 1)]
    (line,) = records(
        org,
        "SELECT Order.AccountId, SUM(TotalPrice), AVG(Quantity) a, MIN(UnitPrice), MAX(ServiceDate) m, "
        "COUNT_DISTINCT(OrderId) d FROM OrderItem GROUP BY Order.AccountId",
    )
    assert line["AccountId"] == ACME_CORP
    assert (line["expr0"], line["a"], line["expr1"]) == (14499.5, 5.5, 99.5)
    assert (line["m"], line["d"]) == ("2024-02-01", 1)


def test_aggregates_of_nothing(org: Org) -> None:
    (row,) = records(org, "SELECT COUNT(Id) n, MAX(Name) newest FROM Account WHERE Name = 'Nobody'")
    assert (row["n"], row["newest"]) == (0, None)


def test_fields_all_shows_what_the_schema_shows(org: Org) -> None:
    (record,) = records(org, f"SELECT FIELDS(ALL) FROM Order WHERE Id = '{ORDER}' LIMIT 200")
    names = [field.name for field in org.catalog.entity("Order").fields]
    assert list(record) == ["attributes", *names]
    assert record["SBQQ__Contracted__c"] is True
    (custom,) = records(org, "SELECT FIELDS(CUSTOM) FROM Order LIMIT 1")
    assert all(name.endswith("__c") for name in list(custom)[1:])
    (standard,) = records(org, "SELECT FIELDS(STANDARD) FROM Order")
    assert not any(name.endswith("__c") for name in standard)


@pytest.mark.parametrize(
    ("tail", "names"),
    [
        ("ORDER BY Name", ["Acme Corp", "Acme Holding", "Bare Ltd"]),
        ("ORDER BY Name DESC", ["Bare Ltd", "Acme Holding", "Acme Corp"]),
        ("ORDER BY NumberOfEmployees", ["Bare Ltd", "Acme Corp", "Acme Holding"]),
        ("ORDER BY NumberOfEmployees DESC", ["Bare Ltd", "Acme Holding", "Acme Corp"]),
        ("ORDER BY NumberOfEmployees NULLS LAST", ["Acme Corp", "Acme Holding", "Bare Ltd"]),
        ("ORDER BY NumberOfEmployees DESC NULLS LAST", ["Acme Holding", "Acme Corp", "Bare Ltd"]),
        ("ORDER BY Parent.Name DESC NULLS LAST, Name DESC", ["Acme Corp", "Bare Ltd", "Acme Holding"]),
        ("ORDER BY Name LIMIT 1", ["Acme Corp"]),
        ("ORDER BY Name LIMIT 1 OFFSET 1", ["Acme Holding"]),
        ("ORDER BY Name OFFSET 2", ["Bare Ltd"]),
        ("LIMIT 0", []),
    ],
)
def test_order_limit_and_offset(org: Org, tail: str, names: list[str]) -> None:
    assert [record["Name"] for record in records(org, f"SELECT Name FROM Account {tail}")] == names


def test_an_alias_may_stand_before_a_field(org: Org) -> None:
    (record,) = records(org, "SELECT c.Name, Contact.Account.Name FROM Contact c WHERE c.FirstName = 'Ada'")
    assert (record["Name"], record["Account"]["Name"]) == ("Ada Lovelace", "Acme Corp")
    assert records(org, f"SELECT Id FROM Contact WHERE Id = '{ADA}'")[0]["Id"] == ADA
