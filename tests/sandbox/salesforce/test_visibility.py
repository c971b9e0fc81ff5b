"""Fields that come and go: field-level security, org features, fields made while the org runs."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, BARE_LTD, ORDER, V62, Api


def described(api: Api, sobject: str) -> set[str]:
    fields: list[dict[str, Any]] = api.get(f"{V62}/sobjects/{sobject}/describe").json()["fields"]
    return {field["name"] for field in fields}


def test_a_hidden_field_is_missing_everywhere(org: Org, api: Api) -> None:
    assert api.control("settings", {"hidden_fields": {"account": ["billingcountry"]}}).status_code == 200
    error = api.query("SELECT Id, BillingCountry FROM Account").json()[0]
    assert error["errorCode"] == "INVALID_FIELD"
    assert "No such column 'BillingCountry' on entity 'Account'" in error["message"]
    assert "BillingCountry" not in described(api, "Account")
    shown = api.get(f"{V62}/sobjects/Account/{ACME_CORP}").json()
    assert "BillingCountry" not in shown
    assert "country" not in shown["BillingAddress"]
    refused = api.patch(f"{V62}/sobjects/Account/{ACME_CORP}", {"BillingCountry": "France"})
    assert refused.json()[0]["errorCode"] == "INVALID_FIELD"
    assert "BillingCountry" in described(api, "Order")
    assert org.record("Account", ACME_CORP)["BillingCountry"] == "United States"


def test_a_hidden_address_takes_its_parts_along(api: Api) -> None:
    api.control("settings", {"hidden_fields": {"Account": ["BillingAddress", "ParentId"]}})
    names = described(api, "Account")
    assert not any(name.startswith("Billing") for name in names)
    assert api.query("SELECT Parent.Name FROM Account").json()[0]["errorCode"] == "INVALID_FIELD"
    assert api.query("SELECT Id, (SELECT Id FROM ChildAccounts) FROM Account").status_code == 400


def test_currencies_exist_with_multi_currency_only(org: Org, api: Api) -> None:
    soql = "SELECT CurrencyIsoCode FROM Account WHERE Name = 'Bare Ltd'"
    assert api.query(soql).json()[0]["errorCode"] == "INVALID_FIELD"
    assert "CurrencyIsoCode" not in described(api, "Order")
    api.control("settings", {"multi_currency": True, "currencies": ["EUR", "USD"]})
    assert {"CurrencyIsoCode"} <= described(api, "Order") & described(api, "OrderItem")
    created = api.post(f"{V62}/sobjects/Account", {"Name": "Euro"}).json()["id"]
    assert org.record("Account", created)["CurrencyIsoCode"] == "EUR"
    refused = api.patch(f"{V62}/sobjects/Account/{created}", {"CurrencyIsoCode": "XXX"})
    assert refused.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_a_currency_seeded_before_the_feature_shows_with_it(org: Org, api: Api) -> None:
    org.seed({"Account": [{"Name": "Yen", "CurrencyIsoCode": "JPY"}]})
    api.control("settings", {"multi_currency": True})
    (found,) = api.query("SELECT CurrencyIsoCode FROM Account WHERE Name = 'Yen'").json()["records"]
    assert found["CurrencyIsoCode"] == "JPY"


def test_iso_codes_exist_with_state_and_country_picklists_only(api: Api) -> None:
    soql = "SELECT BillingCountryCode, BillingStateCode, BillingAddress FROM Account ORDER BY Name"
    assert api.query(soql).json()[0]["errorCode"] == "INVALID_FIELD"
    assert "BillingCountryCode" not in described(api, "Account")
    api.control("settings", {"state_country_picklists": True})
    corp, holding, bare = api.query(soql).json()["records"]
    assert (corp["BillingCountryCode"], corp["BillingStateCode"]) == ("US", "CA")
    assert corp["BillingAddress"]["stateCode"] == "CA"
    assert (holding["BillingCountryCode"], holding["BillingStateCode"]) == ("DE", None)
    assert (bare["BillingCountryCode"], bare["BillingAddress"]) == (None, None)
    assert "MailingCountryCode" in described(api, "Contact")


@pytest.mark.parametrize(
    ("fields", "state", "country"),
    [
        ({"BillingCountryCode": "CA", "BillingStateCode": "ON"}, "Ontario", "Canada"),
        ({"BillingCountry": "Canada", "BillingState": "Ontario"}, "Ontario", "Canada"),
        ({"BillingCountry": "France"}, None, "France"),
    ],
)
def test_names_and_codes_agree_after_a_write(
    org: Org, api: Api, fields: dict[str, str], state: str | None, country: str
) -> None:
    api.control("settings", {"state_country_picklists": True})
    assert api.patch(f"{V62}/sobjects/Account/{BARE_LTD}", fields).status_code == 204
    record = org.record("Account", BARE_LTD)
    assert (record["BillingState"], record["BillingCountry"]) == (state, country)
    codes = {"Canada": ("CA", "ON"), "France": ("FR", None)}[country]
    assert (record["BillingCountryCode"], record["BillingStateCode"]) == codes


def test_a_new_name_takes_the_place_of_an_old_code(org: Org, api: Api) -> None:
    api.control("settings", {"state_country_picklists": True})
    path = f"{V62}/sobjects/Account/{BARE_LTD}"
    api.patch(path, {"BillingCountryCode": "CA", "BillingStateCode": "ON"})
    api.patch(path, {"BillingCountry": "Germany", "BillingState": "Bayern"})
    record = org.record("Account", BARE_LTD)
    assert (record["BillingCountryCode"], record["BillingStateCode"]) == ("DE", "BY")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"BillingState": "Ontario"}, "must be specified before specifying a state"),
        ({"BillingCountry": "Atlantis"}, "problem with this country"),
    ],
)
def test_picklists_refuse_what_they_do_not_hold(api: Api, fields: dict[str, str], word: str) -> None:
    path = f"{V62}/sobjects/Account/{BARE_LTD}"
    assert api.patch(path, fields).status_code == 204
    api.patch(path, dict.fromkeys(fields))
    api.control("settings", {"state_country_picklists": True})
    (error,) = api.patch(path, fields).json()
    assert error["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"
    assert word in error["message"]


def test_a_custom_field_is_made_while_the_org_runs(org: Org, api: Api) -> None:
    field = {
        "object": "Order",
        "name": "Partner__c",
        "type": "reference",
        "referenceTo": "Account",
        "children": "Partnered",
    }
    assert api.control("custom-fields", field).status_code == 200
    body = {"Partner__c": BARE_LTD}
    assert api.patch(f"{V62}/sobjects/Order/{ORDER}", body).status_code == 204
    (found,) = api.query("SELECT Partner__r.Name FROM Order").json()["records"]
    assert found["Partner__r"]["Name"] == "Bare Ltd"
    (bare,) = api.query(
        "SELECT Id, (SELECT Id FROM Partnered__r) FROM Account WHERE Name = 'Bare Ltd'"
    ).json()["records"]
    assert bare["Partnered__r"]["totalSize"] == 1
    assert "Partner__c" in described(api, "Order")


@pytest.mark.parametrize(
    "kind", ["string", "textarea", "picklist", "boolean", "double", "currency", "percent"]
)
def test_custom_fields_of_every_kind(org: Org, api: Api, kind: str) -> None:
    api.control("custom-fields", {"object": "Account", "name": "Extra__c", "type": kind})
    value: Any = {"boolean": True, "string": "x", "textarea": "x", "picklist": "x"}.get(kind, 1.5)
    api.patch(f"{V62}/sobjects/Account/{ACME_CORP}", {"Extra__c": value})
    assert org.record("Account", ACME_CORP)["Extra__c"] == value


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ({"object": "Account", "name": "Tier", "type": "string"}, "ends with __c"),
        ({"object": "Account", "name": "Tier__c", "type": "text"}, "type is one of"),
        ({"object": "Acount", "name": "Tier__c", "type": "string"}, "no object Acount"),
        ({"object": "Account", "name": "Tier__c", "type": "reference"}, "referenceTo"),
        ({"object": "Account", "name": "Tier__c", "type": "reference", "referenceTo": "X"}, "no object X"),
        ({"object": "Order", "name": "InvoiceOwner__c", "type": "string"}, "already has"),
        ({"object": "Account", "name": "Tier__c", "type": "string", "lenght": 5}, "lenght"),
    ],
)
def test_a_custom_field_that_cannot_be(api: Api, field: dict[str, Any], word: str) -> None:
    reply = api.control("custom-fields", field)
    assert reply.status_code == 400
    assert word in reply.json()["error"]
