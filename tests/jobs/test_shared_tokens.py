"""One token for all workers: renewed by one of them, and a refusal told to all."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from connector import jobs
from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import IssuedToken, LoginRefused, TokenSource
from connector.clients.zuora import ZuoraClient
from connector.errors import ConfigError
from connector.jobs.running import run_now
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Secret, SyncRun, ZuoraConnection, network
from tests.jobs.token_callers import THREADS
from tests.sandbox_calls import Sandbox
from tests.services.world import PROJECT, World

PROCESSES = 8
SLOW = 150  # ms: long enough for all callers to meet in front of the login


def _logins(sandbox: Sandbox) -> int:
    return len(sandbox.requests(method="POST", path="/token"))


@contextmanager
def callers(number: int, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.token_callers"],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(number)
    ]
    try:
        assert [_said(each) for each in started] == ["ready"] * number
        yield started
    finally:
        for each in started:
            assert each.stdin is not None
            assert each.stdout is not None
            each.stdin.close()
            each.wait(30)
            each.stdout.close()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _one_round(processes: list[subprocess.Popen[str]]) -> list[str]:
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return [word for each in processes for word in _said(each).split()]


def test_eight_processes_of_five_threads_ask_for_one_token(
    world: World, process_environment: dict[str, str]
) -> None:
    world.zuora.change_settings(latency_ms=SLOW)
    with callers(PROCESSES, process_environment) as processes:
        assert _one_round(processes) == ["found"] * PROCESSES * THREADS
        assert _logins(world.zuora) == 1

        world.zuora.expire_tokens()  # forty calls meet a 401; one renews
        assert _one_round(processes) == ["found"] * PROCESSES * THREADS
        assert _logins(world.zuora) == 2


def test_refused_credentials_are_tried_once_by_all_of_them(
    world: World, process_environment: dict[str, str]
) -> None:
    ZuoraConnection.objects.update(client_secret=Secret.encrypt("wrong"))
    world.zuora.change_settings(latency_ms=SLOW)
    with callers(3, process_environment) as processes:
        assert _one_round(processes) == ["LoginRefused"] * 3 * THREADS
    assert _logins(world.zuora) == 1


def test_without_redis_each_process_asks_once(world: World, process_environment: dict[str, str]) -> None:
    away = {**process_environment, "REDIS_URL": "redis://127.0.0.1:1/0"}
    with callers(2, away) as processes:
        assert _one_round(processes) == ["found"] * 2 * THREADS
    assert _logins(world.zuora) == 2


def _source(key: str, tokens: SharedTokens) -> TokenSource:
    return TokenSource(tokens, key, issue=lambda: IssuedToken("new", 60), lasting_refusal="No.")


@pytest.mark.usefixtures("redis_url")
def test_a_renewer_that_died_keeps_the_others_waiting_no_longer_than_its_lock() -> None:
    dead = SharedTokens(held=0.3).renewing("k")
    dead.__enter__()

    assert _source("k", SharedTokens(held=5)).use(str) == "new"


@pytest.mark.usefixtures("redis_url")
def test_whoever_has_waited_long_enough_logs_in_himself() -> None:
    with SharedTokens(held=60).renewing("k"):
        assert _source("k", SharedTokens(held=0.3)).use(str) == "new"


def test_a_lock_that_ran_out_meanwhile_is_not_taken_from_its_next_holder(redis_url: str) -> None:
    first = SharedTokens(held=0.2).renewing("k")
    first.__enter__()
    second = SharedTokens(held=30).renewing("k")
    second.__enter__()
    first.__exit__(None, None, None)

    with redis.Redis.from_url(redis_url) as client:
        assert client.exists("renewing:k")
    second.__exit__(None, None, None)


def test_a_refused_login_is_remembered_without_its_secret(world: World, redis_url: str) -> None:
    zuora = world.integration.zuora
    zuora.client_secret = Secret.encrypt("s3cret-of-nobody")
    zuora.save()

    for sentence in ("Check its client id and secret", "No new login was tried"):
        with (
            ZuoraClient(zuora.credentials(), network(), SharedTokens(zuora)) as client,
            pytest.raises(LoginRefused, match=sentence),
        ):
            client.tenant()
    assert _logins(world.zuora) == 1
    with redis.Redis.from_url(redis_url) as kept:
        assert not [key for key in kept.scan_iter() if b"s3cret" in key + (kept.get(key) or b"")]


def test_a_corrected_secret_is_tried_at_once(world: World) -> None:
    zuora = world.integration.zuora
    right = zuora.client_secret
    ZuoraConnection.objects.update(client_secret=Secret.encrypt("wrong"))
    assert _run(world).status == SyncRun.Status.FAILED

    ZuoraConnection.objects.update(client_secret=right)
    assert _run(world).status == SyncRun.Status.SUCCEEDED


def _run(world: World) -> SyncRun:
    world.account.refresh_from_db()
    world.account.integration.refresh_from_db()
    return run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)


def test_a_connection_is_paused_from_the_first_refusal_to_the_next_login(world: World) -> None:
    right = world.integration.zuora.client_secret
    ZuoraConnection.objects.update(client_secret=Secret.encrypt("wrong"))
    _run(world)
    paused = ZuoraConnection.objects.get()
    assert paused.refused_at is not None
    assert "Zuora refused the credentials of connection 'Acme tenant'" in paused.refusal
    _run(world)
    assert ZuoraConnection.objects.get().refused_at == paused.refused_at

    ZuoraConnection.objects.update(client_secret=right)
    _run(world)
    opened = ZuoraConnection.objects.get()
    assert (opened.refused_at, opened.refusal) == (None, "")


def test_testing_the_connection_asks_in_spite_of_a_refusal_and_ends_it_for_all(world: World) -> None:
    """The user was locked and is unlocked: the same secret, refused a moment ago, is good again."""
    org = world.integration.salesforce
    world.salesforce.change_settings(client_credentials_user=False)
    with pytest.raises(LoginRefused):
        jobs.test_salesforce(org)
    org.refresh_from_db()
    assert org.refused_at is not None

    world.salesforce.change_settings(client_credentials_user=True)
    with (
        SalesforceClient(org.credentials(), network(), SharedTokens(org)) as client,
        pytest.raises(ConfigError, match="No new login"),
    ):
        client.identity()
    jobs.test_salesforce(org)
    org.refresh_from_db()
    assert org.refused_at is None
    with SalesforceClient(org.credentials(), network(), SharedTokens(org)) as client:
        assert client.identity().org_name
    assert _logins(world.salesforce) == 2


def test_a_test_believes_no_kept_token(world: World) -> None:
    org = world.integration.salesforce
    jobs.test_salesforce(org)
    jobs.test_salesforce(org)
    assert _logins(world.salesforce) == 2


@pytest.mark.usefixtures("redis_url")
def test_forty_caches_of_one_process_ask_once() -> None:
    issued: list[str] = []

    def issue() -> IssuedToken:
        issued.append("t")
        return IssuedToken("t", 60)

    def work() -> None:
        TokenSource(SharedTokens(), "forty", issue=issue, lasting_refusal="No.").use(str)

    threads = [threading.Thread(target=work) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(issued) == 1
