"""The worker class: it carries out runs and drift reports alone, forks with everything imported, and tells when a run's process was killed.

A job is a dead worker's once its worker was silent for LEASE_SECONDS; RQ's own figures leave an account blocked for up to
fourteen minutes. Asked to stop, a worker asks its run's process to hand the run back, and lets it finish the call it is in.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
import uuid
from typing import Any

from django.db import DatabaseError, connections
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import Worker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job, JobStatus
from rq.queue import Queue

from connector.jobs import drift as drift  # imported for the forks: each job would import it anew
from connector.jobs import running as running
from connector.jobs import stopping
from connector.jobs.doorbell import RunJob
from connector.jobs.drift_sweeping import sweep_reports
from connector.jobs.housekeeping import schedule_housekeeping
from connector.jobs.queueing import close_lost
from connector.jobs.sweeping import sweep
from connector.models import SyncRun

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10
LEASE_SECONDS = 45
"""How long a job stays its worker's without a sign of life: four beats may be missed."""
MAINTENANCE_SECONDS = 15
CLEANING_SECONDS = 10
"""For so long a worker that was killed while it cleaned up keeps the others from it."""
TTL_SECONDS = 30
"""Of an idle worker's entry in Redis, to which RQ adds a minute."""
STOP_SECONDS = 135
"""How long a worker that was asked to stop waits for the call its run is in: a little longer than the longest answer."""
_AWAY = (RedisConnectionError, RedisTimeoutError)


class AccountWorker(Worker):
    """Looks for jobs of dead workers every MAINTENANCE_SECONDS, and outlives a Redis that is away for a while."""

    lease_seconds = LEASE_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = {"job_class": RunJob, "worker_ttl": TTL_SECONDS, "job_monitoring_interval": BEAT_SECONDS}
        super().__init__(*args, **{**kwargs, **given})
        self.maintenance_interval = MAINTENANCE_SECONDS
        self.stops_at: float | None = None
        for queue in self.queues:
            queue.job_class = RunJob  # also for what RQ clears away behind dead workers

    @property
    def dequeue_timeout(self) -> int:
        """An idle worker wakes up for its maintenance; RQ's would wait for a job until shortly before its TTL."""
        return self.maintenance_interval

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """RQ would add a minute to every beat."""
        return self.lease_seconds

    def run_maintenance_tasks(self) -> None:
        super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
        for duty in (sweep, sweep_reports, schedule_housekeeping):
            try:
                duty()
            except StopRequested:
                raise  # the worker was asked to stop meanwhile
            except Exception:
                logger.exception("%s failed; the next maintenance tries again", duty.__name__)
        connections.close_all()  # this process forks: a connection must not be shared with a run

    def clean_registries(self) -> None:
        """RQ's lock keeps all workers from cleaning for a quarter of an hour where its holder was killed."""
        for queue in self.queues:
            if self.connection.ttl(queue.registry_cleaning_key) > CLEANING_SECONDS:
                self.connection.expire(queue.registry_cleaning_key, CLEANING_SECONDS)
        super().clean_registries()  # type: ignore[no-untyped-call]

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        """Looks for dead workers as well: they must not wait until a worker is idle.

        A worker that was asked to stop loses its patience here. A Redis that is away must not end it: its run's process goes on, and
        what comes of it stands in the database.
        """
        if self.stops_at is not None and time.monotonic() > self.stops_at:
            logger.error("The run %s does not end; its process is killed, and the run started again", job.id)
            self.kill_horse()
            return
        try:
            super().maintain_heartbeats(job, execution)
        except _AWAY as error:
            logger.error("No sign of life could be given: Redis is away (%s)", type(error).__name__)
            return
        if self.stops_at is None and self.should_run_maintenance_tasks:
            self._maintain_meanwhile()

    def _maintain_meanwhile(self) -> None:
        """Nothing that fails here may end this process, for its run's would be an orphan then."""
        try:
            self.run_maintenance_tasks()
        except StopRequested:
            raise
        except Exception:
            logger.exception("Looking for dead workers failed; the next maintenance tries again")

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        stopping.listen()

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        self.stops_at = time.monotonic() + STOP_SECONDS
        if self.horse_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)

    def execute_job(self, job: Job, queue: Queue) -> None:
        fault = job.fault() if isinstance(job, RunJob) else "it is no run"
        if not fault:
            try:
                super().execute_job(job, queue)
            except _AWAY as error:
                logger.error("Redis went away during the run %s (%s)", job.id, type(error).__name__)
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
        except DatabaseError as error:  # the sweep closes it, or has it carried on, once the database is back
            logger.error("What became of run %s is not stored: %s", job.id, type(error).__name__)
        finally:
            connections.close_all()  # this process forks: a connection must not be shared with a run


def _run_of(job: Job) -> SyncRun | None:
    try:
        return SyncRun.objects.select_related("account").filter(pk=uuid.UUID(job.id)).first()
    except ValueError:
        return None  # not an id of ours
