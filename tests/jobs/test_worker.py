"""Real worker processes on a real queue: what a click sets going."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import django_rq
import pytest
from rq.job import Job, JobStatus

from connector import jobs
from connector.models import OPEN, SyncRun
from tests.services.world import World

pytestmark = pytest.mark.worker

PATIENCE_SECONDS = 30


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def _job(run: SyncRun) -> Job:
    return Job.fetch(str(run.pk), connection=django_rq.get_connection("default"))


def _is_closed(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.status not in OPEN


def test_a_worker_carries_out_what_was_queued(world: World, worker: subprocess.Popen[bytes]) -> None:
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    _wait(lambda: _is_closed(run), "the run to end")

    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    assert len(world.zuora_accounts()) == 1
    assert jobs.queue_state().workers == 1


def test_a_run_that_waits_is_scheduled_no_sooner_than_the_remote_asked(
    world: World, worker: subprocess.Popen[bytes]
) -> None:
    world.zuora.fail(
        path="/object-query/accounts", action="status", status=429, headers={"Retry-After": "90"}, times=None
    )
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    _wait(lambda: _job(run).get_status() == JobStatus.SCHEDULED, "the job to be scheduled again")

    run.refresh_from_db()
    assert run.status == SyncRun.Status.RETRYING
    registry = django_rq.get_queue("default").scheduled_job_registry
    due = registry.get_scheduled_time(_job(run)).timestamp() - time.time()
    assert 60 < due <= 95

    world.zuora.heal()
    registry.remove(_job(run))
    django_rq.get_queue("default").enqueue_job(_job(run))
    _wait(lambda: _is_closed(run), "the second attempt to end")
    assert (run.status, run.attempt) == (SyncRun.Status.SUCCEEDED, 2)
    assert len(world.zuora_accounts()) == 1
