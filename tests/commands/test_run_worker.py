"""The worker's start: Redis may come later, and a Redis that refuses is told at once."""

from __future__ import annotations

import pytest
import redis
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from connector.management.commands import run_worker
from syncadmin import services


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The calls that would start RQ's worker, which runs until it is ended."""
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(run_worker, "call_command", lambda *given, **_: calls.append(given))
    monkeypatch.setattr(run_worker, "LOOK_SECONDS", 0.02)
    return calls


def test_a_worker_waits_for_a_redis_that_starts_later_and_says_so_once(
    started: list[tuple[object, ...]],
    redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real, looks = redis.Redis.ping, []

    def ping(connection: redis.Redis) -> object:
        looks.append(1)
        if len(looks) < 4:
            raise redis.ConnectionError("Connection refused")
        return real(connection)

    monkeypatch.setattr(redis.Redis, "ping", ping)

    call_command("run_worker")

    assert started == [("rqworker", "default")]
    assert len(looks) == 4
    assert capsys.readouterr().err.count("start it, or correct REDIS_URL. The worker waits for it.") == 1


@pytest.mark.parametrize(
    ("database", "password"),
    [("0", "nobody:not-the-one@"), ("999999", "")],
    ids=["wrong password", "no such database"],
)
def test_a_redis_that_refuses_ends_the_command_with_what_to_correct(
    started: list[tuple[object, ...]],
    valkey_server_url: str,
    settings: LazySettings,
    database: str,
    password: str,
) -> None:
    address = valkey_server_url.replace("://", f"://{password}") + f"?db={database}"
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": services.redis_url(address)}}

    with pytest.raises(
        CommandError, match=r"Redis refuses this worker: .*Correct REDIS_URL, and start it again"
    ) as caught:
        call_command("run_worker")

    assert "not-the-one" not in str(caught.value)
    assert started == []
