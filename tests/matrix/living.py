"""What the cases with real worker processes have in common: workers, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from connector.jobs.doorbell import run_queue
from connector.models import OPEN, SyncRun
from tests.matrix.family import Home
from tests.services.nursery import Nursery, end, is_gone

PATIENCE_S = 30


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE_S) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, f"waited in vain for {what}"
        time.sleep(0.02)


def all_is_done() -> bool:
    """Every run is closed, and no worker is at one any more."""
    if SyncRun.objects.filter(status__in=OPEN).exists():
        return False
    queue = run_queue()
    return not queue.count and not queue.connection.zcard(queue.started_job_registry.key)


def let_leases_run_out() -> None:
    """As if nobody had given a sign of life for a while; that leases do run out by themselves is shown elsewhere, in real time."""
    registry = run_queue().started_job_registry
    for member in registry.connection.zrange(registry.key, 0, -1):
        registry.connection.zadd(registry.key, {member: 1})


@dataclass(slots=True)
class Workers:
    """Workers on this test's queue and database; a traceback of one fails its test."""

    nursery: Nursery
    environment: Mapping[str, str]
    log: Path
    started: list[psutil.Process] = field(default_factory=list)

    def start(self, *, death: Mapping[str, Any] | None = None) -> psutil.Process:
        worker = self.nursery.start_worker(self.environment, log=self.log, death=death)
        self.started.append(worker)
        return worker

    def end(self) -> None:
        for worker in self.started:
            end(worker)
        wait_for(lambda: all(is_gone(worker) for worker in self.started), "the workers to end")

    def told(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def workers(
    open_home: Home, nursery: Nursery, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[Workers]:
    workers = Workers(nursery, process_environment, tmp_path / "worker.log")
    yield workers
    workers.end()
    assert "Traceback" not in workers.told(), workers.told()
