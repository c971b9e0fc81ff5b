"""The net under the queue: open runs whose job is gone are put back into it, or closed.

Redis may forget a job, and a host may die with its worker. The row stays open then, keeps its account from being synced and
its intents from being taken over. Every worker sweeps: a claim on the row's last sign of life lets one of them act.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models.functions import Coalesce

from connector.jobs.queueing import GRACE, close_lost, is_living, ring_anew
from connector.models import OPEN, SyncRun

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""A run that is lost so often takes its worker down with it."""


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
        if run.attempt >= ATTEMPTS:
            closed += close_lost(run)
            logger.error("Run %s was closed: it was lost in attempt %s", run.pk, run.attempt)
        else:
            ring_anew(run)
            rung += 1
            logger.warning("Run %s had no job any more and is queued again", run.pk)
    return Swept(rung, closed)


def _silent_runs(now: datetime) -> list[SyncRun]:
    seen = Coalesce("heartbeat_at", "created_at")
    waiting = SyncRun.objects.filter(status__in=OPEN).annotate(seen=seen).filter(seen__lt=now - GRACE)
    return list(waiting.select_related("account").defer("plan").order_by("created_at"))
