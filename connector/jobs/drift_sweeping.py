"""The net under drift reports, as under runs: an open one whose job is gone is put back into the queue, or closed."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime

from django.db.models.functions import Coalesce
from rq.exceptions import InvalidJobOperation

from connector.jobs.doorbell import DRIFT
from connector.jobs.queueing import GRACE, forget_job, has_living_job, ring
from connector.jobs.sweeping import LOSSES
from connector.models import DriftReport, RunSuperseded
from connector.models.drift import OPEN_REPORTS

logger = logging.getLogger(__name__)


def sweep_reports() -> int:
    """How many were put back. Raises RedisError where the queue cannot be asked."""
    now = datetime.now(UTC)
    silent = DriftReport.objects.annotate(seen=Coalesce("heartbeat_at", "created_at"))
    rung = 0
    for report in silent.filter(status__in=OPEN_REPORTS, seen__lt=now - GRACE).order_by("created_at"):
        if _is_living(report, now=now) or not report.claim(now=now):
            continue
        with suppress(RunSuperseded):  # a worker was quick
            if report.losses >= LOSSES:
                _close(report, now=now)
                continue
            forget_job(report.pk)
            ring(DRIFT, report.pk)
            rung += 1
            report.count_loss()
            logger.warning("Drift report %s had no job any more and is queued again", report.pk)
    return rung


def _is_living(report: DriftReport, *, now: datetime) -> bool:
    """Whether something is still going to carry it on. Raises RedisError."""
    try:
        return has_living_job(report.pk, last_sign=report.heartbeat_at or report.created_at, now=now)
    except InvalidJobOperation:
        return False


def _close(report: DriftReport, *, now: datetime) -> None:
    report.fail(
        message=f"The worker of this report disappeared {LOSSES + 1} times. Look into the workers' log, and start a new report.",
        who_acts="The operator of this connector",
        now=now,
    )
    logger.error("Drift report %s was closed: it was lost %s times", report.pk, LOSSES + 1)
