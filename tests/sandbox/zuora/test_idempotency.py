"""Idempotency-Key: the first answer, whatever it was, is replayed for a day."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests

KEY = {"Idempotency-Key": "5f1a6f0e-0001-4000-8000-000000000001"}


def test_the_first_answer_is_replayed(zuora: Any, make_account_body: Any) -> None:
    first = zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    again = zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert first.json() == again.json()
    assert first.headers["Zuora-Request-Id"] == again.headers["Zuora-Request-Id"]
    assert len(zuora.state()["accounts"]) == 1
    log = zuora.control("GET", "requests")["requests"]
    assert [entry["replayed"] for entry in log if entry["path"] == "/v1/accounts"] == [False, True]


def test_a_failure_is_replayed_even_after_its_cause_is_gone(zuora: Any, make_account_body: Any) -> None:
    zuora.settings(currencies=["EUR"])
    refused = zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    zuora.settings(currencies=["EUR", "USD"])
    again = zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert (refused.status_code, again.status_code) == (400, 400)
    assert refused.json() == again.json()
    zuora.done("POST", "/v1/accounts", make_account_body(), headers={"Idempotency-Key": "another"})


def test_another_key_or_none_creates_again(zuora: Any, make_account_body: Any) -> None:
    for headers in (KEY, {"Idempotency-Key": "another"}, {}):
        zuora.done("POST", "/v1/accounts", make_account_body(), headers=headers)
    assert len(zuora.state()["accounts"]) == 3


def test_a_day_later_the_key_no_longer_protects(zuora: Any, make_account_body: Any) -> None:
    zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    zuora.settings(clock_offset_s=24 * 3600 - 5)
    zuora.log_in()
    zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert len(zuora.state()["accounts"]) == 1
    zuora.settings(clock_offset_s=24 * 3600 + 5)
    zuora.log_in()
    zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert len(zuora.state()["accounts"]) == 2


def test_a_key_used_elsewhere_is_refused(zuora: Any, make_account_body: Any) -> None:
    account = zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    contact = {"accountId": account["accountId"], "firstName": "Alan", "lastName": "Turing"}
    assert zuora.send("POST", "/v1/contacts", contact, headers=KEY).status_code == 422
    assert len(zuora.state()["contacts"]) == 2


def test_another_body_is_refused_or_gets_the_old_answer(zuora: Any, make_account_body: Any) -> None:
    first = zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert zuora.send("POST", "/v1/accounts", make_account_body(name="B"), headers=KEY).status_code == 422
    zuora.settings(idempotency_other_body="replay")
    assert zuora.done("POST", "/v1/accounts", make_account_body(name="B"), headers=KEY) == first
    assert [account["name"] for account in zuora.state()["accounts"]] == ["Acme Corp"]


def test_while_the_first_is_under_way_the_second_waits(zuora: Any, make_account_body: Any) -> None:
    zuora.log_in()
    zuora.settings(processing_ms=600)
    statuses: list[int] = []

    def create() -> None:
        statuses.append(zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY).status_code)

    thread = threading.Thread(target=create)
    thread.start()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:  # until the first one has arrived
        if any(entry["path"] == "/v1/accounts" for entry in zuora.control("GET", "requests")["requests"]):
            break
    second = zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert second.status_code == 409
    assert "reasons" not in second.json()
    thread.join()
    assert statuses == [200]
    assert zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY).status_code == 200
    assert len(zuora.state()["accounts"]) == 1


def test_put_refuses_the_header(zuora: Any) -> None:
    account = zuora.account()
    reasons = zuora.refused("PUT", f"/v1/accounts/{account['accountId']}", {"notes": "x"}, headers=KEY)
    assert reasons == [(45, "Request method 'PUT' not supported with Idempotency-Key header")]
    assert zuora.state()["accounts"][0]["notes"] is None


def test_a_key_is_not_endless(zuora: Any, make_account_body: Any) -> None:
    zuora.refused("POST", "/v1/accounts", make_account_body(), headers={"Idempotency-Key": "x" * 256})


def test_a_dropped_answer_is_found_again_with_the_key(zuora: Any, make_account_body: Any) -> None:
    zuora.log_in()
    zuora.control("POST", "faults", {"action": "drop_after", "path": "^/v1/accounts$"})
    with pytest.raises(requests.ConnectionError):
        zuora.send("POST", "/v1/accounts", make_account_body(), headers=KEY)
    again = zuora.done("POST", "/v1/accounts", make_account_body(), headers=KEY)
    assert [account["id"] for account in zuora.state()["accounts"]] == [again["accountId"]]
