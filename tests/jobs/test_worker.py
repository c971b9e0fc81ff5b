"""Real worker processes on a real queue: what a click sets going."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import django_rq
import psutil
import pytest
from rq.job import JobStatus
from rq.suspension import resume, suspend

from connector import jobs
from connector.jobs.doorbell import QUEUE, RunJob, run_queue
from connector.models import OPEN, SyncRun, WriteIntent
from tests.cast import account, line, order
from tests.services.nursery import Forked
from tests.services.world import World
from tests.sync.dataset import dataset

pytestmark = pytest.mark.worker

PATIENCE_SECONDS = 30


def _kill_run(worker: Forked) -> None:
    """Kill the process of the run, as the kernel does when memory ends; it is the child with a process group of its own."""
    (horse,) = [
        child for child in psutil.Process(worker.pid).children() if os.getpgid(child.pid) == child.pid
    ]
    horse.kill()


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def _job(run: SyncRun) -> RunJob:
    job = RunJob.fetch(str(run.pk), connection=django_rq.get_connection(QUEUE))
    assert isinstance(job, RunJob)
    return job


def _is_closed(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.status not in OPEN


def test_a_worker_carries_out_what_was_queued(world: World, worker: Forked) -> None:
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    _wait(lambda: _is_closed(run), "the run to end")

    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    assert len(world.zuora_accounts()) == 1
    assert jobs.queue_state().workers == 1


def test_a_run_that_waits_is_scheduled_no_sooner_than_the_remote_asked(world: World, worker: Forked) -> None:
    world.zuora.fail(
        path="/object-query/accounts", action="status", status=429, headers={"Retry-After": "90"}, times=None
    )
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    _wait(lambda: _job(run).get_status() == JobStatus.SCHEDULED, "the job to be scheduled again")

    run.refresh_from_db()
    assert run.status == SyncRun.Status.RETRYING
    registry = run_queue().scheduled_job_registry
    due = registry.get_scheduled_time(_job(run)).timestamp() - time.time()
    assert 60 < due <= 105

    world.zuora.heal()
    registry.remove(_job(run))
    run_queue().enqueue_job(_job(run))
    _wait(lambda: _is_closed(run), "the second attempt to end")
    assert (run.status, run.attempt) == (SyncRun.Status.SUCCEEDED, 2)
    assert len(world.zuora_accounts()) == 1


def test_a_run_killed_after_zuora_created_the_account_goes_on_without_a_second_one(
    world: World, worker: Forked
) -> None:
    world.zuora.fail(method="POST", path="/v1/accounts$", action="stall", seconds=20)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: len(world.zuora_accounts()) == 1, "Zuora to create the account")

    _kill_run(worker)
    _wait(lambda: _is_closed(run), "the run to be started again and to end")

    assert (run.status, run.attempt) == (SyncRun.Status.SUCCEEDED, 2), run.message
    assert len(world.zuora_accounts()) == 1
    assert WriteIntent.objects.get().state == WriteIntent.State.SETTLED


def _sell_long_order(world: World) -> None:
    """51 subscriptions: one more than Zuora creates at once."""
    sold = dataset([account(orders=[order(lines=[line(f"{number:010}") for number in range(51)])])])
    there = {row["Id"] for rows in world.org.snapshot()["records"].values() for row in rows}
    world.org.seed({name: [row for row in rows if row["Id"] not in there] for name, rows in sold.items()})


def test_a_run_killed_while_zuora_creates_its_order_goes_on_with_the_same_job(
    world: World, worker: Forked
) -> None:
    _sell_long_order(world)
    world.tenant.change_settings({"async_polls": 1000})
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: len(world.zuora.requests(path="/v1/async-jobs/")) >= 2, "the run to poll the job")

    _kill_run(worker)
    job_id = WriteIntent.objects.get(noun="order").job_id
    world.tenant.change_settings({"async_polls": 1})
    _wait(lambda: _is_closed(run), "the run to be started again and to end")

    assert (run.status, run.attempt) == (SyncRun.Status.SUCCEEDED, 2), run.message
    assert len(world.zuora.requests(path="/v1/async/orders")) == 1
    assert {asked["path"] for asked in world.zuora.requests(path="/v1/async-jobs/")} == {
        f"/v1/async-jobs/{job_id}"
    }
    state = world.zuora.state()
    assert (len(state["orders"]), len(state["subscriptions"])) == (1, 51)
    assert not WriteIntent.objects.filter(state__in=("open", "unknown")).exists()


def test_a_run_that_is_killed_each_time_is_closed_and_says_so(world: World, worker: Forked) -> None:
    world.zuora.fail(path="/object-query/accounts", action="delay", seconds=20, times=None)
    suspend(django_rq.get_connection(QUEUE))
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    job = _job(run)
    job.retries_left = 0
    job.save()
    resume(django_rq.get_connection(QUEUE))

    _wait(lambda: bool(world.zuora.requests(path="/token")), "the run to reach Zuora")
    _kill_run(worker)
    _wait(lambda: _is_closed(run), "the run to be closed")

    assert run.status == SyncRun.Status.FAILED
    assert "Press Resync" in run.message
