"""The net under the queue: open runs whose job is gone are put back into it, or closed; jobs without a run are removed.

Redis may forget a job, and a host may die with its worker. The row stays open then, keeps its account from being synced and
its intents from being taken over. Every worker sweeps: a claim on the row's last sign of life lets one of them act.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models.functions import Coalesce

from connector.jobs.doorbell import JOB_IDS, RunJob, run_queue
from connector.jobs.queueing import GRACE, close_lost, is_living, ring_anew
from connector.models import OPEN, DriftReport, RunSuperseded, SyncRun, WriteIntent
from connector.models.drift import OPEN_REPORTS

logger = logging.getLogger(__name__)

LOSSES = 3
"""A run that is lost so often takes its worker down with it."""
LOOKED_AT = 1000
"""How many jobs of the queue are held against the runs at a time."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many runs were put back into the queue, and how many closed."""

    rung: int = 0
    closed: int = 0


def sweep() -> Swept:
    """Raises RedisError where the queue cannot be asked: nothing is known of any run then."""
    now = datetime.now(UTC)
    rung = closed = 0
    for run in _silent_runs(now):
        if is_living(run, now=now) or not run.claim(now=now):
            continue
        if run.losses >= LOSSES:
            closed += close_lost(run)
            logger.error("Run %s was closed: it was lost %s times", run.pk, run.losses + 1)
            continue
        ring_anew(run)
        with suppress(RunSuperseded):  # a worker was quick
            run.count_loss()
        rung += 1
        logger.warning("Run %s had no job any more and is queued again", run.pk)
    return Swept(rung, closed)


def remove_stray_jobs() -> int:
    """Jobs that wait for a run or report which is closed or does not exist: carried out, each would only find that. Raises RedisError."""
    queue = run_queue()
    found = [*queue.get_job_ids(0, LOOKED_AT), *queue.scheduled_job_registry.get_job_ids(0, LOOKED_AT)]
    waiting = {job_id for job_id in found if job_id not in JOB_IDS}
    known = [run_id for job_id in waiting if (run_id := _as_id(job_id)) is not None]
    open_ids = set(SyncRun.objects.filter(pk__in=known, status__in=OPEN).values_list("pk", flat=True))
    reports = DriftReport.objects.filter(pk__in=known, status__in=OPEN_REPORTS)
    open_ids |= set(reports.values_list("pk", flat=True))
    removed = 0
    for job_id in waiting:
        if _as_id(job_id) in open_ids:
            continue
        queue.remove(job_id)  # an id whose job is gone would be found here for ever
        queue.scheduled_job_registry.remove(job_id)
        queue.connection.delete(RunJob.key_for(job_id))
        logger.warning("Job %s was removed: nothing open belongs to it", job_id)
        removed += 1
    return removed


def doubt_open_writes() -> int:
    """An open write whose run is closed is nobody's: until somebody looks it up, what came of it is unknown."""
    return WriteIntent.objects.doubt_orphans(now=datetime.now(UTC))


def _as_id(job_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(job_id)
    except ValueError:
        return None


def _silent_runs(now: datetime) -> list[SyncRun]:
    seen = Coalesce("heartbeat_at", "created_at")
    waiting = SyncRun.objects.filter(status__in=OPEN).annotate(seen=seen).filter(seen__lt=now - GRACE)
    return list(waiting.select_related("account").defer("plan").order_by("created_at"))
