"""The client the product uses, against the sandbox: it forces https, so an adapter leads it home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, BARE_LTD, account


class LeadHome(HTTPAdapter):
    """Sends every https request to the loopback address of the sandbox."""

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        split = urlsplit(str(request.url))
        request.headers["Host"] = split.netloc
        request.url = f"{self.home}{split.path}{'?' + split.query if split.query else ''}"
        return super().send(request, *args, **options)


@pytest.fixture
def session(url: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("https://", LeadHome(url))
        yield session


@pytest.fixture
def client(org: Org, session: requests.Session) -> Salesforce:
    return Salesforce(
        domain="acme.my",
        consumer_key=org.logins.consumer_key,
        consumer_secret=org.logins.consumer_secret,
        session=session,
        version="62.0",
    )


def test_queries_are_read_page_by_page(org: Org, client: Salesforce) -> None:
    org.seed({"Account": [account(Id=None, ParentId=None, Name=f"Many {n}") for n in range(7)]})
    org.change_settings({"page_size": 3})
    soql = "SELECT Name, Parent.Name FROM Account ORDER BY Name"
    assert client.query(soql)["done"] is False
    everything = client.query_all(soql)
    assert everything["totalSize"] == 10
    assert everything["records"][0]["Parent"]["Name"] == "Acme Holding"
    assert len(list(client.query_all_iter(soql))) == 10


def test_the_recycle_bin_is_reached(org: Org, client: Salesforce) -> None:
    org.update("Account", BARE_LTD, IsDeleted=True)
    assert client.query("SELECT Id FROM Account")["totalSize"] == 2
    assert client.query("SELECT Id FROM Account", include_deleted=True)["totalSize"] == 3


def test_describe_limits_and_restful(org: Org, client: Salesforce) -> None:
    described = client.describe()
    assert described is not None
    assert "SBQQ__Quote__c" in {each["name"] for each in described["sobjects"]}
    assert client.limits()["DailyApiRequests"]["Remaining"] < 5_000_000
    assert client.api_usage["api-usage"].total == 5_000_000
    fields = client.restful("sobjects/Order/describe")
    assert fields is not None
    assert fields["keyPrefix"] == "801"
    created = client.restful("sobjects/Account/", method="POST", json={"Name": "By hand"})
    assert created is not None
    assert org.record("Account", created["id"])["Name"] == "By hand"
    assert client.restful(f"sobjects/Account/{ACME_CORP}", method="PATCH", json={"Site": "HQ"}) is None
    batch = [
        {
            "referenceId": "n",
            "method": "GET",
            "url": "/services/data/v62.0/query?q=SELECT+COUNT()+FROM+Account",
        }
    ]
    answered = client.restful("composite", method="POST", json={"compositeRequest": batch})
    assert answered is not None
    assert answered["compositeResponse"][0]["body"]["totalSize"] == 4


def test_its_exceptions_are_the_right_ones(client: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        client.query("SELECT Foo FROM Account")
    assert malformed.value.content[0]["errorCode"] == "INVALID_FIELD"
    with pytest.raises(SalesforceResourceNotFound):
        client.restful("sobjects/Account/001999999999999")


def test_an_expired_session_is_renewed_once(org: Org, client: Salesforce) -> None:
    org.expire_tokens()
    assert client.query("SELECT Id FROM Account")["totalSize"] == 3


def test_an_injected_session_that_expires_is_reported(
    org: Org, client: Salesforce, session: requests.Session
) -> None:
    injected = Salesforce(
        session_id=client.session_id, instance_url=org.instance_url, session=session, version="62.0"
    )
    assert injected.query("SELECT COUNT() FROM Account")["totalSize"] == 3
    org.expire_tokens()
    with pytest.raises(SalesforceExpiredSession):
        injected.query("SELECT Id FROM Account")


def test_a_jwt_login(org: Org, session: requests.Session) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    org.register_certificate(org.logins.consumer_key, public.decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    client = Salesforce(
        username=org.logins.username,
        consumer_key=org.logins.consumer_key,
        privatekey=private,
        session=session,
        version="62.0",
    )
    assert client.query("SELECT Id FROM Account")["totalSize"] == 3


def test_a_password_login_by_soap(org: Org, session: requests.Session) -> None:
    secrets = {"username": org.logins.username, "password": org.logins.password}
    token = org.logins.security_token
    client = Salesforce(**secrets, security_token=token, session=session, version="59.0")
    assert client.query("SELECT Id FROM Account")["totalSize"] == 3
    with pytest.raises(SalesforceAuthenticationFailed, match="UNSUPPORTED_API_VERSION"):
        Salesforce(**secrets, security_token=token, session=session, version="65.0")


def test_a_wrong_secret_is_reported(org: Org, session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_client"):
        Salesforce(
            domain="acme.my",
            consumer_key=org.logins.consumer_key,
            consumer_secret="guess",
            session=session,
        )


def test_nested_pages_are_where_this_client_loses_rows(org: Org, client: Salesforce) -> None:
    """The trap the product must avoid; the sandbox has to be able to set it."""
    org.change_settings({"child_page_size": 1})
    found = client.query_all("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE AccountNumber = 'AC-1'")
    contacts = found["records"][0]["Contacts"]
    assert (contacts["totalSize"], len(contacts["records"]), contacts["done"]) == (2, 1, False)
