"""Three ways into Salesforce, against the sandbox; and what is said when none of them leads in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.clients.credentials import SalesforceLogin
from connector.clients.salesforce import SalesforceClient
from connector.clients.salesforce.login import Session
from connector.clients.tokens import MemoryTokenCache
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from connector.sandbox.salesforce.app import create_app
from connector.sandbox.salesforce.org import Logins, Org
from connector.sandbox.serving import SandboxServer
from tests.clients.conftest import (
    SALESFORCE_HOST,
    Pauses,
    Reply,
    Sandbox,
    Script,
    drop,
    network,
    org_client,
    salesforce_credentials,
)

LOGINS = Logins()
QUERY = "SELECT Id FROM Organization"


@cache
def key_pair() -> tuple[str, str]:
    """A private and a public key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture
def certified(pauses: Pauses) -> Iterator[Sandbox]:
    """The Salesforce sandbox, knowing the certificate of the app."""
    org = Org(logins=Logins(certificates={LOGINS.consumer_key: key_pair()[1]}))
    with SandboxServer(create_app(org=org)) as server, closing(Sandbox(server.url, pauses=pauses)) as sandbox:
        yield sandbox


def bearer(sandbox: Sandbox, **changes: Any) -> SalesforceClient:
    given = {
        "login": SalesforceLogin.JWT_BEARER,
        "username": LOGINS.username,
        "private_key": key_pair()[0],
        "consumer_secret": "",
    }
    return org_client(sandbox, **(given | changes))


def test_client_credentials_lead_in(org: Sandbox) -> None:
    with org_client(org) as client:
        assert client.query(QUERY)[0]["Id"]
        assert (client.calls.token, client.calls.api) == (1, 1)


def test_a_signed_assertion_leads_in(certified: Sandbox) -> None:
    with bearer(certified) as client:
        assert client.query(QUERY)[0]["Id"]
    with bearer(certified, login_audience="https://test.salesforce.com") as client:
        assert client.query(QUERY)[0]["Id"]


def test_an_assertion_says_who_for_whom_and_ends_soon(script: Script, pauses: Pauses) -> None:
    script.answer({"done": True, "records": []})
    credentials = salesforce_credentials(
        login=SalesforceLogin.JWT_BEARER, username="ada@acme.example", private_key=key_pair()[0]
    )
    with SalesforceClient(
        credentials, network(script.url), MemoryTokenCache(), sleep=pauses, clock=lambda: 1_000_000.0
    ) as client:
        client.query(QUERY)
    form = dict(pair.split("=", 1) for pair in script.asked[0].body.decode().split("&"))
    claims = jwt.decode(
        form["assertion"],
        key_pair()[1],
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_aud": False},
    )
    assert claims == {
        "iss": "consumer-key",
        "sub": "ada@acme.example",
        "aud": "https://login.salesforce.com",
        "exp": 1_000_180,
    }


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"consumer_key": "unknown"}, "the app is not known"),
        ({"consumer_secret": "wrong-s3cret"}, "Check the consumer key and secret"),
    ],
)
def test_wrong_client_credentials_say_what_to_check(
    org: Sandbox, changes: dict[str, str], advice: str
) -> None:
    with org_client(org, **changes) as client, pytest.raises(ConfigError, match=advice) as caught:
        client.query(QUERY)
    assert "'Salesforce test'" in caught.value.message
    assert org.tokens() == 1


def test_an_app_without_a_run_as_user_says_so(org: Sandbox) -> None:
    org.settings(client_credentials_user=False)
    with org_client(org) as client, pytest.raises(ConfigError, match="Run As user"):
        client.query(QUERY)


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"username": "nobody@acme.example"}, "Pre-authorise"),
        ({"consumer_key": "unknown"}, "the app is not known"),
        ({"login_audience": f"https://{SALESFORCE_HOST}"}, ""),
        ({"login_audience": "https://evil.example"}, "neither login nor test"),
        ({"private_key": "not a key s3cret-canary"}, "private key cannot be read"),
        ({"private_key": ""}, "private key cannot be read"),
    ],
)
def test_a_wrong_assertion_says_what_to_check(
    certified: Sandbox, changes: dict[str, str], advice: str
) -> None:
    with bearer(certified, **changes) as client:
        if not advice:
            assert client.query(QUERY)
            return
        with pytest.raises(ConfigError, match=advice) as caught:
            client.query(QUERY)
    assert "canary" not in caught.value.message


