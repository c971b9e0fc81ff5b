"""The list of errors promises what the clients do: every row is held against the answer it is about."""

from __future__ import annotations

import json
import re

import pytest
import requests
from requests import Response
from urllib3.exceptions import ConnectTimeoutError, ProtocolError, ReadTimeoutError

from connector.clients import retry_table
from connector.clients.failures import Call, redirected, too_large, translate
from connector.clients.retry_table import (
    BOTH,
    CONFIG,
    REJECTED,
    TOKEN,
    UNAVAILABLE,
    RetryRow,
    find,
    rows,
)
from connector.clients.salesforce import SalesforceClient
from connector.clients.salesforce import errors as salesforce
from connector.clients.tokens import TokenRefused
from connector.clients.zuora import ZuoraClient
from connector.clients.zuora import errors as zuora
from connector.errors import ConfigError, ConnectorError, RemoteError, RemoteUnavailable
from tests.clients.conftest import Reply, Script

CREATE = zuora.Asked("POST", "/v1/accounts", "Acme", creates=True)
ROWS = rows()
SOFT = (
    "held",
    "circuit",
    "budget",
    "concurrency",
    "reserve",
)  # raised before a call, tested where they are decided


def _response(status: int, body: object = None) -> Response:
    made = Response()
    made.status_code, made.url = status, "https://acme.my.salesforce.com/services/data/v62.0/query"
    made.request = requests.Request("GET", made.url).prepare()
    made._content = b"" if body is None else json.dumps(body).encode()
    return made


def _zuora(status: int, body: object = None) -> Exception | None:
    return zuora.failure_of(_response(status, body), body, CREATE)


def _salesforce(status: int, body: object = None) -> Exception | None:
    return salesforce.failure_of(_response(status, body), redact=lambda value: value)


def _happens(row: RetryRow) -> Exception | None:
    """What the client really makes of the answer a row is about."""
    if found := re.fullmatch(r"zuora-category-(\d+)", row.key):
        return _zuora(
            200, {"success": False, "reasons": [{"code": 53100000 + int(found[1]), "message": "m"}]}
        )
    if found := re.fullmatch(r"salesforce-code-(\w+)", row.key):
        return _salesforce(400, [{"errorCode": found[1], "message": "m"}])
    found = re.fullmatch(r"(zuora|salesforce)-status-(\d\w\w)", row.key)
    assert found, row.key
    status = {"2xx": 200, "4xx": 418, "5xx": 503}.get(found[2]) or int(found[2])
    if found[1] == "salesforce":
        return _salesforce(status)
    return _zuora(status, {"success": False} if status == 200 else None)


ANSWERED = [row for row in ROWS if "-login-" not in row.key and not row.key.startswith("own-")]


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row.key)
def test_a_row_promises_what_happens(row: RetryRow) -> None:
    error = _happens(row)
    if row.kind is TOKEN:
        assert isinstance(error, TokenRefused)
        return
    assert isinstance(error, ConnectorError)
    assert type(error) is row.kind.error
    assert row.who_acts == error.who_acts
    assert row.advice in error.message
    assert (row.kind.by_queue == "Yes") is isinstance(error, RemoteUnavailable)
    if isinstance(error, RemoteUnavailable):
        assert row.is_unsure is error.outcome_unknown
        if row.system == "Zuora":
            assert (row.within_call == "Once; a create never") is (
                zuora.repeats(error, network_retries=3) == 1
            )


def test_every_row_of_both_tables_is_listed_once() -> None:
    keys = [row.key for row in ROWS]
    assert len(keys) == len(set(keys))
    assert {f"zuora-category-{category}" for category in zuora.CATEGORIES} <= set(keys)
    assert {f"zuora-status-{status}" for status in zuora.STATUSES} <= set(keys)
    assert {f"salesforce-code-{code}" for code in salesforce.CODES} <= set(keys)
    assert {f"salesforce-status-{status}" for status in salesforce.STATUSES} <= set(keys)
    assert {name for row in ROWS for name in row.names} == set(zuora.NAMED)
    assert set(retry_table.TITLES) == set(zuora.CATEGORIES)


