"""The demo's processes end with it, whatever they are at."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from connector import jobs
from connector.management.demonstration import processes
from connector.models import SyncRun
from tests.services.world import World

pytestmark = pytest.mark.worker

PATIENCE_SECONDS = 30


def _horse(worker: int) -> psutil.Process | None:
    """The process of a worker's run: the child with a process group of its own."""
    own = [child for child in psutil.Process(worker).children() if os.getpgid(child.pid) == child.pid]
    return own[0] if own else None


def test_a_worker_in_the_middle_of_a_run_leaves_no_process_behind(
    world: World, process_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in process_environment.items():
        monkeypatch.setenv(name, value)
    world.zuora.fail(method="POST", path="/v1/accounts$", action="stall", seconds=20)
    jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    with processes.running(processes.worker(), log=tmp_path / "demo.log", end_seconds=2) as family:
        (worker,) = family.started
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not world.zuora_accounts():
            assert time.monotonic() < deadline, "waited in vain for the run to write"
            time.sleep(0.05)
        horse = _horse(worker.pid)
        assert horse is not None

    assert worker.poll() is not None
    try:
        assert not horse.is_running()
    finally:
        if horse.is_running():
            horse.kill()


def test_a_worker_that_is_killed_is_started_again_and_that_is_said(
    process_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in process_environment.items():
        monkeypatch.setenv(name, value)
    with processes.running(processes.worker(), log=tmp_path / "demo.log") as family:
        assert family.revive() == []
        (first,) = family.started
        first.kill()
        first.wait(PATIENCE_SECONDS)

        (told,) = family.revive()

        (second,) = family.started
        assert told == f"A worker (process {first.pid}) ended by signal 9; another one was started."
        assert second.poll() is None
        assert second.pid != first.pid
