"""A worker that is asked to stop: its run is finished or handed back, never torn, and nothing is held against it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import psutil
import pytest
from rq import Worker

from connector import jobs
from connector.jobs.doorbell import run_queue
from connector.models import OPEN, SyncRun, WriteIntent
from tests.services.nursery import Forked
from tests.services.world import StartWorker, World

pytestmark = pytest.mark.worker

PATIENCE_SECONDS = 30


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def _is_closed(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.status not in OPEN


def _ask_the_worker(process: Forked) -> None:
    process.send_signal(signal.SIGTERM)


def _ask_everybody(process: Forked) -> None:
    """As systemd does: each process of the service."""
    for each in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)):
        each.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("ask", [_ask_the_worker, _ask_everybody])
def test_a_run_is_handed_back_between_two_calls_and_carried_on_by_another_worker(
    world: World, start_worker: StartWorker, ask: Callable[[Forked], None]
) -> None:
    first = start_worker()
    world.zuora.fail(method="POST", path="/v1/accounts$", action="delay", seconds=2)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: bool(world.zuora.requests(method="POST", path="/v1/accounts")), "the create to leave")

    ask(first)
    assert first.wait(PATIENCE_SECONDS) == 0
    run.refresh_from_db()
    told = [entry.message for entry in run.entries.all()]
    if run.status in OPEN:  # else the create was the last thing it had to do
        assert run.status == SyncRun.Status.QUEUED
        assert "The worker was stopped. The run was handed back, and another worker carries it on." in told

    start_worker()
    _wait(lambda: _is_closed(run), "another worker to carry the run on")
    assert (run.status, run.tries, run.losses) == (SyncRun.Status.SUCCEEDED, 0, 0), run.message
    assert len(world.zuora_accounts()) == 1
    assert not WriteIntent.objects.exclude(state=WriteIntent.State.SETTLED).exists()


def test_a_run_that_has_not_written_yet_is_handed_back_before_it_does(
    world: World, start_worker: StartWorker
) -> None:
    first = start_worker()
    world.zuora.fail(path="/object-query/accounts", action="delay", seconds=2)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: bool(world.zuora.requests(path="/object-query/accounts")), "the run to ask Zuora")

    _ask_everybody(first)
    assert first.wait(PATIENCE_SECONDS) == 0

    run.refresh_from_db()
    assert (run.status, world.zuora_accounts()) == (SyncRun.Status.QUEUED, [])
    assert "handed back" in run.message
    start_worker()
    _wait(lambda: _is_closed(run), "another worker to carry the run on")
    assert (run.status, run.attempt) == (SyncRun.Status.SUCCEEDED, 2)


def test_an_idle_worker_stops_at_once(world: World, start_worker: StartWorker) -> None:
    process = start_worker()
    _wait(
        lambda: [each.get_state() for each in Worker.all(queue=run_queue())] == ["idle"],
        "the worker to be there",
    )

    os.kill(process.pid, signal.SIGTERM)

    assert process.wait(PATIENCE_SECONDS) == 0
    assert jobs.queue_state().workers == 0
