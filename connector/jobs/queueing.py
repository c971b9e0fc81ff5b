"""Ring the doorbell: a run is requested, committed, and then announced to the queue under its own id."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import django_rq
from django.db import transaction
from redis.exceptions import RedisError
from rq import Retry, Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import JobStatus

from connector.jobs.doorbell import QUEUE, RUN, RunJob, run_queue
from connector.models import Account, RunAlreadyOpen, RunSuperseded, SyncRun
from connector.sync.outcome import OPERATOR

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

JOB_TIMEOUT_SECONDS = 600
LOST_TWICE = 2
"""How often a run whose process was killed is started again, each time at once: RQ's schedule stands still for a minute where
its own process was killed, too. A run that fails by itself never ends its job with an error."""
GRACE = timedelta(seconds=30)
"""Younger runs are not asked about: their job may not have reached the queue yet."""

_LIVING = (JobStatus.QUEUED, JobStatus.STARTED, JobStatus.SCHEDULED, JobStatus.DEFERRED, JobStatus.CREATED)


@dataclass(frozen=True, slots=True)
class QueueState:
    """For the dashboard. `message` says what to do where nothing would be carried out."""

    reachable: bool
    queued: int
    workers: int
    message: str


def enqueue_sync(account: Account, *, trigger: str, requested_by: User | None = None) -> SyncRun:
    """Queue a sync. Raises RunAlreadyOpen while one is open, ConfigError where the integration is switched off."""
    try:
        run = _request(account, SyncRun.Kind.SYNC, trigger, requested_by)
    except RunAlreadyOpen as busy:
        if not _bury(busy.run):
            raise
        run = _request(account, SyncRun.Kind.SYNC, trigger, requested_by)
    return run


def enqueue_preview(account: Account, *, trigger: str, requested_by: User | None = None) -> SyncRun:
    """Queue a preview: gather and plan, nothing written to Zuora. The answer is the open one where there is one."""
    open_run = SyncRun.objects.open_preview(account)
    if open_run is not None and not _bury(open_run):
        return open_run
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)  # a double click waits here for the first one
        open_run = SyncRun.objects.open_preview(account)
        return open_run or _request(account, SyncRun.Kind.PREVIEW, trigger, requested_by)


def queue_state() -> QueueState:
    try:
        queue = run_queue()
        queued, workers = queue.count, Worker.count(queue=queue)
    except RedisError:
        return QueueState(
            False,
            0,
            0,
            "The queue cannot be reached: start Redis, or correct REDIS_URL. Nothing is carried out.",
        )
    message = (
        ""
        if workers
        else "No worker is running: start one with “manage.py run_worker”. Runs wait until then."
    )
    return QueueState(True, queued, workers, message)


def _request(account: Account, kind: str, trigger: str, requested_by: User | None) -> SyncRun:
    run = SyncRun.objects.request(account, kind=kind, trigger=trigger, requested_by=requested_by)
    transaction.on_commit(lambda: _ring(run))
    return run


def _ring(run: SyncRun) -> None:
    """The doorbell may be out of order; the run is committed all the same, and the sweeper rings for it once Redis is back."""
    try:
        _enqueue(run)
    except RedisError as error:
        logger.error("Run %s could not be queued: %s", run.pk, type(error).__name__)
        run.wait_for_queue(
            message="Redis does not answer, so no worker knows of this run yet. It starts by itself once Redis is back: start Redis, "
            "or correct REDIS_URL.",
            who_acts="The operator of this connector",
        )


def ring_anew(run: SyncRun) -> None:
    """Ring for a run whose job is gone or dead; of a dead one nothing is kept. Raises RedisError."""
    forget_job(run.pk)
    _enqueue(run)


def forget_job(row_id: uuid.UUID) -> None:
    """Raises RedisError."""
    with suppress(NoSuchJobError):
        RunJob.fetch(str(row_id), connection=django_rq.get_connection(QUEUE)).delete()


def _enqueue(run: SyncRun) -> None:
    ring(RUN, run.pk)


def ring(call: str, row_id: uuid.UUID) -> None:
    """Put a job into the queue, which carries nothing but the id of its row. Raises RedisError."""
    run_queue().enqueue(
        call,
        str(row_id),
        job_id=str(row_id),
        job_timeout=JOB_TIMEOUT_SECONDS,
        retry=Retry(max=LOST_TWICE),
    )


def close_lost(run: SyncRun) -> bool:
    """Close an open run that nothing will carry on. Whether it was open still."""
    try:
        run.fail(
            message="The worker of this run disappeared before it was finished. Press Resync: it looks first what had been done.",
            who_acts=OPERATOR,
            now=datetime.now(UTC),
        )
    except RunSuperseded:
        return False
    return True


def _bury(run: SyncRun) -> bool:
    """Close an open run whose job is gone, so that a dead worker does not block its account. Whether it did."""
    now = datetime.now(UTC)
    try:
        is_lost = now - _last_sign(run) >= GRACE and not is_living(run, now=now)
    except RedisError:
        return False
    return is_lost and close_lost(run)


def is_living(run: SyncRun, *, now: datetime) -> bool:
    """Whether something is still going to carry an open run on. Raises RedisError."""
    try:
        return has_living_job(run.pk, last_sign=_last_sign(run), now=now)
    except InvalidJobOperation:
        on_command_line = run.trigger == SyncRun.Trigger.COMMAND and run.status == SyncRun.Status.RUNNING
        return on_command_line and not _is_silent(_last_sign(run), now)  # it never had a job


def has_living_job(row_id: uuid.UUID, *, last_sign: datetime, now: datetime) -> bool:
    """Raises InvalidJobOperation where there is no job, and RedisError."""
    # The one field that is needed: nothing else that lies there is read in a page's process.
    status = RunJob(str(row_id), connection=django_rq.get_connection(QUEUE)).get_status()
    return status in _LIVING and not (status == JobStatus.STARTED and _is_silent(last_sign, now))


def _is_silent(last_sign: datetime, now: datetime) -> bool:
    return now - last_sign > timedelta(seconds=JOB_TIMEOUT_SECONDS) + GRACE


def _last_sign(run: SyncRun) -> datetime:
    return run.heartbeat_at or run.created_at
