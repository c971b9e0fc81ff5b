"""A canary in every secret: whatever goes wrong, and whatever the remote echoes, none of them is ever told."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.clients.credentials import SalesforceLogin
from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache
from connector.clients.zuora import ZuoraClient
from connector.errors import ConnectorError
from tests.clients.conftest import (
    TOKEN,
    Asked,
    Pauses,
    Reply,
    Script,
    drop,
    network,
    salesforce_credentials,
    zuora_credentials,
)

ZUORA_SECRET = "zu-s3cret-canary"
SALESFORCE_SECRET = "sf-s3cret-canary"
PASSWORD = "p4ss&word-canary"
SECURITY_TOKEN = "s3curityT0kenCanary"


@cache
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def canaries(use: str) -> list[str]:
    """The secrets a connection used so holds."""
    basic = base64.b64encode(f"consumer-key:{SALESFORCE_SECRET}".encode()).decode()
    held = {
        "client credentials": [SALESFORCE_SECRET, basic],
        "jwt bearer": private_key().splitlines()[1:3],
        "password": [PASSWORD, SECURITY_TOKEN],
    }
    return held.get(use, [ZUORA_SECRET])


def everything_in(error: BaseException) -> str:
    """All an error could ever tell: itself, what it carries, what it came from, and its traceback as printed."""
    told = "".join(traceback.format_exception(error))
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is None:
            continue
        told += f"{found!s} {found!r} {found.args!r} {vars(found)!r}"
        waiting += [found.__cause__, found.__context__]
    return told


def salesforce(script: Script, pauses: Pauses, **changes: Any) -> SalesforceClient:
    credentials = salesforce_credentials(**changes)
    return SalesforceClient(credentials, network(script.url), MemoryTokenCache(), sleep=pauses)


def made(
    use: str, script: Script, pauses: Pauses
) -> tuple[ZuoraClient | SalesforceClient, Callable[[], object]]:
    """A client for this use, and what it does."""
    match use:
        case "client credentials":
            client = salesforce(script, pauses)
        case "jwt bearer":
            login, key = SalesforceLogin.JWT_BEARER, private_key()
            client = salesforce(script, pauses, login=login, username="ada", private_key=key)
        case "password":
            secrets = {"password": PASSWORD, "security_token": SECURITY_TOKEN}
            client = salesforce(script, pauses, login=SalesforceLogin.PASSWORD, username="ada", **secrets)
        case _:
            zuora = ZuoraClient(zuora_credentials(), network(script.url), MemoryTokenCache(), sleep=pauses)
            actions: dict[str, Callable[[], object]] = {
                "zuora read": lambda: zuora.find_accounts(["001Dn00000AbCdEIAV"]),
                "zuora create": lambda: zuora.create_account({"name": "Acme"}, idempotency_key="key-1"),
                "zuora test": zuora.tenant,
            }
            return zuora, actions[use]
    return client, lambda: client.query("SELECT Id FROM Account")


USES = ("zuora read", "zuora create", "zuora test", "client credentials", "jwt bearer", "password")


class Echo(Script):
    """Answers every call with its own headers and body and the secrets behind them, under one status, in one shape."""

    shape: Callable[[str], Any]
    status = 400
    token_is_good = True
    held: tuple[str, ...] = ()

    def reply_to(self, asked: Asked) -> Reply:
        is_login = asked.path.endswith("/token") or "/Soap/" in asked.path
        if is_login and self.token_is_good and "/Soap/" not in asked.path:
            return super().reply_to(asked)
        heard = f"{asked.headers} {asked.body.decode()} {' '.join(self.held)}"
        location = f"https://elsewhere.example/?{asked.headers.get('Authorization', '')}"
        return Reply(self.shape(heard), status=self.status, headers={"Location": location})


ANYWHERE: dict[str, Callable[[str], Any]] = {
    "text": lambda heard: heard.encode(),
    "cut off": lambda heard: b'{"a": "' + heard.encode(),
    "oauth": lambda heard: {"error": heard, "error_description": heard},
}
ZUORA: dict[str, Callable[[str], Any]] = {
    "rejected": lambda heard: {"success": False, "reasons": [{"code": 53100020, "message": heard}]},
    "unknown field": lambda heard: {"success": False, "reasons": [{"code": 53100021, "message": heard}]},
    "odd code": lambda heard: {"success": False, "reasons": [{"code": heard, "message": heard}]},
    "crud": lambda heard: {"Success": False, "Errors": [{"Code": "INVALID_VALUE", "Message": heard}]},
}
SALESFORCE: dict[str, Callable[[str], Any]] = {
    "hidden field": lambda heard: [{"errorCode": "INVALID_FIELD", "message": heard}],
    "soap": lambda heard: (
        f"<E><sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode><sf:exceptionMessage>{heard.replace('<', ' ')}"
        "</sf:exceptionMessage></E>"
    ).encode(),
}


def shapes(use: str) -> list[Callable[[str], Any]]:
    return [*ANYWHERE.values(), *(ZUORA if use.startswith("zuora") else SALESFORCE).values()]


@pytest.fixture
def echo(script: Script, monkeypatch: pytest.MonkeyPatch) -> Echo:
    made = Echo(script.url)
    monkeypatch.setattr(script, "reply_to", made.reply_to)
    return made


def failure_of(action: Callable[[], object]) -> ConnectorError | None:
    try:
        action()
    except ConnectorError as error:
        return error
    return None


@pytest.mark.parametrize("token_is_good", [True, False], ids=["api", "login"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 503])
@pytest.mark.parametrize("use", USES)
def test_no_secret_is_told_whatever_is_echoed(
    echo: Echo, pauses: Pauses, caplog: pytest.LogCaptureFixture, use: str, status: int, token_is_good: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    echo.status, echo.token_is_good = status, token_is_good
    echo.held = tuple(canaries(use))
    failed = 0
    client, action = made(use, echo, pauses)
    with client:
        for shape in shapes(use):
            echo.shape = staticmethod(shape)  # type: ignore[assignment]
            error = failure_of(action)
            if error is None:
                continue
            failed += 1
            told = everything_in(error) + caplog.text
            assert [canary for canary in (*echo.held, TOKEN) if canary in told] == []
            assert (error.__cause__, error.__context__) == (None, None)
    assert failed >= 3


def stall_then_drop(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
    drop(handler)


@pytest.mark.parametrize("act", [drop, stall_then_drop])
@pytest.mark.parametrize("use", USES)
def test_no_secret_is_told_by_a_broken_connection(
    script: Script, pauses: Pauses, caplog: pytest.LogCaptureFixture, use: str, act: Callable[[Any], None]
) -> None:
    caplog.set_level(logging.DEBUG)
    for token_reply in (None, Reply(act=act)):
        script.token_reply = token_reply
        script.answer(Reply(act=act))
        client, action = made(use, script, pauses)
        with client:
            error = failure_of(action)
        assert error is not None
        told = everything_in(error) + caplog.text
        assert [canary for canary in (*canaries(use), TOKEN) if canary in told] == []
        assert (error.__cause__, error.__context__) == (None, None)


def test_credentials_hide_themselves() -> None:
    for credentials in (
        zuora_credentials(),
        salesforce_credentials(password=PASSWORD, private_key="key-canary"),
    ):
        assert "canary" not in f"{credentials!r} {credentials!s}"
