from __future__ import annotations

from typing import Any

import pytest

from connector.domain import JSON, transforms
from connector.domain.rules import Pair, Rule
from connector.domain.transforms import Context, TransformFailed

ACME_CORP: JSON = {
    "Name": "Acme Corp",
    "Site": "Paris",
    "Fax": None,
    "BillingState": "CA",
    "BillingCountry": "USA",
    "ShippingState": "QC",
    "ShippingCountry": "Canada",
    "Region__c": "BC",
    "Land__c": "CA",
    "BillingAddress": {"state": "NY", "country": "us"},
    "Billing_Contact__r": {"MailingState": "Bavaria", "MailingCountry": "Germany"},
}


def transformed(name: str, value: object, /, *, source: str = "", **arguments: object) -> object:
    assert transforms.check_arguments(name, arguments) is None
    return transforms.apply(name, value, arguments, Context(ACME_CORP, source))


@pytest.mark.parametrize(
    ("name", "value", "arguments", "expected"),
    [
        ("", " as it is ", {}, " as it is "),
        ("", 7, {}, 7),
        ("trim", "  Acme ", {}, "Acme"),
        ("trim", 7.0, {}, "7"),
        ("upper", "straße", {}, "STRASSE"),
        ("lower", "Acme", {}, "acme"),
        ("truncate", "Acme Corp", {"length": 5}, "Acme"),
        ("truncate", "Acme", {"length": 50}, "Acme"),
        ("date", "2026-01-31T23:30:00.000+0000", {}, "2026-01-31"),
        ("boolean", "Yes", {}, True),
        ("number", "12.50", {}, 12.5),
        ("lookup", " gold ", {"table": {"Gold": "VIP", "Silver": ""}}, "VIP"),
        ("lookup", "Silver", {"table": {"Gold": "VIP", "Silver": None}}, None),
        ("lookup", "Bronze", {"table": {"Gold": "VIP"}, "default": "Batch1"}, "Batch1"),
        ("lookup", True, {"table": {"true": "Yes"}}, "Yes"),
        ("country_name", "USA", {}, "United States"),
        ("country_code", "united states", {}, "US"),
        ("country_code", "Korea, Republic of", {"form": "alpha_3"}, "KOR"),
        ("prefix", "102", {"text": "SF-"}, "SF-102"),
        ("suffix", "Acme", {"text": "_billTo"}, "Acme_billTo"),
        ("join", None, {"paths": ["Name", "Fax", "Site"], "separator": ", "}, "Acme Corp, Paris"),
        ("join", None, {"paths": ["Name", "Site"]}, "Acme Corp Paris"),
        ("join", None, {"paths": ["Fax"]}, ""),
        ("constant", "ignored", {"value": "Batch2"}, "Batch2"),
        ("constant", None, {"value": 30}, 30),
        ("extract", "VAT DE12345", {"pattern": r"DE(\d+)"}, "12345"),
        ("extract", "none", {"pattern": r"DE(\d+)"}, None),
    ],
)
def test_each_transform_does_what_its_help_says(
    name: str, value: object, arguments: dict[str, Any], expected: object
) -> None:
    assert transformed(name, value, **arguments) == expected


@pytest.mark.parametrize(
    ("name", "value", "arguments", "reason"),
    [
        ("trim", {"city": "Paris"}, {}, "is a group of values"),
        ("date", "31.01.2026", {}, "is no date"),
        ("boolean", "perhaps", {}, "is neither yes nor no"),
        ("number", "1,234", {}, "is no number"),
        ("lookup", "Bronze", {"table": {"Gold": "VIP"}}, "is not in the table"),
        ("country_name", "Atlantis", {}, "is no country"),
        ("country_code", "Atlantis", {}, "is no country"),
    ],
)
def test_a_value_that_cannot_be_transformed_says_why(
    name: str, value: object, arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TransformFailed, match=reason):
        transformed(name, value, **arguments)


@pytest.mark.parametrize(
    ("source", "value", "arguments", "expected"),
    [
        ("BillingState", "CA", {}, "California"),
        ("ShippingState", "QC", {}, "Quebec"),
        ("billingstate", "ca", {}, "California"),
        ("BillingAddress.state", "NY", {}, "New York"),
        ("Billing_Contact__r.MailingState", "Bavaria", {}, "Bavaria"),
        ("Region__c", "BC", {"country": "Land__c"}, "British Columbia"),
        ("Region__c", "BC", {}, "BC"),
        ("Region__c", "BC", {"country": "Nowhere__c"}, "BC"),
    ],
)
def test_a_state_is_named_within_its_country(
    source: str, value: str, arguments: dict[str, Any], expected: str
) -> None:
    assert transformed("state_name", value, source=source, **arguments) == expected


def test_a_state_its_country_does_not_have_is_refused() -> None:
    with pytest.raises(TransformFailed, match="is no state or province of Canada"):
        transformed("state_name", "Texas", source="ShippingState")


def row(source: str, transform: str = "", **arguments: object) -> Rule:
    return Rule(Pair.BILL_TO, source, "state", transform, arguments)


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (row("BillingState"), ("BillingState",)),
        (row(""), ()),
        (row("BillingState", "upper"), ("BillingState",)),
        (row("BillingState", "state_name"), ("BillingState", "BillingCountry")),
        (row("BillingStateCode", "state_name"), ("BillingStateCode", "BillingCountryCode")),
        (row("X__r.MailingState", "state_name"), ("X__r.MailingState", "X__r.MailingCountry")),
        (row("BillingAddress.state", "state_name"), ("BillingAddress.state", "BillingAddress.Country")),
        (row("Home_State__c", "state_name"), ("Home_State__c",)),
        (row("Home_State__c", "state_name", country="Land__c"), ("Home_State__c", "Land__c")),
        (row("", "join", paths=["Name", "Site", "Name"]), ("Name", "Site")),
        (row("Name", "join", paths=["Site"]), ("Site",)),
        (row("Name", "constant", value=1), ()),
    ],
)
def test_every_path_a_row_reads_is_known_to_the_query(rule: Rule, read: tuple[str, ...]) -> None:
    assert transforms.sources(rule) == read


def test_the_list_is_closed() -> None:
    assert set(transforms.names()) == {
        *("", "trim", "upper", "lower", "truncate", "date", "boolean", "number", "lookup"),
        *("country_name", "country_code", "state_name", "prefix", "suffix", "join", "constant", "extract"),
    }
    assert transforms.check_arguments("eval", {}) is not None
    assert transforms.describe("eval") == ""
    assert not transforms.makes_value("eval")


@pytest.mark.parametrize("name", transforms.names())
def test_each_transform_explains_itself_and_its_arguments(name: str) -> None:
    first, *arguments = transforms.describe(name).splitlines()
    assert first.endswith(".")
    assert all(": " in line and line.endswith(".") for line in arguments)
