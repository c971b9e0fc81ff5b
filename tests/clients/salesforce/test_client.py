"""The Salesforce client against the sandbox: queries whole, descriptions, who answers, and every fault in between."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.clients.salesforce import SalesforceClient
from connector.errors import ConfigError, RemoteRejected
from connector.sandbox.salesforce.org import Logins
from tests.clients.conftest import (
    SALESFORCE_HOST,
    Sandbox,
    Script,
    org_client,
)

QUERY = "SELECT Id, Name FROM Account ORDER BY Name"


@pytest.fixture
def client(org: Sandbox) -> Iterator[SalesforceClient]:
    with org_client(org) as made:
        yield made


def seed(org: Sandbox, **objects: Any) -> None:
    org.control("POST", "seed", objects)


def accounts(count: int) -> list[dict[str, Any]]:
    return [{"Name": f"Acme {number:03d}"} for number in range(count)]


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["Name"] for record in records]


def test_every_page_of_a_query_is_read(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=accounts(25))
    org.settings(page_size=10)
    assert names(client.query(QUERY)) == [f"Acme {number:03d}" for number in range(25)]
    assert len(org.log()) == 3


def test_every_page_of_nested_lists_is_read(org: Sandbox, client: SalesforceClient) -> None:
    holding, corp = "001Sb0000000a01", "001Sb0000000a02"
    contacts = [
        {"LastName": f"Lovelace {number}", "AccountId": account}
        for account in (holding, corp)
        for number in range(7)
    ]
    seed(
        org,
        Account=[{"Id": holding, "Name": "Acme Holding"}, {"Id": corp, "Name": "Acme Corp"}],
        Contact=contacts,
    )
    org.settings(page_size=1, child_page_size=3)
    found = client.query("SELECT Id, Name, (SELECT Id, LastName FROM Contacts) FROM Account")
    assert len(found) == 2
    for record in found:
        assert {contact["LastName"] for contact in record["Contacts"]["records"]} == {
            f"Lovelace {number}" for number in range(7)
        }


def test_fractions_are_exact(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp", "BillingLatitude": 52.1}])
    [found] = client.query("SELECT BillingLatitude FROM Account")
    assert found["BillingLatitude"] == Decimal("52.1")


def test_the_recycle_bin_is_seen_only_when_asked_for(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp", "IsDeleted": True}, {"Name": "Acme Holding"}])
    assert names(client.query(QUERY)) == ["Acme Holding"]
    assert names(client.query(QUERY, include_deleted=True)) == ["Acme Corp", "Acme Holding"]


def test_records_by_many_ids(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=accounts(30))
    ids = [record["Id"] for record in client.query(QUERY)]
    org.control("DELETE", "requests")
    found = client.query_by_ids(
        lambda some: f"SELECT Id, Name FROM Account WHERE Id IN {some}",  # noqa: S608 - as its callers write it
        ids,
        chunk=12,
    )
    assert sorted(record["Id"] for record in found) == sorted(ids)
    assert len(org.log()) == 3
    assert client.query_by_ids(lambda some: "never asked", []) == []


def test_a_query_too_long_for_a_url_is_refused_before_it_is_sent(
    org: Sandbox, client: SalesforceClient
) -> None:
    fields = ", ".join(f"Field_Number_{number}__c" for number in range(900))
    with pytest.raises(ConfigError, match="Map fewer fields"):
        client.query(f"SELECT {fields} FROM Account")  # noqa: S608 - as a mapping would make it
    assert org.log() == []


def test_the_longest_query_is_taken_by_salesforce(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp"}])
    padding = "x" * 3900  # a text literal has at most 4,000 characters
    soql = f"SELECT Id FROM Account WHERE Name != '{padding}' AND Name != '{padding}' AND Name != '{padding}'"  # noqa: S608
    assert len(client.query(soql)) == 1


def test_a_field_hidden_from_the_user_is_named(org: Sandbox, client: SalesforceClient) -> None:
    assert "BillingCountry" in client.field_names("Account")
    org.settings(hidden_fields={"Account": ["BillingCountry"]})
    with pytest.raises(
        ConfigError, match=r"no field BillingCountry on object Account .*field-level security"
    ):
        client.query("SELECT Id, BillingCountry FROM Account")
    assert len(org.log()) == 2
    with org_client(org) as another:
        assert "BillingCountry" not in another.field_names("Account")


def test_an_object_is_described_once_per_client(org: Sandbox, client: SalesforceClient) -> None:
    assert client.describe("Account") is client.describe("Account")
    assert {"Id", "Name", "ParentId"} <= client.field_names("Account")
    assert len(org.log()) == 1


@pytest.mark.parametrize("name", ["Nothing__c", "../limits", ""])
def test_an_object_that_is_not_there_is_the_operators_matter(client: SalesforceClient, name: str) -> None:
    with pytest.raises((ConfigError, RemoteRejected)):
        client.field_names(name)


def test_it_says_which_org_answers_as_whom(org: Sandbox, client: SalesforceClient) -> None:
    found = client.identity()
    assert (found.org_name, found.is_sandbox) == ("Acme Sandbox Org", True)
    assert len(found.org_id) == 18
    assert found.username == Logins().username
    assert found.instance_url == f"https://{SALESFORCE_HOST}"
    assert 0 < found.api_used < found.api_limit
    assert (client.calls.api, client.calls.token) == (3, 1)


def test_an_app_that_may_not_ask_for_its_user_shows_the_configured_one(org: Sandbox) -> None:
    org.fault("status", path="userinfo", status=403, body={"error": "missing_scope"})
    with org_client(org, username="ada@acme.example") as client:
        assert client.identity().username == "ada@acme.example"


SEARCHED = ["Acme Corp", "Acme Holding", "100% Acme_", "100x AcmeX", "O'Hara", "Pharmaceuticals"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("acme", ["100% Acme_", "100x AcmeX", "Acme Corp", "Acme Holding"]),
        (" hold ", ["Acme Holding"]),
        ("100%", ["100% Acme_"]),
        ("Acme_", ["100% Acme_"]),
        ("o'h", ["O'Hara"]),
        ("Pharmaceuticals", ["Pharmaceuticals"]),
        ("%", ["100% Acme_"]),
        ("' OR Name != '", []),
        ("\\", []),
        ("", []),
        ("  ", []),
    ],
)
def test_accounts_are_found_by_a_piece_of_their_name(
    org: Sandbox, client: SalesforceClient, text: str, found: list[str]
) -> None:
    seed(org, Account=[{"Name": name} for name in SEARCHED])
    assert names(client.search_accounts(text)) == found


def test_an_account_is_found_by_its_id_in_either_form(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp", "BillingCountry": "Germany"}, {"Name": "Acme Holding"}])
    [corp, _] = client.query(QUERY)
    for form in (corp["Id"], corp["Id"][:15], corp["Id"].lower()):
        [found] = client.search_accounts(form)
        assert (found["Name"], found["BillingCountry"]) == ("Acme Corp", "Germany")


def test_no_more_accounts_are_found_than_asked_for(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=accounts(25))
    assert len(client.search_accounts("Acme")) == 20
    assert len(client.search_accounts("Acme", limit=3)) == 3


def test_accounts_are_found_even_if_their_place_is_hidden(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp"}])
    org.settings(hidden_fields={"Account": ["BillingCity"]})
    assert names(client.search_accounts("Acme")) == ["Acme Corp"]


def test_answers_are_asked_for_without_extra_blanks(salesforce: SalesforceClient, script: Script) -> None:
    script.answer({"done": True, "records": []})
    salesforce.query(QUERY)
    assert "X-PrettyPrint" not in script.api[0].headers


def test_literals_are_offered_to_callers() -> None:
    assert SalesforceClient.quote("O'Hara") == r"'O\'Hara'"
    assert SalesforceClient.id_list(["001A"]) == "('001A')"
