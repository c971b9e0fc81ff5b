"""What is done from time to time: each duty whatever becomes of the others, one job for it, and jobs that nobody needs removed."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import django_rq
import pytest
from redis import Redis
from rq.executions import Execution

from connector import jobs
from connector.jobs import housekeeping
from connector.jobs.doorbell import HOUSEKEEPING_ID, QUEUE, RUN, RunJob, run_queue
from connector.jobs.housekeeping import keep_house, schedule_housekeeping
from connector.jobs.sweeping import remove_stray_jobs
from connector.jobs.worker import CLEANING_SECONDS, AccountWorker
from connector.models import SyncRun
from tests.services.world import World


def _worker() -> AccountWorker:
    return AccountWorker([run_queue()], connection=django_rq.get_connection(QUEUE))


def _connection() -> Redis:
    found: Redis = django_rq.get_connection(QUEUE)
    return found


def test_a_duty_that_fails_is_told_and_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def broken() -> None:
        raise OSError("the disk is full")

    def sound() -> None:
        done.append("sound")

    monkeypatch.setattr(housekeeping, "DUTIES", (broken, sound))
    monkeypatch.setattr(housekeeping.connections, "close_all", lambda: done.append("closed"))

    keep_house()

    assert done == ["sound", "closed"]
    assert "The duty broken failed" in caplog.text


def test_the_job_is_scheduled_once_and_again_when_it_is_done(redis_url: str) -> None:
    for _ in range(3):
        schedule_housekeeping()
    registry = run_queue().scheduled_job_registry
    assert registry.get_job_ids() == [HOUSEKEEPING_ID]
    assert RunJob.fetch(HOUSEKEEPING_ID, connection=_connection()).fault() == ""

    RunJob.fetch(HOUSEKEEPING_ID, connection=_connection()).delete()
    assert registry.get_job_ids() == []
    schedule_housekeeping()

    assert registry.get_job_ids() == [HOUSEKEEPING_ID]


def test_jobs_of_closed_runs_are_removed_and_of_open_ones_left(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    queue = run_queue()
    schedule_housekeeping()
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    queue.enqueue(RUN, job_id=str(uuid.uuid4()))
    queue.enqueue_in(timedelta(hours=1), RUN, job_id=str(uuid.uuid4()))
    queue.push_job_id("no id of ours")  # its job is gone

    with caplog.at_level(logging.WARNING):
        assert remove_stray_jobs() == 3

    assert caplog.text.count("nothing open belongs to it") == 3
    assert queue.get_job_ids() == [str(run.pk)]
    assert queue.scheduled_job_registry.get_job_ids() == [HOUSEKEEPING_ID]
    assert remove_stray_jobs() == 0


def test_a_worker_that_was_killed_while_it_cleaned_keeps_the_others_from_it_for_a_minute(
    redis_url: str,
) -> None:
    key = run_queue().registry_cleaning_key
    assert run_queue().acquire_maintenance_lock()
    assert _connection().ttl(key) > CLEANING_SECONDS

    _worker().clean_registries()

    assert 0 < _connection().ttl(key) <= CLEANING_SECONDS


def test_a_worker_looks_for_dead_ones_while_its_own_run_lasts(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = _worker()
    done: list[str] = []
    monkeypatch.setattr(busy, "run_maintenance_tasks", lambda: done.append("maintenance"))
    job = run_queue().enqueue(RUN, str(uuid.uuid4()))
    execution = Mock(spec=Execution)

    busy.register_birth()
    busy.last_cleaned_at = datetime.now(UTC)
    busy.maintain_heartbeats(job, execution)
    assert done == []
    busy.last_cleaned_at = datetime.now(UTC) - timedelta(seconds=16)
    busy.maintain_heartbeats(job, execution)

    assert done == ["maintenance"]
