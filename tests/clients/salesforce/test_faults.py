"""What goes wrong between Salesforce and us, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from connector.sandbox.salesforce.org import Logins
from tests.clients.conftest import Reply, Sandbox, Script, drop, org_client, salesforce_credentials

QUERY = "SELECT Id, Name FROM Account ORDER BY Name"


@pytest.fixture
def client(org: Sandbox) -> Iterator[SalesforceClient]:
    with org_client(org) as made:
        yield made


def seed(org: Sandbox, count: int = 1) -> None:
    org.control("POST", "seed", {"Account": [{"Name": f"Acme {number:03d}"} for number in range(count)]})


def test_a_session_that_ends_in_the_middle_is_renewed_once(org: Sandbox, client: SalesforceClient) -> None:
    seed(org, 25)
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
    seed(org)
    org.fault(action, path="query", times=2, **described)
    assert len(client.query(QUERY)) == 1
    assert org.pauses.taken == [0.5, 1.0]
    org.fault(action, path="query", times=None, **described)
    with pytest.raises(RemoteUnavailable):
        client.query(QUERY)
    assert len(org.log()) == 3 + 3


def test_json_said_to_be_html_is_still_an_answer(org: Sandbox, client: SalesforceClient) -> None:
    seed(org)
    org.fault("wrong_content_type", path="query")
    assert len(client.query(QUERY)) == 1


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


def test_a_dropped_connection_is_never_unknown_for_a_read(
    salesforce: SalesforceClient, script: Script
) -> None:
    script.answer(Reply(act=drop))
    with pytest.raises(RemoteUnavailable) as caught:
        salesforce.query(QUERY)
    assert caught.value.outcome_unknown is False


def test_a_name_said_twice_is_no_answer(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(Reply(b'{"done": true, "records": [], "records": [{"Id": "1"}]}'))
    with pytest.raises(RemoteUnavailable, match="cannot be read"):
        salesforce.query(QUERY)


def test_a_page_under_401_ends_the_session_and_no_more(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(Reply(b"<html>Log in</html>", status=401), Reply({"done": True, "records": []}))
    assert salesforce.query(QUERY) == []
    assert script.tokens_given == 2
