# ruff: noqa: S608 - queries are put together from the test's own words
"""What a WHERE clause keeps: one row of a table per operator and kind of value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, ACME_HOLDING, dataset

HOLDING, CORP, BARE = "Acme Holding", "Acme Corp", "Bare Ltd"
NOW = datetime(2024, 2, 28, 12, tzinfo=UTC)


@pytest.fixture
def org() -> Org:
    org = Org(clock=lambda: NOW)
    org.seed(dataset())
    org.update("Account", ACME_HOLDING, LastModifiedDate="2024-02-20T09:30:00Z")
    return org


def accounts(org: Org, where: str, *, include_deleted: bool = False) -> list[str]:
    engine = org.engine(version=62, include_deleted=include_deleted)
    result = engine.run(f"SELECT Name FROM Account WHERE {where}")
    return [record["Name"] for record in result.records]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Name = 'acme corp'", [CORP]),
        ("Name != 'Acme Corp'", [HOLDING, BARE]),
        ("Name <> 'Acme Corp'", [HOLDING, BARE]),
        ("Name > 'acme corp'", [HOLDING, BARE]),
        ("Name LIKE 'acme%'", [HOLDING, CORP]),
        ("NOT Name LIKE 'acme%'", [BARE]),
        ("AccountNumber LIKE '%'", [CORP]),
        ("AccountNumber = null", [HOLDING, BARE]),
        ("AccountNumber != null", [CORP]),
        ("AccountNumber != 'AC-1'", [HOLDING, BARE]),
        ("AccountNumber NOT IN ('AC-1')", [HOLDING, BARE]),
        ("AccountNumber IN ('ac-1', null)", [HOLDING, CORP, BARE]),
        ("NumberOfEmployees > 120", [HOLDING]),
        ("NumberOfEmployees >= 120.0", [HOLDING, CORP]),
        ("NumberOfEmployees < 5000", [CORP]),
        ("NumberOfEmployees <= 5e3", [HOLDING, CORP]),
        ("AnnualRevenue = 1500000", [HOLDING, CORP]),
        ("IsDeleted = false", [HOLDING, CORP, BARE]),
        ("Parent.IsDeleted = false", [HOLDING, CORP, BARE]),
        ("Parent.Name = 'Acme Holding'", [CORP]),
        ("Parent.Name = null", [HOLDING, BARE]),
        ("Account.Parent.Owner.LastName = 'User'", [CORP]),
    ],
)
def test_comparisons(org: Org, where: str, names: list[str]) -> None:
    assert accounts(org, where) == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (f"Id = '{ACME_CORP}'", [CORP]),
        (f"Id = '{ACME_CORP[:15]}'", [CORP]),
        (f"Id IN ('{ACME_CORP[:15]}', '{ACME_HOLDING}')", [HOLDING, CORP]),
        (f"ParentId = '{ACME_HOLDING[:15]}'", [CORP]),
        (f"ParentId != '{ACME_HOLDING}'", [HOLDING, BARE]),
        (f"Id > '{ACME_HOLDING}'", [CORP, BARE]),
    ],
)
def test_ids_are_the_same_in_both_lengths(org: Org, where: str, names: list[str]) -> None:
    assert accounts(org, where) == names


def test_ids_differ_in_letter_case(org: Org) -> None:
    org.seed({"Account": [{"Id": "0010000000000aB", "Name": "Mixed"}]})
    assert accounts(org, "Id = '0010000000000aB'") == ["Mixed"]
    assert accounts(org, "Id = '0010000000000Ab'") == []


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("LastModifiedDate = LAST_WEEK", [HOLDING]),
        ("LastModifiedDate = TODAY", [CORP, BARE]),
        ("LastModifiedDate != TODAY", [HOLDING]),
        ("LastModifiedDate >= N_DAYS_AGO:8", [HOLDING, CORP, BARE]),
        ("LastModifiedDate > N_DAYS_AGO:8", [CORP, BARE]),
        ("LastModifiedDate < LAST_N_DAYS:7", [HOLDING]),
        ("LastModifiedDate <= LAST_WEEK", [HOLDING]),
        ("LastModifiedDate < 2024-02-28T12:00:00Z", [HOLDING]),
        ("LastModifiedDate = 2024-02-20T10:30:00+01:00", [HOLDING]),
        ("LastModifiedDate >= 2024-02-28T07:00:00-0500", [CORP, BARE]),
    ],
)
def test_moments_and_date_literals(org: Org, where: str, names: list[str]) -> None:
    assert accounts(org, where) == names


def test_dates_compare_with_days(org: Org) -> None:
    def orders(where: str) -> int:
        return org.engine(version=62).run(f"SELECT Id FROM Order WHERE {where}").total

    assert orders("EffectiveDate = 2024-02-01") == 1
    assert orders("EffectiveDate > 2024-02-01") == 0
    assert orders("EffectiveDate = THIS_MONTH") == 1
    assert orders("EffectiveDate = LAST_MONTH") == 0


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Name = 'Bare Ltd' OR (Name = 'Acme Corp' AND NumberOfEmployees = 120)", [CORP, BARE]),
        ("(Name = 'Bare Ltd' OR Name = 'Acme Corp') AND NumberOfEmployees = 120", [CORP]),
        ("NOT (Name = 'Bare Ltd' OR Name = 'Acme Corp')", [HOLDING]),
        ("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Hopper')", [CORP]),
        ("Id NOT IN (SELECT AccountId FROM Contact) AND ParentId = null", [HOLDING, BARE]),
        ("ParentId IN (SELECT Id FROM Account WHERE BillingCountry = 'Germany')", [CORP]),
    ],
)
def test_groups_and_semi_joins(org: Org, where: str, names: list[str]) -> None:
    assert accounts(org, where) == names


def test_quotes_in_text_do_not_end_it(org: Org) -> None:
    org.seed({"Account": [{"Name": "O'Hara' OR Name != '"}]})
    assert accounts(org, r"Name = 'O\'Hara\' OR Name != \''") == ["O'Hara' OR Name != '"]


def test_the_recycle_bin_opens_for_query_all_only(org: Org) -> None:
    org.update("Account", ACME_CORP, IsDeleted=True)
    assert accounts(org, "Name LIKE 'Acme%'") == [HOLDING]
    assert accounts(org, "Name LIKE 'Acme%'", include_deleted=True) == [HOLDING, CORP]
    assert accounts(org, "IsDeleted = true", include_deleted=True) == [CORP]
