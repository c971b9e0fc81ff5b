"""The worker class: it carries out runs alone, forks with everything imported, and tells when a run's process was killed."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import connections
from rq import Worker
from rq.job import Job, JobStatus
from rq.queue import Queue

from connector.jobs import running as running  # imported for the forks: each run would import it anew
from connector.jobs.doorbell import RunJob
from connector.jobs.queueing import close_lost
from connector.jobs.sweeping import sweep
from connector.models import SyncRun

logger = logging.getLogger(__name__)

MAINTENANCE_SECONDS = 30
TTL_SECONDS = 75
"""After so long without a sign of life a worker is no worker; two signs may be missed."""


class AccountWorker(Worker):
    """Looks for jobs of dead workers every MAINTENANCE_SECONDS; RQ's own ten minutes leave an account blocked that long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "job_class": RunJob, "worker_ttl": TTL_SECONDS})
        self.maintenance_interval = MAINTENANCE_SECONDS
        for queue in self.queues:
            queue.job_class = RunJob  # also for what RQ clears away behind dead workers

    @property
    def dequeue_timeout(self) -> int:
        """An idle worker wakes up for its maintenance; RQ's would wait for a job until shortly before its TTL."""
        return MAINTENANCE_SECONDS

    def run_maintenance_tasks(self) -> None:
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        try:
            sweep()
        except Exception:
            logger.exception("Lost runs could not be looked for; the next maintenance looks again")
        finally:
            connections.close_all()  # this process forks: a connection must not be shared with a run

    def execute_job(self, job: Job, queue: Queue) -> None:
        fault = job.fault() if isinstance(job, RunJob) else "it is no run"
        if not fault:
            super().execute_job(job, queue)
            return
        logger.error("Job %s is refused and removed: %s. Look who can write to Redis.", job.id, fault)
        queue.intermediate_queue.remove(job.id)
        job.delete()

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> None:
        """A run ends its job with an error only when its process was killed. RQ starts it again while it has retries left;
        after the last one the run is closed, so that its account says so."""
        super().handle_job_failure(job, queue, *args, **kwargs)
        try:
            run = _run_of(job)
            if run is not None and run.is_open and job.get_status() == JobStatus.FAILED:
                close_lost(run)
                logger.error("Run %s was closed: its process was killed once too often", job.id)
        finally:
            connections.close_all()  # this process forks: a connection must not be shared with a run


def _run_of(job: Job) -> SyncRun | None:
    try:
        return SyncRun.objects.select_related("account").filter(pk=uuid.UUID(job.id)).first()
    except ValueError:
        return None  # not an id of ours
