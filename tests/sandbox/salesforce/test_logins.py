"""Every way in, and every documented way to be turned away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import V62, Api

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(url: str, form: dict[str, str], **options: Any) -> requests.Response:
    return requests.post(f"{url}/services/oauth2/token", data=form, timeout=5, **options)


def credentials(org: Org, **fields: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": org.logins.consumer_key,
        "client_secret": org.logins.consumer_secret,
        **fields,
    }


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def sign(org: Org, private_key: rsa.RSAPrivateKey) -> Callable[..., str]:
    """Return a maker of assertions, right unless told otherwise; the key is registered."""
    pem = private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    org.register_certificate(org.logins.consumer_key, pem.decode())

    def assertion(
        *, lives_s: float = 180, key: Any = private_key, algorithm: str = "RS256", **claims: Any
    ) -> str:
        payload = {
            "iss": org.logins.consumer_key,
            "sub": org.logins.username,
            "aud": "https://login.salesforce.com",
            "exp": datetime.now(UTC) + timedelta(seconds=lives_s),
            **claims,
        }
        return jwt.encode(payload, key, algorithm=algorithm)

    return assertion


def test_client_credentials_work_in_the_body_and_in_the_header(
    org: Org, url: str, http: requests.Session
) -> None:
    in_body = ask(url, credentials(org))
    pair = (org.logins.consumer_key, org.logins.consumer_secret)
    in_header = ask(url, {"grant_type": "client_credentials"}, auth=pair)
    assert in_body.status_code == in_header.status_code == 200
    body = in_body.json()
    assert set(body) == {
        *("access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at")
    }
    assert body["instance_url"] == "https://salesforce.sandbox.test"
    assert body["access_token"].startswith(org.org_id[:15] + "!")
    assert body["id"].endswith(f"/id/{org.org_id}/005Sb0000000001IAA")
    assert Api(url, in_header.json()["access_token"], http).get(f"{V62}/limits").status_code == 200


@pytest.mark.parametrize(
    ("fields", "error", "description"),
    [
        ({"client_id": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"grant_type": "password"}, "unsupported_grant_type", "grant type not supported"),
        ({"grant_type": ""}, "unsupported_grant_type", "grant type not supported"),
    ],
)
def test_wrong_client_credentials(
    org: Org, url: str, fields: dict[str, str], error: str, description: str
) -> None:
    reply = ask(url, credentials(org, **fields))
    assert reply.status_code == 400
    assert reply.json() == {"error": error, "error_description": description}


def test_client_credentials_need_a_run_as_user_and_a_my_domain_host(org: Org, url: str) -> None:
    on_login_host = ask(url, credentials(org), headers={"Host": "login.salesforce.com"})
    assert on_login_host.json()["error_description"] == "request not supported on this domain"
    org.change_settings({"client_credentials_user": False})
    without_user = ask(url, credentials(org))
    assert without_user.status_code == 400
    assert without_user.json() == {
        "error": "invalid_grant",
        "error_description": "no client credentials user enabled",
    }


def test_a_malformed_basic_header_is_an_unknown_client(url: str) -> None:
    reply = ask(url, {"grant_type": "client_credentials"}, headers={"Authorization": "Basic %%%"})
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_client_id")


def test_the_instance_url_is_a_setting(org: Org, url: str) -> None:
    org.change_settings({"instance_url": "https://acme.my.salesforce.test"})
    assert ask(url, credentials(org)).json()["instance_url"] == "https://acme.my.salesforce.test"


def test_a_signed_assertion_is_a_login(url: str, http: requests.Session, sign: Callable[..., str]) -> None:
    reply = ask(url, {"grant_type": JWT_BEARER, "assertion": sign()})
    assert reply.status_code == 200
    assert Api(url, reply.json()["access_token"], http).get(f"{V62}/limits").status_code == 200


@pytest.mark.parametrize(
    ("claims", "error", "description"),
    [
        ({"iss": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "stranger@acme.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"aud": "https://login.example.com"}, "invalid_grant", "audience is invalid"),
        ({"lives_s": -60}, "invalid_grant", "expired assertion"),
        ({"lives_s": 3600}, "invalid_grant", "expired assertion"),
        ({"exp": None}, "invalid_grant", "expired assertion"),
        ({"key": "s" * 32, "algorithm": "HS256"}, "invalid_grant", "invalid assertion"),
    ],
)
def test_wrong_assertions(
    url: str, sign: Callable[..., str], claims: dict[str, Any], error: str, description: str
) -> None:
    reply = ask(url, {"grant_type": JWT_BEARER, "assertion": sign(**claims)})
    assert reply.status_code == 400
    assert reply.json() == {"error": error, "error_description": description}


def test_an_assertion_signed_by_another_key_is_refused(url: str, sign: Callable[..., str]) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    reply = ask(url, {"grant_type": JWT_BEARER, "assertion": sign(key=stranger)})
    assert reply.json()["error_description"] == "invalid assertion"
    assert ask(url, {"grant_type": JWT_BEARER, "assertion": "a.b.c"}).status_code == 400


def test_a_certificate_is_registered_over_http(org: Org, url: str, private_key: rsa.RSAPrivateKey) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Acme")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, private_key.public_key(), 1, now, now + timedelta(days=1))
    pem = builder.sign(private_key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    control = f"{url}/__sandbox__/certificates"
    key = org.logins.consumer_key
    assert (
        requests.post(control, json={"consumer_key": key, "certificate": "none"}, timeout=5).status_code
        == 400
    )
    assert (
        requests.post(control, json={"consumer_key": key, "certificate": pem}, timeout=5).status_code == 200
    )
    claims = {
        "iss": key,
        "sub": org.logins.username,
        "aud": org.instance_url,
        "exp": now + timedelta(minutes=3),
    }
    assertion = jwt.encode(claims, private_key, algorithm="RS256")
    assert ask(url, {"grant_type": JWT_BEARER, "assertion": assertion}).status_code == 200


def envelope(org: Org, password: str) -> str:
    return (
        '<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><n1:login '
        f'xmlns:n1="urn:partner.soap.sforce.com"><n1:username>{org.logins.username}</n1:username>'
        f"<n1:password>{password}</n1:password></n1:login></env:Body></env:Envelope>"
    )


def soap(url: str, version: str, body: str) -> requests.Response:
    return requests.post(f"{url}/services/Soap/u/{version}", data=body, timeout=5)


def test_soap_login_answers_up_to_version_64(org: Org, url: str, http: requests.Session) -> None:
    body = envelope(org, org.logins.password + org.logins.security_token)
    reply = soap(url, "64.0", body)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/xml")
    token = reply.text.partition("<sessionId>")[2].partition("</sessionId>")[0]
    assert Api(url, token, http).get(f"{V62}/limits").status_code == 200
    assert "<serverUrl>https://salesforce.sandbox.test/services/Soap/u/64.0/" in reply.text
    refused = soap(url, "65.0", body)
    assert refused.status_code == 500
    assert "<sf:exceptionCode>UNSUPPORTED_API_VERSION</sf:exceptionCode>" in refused.text


def test_soap_login_is_refused_on_a_wrong_password_and_when_switched_off(org: Org, url: str) -> None:
    assert "INVALID_LOGIN" in soap(url, "59.0", envelope(org, "guess")).text
    org.change_settings({"soap_login": False})
    body = envelope(org, org.logins.password + org.logins.security_token)
    assert "INVALID_OPERATION" in soap(url, "59.0", body).text


def test_user_info_says_who_and_which_org(org: Org, api: Api) -> None:
    told = api.get("/services/oauth2/userinfo").json()
    assert told["organization_id"] == org.org_id
    assert told["preferred_username"] == org.logins.username
    org.expire_tokens()
    assert api.get("/services/oauth2/userinfo").status_code == 403


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic abc", "Bearer"])
def test_without_a_session_nothing_is_answered(url: str, authorization: str) -> None:
    reply = requests.get(
        f"{url}{V62}/query",
        params={"q": "SELECT Id FROM Account"},
        headers={"Authorization": authorization},
        timeout=5,
    )
    assert reply.status_code == 401
    assert reply.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_tokens_expire_by_age_and_by_hand(org: Org, url: str, api: Api) -> None:
    assert api.get(f"{V62}/limits").status_code == 200
    org.change_settings({"token_life_s": 0})
    assert api.get(f"{V62}/limits").status_code == 401
    org.change_settings({"token_life_s": None})
    assert api.get(f"{V62}/limits").status_code == 200
    requests.post(f"{url}/__sandbox__/expire-tokens", timeout=5)
    assert api.get(f"{V62}/limits").status_code == 401
