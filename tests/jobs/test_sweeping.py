"""Runs whose job is gone: rung again, started again or closed, and never twice."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import django_rq
import pytest
import redis
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connections
from rq.job import JobStatus

from connector import jobs
from connector.jobs.doorbell import QUEUE, RunJob, run_queue
from connector.jobs.running import carry_out
from connector.jobs.sweeping import Swept, sweep
from connector.jobs.worker import AccountWorker
from connector.models import OPEN, Account, SyncRun, WriteIntent
from tests.cast import ACME_HOLDING
from tests.services.nursery import Forked
from tests.services.world import World

PATIENCE_SECONDS = 30


def _now() -> datetime:
    return datetime.now(UTC)


def _lost(
    world: World, *, status: str, attempt: int, kind: str = "sync", trigger: str = "admin", losses: int = 0
) -> SyncRun:
    """An open run, silent for two minutes, of which Redis knows nothing."""
    run = SyncRun.objects.request(world.account, kind=kind, trigger=trigger)
    then = _now() - timedelta(minutes=2)
    SyncRun.objects.filter(pk=run.pk).update(
        status=status, attempt=attempt, losses=losses, created_at=then, heartbeat_at=then if attempt else None
    )
    run.refresh_from_db()
    return run


def _queued() -> list[str]:
    return run_queue().get_job_ids()


@pytest.mark.parametrize("kind", ["sync", "preview"])
@pytest.mark.parametrize(
    ("status", "attempt"), [("queued", 0), ("running", 1), ("running", 2), ("retrying", 2)]
)
def test_a_run_without_a_job_gets_one_under_its_own_id(
    world: World, kind: str, status: str, attempt: int
) -> None:
    run = _lost(world, status=status, attempt=attempt, kind=kind)

    assert sweep() == Swept(rung=1)

    assert _queued() == [str(run.pk)]
    job = RunJob.fetch(str(run.pk), connection=django_rq.get_connection(QUEUE))
    assert (job.args, job.fault()) == ([str(run.pk)], "")
    assert carry_out(run, retries_left=0) is None
    run.refresh_from_db()
    assert (run.status, run.attempt) == ("succeeded", attempt + 1)


@pytest.mark.parametrize("status", ["running", "retrying"])
def test_a_run_that_was_lost_three_times_is_closed(world: World, status: str) -> None:
    run = _lost(world, status=status, attempt=4, losses=3)

    assert sweep() == Swept(closed=1)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.FAILED
    assert "Press Resync" in run.message
    assert _queued() == []


def test_a_run_whose_job_lives_is_left_alone(world: World) -> None:
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    SyncRun.objects.filter(pk=run.pk).update(created_at=_now() - timedelta(hours=2))

    assert sweep() == Swept()

    assert _queued() == [str(run.pk)]


def test_a_young_run_is_left_alone(world: World) -> None:
    SyncRun.objects.request(world.account, kind="sync", trigger="admin")

    assert sweep() == Swept()


def test_a_sync_on_the_command_line_has_no_job_and_is_given_its_time(world: World) -> None:
    run = _lost(world, status="running", attempt=1, trigger="command")
    assert sweep() == Swept()

    SyncRun.objects.filter(pk=run.pk).update(heartbeat_at=_now() - timedelta(hours=1))
    assert sweep() == Swept(rung=1)


def test_a_sync_that_a_command_queued_is_not_taken_for_one_on_the_command_line(world: World) -> None:
    _lost(world, status="running", attempt=1, trigger="queued")
    assert sweep() == Swept(rung=1)


def test_what_a_finished_job_counted_does_not_count_for_its_successor(world: World) -> None:
    run = _lost(world, status="retrying", attempt=1)
    dead = run_queue().enqueue("x", job_id=str(run.pk))
    run_queue().empty()
    dead.number_of_retries = 3
    dead.save()
    dead.set_status(JobStatus.FAILED)

    assert sweep() == Swept(rung=1)

    job = RunJob.fetch(str(run.pk), connection=django_rq.get_connection(QUEUE))
    assert (job.number_of_retries, job.get_status()) == (None, JobStatus.QUEUED)


def test_two_sweeps_at_once_start_a_run_once(world: World) -> None:
    _lost(world, status="running", attempt=1)
    start, found = threading.Barrier(2), []

    def sweeping() -> None:
        try:
            start.wait()
            found.append(sweep())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweeping) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.rung for each in found) == [0, 1]
    assert len(_queued()) == 1


def test_a_run_that_gives_a_sign_of_life_meanwhile_is_not_started_again(world: World) -> None:
    run = _lost(world, status="running", attempt=1)
    before = SyncRun.objects.get(pk=run.pk)
    run.beat(now=_now())

    assert not before.claim(now=_now())
    assert run.claim(now=_now())


def test_nothing_is_closed_while_the_queue_cannot_be_asked(world: World, settings: LazySettings) -> None:
    run = _lost(world, status="running", attempt=4, losses=3)
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": "redis://127.0.0.1:1/0"}}

    with pytest.raises(redis.RedisError):
        sweep()

    run.refresh_from_db()
    assert run.status == SyncRun.Status.RUNNING


def test_a_dead_run_does_not_keep_a_parent_from_its_children(world: World) -> None:
    dead = _lost(world, status="running", attempt=4, losses=3)
    WriteIntent.objects.claim(
        world.integration, run=dead, noun="account", key=ACME_HOLDING, digest="d", now=_now()
    ).sending(now=_now())
    sibling = Account.objects.remember(world.integration, "001000000000009AAA", name="Acme Sibling")
    run = SyncRun.objects.request(sibling, kind="sync", trigger="admin")

    sweep()

    taken = WriteIntent.objects.claim(
        world.integration, run=run, noun="account", key=ACME_HOLDING, digest="d", now=_now()
    )
    assert taken.inherited


def test_an_operator_can_sweep_by_hand(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _lost(world, status="queued", attempt=0)

    call_command("sweep")
    call_command("sweep")

    assert capsys.readouterr().out.splitlines() == [
        "1 run put back in the queue, no runs closed.",
        "No runs put back in the queue, no runs closed.",
    ]


@pytest.fixture
def lost_run(world: World) -> SyncRun:
    return _lost(world, status="queued", attempt=0)


@pytest.mark.worker
def test_a_worker_finds_a_lost_run_by_itself(lost_run: SyncRun, worker: Forked) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while SyncRun.objects.filter(pk=lost_run.pk, status__in=OPEN).exists():
        assert time.monotonic() < deadline, "no worker swept"
        time.sleep(0.05)

    lost_run.refresh_from_db()
    assert lost_run.status == SyncRun.Status.SUCCEEDED


def test_an_idle_worker_wakes_up_to_sweep(redis_url: str) -> None:
    idle = AccountWorker([run_queue()], connection=django_rq.get_connection(QUEUE), worker_ttl=420)

    assert idle.dequeue_timeout <= idle.maintenance_interval == 15
    assert idle.worker_ttl + 60 > 2 * idle.dequeue_timeout
