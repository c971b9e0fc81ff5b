"""What every request passes: token, version, limits, request ids, idempotency key."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import requests

from connector.sandbox.zuora.tenant import CLIENT_ID, CLIENT_SECRET

BAD_VALUE, UNSUPPORTED, NOT_FOUND = 20, 45, 40


def token_form(**changes: str) -> dict[str, str]:
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "client_credentials",
    } | changes


def test_a_token_has_the_documented_form(zuora: Any) -> None:
    answer = requests.post(f"{zuora.url}/oauth/token", data=token_form(), timeout=5)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope", "jti"}
    assert answer.json()["expires_in"] == 3600
    assert answer.headers["X-RateLimit-Limit-minute"] == "2000"
    assert len(CLIENT_ID) == 36
    assert len(CLIENT_SECRET) <= 42


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"client_secret": "wrong"}, 401), ({"client_id": "wrong"}, 401), ({"grant_type": "password"}, 400)],
)
def test_bad_credentials_get_no_token(zuora: Any, changes: dict[str, str], status: int) -> None:
    answer = requests.post(f"{zuora.url}/oauth/token", data=token_form(**changes), timeout=5)
    assert answer.status_code == status
    assert "access_token" not in answer.json()


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc", "Bearer "])
@pytest.mark.parametrize("version", ["2025-08-12", "211.0"])
def test_without_a_good_token_everything_is_401(zuora: Any, header: str | None, version: str) -> None:
    zuora.version = version
    headers = {"Authorization": header}
    answer = zuora.send("GET", "/v1/accounts/x", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["reasons"][0]["code"] == 90000011
    assert zuora.send("GET", "/object-query/accounts", headers=headers).status_code == 401
    crud = zuora.send("POST", "/v1/action/query", {"queryString": "x"}, headers=headers)
    assert (crud.status_code, crud.json()) == (401, {"message": "Authentication error"})
    assert "Bearer" in crud.headers["WWW-Authenticate"]


def test_a_token_ends_with_its_life(zuora: Any) -> None:
    zuora.settings(token_life_s=100)
    zuora.log_in()
    assert zuora.send("GET", "/object-query/accounts").status_code == 200
    zuora.settings(clock_offset_s=101)
    assert zuora.send("GET", "/object-query/accounts").status_code == 401


def test_tokens_can_be_expired_by_hand(zuora: Any) -> None:
    zuora.log_in()
    zuora.control("POST", "expire-tokens")
    assert zuora.send("GET", "/object-query/accounts").status_code == 401


@pytest.mark.parametrize(
    ("version", "status"),
    [("2025-08-12", 400), ("2024-05-20", 400), ("2023-01-01", 200), ("341.0", 200), (None, 200)],
)
def test_the_version_decides_the_status_of_an_error(
    zuora: Any, make_account_body: Any, version: str | None, status: int
) -> None:
    zuora.version = version
    answer = zuora.send("POST", "/v1/accounts", make_account_body(name=..., currency="XXX", Unknown="x"))
    assert answer.status_code == status
    body = answer.json()
    assert body["success"] is False
    assert len(body["processId"]) == 16
    assert body["requestId"] == answer.headers["Zuora-Request-Id"]
    assert sorted(reason["code"] % 100 for reason in body["reasons"]) == [20, 21, 22]
    assert all(isinstance(reason["code"], int) for reason in body["reasons"])


def test_the_tenant_default_counts_where_no_version_is_sent(zuora: Any, make_account_body: Any) -> None:
    zuora.settings(zuora_version="2025-08-12")
    zuora.version = None
    assert zuora.send("POST", "/v1/accounts", make_account_body(name=...)).status_code == 400


def test_a_version_nobody_published_is_refused(zuora: Any) -> None:
    zuora.version = "latest"
    assert zuora.refused("GET", "/v1/accounts/x")[0][0] == BAD_VALUE


def test_not_found_has_the_code_of_a_request_without_body(zuora: Any) -> None:
    answer = zuora.send("GET", "/v1/accounts/A00000404")
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (404, 50000040)
    zuora.version = "211.0"
    assert zuora.send("GET", "/v1/accounts/A00000404").status_code == 200


def test_unknown_addresses(zuora: Any) -> None:
    answer = zuora.send("GET", "/v1/nowhere")
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (404, 50000040)
    assert zuora.send("GET", "/object-query/nowhere").status_code == 404
    unrouted = zuora.send("GET", "/nowhere")
    assert (unrouted.status_code, unrouted.text) == (404, "no Route matched with those values")


def test_a_method_that_is_not_served(zuora: Any) -> None:
    assert zuora.refused("PATCH", "/v1/accounts/x", {"a": 1}, status=405)[0][0] == UNSUPPORTED


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "category"),
    [
        (b"{", "application/json", 400, 90),
        (b"[]", "application/json", 400, 90),
        (b'{"name": NaN}', "application/json", 400, 90),
        (b'{"name": "\\ud83d"}', "application/json", 400, 90),
        (b"\xff\xfe", "application/json", 400, 90),
        (b'{"name":"x"}', "text/plain", 415, 45),
        (b"", "application/json", 415, 45),
    ],
)
def test_a_body_that_is_no_json_object(
    zuora: Any, raw: bytes, content_type: str, status: int, category: int
) -> None:
    answer = zuora.send("POST", "/v1/accounts", headers={"Content-Type": content_type}, data=raw)
    assert answer.status_code == status
    assert answer.json()["reasons"][0]["code"] % 100 == category


def test_request_and_track_ids(zuora: Any) -> None:
    first = zuora.send("GET", "/object-query/accounts", headers={"Zuora-Track-Id": "run 7"})
    second = zuora.send("GET", "/object-query/accounts")
    assert first.headers["Zuora-Track-Id"] == "run 7"
    assert "Zuora-Track-Id" not in second.headers
    assert len(first.headers["Zuora-Request-Id"]) == 36
    assert first.headers["Zuora-Request-Id"] != second.headers["Zuora-Request-Id"]


@pytest.mark.parametrize("track_id", ["x" * 65, "a:b", "a;b", "a'b"])
def test_a_malformed_track_id(zuora: Any, track_id: str) -> None:
    zuora.refused("GET", "/v1/accounts/x", headers={"Zuora-Track-Id": track_id})


def test_limits_are_told_in_headers(zuora: Any, make_account_body: Any) -> None:
    zuora.settings(rate_limit_per_minute=50)
    first = zuora.send("GET", "/object-query/accounts").headers
    second = zuora.send("POST", "/v1/accounts", make_account_body()).headers
    assert "50;w=60" in first["RateLimit-Limit"]
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    assert 1 <= int(first["RateLimit-Reset"]) <= 60
    assert (first["Concurrency-Limit-Type"], first["Concurrency-Limit-Limit"]) == ("Object Query", "80")
    assert second["Concurrency-Limit-Type"] == "High-volume transactions"
    assert zuora.send("GET", "/v1/accounts/x").headers["Concurrency-Limit-Type"] == "Default"


def test_too_many_requests(zuora: Any) -> None:
    zuora.log_in()
    zuora.control("POST", "settings", {"rate_limit_per_minute": 3})
    statuses = [zuora.send("GET", "/object-query/accounts").status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]  # the token call counted as well
    answer = zuora.send("GET", "/v1/accounts/x")
    assert answer.json()["reasons"][0]["code"] % 100 == 70
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    zuora.settings(clock_offset_s=61)
    assert zuora.send("GET", "/object-query/accounts").status_code == 200


def test_too_many_at_once(zuora: Any) -> None:
    zuora.log_in()
    zuora.settings(concurrency_limits={"Object Query": 2}, latency_ms=150)
    headers = {"Authorization": f"Bearer {zuora.token}"}
    statuses: list[int] = []

    def ask() -> None:
        answer = requests.get(f"{zuora.url}/object-query/accounts", headers=headers, timeout=5)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            assert answer.headers["Retry-After"] == "1"

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 429 in statuses
    assert zuora.state()["peak_in_flight"]["Object Query"] > 2


def test_a_lock_is_a_409_of_category_50(zuora: Any, make_account_body: Any) -> None:
    zuora.control("POST", "faults", {"action": "lock", "path": "^/v1/accounts$"})
    answer = zuora.send("POST", "/v1/accounts", make_account_body())
    assert answer.status_code == 409
    assert answer.json()["reasons"][0]["code"] % 100 == 50
    assert zuora.state()["accounts"] == []
