"""The Salesforce client against the sandbox: queries whole, descriptions, who answers, and every fault in between."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from connector.sandbox.salesforce.org import Logins
from tests.clients.conftest import (
    SALESFORCE_HOST,
    Reply,
    Sandbox,
    Script,
    drop,
    org_client,
    salesforce_credentials,
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


def test_a_session_that_ends_in_the_middle_is_renewed_once(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=accounts(25))
    org.settings(page_size=10)
    client.query(QUERY)
    org.fault("expire_token", skip=1)
    assert len(client.query(QUERY)) == 25
    assert org.tokens() == 2


def test_a_session_that_never_works_ends_and_names_the_connection(
    salesforce: SalesforceClient, script: Script
) -> None:
    script.answer(
        Reply([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], status=401)
    )
    with pytest.raises(ConfigError, match=r"'Salesforce test'.*Session expired or invalid"):
        salesforce.query(QUERY)
    assert (len(script.api), script.tokens_given) == (2, 2)


@pytest.mark.parametrize(
    ("action", "described"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 503, "body": [{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}]}),
        ("status", {"status": 406, "body": ""}),
        ("html", {"status": 420}),
        ("html", {"status": 502}),
        ("html", {"status": 200}),
        ("lock", {}),
        ("drop_before", {}),
        ("drop_after", {}),
        ("malformed", {}),
        ("half_body", {}),
    ],
)
def test_what_passes_is_repeated(
    org: Sandbox, client: SalesforceClient, action: str, described: dict[str, Any]
) -> None:
    seed(org, Account=[{"Name": "Acme Corp"}])
    org.fault(action, path="query", times=2, **described)
    assert names(client.query(QUERY)) == ["Acme Corp"]
    assert org.pauses.taken == [0.5, 1.0]
    org.fault(action, path="query", times=None, **described)
    with pytest.raises(RemoteUnavailable):
        client.query(QUERY)
    assert len(org.log()) == 3 + 3


def test_json_said_to_be_html_is_still_an_answer(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, Account=[{"Name": "Acme Corp"}])
    org.fault("wrong_content_type", path="query")
    assert names(client.query(QUERY)) == ["Acme Corp"]


def test_a_stall_beyond_the_timeout_is_repeated(org: Sandbox) -> None:
    credentials = salesforce_credentials(
        consumer_key=Logins().consumer_key, consumer_secret=Logins().consumer_secret
    )
    org.fault("stall", path="query", seconds=0.6)
    with SalesforceClient(
        credentials, org.network(read_timeout=0.2), MemoryTokenCache(), sleep=org.pauses
    ) as client:
        assert client.query(QUERY) == []
    assert len(org.log()) == 2


def test_a_stated_wait_is_kept_to(org: Sandbox, client: SalesforceClient) -> None:
    org.fault("status", path="query", status=429, headers={"Retry-After": "9"})
    assert client.query(QUERY) == []
    assert org.pauses.taken == [9.0]


def test_a_spent_allowance_is_left_to_the_job_at_once(org: Sandbox, client: SalesforceClient) -> None:
    client.query(QUERY)
    org.settings(api_request_limit=1)
    with pytest.raises(RemoteUnavailable, match="REQUEST_LIMIT_EXCEEDED") as caught:
        client.query(QUERY)
    assert (caught.value.retry_after or 0) > 600
    assert org.pauses.taken == []


def test_a_retired_version_is_the_operators_matter(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(Reply(b"", status=410))
    with pytest.raises(ConfigError, match="retired"):
        salesforce.query(QUERY)
    assert len(script.api) == 1


@pytest.mark.parametrize(
    "location", ["https://other.my.salesforce.com/services/data", "https://evil.example"]
)
def test_a_moved_org_is_not_followed(salesforce: SalesforceClient, script: Script, location: str) -> None:
    script.answer(Reply(b"", status=302, headers={"Location": location}))
    with pytest.raises(RemoteRejected, match="redirect"):
        salesforce.query(QUERY)
    assert len(script.api) == 1


def test_an_answer_nested_without_end_is_no_answer(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(Reply(b'{"a":' * 50_000))
    with pytest.raises(RemoteUnavailable, match="cannot be read"):
        salesforce.query(QUERY)


def test_answers_are_asked_for_without_extra_blanks(salesforce: SalesforceClient, script: Script) -> None:
    script.answer({"done": True, "records": []})
    salesforce.query(QUERY)
    assert "X-PrettyPrint" not in script.api[0].headers


def test_a_dropped_connection_is_never_unknown_for_a_read(
    salesforce: SalesforceClient, script: Script
) -> None:
    script.answer(Reply(act=drop))
    with pytest.raises(RemoteUnavailable) as caught:
        salesforce.query(QUERY)
    assert caught.value.outcome_unknown is False


def test_literals_are_offered_to_callers() -> None:
    assert SalesforceClient.quote("O'Hara") == r"'O\'Hara'"
    assert SalesforceClient.id_list(["001A"]) == "('001A')"
