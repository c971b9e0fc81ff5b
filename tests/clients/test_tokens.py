"""Tokens: kept, shared, renewed once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pytest

from connector.clients.tokens import (
    IssuedToken,
    LoginRefused,
    MemoryTokenCache,
    TokenRefused,
    TokenSource,
    cache_key,
)
from connector.errors import ConfigError


@dataclass
class Desk:
    """Issues t1, t2, ... and counts; `good` is the token the API accepts (None: the newest); `slowness` in seconds."""

    issued: int = 0
    good: str | None = None
    slowness: float = 0.0
    used: list[str] = field(default_factory=list)

    def issue(self) -> IssuedToken:
        time.sleep(self.slowness)
        self.issued += 1
        return IssuedToken(f"t{self.issued}", 60)

    def call(self, token: str) -> str:
        self.used.append(token)
        if token != (self.good or f"t{self.issued}"):
            raise TokenRefused("Session expired or invalid")
        return f"done with {token}"


def source(desk: Desk, cache: MemoryTokenCache, key: str = "k") -> TokenSource:
    return TokenSource(cache, key, issue=desk.issue, lasting_refusal="Zuora refuses the token.")


def test_a_token_is_asked_for_once_and_shared() -> None:
    desk, cache = Desk(), MemoryTokenCache()
    assert source(desk, cache).use(desk.call) == "done with t1"
    assert source(desk, cache).use(desk.call) == "done with t1"
    assert desk.issued == 1


def test_a_token_that_stopped_working_is_renewed_once() -> None:
    desk, cache = Desk(), MemoryTokenCache()
    source(desk, cache).use(desk.call)
    desk.good = "t2"
    assert source(desk, cache).use(desk.call) == "done with t2"
    assert desk.issued == 2


def test_a_lasting_refusal_is_an_answer_and_no_loop() -> None:
    desk, cache = Desk(good="never"), MemoryTokenCache()
    with pytest.raises(ConfigError, match=r"refuses the token\. It said: Session expired"):
        source(desk, cache).use(desk.call)
    assert desk.used == ["t1", "t2"]
    assert cache.get("k") is None


def test_a_refused_login_is_not_tried_again_for_a_minute() -> None:
    now, tried = [0.0], []

    def refuse() -> IssuedToken:
        tried.append(now[0])
        raise LoginRefused("Zuora refused the credentials.")

    cache = MemoryTokenCache(clock=lambda: now[0])
    refused = TokenSource(cache, "k", issue=refuse, lasting_refusal="No.")
    for now[0], said in (
        (0.0, r"credentials\.$"),
        (59.0, "No new login was tried"),
        (60.0, r"credentials\.$"),
    ):
        with pytest.raises(LoginRefused, match=said):
            refused.use(str)
    assert tried == [0.0, 60.0]


def test_a_token_that_was_refused_is_no_refused_login() -> None:
    desk, cache = Desk(good="never"), MemoryTokenCache()
    with pytest.raises(ConfigError):
        source(desk, cache).use(desk.call)
    desk.good = None
    assert source(desk, cache).use(desk.call) == "done with t3"


def test_a_token_somebody_else_has_renewed_is_not_dropped() -> None:
    cache = MemoryTokenCache()
    cache.put("k", "newer", 60)
    cache.drop("k", "older")
    assert cache.get("k") == "newer"
    cache.drop("k", "newer")
    assert cache.get("k") is None
    cache.drop("k", "newer")


def test_a_token_is_kept_until_its_end() -> None:
    now = [0.0]
    cache = MemoryTokenCache(clock=lambda: now[0])
    cache.put("k", "t", 10)
    now[0] = 9.9
    assert cache.get("k") == "t"
    now[0] = 10.0
    assert cache.get("k") is None


def test_forty_threads_share_one_refresh() -> None:
    desk, cache = Desk(slowness=0.05), MemoryTokenCache()
    start = threading.Barrier(40)
    done: list[str] = []

    def work() -> None:
        start.wait()
        done.append(source(desk, cache, "shared").use(desk.call))

    threads = [threading.Thread(target=work) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), desk.issued) == (40, 1)


def test_the_key_changes_with_the_secret_and_tells_nothing_of_it() -> None:
    def key(secret: str) -> str:
        return cache_key("Zuora", "rest.zuora.com", "", "client", secret=secret)

    assert key("one-secret") != key("two-secret")
    assert key("one-secret") == key("one-secret")
    assert "one-secret" not in key("one-secret")
    assert key("one-secret").startswith("token:zuora:rest.zuora.com:client:")


def test_an_issued_token_hides_itself() -> None:
    assert "t0p" not in repr(IssuedToken("t0p", 1))
