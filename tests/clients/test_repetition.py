"""How often a call is repeated, and how long it is waited in between."""

from __future__ import annotations

import time
from typing import Any

import pytest

from connector.clients.http import RemoteSession, retry_after
from connector.errors import RemoteUnavailable
from tests.clients.conftest import ZUORA_HOST, Pauses, Reply, Script, network

URL = f"https://{ZUORA_HOST}/v1/accounts"


@pytest.fixture
def failing(session: RemoteSession) -> Any:
    """Runs an action that fails with the given errors, then succeeds; gives how often it was called."""

    def run(*errors: Exception, **options: Any) -> tuple[str, int]:
        waiting = list(errors)
        calls = 0

        def action() -> str:
            nonlocal calls
            calls += 1
            if waiting:
                raise waiting.pop(0)
            return "done"

        try:
            return session.repeat(action, **options), calls
        except RemoteUnavailable:
            return "raised", calls

    return run


def unavailable(**facts: Any) -> RemoteUnavailable:
    return RemoteUnavailable("Zuora is away.", system="Zuora", **facts)


def test_a_passing_failure_is_repeated_with_growing_pauses(failing: Any, pauses: Pauses) -> None:
    assert failing(unavailable(), unavailable()) == ("done", 3)
    assert pauses.taken == [0.5, 1.0]


def test_repetition_ends_with_the_network_setting(failing: Any, pauses: Pauses) -> None:
    assert failing(*[unavailable()] * 9) == ("raised", 3)


def test_a_stated_wait_is_kept_to_and_a_long_one_is_left_to_the_job(failing: Any, pauses: Pauses) -> None:
    assert failing(unavailable(retry_after=7.0)) == ("done", 2)
    assert pauses.taken == [7.0]
    assert failing(unavailable(retry_after=31.0)) == ("raised", 1)
    assert pauses.taken == [7.0]


def test_a_stated_wait_never_shortens_the_pause(failing: Any, pauses: Pauses) -> None:
    failing(unavailable(retry_after=0.1))
    assert pauses.taken == [0.5]


def test_an_error_that_may_not_be_repeated_is_not(failing: Any, pauses: Pauses) -> None:
    assert failing(unavailable(), times=lambda error: 0) == ("raised", 1)
    assert pauses.taken == []


def test_pauses_are_bounded_and_jittered(script: Script, pauses: Pauses) -> None:
    numbers = iter([0.0, 0.5, 1.0, 1.0, 1.0, 1.0])
    with RemoteSession(
        "Zuora", network(script.url, retries=6), sleep=pauses, jitter=lambda: next(numbers)
    ) as session:

        def action() -> None:
            raise unavailable()

        with pytest.raises(RemoteUnavailable):
            session.repeat(action)
    assert pauses.taken == [0.0, 0.5, 2.0, 4.0, 8.0, 8.0]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "999999999"}, 21600.0),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, 0.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 5000}, None),
        ({"RateLimit-Reset": "12"}, 12.0),
        ({}, None),
    ],
)
def test_a_wait_is_read_from_the_headers(
    session: RemoteSession, script: Script, headers: dict[str, str], seconds: float | None
) -> None:
    script.answer(Reply({}, status=429, headers=headers))
    assert retry_after(session.get(URL)) == seconds


def test_a_wait_until_a_date_is_counted_from_now(session: RemoteSession, script: Script) -> None:
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    script.answer(Reply({}, status=503, headers={"Retry-After": later}))
    found = retry_after(session.get(URL))
    assert found is not None
    assert 50 < found <= 60


def test_the_reset_of_a_rate_limit_counts_only_when_the_limit_is_reached(
    session: RemoteSession, script: Script
) -> None:
    script.answer(Reply({}, status=503, headers={"RateLimit-Reset": "12"}))
    assert retry_after(session.get(URL)) is None
