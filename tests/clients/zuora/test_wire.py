"""One call to Zuora over real HTTP: what goes out, what is repeated, what is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.clients.tokens import MemoryTokenCache
from connector.clients.zuora import ZuoraClient
from connector.errors import ConfigError, RecordError, RemoteRejected, RemoteUnavailable
from tests.clients.conftest import TOKEN, Pauses, Reply, Script, drop, network, zuora_credentials

CREATED = {
    "success": True,
    "accountId": "8a1",
    "accountNumber": "A1",
    "billToContactId": "8b1",
    "soldToContactId": "8b2",
}
ACME: dict[str, Any] = {"name": "Acme Corp", "currency": "USD", "crmId": "001Dn00000AbCdEIAV"}


def create(zuora: ZuoraClient) -> Any:
    return zuora.create_account(ACME, idempotency_key="key-1")


def test_a_create_carries_its_key_and_an_update_none(zuora: ZuoraClient, script: Script) -> None:
    script.answer(CREATED, {"success": True})
    made = create(zuora)
    zuora.update_account("8a1", {"notes": "new"})
    token, post, put = script.asked
    assert (token.method, token.path) == ("POST", "/oauth/token")
    assert "Authorization" not in token.headers
    assert "Idempotency-Key" not in token.headers
    assert post.headers["Idempotency-Key"] == "key-1"
    assert post.headers["Zuora-Version"] == "2025-08-12"
    assert post.headers["Authorization"] == f"Bearer {TOKEN}-1"
    assert post.headers["Content-Type"] == "application/json"
    assert "Zuora-Entity-Ids" not in post.headers
    assert post.json == ACME
    assert (put.method, put.path) == ("PUT", "/v1/accounts/8a1")
    assert "Idempotency-Key" not in put.headers
    assert (made.account_id, made.account_number, made.bill_to_id, made.sold_to_id) == (
        "8a1",
        "A1",
        "8b1",
        "8b2",
    )
    assert (zuora.calls.api, zuora.calls.token) == (2, 1)


def test_a_create_without_a_key_is_not_sent(zuora: ZuoraClient, script: Script) -> None:
    with pytest.raises(ValueError, match="idempotency key"):
        zuora.create_account(ACME, idempotency_key="")
    assert script.asked == []


def test_the_entity_and_a_tracking_id_go_along(script: Script, pauses: Pauses) -> None:
    script.answer({"success": True})
    credentials = zuora_credentials(entity_id="ent-7", zuora_version="2024-05-20")
    with ZuoraClient(
        credentials, network(script.url), MemoryTokenCache(), track_id="run: é;'\"" + "x" * 90, sleep=pauses
    ) as zuora:
        zuora.update_account("8a1", {})
    token, put = script.asked
    assert token.headers["Zuora-Entity-Ids"] == "ent-7"
    assert (put.headers["Zuora-Entity-Ids"], put.headers["Zuora-Version"]) == ("ent-7", "2024-05-20")
    assert put.headers["Zuora-Track-Id"] == ("run------" + "x" * 90)[:64]


def test_money_is_sent_to_the_digit(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": True, "orderNumber": "1", "status": "Completed"})
    zuora.create_order({"price": Decimal("0.1") + Decimal("0.20")}, idempotency_key="k")
    assert script.api[0].body == b'{"price":0.30}'


@pytest.mark.parametrize(
    "reply",
    [
        Reply(act=drop),
        Reply(b"<html>502</html>", status=502),
        Reply({"reasons": [{"code": "SystemError", "message": "internal server error"}]}, status=500),
        Reply(b'{"success": tr'),
        Reply({"success": True}),
        Reply(b"[]"),
        Reply(b"", status=409),
    ],
    ids=["dropped", "html", "system error", "cut off", "without id", "a list", "in progress"],
)
def test_a_create_in_doubt_is_sent_once_and_left_to_its_caller(
    zuora: ZuoraClient, script: Script, pauses: Pauses, reply: Reply
) -> None:
    script.answer(reply)
    with pytest.raises(RemoteUnavailable) as caught:
        create(zuora)
    assert caught.value.outcome_unknown is True
    assert len(script.api) == 1
    assert pauses.taken == []


@pytest.mark.parametrize("code", [53100050, 53100061, 53100070])
def test_a_create_refused_for_now_is_not_in_doubt_and_not_repeated_here(
    zuora: ZuoraClient, script: Script, code: int
) -> None:
    script.answer(Reply({"success": False, "reasons": [{"code": code}]}, headers={"Retry-After": "3"}))
    with pytest.raises(RemoteUnavailable) as caught:
        create(zuora)
    assert (caught.value.outcome_unknown, caught.value.retry_after) == (False, 3.0)
    assert len(script.api) == 1


def test_json_under_another_content_type_is_read(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply(CREATED, headers={"Content-Type": "text/html"}))
    assert create(zuora).account_id == "8a1"


@pytest.mark.parametrize(
    "reply",
    [Reply(act=drop), Reply(b"<html>", status=503), Reply(b"{"), Reply(b"", status=409)],
    ids=["dropped", "unavailable", "cut off", "conflict"],
)
def test_a_read_is_repeated_until_it_succeeds(
    zuora: ZuoraClient, script: Script, pauses: Pauses, reply: Reply
) -> None:
    script.answer(reply, reply, {"success": True, "order": {"orderNumber": "101"}})
    assert zuora.get_order("101") == {"orderNumber": "101"}
    assert pauses.taken == [0.5, 1.0]


def test_a_refusal_is_not_repeated(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": False, "reasons": [{"code": 53100020, "message": "no"}]})
    with pytest.raises(RemoteRejected):
        zuora.update_account("8a1", {})
    assert len(script.api) == 1


def test_an_update_is_repeated_when_the_record_is_locked(
    zuora: ZuoraClient, script: Script, pauses: Pauses
) -> None:
    locked = Reply({"success": False, "reasons": [{"code": 53100050, "message": "locked"}]}, status=409)
    script.answer(locked, {"success": True})
    zuora.update_account("8a1", {"notes": "x"})
    assert len(script.api) == 2
    assert script.api[0].body == script.api[1].body


def test_an_internal_error_of_a_read_is_repeated_once(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply({"success": False, "reasons": [{"code": 53100060, "message": "oops"}]}, status=500))
    with pytest.raises(RemoteUnavailable):
        zuora.get_order("101")
    assert len(script.api) == 2


def test_a_long_wait_goes_up_to_the_job(zuora: ZuoraClient, script: Script, pauses: Pauses) -> None:
    script.answer(Reply(b"", status=429, headers={"Retry-After": "120"}))
    with pytest.raises(RemoteUnavailable) as caught:
        zuora.get_order("101")
    assert (caught.value.retry_after, len(script.api), pauses.taken) == (120.0, 1, [])


def test_an_expired_token_is_renewed_once_even_for_a_create(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply(b"<html>no</html>", status=401), CREATED)
    assert create(zuora).account_id == "8a1"
    assert script.tokens_given == 2
    assert script.api[1].headers["Authorization"] == f"Bearer {TOKEN}-2"
    assert [asked.headers["Idempotency-Key"] for asked in script.api] == ["key-1", "key-1"]


def test_a_lasting_401_names_the_connection_and_ends(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply({"message": "Authentication error"}, status=401))
    with pytest.raises(ConfigError, match=r"'Zuora test'.*Authentication error"):
        zuora.get_order("101")
    assert (len(script.api), script.tokens_given) == (2, 2)


def test_an_old_version_says_under_200_that_the_token_ended(zuora: ZuoraClient, script: Script) -> None:
    old = {"success": False, "reasons": [{"code": 90000011, "message": "this resource is protected"}]}
    script.answer(old, {"success": True, "order": {}})
    assert zuora.get_order("101") == {}
    assert script.tokens_given == 2


@pytest.mark.parametrize(("status", "kind"), [(400, ConfigError), (401, ConfigError), (403, ConfigError)])
def test_refused_credentials_are_the_operators_matter(
    zuora: ZuoraClient, script: Script, status: int, kind: type[Exception]
) -> None:
    script.token_reply = Reply({"reason": "invalid client zu-s3cret-canary"}, status=status)
    with pytest.raises(kind, match=r"'Zuora test'.*client id and secret.*data centre") as caught:
        zuora.get_order("101")
    assert "canary" not in str(caught.value)
    assert script.tokens_given == 1


@pytest.mark.parametrize(
    "reply", [Reply(b"", status=429), Reply(b"<html>", status=502), Reply(b"<html>"), Reply(act=drop)]
)
def test_a_token_call_is_repeated(zuora: ZuoraClient, script: Script, pauses: Pauses, reply: Reply) -> None:
    script.token_reply = reply
    with pytest.raises(RemoteUnavailable) as caught:
        zuora.get_order("101")
    assert script.tokens_given == 3
    assert caught.value.outcome_unknown is False


def test_a_token_answer_without_a_token_is_unexpected(zuora: ZuoraClient, script: Script) -> None:
    script.token_reply = Reply({"token_type": "bearer"})
    with pytest.raises(RemoteRejected, match=r"unexpected reply.*access_token"):
        zuora.get_order("101")


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(3600, 3540), (2, 1), (60, 54), (3599.5, 3539), (None, 270), (0, 270), ("x", 270)],
)
def test_a_token_is_kept_until_shortly_before_its_end(
    script: Script, pauses: Pauses, expires_in: Any, seconds: int
) -> None:
    kept: list[int] = []

    class Cache(MemoryTokenCache):
        def put(self, key: str, token: str, seconds: int) -> None:
            kept.append(seconds)
            super().put(key, token, seconds)

    script.token_reply = Reply({"access_token": "a-token", "expires_in": expires_in})
    script.answer({"success": True})
    with ZuoraClient(zuora_credentials(), network(script.url), Cache(), sleep=pauses) as zuora:
        zuora.update_account("8a1", {})
    assert kept == [seconds]


@pytest.mark.parametrize(
    ("number", "path"),
    [
        ("00000101", "/v1/orders/00000101"),
        ("a/b?c#d e%", "/v1/orders/a%2Fb%3Fc%23d%20e%25"),
        ("../accounts", "/v1/orders/..%2Faccounts"),
        ("é", "/v1/orders/%C3%A9"),
    ],
)
def test_a_number_stays_one_part_of_the_path(
    zuora: ZuoraClient, script: Script, number: str, path: str
) -> None:
    script.answer({"success": True, "order": {}})
    zuora.get_order(number)
    assert script.api[0].path == path


@pytest.mark.parametrize("number", ["", ".", ".."])
def test_a_number_that_would_name_another_resource_is_refused(
    zuora: ZuoraClient, script: Script, number: str
) -> None:
    with pytest.raises(RecordError, match="order number"):
        zuora.get_order(number)
    assert script.asked == []


def test_a_connection_to_a_foreign_host_is_refused_when_it_is_made(script: Script) -> None:
    with pytest.raises(ConfigError, match="refused"):
        ZuoraClient(
            zuora_credentials(host="rest.zuora.com.evil.com"), network(script.url), MemoryTokenCache()
        )


@pytest.mark.parametrize("status", [408, 409, 423, 425])
def test_a_lock_on_the_token_call_says_nothing_of_the_credentials(
    zuora: ZuoraClient, script: Script, status: int
) -> None:
    script.token_reply = Reply({"reasons": [{"code": 50000050, "message": "locked"}]}, status=status)
    with pytest.raises(RemoteUnavailable, match="gave no token now"):
        zuora.tenant()
    assert script.tokens_given == 3


def test_a_name_said_twice_leaves_a_create_in_doubt(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply(b'{"success": true, "accountId": "a", "accountId": "b"}'))
    with pytest.raises(RemoteUnavailable) as caught:
        zuora.create_account({"name": "Acme"}, idempotency_key="k")
    assert (caught.value.code, caught.value.outcome_unknown) == ("unreadable", True)
