"""What somebody who can write to Redis cannot do: the queue only rings for runs, it never says what to execute."""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django_rq
import pytest
from rq.job import Callback, Job
from rq.serializers import JSONSerializer

from connector import jobs
from connector.jobs.doorbell import QUEUE, RUN, RunJob
from connector.models import OPEN, RunAlreadyOpen, SyncRun
from tests.services.nursery import Forked
from tests.services.world import World

PATIENCE_SECONDS = 30


class _Touch:
    """Unpickled, it leaves a file behind: the proof that a payload was executed."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.mark),)


def _exists(job_id: str) -> bool:
    return RunJob.exists(job_id, connection=django_rq.get_connection(QUEUE))


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def _is_closed(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.status not in OPEN


@pytest.mark.worker
def test_a_worker_carries_out_runs_and_nothing_else_that_lies_in_its_queue(
    world: World, worker: Forked, tmp_path: Path
) -> None:
    marks = [tmp_path / name for name in ("function", "method", "success", "failure")]
    queue = django_rq.get_queue(QUEUE, serializer=JSONSerializer)
    nobody = "00000000-0000-4000-8000-000000000000"
    queue.enqueue("os.mkdir", str(marks[0]), job_id="an-intruder")
    method = queue.create_job(RUN, args=[str(marks[1])], job_id="a-method")
    method.instance = "os"
    method.func_name = "mkdir"
    queue.enqueue_job(method)
    queue.enqueue(RUN, nobody, on_success=Callback("os.mkdir"), job_id="on-success")
    queue.enqueue(RUN, nobody, on_failure=Callback("os.mkdir"), job_id="on-failure")

    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _wait(lambda: _is_closed(run), "the run behind the intruders to end")

    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    assert [mark for mark in marks if mark.exists()] == []
    assert [each for each in ("an-intruder", "a-method", "on-success", "on-failure") if _exists(each)] == []


@pytest.mark.parametrize("name", ["success_callback", "failure_callback", "stopped_callback"])
def test_a_callback_that_a_job_names_is_not_even_imported(redis_url: str, name: str) -> None:
    queue = django_rq.get_queue(QUEUE, serializer=JSONSerializer)
    queue.enqueue(RUN, "x", job_id="called-back")
    connection = django_rq.get_connection(QUEUE)
    connection.hset(RunJob.key_for("called-back"), f"{name}_name", "os.abort")

    job = RunJob.fetch("called-back", connection=connection)

    assert getattr(job, name) is None
    assert "callback" in job.fault()


def test_a_job_performs_nothing_but_a_run(redis_url: str) -> None:
    django_rq.get_queue(QUEUE, serializer=JSONSerializer).enqueue("os.getpid", job_id="pid")
    job = RunJob.fetch("pid", connection=django_rq.get_connection(QUEUE))

    with pytest.raises(PermissionError, match=r"os\.getpid"):
        job.perform()


def test_a_job_sends_no_request_to_an_address_it_names(redis_url: str) -> None:
    django_rq.get_queue(QUEUE, serializer=JSONSerializer).enqueue(RUN, "x", job_id="hooked")
    connection = django_rq.get_connection(QUEUE)
    hook = {"url": "http://169.254.169.254/", "job_status": "finished"}
    connection.hset(RunJob.key_for("hooked"), "webhooks", json.dumps([hook]))

    job = RunJob.fetch("hooked", connection=connection)

    assert job.webhooks == []
    assert "web address" in job.fault()


def test_a_job_of_another_serializer_is_refused_unread(redis_url: str, tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    django_rq.get_queue(QUEUE, serializer=JSONSerializer).enqueue(RUN, "x", job_id="pickled")
    connection = django_rq.get_connection(QUEUE)
    connection.hset(RunJob.key_for("pickled"), "data", pickle.dumps(_Touch(mark)))

    job = RunJob.fetch("pickled", connection=connection, serializer=pickle)

    assert "cannot be read" in job.fault()
    assert not mark.exists()


def test_a_page_that_asks_for_a_job_executes_nothing_of_it(world: World, tmp_path: Path) -> None:
    mark = tmp_path / "unpickled"
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    SyncRun.objects.filter(pk=run.pk).update(created_at=datetime.now(UTC) - timedelta(minutes=2))
    django_rq.get_connection(QUEUE).hset(Job.key_for(str(run.pk)), "meta", pickle.dumps(_Touch(mark)))

    with pytest.raises(RunAlreadyOpen):
        jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    assert not mark.exists()
