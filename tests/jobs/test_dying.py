"""A worker dies by signal 9, alone or with its work-horse: another one notices, and the run ends as if nothing had been."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from connector import jobs
from connector.models import OPEN, SyncRun, WriteIntent
from tests.services.nursery import Forked
from tests.services.world import StartWorker, World

pytestmark = pytest.mark.worker

QUICK = "SYNCADMIN_REAL_LEASES" not in os.environ
"""With the variable set, the leases are the real ones, and the figure is printed."""
PATIENCE_SECONDS = 40 if QUICK else 150


def _wait(condition: Callable[[], bool], what: str) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + PATIENCE_SECONDS, f"waited in vain for {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def _is_closed(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.status not in OPEN


def _kill_both(worker: Forked) -> None:
    family = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
    for each in family:
        each.kill()


def _kill_worker(worker: Forked) -> None:
    """Its scheduler and its horse go on without it."""
    worker.kill()


@pytest.mark.parametrize("kill", [_kill_both, _kill_worker])
def test_an_idle_worker_carries_on_what_a_killed_one_was_at(
    world: World, start_worker: StartWorker, kill: Callable[[Forked], None]
) -> None:
    doomed = start_worker(quick=QUICK)
    world.zuora.fail(method="POST", path="/v1/accounts$", action="stall", seconds=6 if QUICK else 100)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: len(world.zuora_accounts()) == 1, "Zuora to create the account")
    start_worker(quick=QUICK)
    horses = psutil.Process(doomed.pid).children(recursive=True)

    kill(doomed)
    seconds = _wait(lambda: _is_closed(run), "the other worker to notice")
    if not QUICK:
        sys.stderr.write(f"taken over and ended after {seconds:.1f} s ({kill.__name__})\n")

    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    assert len(world.zuora_accounts()) == 1
    assert not WriteIntent.objects.exclude(state=WriteIntent.State.SETTLED).exists()
    told = [entry.message for entry in run.entries.all()]
    assert any("disappeared" in message for message in told), told
    _, left = psutil.wait_procs(horses, timeout=10)
    for each in left:  # the scheduler of the killed worker, which has nobody to end it
        each.kill()
    after = list(run.entries.values_list("message", flat=True))
    assert [message for message in after if message not in told] == []