@pytest.mark.parametrize("name", zuora.NAMED)
def test_a_name_means_what_its_row_says(name: str) -> None:
    [row] = [row for row in ROWS if name in row.names]
    error = _zuora(400, {"success": False, "errors": [{"code": name, "message": "m"}]})
    if row.kind is TOKEN:
        assert isinstance(error, TokenRefused)
    else:
        assert type(error) is row.kind.error


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.kind is not TOKEN and row in ANSWERED], ids=lambda row: row.key
)
def test_a_log_entry_finds_its_row(row: RetryRow) -> None:
    error = _happens(row)
    if isinstance(error, RemoteError):
        assert find(row.system, status=error.status, code=error.code) == row


CALL = Call("Zuora", "POST", "/v1/accounts", is_write=True)
OWN = [
    translate(requests.ConnectionError(ConnectTimeoutError()), CALL, read_timeout=1),
    translate(requests.ConnectionError(ReadTimeoutError(None, "", "")), CALL, read_timeout=1),  # type: ignore[arg-type]
    translate(requests.ConnectionError(ProtocolError("reset")), CALL, read_timeout=1),
    zuora.unreadable(_response(200), CREATE),
    too_large(CALL, _response(200), limit=1024**2),
    redirected(CALL, _response(302)),
]


@pytest.mark.parametrize("error", OWN, ids=lambda error: error.code)
def test_our_own_codes_promise_what_happens(error: RemoteError) -> None:
    row = find(error.system, status=error.status, code=error.code)
    assert row is not None
    assert (row.system, type(error)) == (BOTH, row.kind.error)
    assert row.is_unsure is getattr(error, "outcome_unknown", False)


def test_all_our_own_codes_are_held_against_something() -> None:
    own = {row.answer for row in ROWS if row.key.startswith("own-")}
    assert own == {error.code for error in OWN if error} | set(SOFT)


@pytest.mark.parametrize("row", [row for row in ROWS if "-login-" in row.key], ids=lambda row: row.key)
def test_logins_promise_what_happens(
    zuora: ZuoraClient, salesforce: SalesforceClient, script: Script, row: RetryRow
) -> None:
    ask = {
        "Zuora": lambda: zuora.get_order("1"),
        "Salesforce": lambda: salesforce.query("SELECT Id FROM Account"),
    }
    statuses = [int(text) for text in re.findall(r"\d{3}", row.answer)] or [400, 401, 403, 418]
    for status in statuses:
        script.token_reply = Reply({"error": f"e{status}"}, status=status)
        script.tokens_given = 0
        with pytest.raises(ConnectorError) as caught:
            ask[row.system]()
        assert isinstance(caught.value, ConfigError if row.kind is CONFIG else RemoteUnavailable)
        assert script.tokens_given == (3 if row.kind is UNAVAILABLE else status == statuses[0])


# Case 31 of the faults: one status, two meanings.


def test_a_spent_allowance_and_a_missing_permission_are_told_apart() -> None:
    spent = _salesforce(
        403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    )
    hidden = _salesforce(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "insufficient access rights"}])
    assert (type(spent), type(hidden)) == (RemoteUnavailable, ConfigError)


def test_a_lock_and_a_request_under_way_are_told_apart() -> None:
    lock = _zuora(409, {"success": False, "reasons": [{"code": 53100050, "message": "locked"}]})
    under_way = _zuora(409, {"success": False, "reasons": [{"code": 53100099, "message": "in progress"}]})
    assert isinstance(lock, RemoteUnavailable)
    assert isinstance(under_way, RemoteUnavailable)
    assert (lock.outcome_unknown, under_way.outcome_unknown) == (False, True)


def test_what_nobody_knows_finds_no_row() -> None:
    assert find("Mars", status=500) is None
    assert find("Zuora", status=302) is None
    assert REJECTED.label != CONFIG.label
