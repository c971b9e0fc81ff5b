"""Username, password and security token over SOAP, as long as Salesforce still has it."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from connector.clients.credentials import SalesforceLogin
from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache
from connector.errors import ConfigError
from connector.sandbox.salesforce.app import create_app
from connector.sandbox.salesforce.org import Logins, Org
from connector.sandbox.serving import SandboxServer
from tests.clients.conftest import Pauses, Sandbox, network, org_client, salesforce_credentials

LOGINS = Logins()
QUERY = "SELECT Id FROM Organization"


def legacy(sandbox: Sandbox, **changes: Any) -> SalesforceClient:
    given = {
        "login": SalesforceLogin.PASSWORD,
        "username": LOGINS.username,
        "password": LOGINS.password,
        "security_token": LOGINS.security_token,
        "consumer_key": "",
        "consumer_secret": "",
    }
    return org_client(sandbox, **(given | changes))


def test_the_legacy_login_leads_in_up_to_version_64(org: Sandbox) -> None:
    with legacy(org) as client:
        assert client.query(QUERY)[0]["Id"]
        assert (client.calls.token, client.calls.api) == (1, 1)


@pytest.mark.parametrize("version", ["65.0", "66.0", "100.0"])
def test_the_legacy_login_is_refused_before_it_is_tried_from_65_up(org: Sandbox, version: str) -> None:
    with legacy(org, api_version=version) as client, pytest.raises(ConfigError, match="JWT bearer"):
        client.query(QUERY)
    assert org.control("GET", "requests")["requests"] == []


@pytest.mark.parametrize(
    ("changes", "settings", "advice"),
    [
        ({"password": "wrong"}, {}, "Check username, password and security token"),
        ({}, {"soap_login": False}, "SOAP login switched off"),
    ],
)
def test_a_refused_legacy_login_says_what_to_check(
    org: Sandbox, changes: dict[str, str], settings: dict[str, object], advice: str
) -> None:
    org.settings(**settings)
    with legacy(org, **changes) as client, pytest.raises(ConfigError, match=advice):
        client.query(QUERY)
    assert len(org.control("GET", "requests")["requests"]) == 1


@pytest.mark.parametrize("action", ["html", "malformed", "half_body", "drop_before"])
def test_a_legacy_login_that_is_away_is_repeated(org: Sandbox, action: str) -> None:
    org.fault(action, path="Soap", times=2)
    with legacy(org) as client:
        assert client.query(QUERY)[0]["Id"]
        assert client.calls.token == 3


def test_a_host_that_is_called_api_survives_the_legacy_login(pauses: Pauses) -> None:
    host = "acme-api-dev.sandbox.test"
    org = Org(settings={"instance_url": f"https://{host}"})
    with SandboxServer(create_app(org=org)) as server, closing(Sandbox(server.url, pauses=pauses)) as sandbox:
        credentials = salesforce_credentials(
            host=host,
            login=SalesforceLogin.PASSWORD,
            username=LOGINS.username,
            password=LOGINS.password,
            security_token=LOGINS.security_token,
        )
        routed = network(sandbox.url)
        only = type(routed)(routes={host: sandbox.url}, read_timeout=2.0)
        with SalesforceClient(credentials, only, MemoryTokenCache(), sleep=pauses) as client:
            assert client.query(QUERY)