def test_a_key_of_another_app_says_so(certified: Sandbox) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    with (
        bearer(certified, private_key=other.decode()) as client,
        pytest.raises(ConfigError, match="belongs to the certificate"),
    ):
        client.query(QUERY)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", status=429),
        Reply(b"<html>maintenance</html>", status=503),
        Reply(b"<html>ok?</html>"),
        Reply(b"[]"),
        Reply(act=drop),
        Reply({"error": "conflict"}, status=409),
        Reply({"error": "slow"}, status=408),
    ],
    ids=["limit", "maintenance", "html", "list", "dropped", "conflict", "slow"],
)
def test_a_login_that_is_away_is_repeated_and_then_left_to_the_job(
    salesforce: SalesforceClient, script: Script, pauses: Pauses, reply: Reply
) -> None:
    script.token_reply = reply
    with pytest.raises(RemoteUnavailable) as caught:
        salesforce.query(QUERY)
    assert caught.value.outcome_unknown is False
    assert script.tokens_given == 3
    assert script.api == []


def test_a_token_answer_without_a_token_is_unexpected(salesforce: SalesforceClient, script: Script) -> None:
    script.token_reply = Reply({"instance_url": "https://acme.my.salesforce.com"})
    with pytest.raises(RemoteRejected, match="access_token"):
        salesforce.query(QUERY)


@pytest.mark.parametrize(
    "instance_url",
    [
        "https://169.254.169.254/#.salesforce.com",
        "https://a.salesforce.com.evil.com",
        "https://user@acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "http://acme.my.salesforce.com",
        "https://evil.example",
        "https://login.salesforce.com",
        "//acme.my.salesforce.com",
    ],
)
def test_a_session_for_a_foreign_host_is_not_used(
    salesforce: SalesforceClient, script: Script, instance_url: str
) -> None:
    script.token_reply = Reply({"access_token": "t0p-s3cret-canary", "instance_url": instance_url})
    with pytest.raises(ConfigError, match="refused") as caught:
        salesforce.query(QUERY)
    assert "canary" not in caught.value.message
    assert script.api == []


def test_the_session_is_used_on_the_host_it_was_given_for(script: Script, pauses: Pauses) -> None:
    elsewhere = "other.sandbox.test"
    routed = network(script.url)
    both = type(routed)(routes={**routed.routes, elsewhere: script.url}, read_timeout=2.0)
    script.token_reply = Reply({"access_token": "a-token", "instance_url": f"https://{elsewhere}"})
    script.answer({"done": True, "records": []})
    with SalesforceClient(salesforce_credentials(), both, MemoryTokenCache(), sleep=pauses) as client:
        client.query(QUERY)
    assert [asked.headers["Host"] for asked in script.asked] == [SALESFORCE_HOST, elsewhere]


def test_a_session_is_kept_for_the_next_client_and_hidden_in_its_repr(org: Sandbox) -> None:
    kept = MemoryTokenCache()
    for _ in range(2):
        with org_client(org, tokens=kept) as client:
            client.query(QUERY)
    assert org.tokens() == 1
    packed = Session("acme.my.salesforce.com", "t0p s3cret")
    assert Session.unpack(packed.packed) == packed
    assert "s3cret" not in repr(packed)


@pytest.mark.parametrize("version", ["62", "v62.0", "62.1", "9.0", "", "62.0/../"])
def test_a_malformed_version_is_refused_when_the_client_is_made(script: Script, version: str) -> None:
    with pytest.raises(ConfigError, match=r"write it as 62\.0"):
        SalesforceClient(salesforce_credentials(api_version=version), network(script.url), MemoryTokenCache())
