"""Connections as an administrator enters them: what is refused, in which words, and what the clients get."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.core.exceptions import ValidationError
from pytest_django import Settings

from connector.clients.credentials import Network, SalesforceLogin
from connector.clients.hosts import ZUORA_HOSTS
from connector.errors import ConfigError
from connector.models import SalesforceConnection, ZuoraConnection, network
from connector.models.connections import normalised_host
from tests.models import rows

pytestmark = pytest.mark.django_db

ORG = "00D000000000001AAA"
OTHER_ORG = "00D000000000002AAA"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="module")
def rsa_pem() -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def faults(row: SalesforceConnection | ZuoraConnection) -> dict[str, list[str]]:
    try:
        row.clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    "entered",
    [
        "acme.my.salesforce.com",
        " https://Acme.my.salesforce.com/ ",
        "HTTPS://acme.my.salesforce.com/lightning/page/home?x=1#y",
        "http://acme.my.salesforce.com",
    ],
)
def test_a_host_is_taken_from_what_was_copied_out_of_a_browser(entered: str) -> None:
    row = rows.salesforce_connection(host=entered)
    assert faults(row) == {}
    assert row.host == "acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("entered", "hint"),
    [
        ("acme.lightning.force.com", "acme.my.salesforce.com"),
        ("https://acme--uat.sandbox.lightning.force.com/x", "acme--uat.sandbox.my.salesforce.com"),
        ("login.salesforce.com", "My Domain host"),
        ("test.salesforce.com", "My Domain host"),
        ("169.254.169.254/#.my.salesforce.com", "refused"),
        ("https://user@acme.my.salesforce.com", "refused"),
        ("acme.my.salesforce.com:8443", "refused"),
        ("acme.my.salesforce.com.evil.example", "refused"),
        ("evil.example\\.my.salesforce.com", "refused"),
        ("acme.my.salesforce.com.", "refused"),
        ("аcme.my.salesforce.com", "refused"),  # noqa: RUF001 - the first letter is Cyrillic on purpose
        ("", "refused"),
    ],
)
def test_another_host_is_refused_with_a_hint(entered: str, hint: str) -> None:
    assert hint in faults(rows.salesforce_connection(host=entered))["host"][0]


def test_normalising_judges_nothing() -> None:
    assert normalised_host("https://user@evil.example:81/x") == "user@evil.example:81"


def test_a_sandbox_host_is_allowed_where_the_operator_routes_it(settings: Settings) -> None:
    row = rows.salesforce_connection(host="salesforce.sandbox.test")
    assert "host" in faults(row)
    settings.SANDBOX_ROUTES = {"salesforce.sandbox.test": "http://127.0.0.1:8801"}
    assert faults(row) == {}


@pytest.mark.parametrize(
    ("login", "fields", "missing"),
    [
        (
            "client_credentials",
            {"consumer_key": "", "consumer_secret": ""},
            {"consumer_key", "consumer_secret"},
        ),
        ("jwt_bearer", {"consumer_key": ""}, {"consumer_key", "username", "private_key"}),
        ("password", {"api_version": "64.0"}, {"username", "password"}),
        ("password", {"api_version": "64.0", "username": "ada@acme.example", "password": "x"}, set()),
        ("client_credentials", {}, set()),
    ],
)
def test_each_login_asks_for_its_own_fields(login: str, fields: dict[str, str], missing: set[str]) -> None:
    assert set(faults(rows.salesforce_connection(login=login, **fields))) == missing


@pytest.mark.parametrize(
    ("entered", "stored", "is_fine"),
    [("62.0", "62.0", True), (" v62 ", "62.0", True), ("100.0", "100.0", True)]
    + [(bad, bad, False) for bad in ("62.1", "latest", "", "0.0", "6200.0")],
)
def test_the_api_version(entered: str, stored: str, is_fine: bool) -> None:
    row = rows.salesforce_connection(api_version=entered)
    assert ("api_version" not in faults(row)) is is_fine
    assert row.api_version == stored


@pytest.mark.parametrize(("version", "is_fine"), [("64.0", True), ("65.0", False), ("100.0", False)])
def test_the_password_login_ends_with_version_64(version: str, is_fine: bool) -> None:
    row = rows.salesforce_connection(login="password", api_version=version, username="u", password="p")
    assert ("api_version" not in faults(row)) is is_fine


def test_a_pasted_key_must_be_an_rsa_key(rsa_pem: str) -> None:
    row = rows.salesforce_connection(login="jwt_bearer", username="ada@acme.example", private_key=rsa_pem)
    assert faults(row) == {}
    row.private_key = rsa_pem.replace("\n", "", 3)[:300]
    assert "no readable private key" in faults(row)["private_key"][0]
    row.private_key = pem(ec.generate_private_key(ec.SECP256R1()))
    assert "RSA keys only" in faults(row)["private_key"][0]


def test_a_key_of_a_kind_nobody_knows_is_a_fault_of_its_field() -> None:
    known = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    unknown = base64.encodebytes(
        known.replace(bytes.fromhex("06032b6570"), bytes.fromhex("06032b6563"))
    ).decode()
    row = rows.salesforce_connection(login="jwt_bearer", username="ada@acme.example")
    row.private_key = f"-----BEGIN PRIVATE KEY-----\n{unknown}-----END PRIVATE KEY-----\n"
    assert "no readable private key" in faults(row)["private_key"][0]


def test_a_key_that_was_lost_is_a_fault_of_its_field(rsa_pem: str, settings: Settings) -> None:
    row = rows.salesforce_connection(login="jwt_bearer", username="ada@acme.example", private_key=rsa_pem)
    settings.FIELD_ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    assert "FIELD_ENCRYPTION_KEYS" in faults(row)["private_key"][0]


def test_what_the_salesforce_client_gets() -> None:
    row = rows.salesforce_connection(is_sandbox_org=True, password="p", security_token="t", private_key="k")
    credentials = SalesforceConnection.objects.get(pk=row.pk).credentials()
    assert (credentials.name, credentials.host) == ("Acme org", "acme.my.salesforce.com")
    assert (credentials.login, credentials.api_version) == (SalesforceLogin.CLIENT_CREDENTIALS, "62.0")
    assert (credentials.consumer_key, credentials.consumer_secret) == ("3MVG9.acme", "salesforce-hush")
    assert (credentials.password, credentials.security_token, credentials.private_key) == ("p", "t", "k")
    assert credentials.login_audience == "https://test.salesforce.com"
    row.is_sandbox_org = False
    assert row.credentials().login_audience == "https://login.salesforce.com"


def test_the_org_is_learned_once_and_another_one_refused_until_confirmed() -> None:
    row = rows.salesforce_connection()
    row.see_org(ORG)
    row.see_org(ORG)
    with pytest.raises(ConfigError, match=f"now answers from Salesforce organization {OTHER_ORG}"):
        row.see_org(OTHER_ORG)

    stored = SalesforceConnection.objects.get()
    assert (stored.org_id, stored.unconfirmed_org_id) == (ORG, OTHER_ORG)
    with pytest.raises(ConfigError, match="confirm the new organization"):
        stored.credentials()
    assert stored.credentials(for_test=True).host == "acme.my.salesforce.com"

    stored.confirm_org()
    stored = SalesforceConnection.objects.get()
    assert (stored.org_id, stored.unconfirmed_org_id) == (OTHER_ORG, "")
    assert stored.credentials().host == "acme.my.salesforce.com"


def test_the_known_org_answering_again_lifts_the_refusal() -> None:
    row = rows.salesforce_connection(org_id=ORG, unconfirmed_org_id=OTHER_ORG)
    row.see_org(ORG)
    assert SalesforceConnection.objects.get().unconfirmed_org_id == ""


def test_a_test_is_remembered_until_the_connection_changes() -> None:
    row = rows.zuora_connection()
    assert not row.is_tested
    row.record_test(report={"tenant": "Acme\x00", "remaining": float("nan")}, now=row.updated_at)
    stored = ZuoraConnection.objects.get()
    assert stored.is_tested
    assert stored.test_report == {"tenant": "Acme␀", "remaining": "nan"}
    stored.client_secret = "another"
    stored.save()
    assert not ZuoraConnection.objects.get().is_tested


def test_every_data_centre_is_one_the_client_may_reach() -> None:
    published = {value for value in ZuoraConnection.DataCentre.values if value != "custom"}
    assert published == set(ZUORA_HOSTS)


def test_what_the_zuora_client_gets() -> None:
    credentials = rows.zuora_connection(entity_id="e1", data_centre="rest.eu.zuora.com").credentials()
    assert (credentials.host, credentials.client_id) == ("rest.eu.zuora.com", "a1b2c3")
    assert (credentials.client_secret, credentials.entity_id) == ("zuora-hush", "e1")
    assert credentials.zuora_version == "2025-08-12"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"data_centre": "custom"}, "custom_host"),
        ({"data_centre": "custom", "custom_host": "rest.acme.example"}, "custom_host"),
        ({"data_centre": "custom", "custom_host": "10.0.0.1"}, "custom_host"),
        ({"custom_host": "rest.acme.example"}, "custom_host"),
        ({"client_secret": ""}, "client_secret"),
        ({"zuora_version": "186.0"}, "zuora_version"),
        ({"zuora_version": "2023-01-01"}, "zuora_version"),
    ],
)
def test_a_wrong_zuora_connection_is_refused(fields: dict[str, str], fault: str) -> None:
    assert list(faults(rows.zuora_connection(**fields))) == [fault]


def test_a_custom_host_is_allowed_where_the_operator_lists_it(settings: Settings) -> None:
    settings.EXTRA_REMOTE_HOSTS = frozenset({"rest.acme.example"})
    row = rows.zuora_connection(data_centre="custom", custom_host="https://Rest.Acme.example/v1")
    assert faults(row) == {}
    assert row.credentials().host == "rest.acme.example"


def test_the_network_comes_from_the_settings(settings: Settings) -> None:
    settings.EXTRA_REMOTE_HOSTS = frozenset({"b.example", "a.example"})
    settings.SANDBOX_ROUTES = {"zuora.sandbox.test": "http://127.0.0.1:8802"}
    assert network() == Network(
        extra_hosts=("a.example", "b.example"), routes={"zuora.sandbox.test": "http://127.0.0.1:8802"}
    )
    settings.REMOTE_READ_TIMEOUT = 0.5
    assert (network().read_timeout, network().connect_timeout) == (0.5, Network().connect_timeout)
