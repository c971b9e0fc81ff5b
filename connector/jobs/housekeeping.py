"""What has to be done from time to time, whoever presses a button or not: one job a minute, by whichever worker is free.

Any worker puts the job into the queue's schedule when it finds that there is none; its fixed id keeps it to one. A duty that
fails is told and does not keep the others from being done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import django_rq
from django.db import connections
from rq.exceptions import InvalidJobOperation
from rq.job import JobStatus

from connector.jobs.doorbell import HOUSEKEEPING, HOUSEKEEPING_ID, QUEUE, RunJob, run_queue
from connector.jobs.drift_sweeping import sweep_reports
from connector.jobs.retention import prune_hourly
from connector.jobs.sweeping import doubt_open_writes, remove_stray_jobs, sweep

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
_COMING = (JobStatus.SCHEDULED, JobStatus.QUEUED, JobStatus.STARTED)

DUTIES: tuple[Callable[[], object], ...] = (
    sweep,
    sweep_reports,
    remove_stray_jobs,
    doubt_open_writes,
    prune_hourly,
)


def schedule_housekeeping() -> None:
    """See to it that the job comes. Raises RedisError."""
    try:
        if RunJob(HOUSEKEEPING_ID, connection=django_rq.get_connection(QUEUE)).get_status() in _COMING:
            return
    except InvalidJobOperation:
        pass  # there is none
    run_queue().enqueue_in(
        EVERY, HOUSEKEEPING, job_id=HOUSEKEEPING_ID, result_ttl=round(EVERY.total_seconds())
    )


def keep_house() -> None:
    """The RQ job."""
    try:
        for duty in DUTIES:
            try:
                duty()
            except Exception:
                logger.exception("The duty %s failed; it is tried again in a minute", duty.__name__)
    finally:
        connections.close_all()
