"""A side that is down is left alone, that is told, and it ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import django_rq
import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from connector import jobs
from connector.clients.pacing import Return
from connector.errors import RemotePaused
from connector.jobs.circuits import Circuit, open_circuits
from connector.jobs.doorbell import QUEUE
from connector.jobs.running import carry_out
from connector.models import SyncRun
from tests.admin.pages import Page
from tests.services.world import ZUORA_HOST, World

DOWN, FINE = Return(503, {}, "HTTP 503"), Return(200)


def circuit() -> Circuit:
    return Circuit(django_rq.get_connection(QUEUE), system="Zuora", host=ZUORA_HOST)


def test_some_failures_in_a_row_open_it_and_one_success_closes_it(redis_url: str) -> None:
    for _ in range(4):
        circuit().saw(DOWN)
    circuit().check()
    circuit().saw(FINE)  # not in a row any more
    for _ in range(4):
        circuit().saw(DOWN)
    circuit().check()
    circuit().saw(DOWN)

    with pytest.raises(
        RemotePaused, match=r"Zuora \(zuora.sandbox.test\) has not answered since .* \(HTTP 503\)"
    ) as caught:
        circuit().check()
    assert (caught.value.code, caught.value.outcome_unknown) == ("circuit", False)
    assert 0 < (caught.value.retry_after or 0) <= 16

    circuit().saw(FINE)
    circuit().check()


@pytest.mark.parametrize("how", [Return(429), Return(404), Return(500), Return()])
def test_an_answer_of_the_side_itself_is_no_sign_that_it_is_down(redis_url: str, how: Return) -> None:
    for _ in range(9):
        circuit().saw(how)
    circuit().check()


def test_after_a_pause_that_grows_one_caller_may_look(redis_url: str) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(5):
            circuit().saw(DOWN)
        clock.shift(timedelta(seconds=16))
        circuit().check()
        with pytest.raises(RemotePaused, match="One call is let through now to look"):
            circuit().check()  # somebody looks already
        circuit().saw(DOWN)
        with pytest.raises(RemotePaused) as caught:
            circuit().check()
        assert caught.value.retry_after == 30
        clock.shift(timedelta(seconds=31))
        circuit().check()
        circuit().saw(FINE)
        circuit().check()
        circuit().check()


def _run(world: World) -> SyncRun:
    return SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)


def test_a_run_waits_while_zuora_is_down_and_loses_no_try(world: World) -> None:
    world.zuora.fail(path="^/(v1|object-query)", action="html", status=503, times=None)
    for _ in range(5):
        circuit().saw(DOWN)
    world.zuora.forget_requests()
    run = _run(world)

    for _ in range(6):
        wait = carry_out(run, retries_left=0)
        assert wait is not None
        assert 0 < wait <= 30

    run.refresh_from_db()
    assert (run.status, run.tries) == (SyncRun.Status.RETRYING, 0)
    assert [each["path"] for each in world.zuora.requests()] == []
    assert "everything goes on by itself once it answers" in run.message

    world.zuora.heal()
    circuit().saw(FINE)
    assert carry_out(run, retries_left=0) is None
    run.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED
    assert len(world.zuora_accounts()) == 1


def test_a_run_that_could_not_begin_for_a_day_is_closed(world: World) -> None:
    for _ in range(5):
        circuit().saw(DOWN)
    run = _run(world)
    SyncRun.objects.filter(pk=run.pk).update(created_at=datetime.now(UTC) - timedelta(hours=25))
    run.refresh_from_db()

    assert carry_out(run, retries_left=3) is None

    run.refresh_from_db()
    assert run.status == SyncRun.Status.FAILED
    assert "press Resync once the system is back" in run.message


def test_what_really_fails_opens_the_circuit(world: World) -> None:
    world.zuora.fail(path="^/object-query", action="html", status=502, times=None)
    run = _run(world)
    while not open_circuits([("Zuora", ZUORA_HOST)]):
        assert carry_out(run, retries_left=3) is not None
    asked = len(world.zuora.requests())

    assert carry_out(run, retries_left=3) is not None

    assert len(world.zuora.requests()) == asked
    assert run.tries < 3


def test_the_overview_says_which_side_is_down_and_that_nobody_need_act(
    world: World, admin_client: Client
) -> None:
    for _ in range(5):
        circuit().saw(DOWN)

    text = Page(admin_client.get(reverse("admin:index"))).text

    assert "Zuora is not answering" in text
    assert "everything goes on by itself once it answers" in text
    circuit().saw(FINE)
    assert "is not answering" not in Page(admin_client.get(reverse("admin:index"))).text


def test_testing_a_connection_asks_all_the_same(world: World) -> None:
    for _ in range(5):
        circuit().saw(DOWN)

    assert jobs.test_zuora(world.integration.zuora)["API version"]


def test_without_redis_there_is_no_circuit(world: World, settings: LazySettings) -> None:
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": "redis://127.0.0.1:1/0"}}

    assert open_circuits([("Zuora", ZUORA_HOST)]) == []
