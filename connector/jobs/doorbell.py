"""The queue, and a job as it may lie there: it rings for a run and never says what to execute.

RQ carries out whatever dotted path a job names, calls the callbacks and web addresses it lists, and unpickles what it holds.
Whoever can write to Redis would own every worker. So a job is JSON alone here, and anything but three calls is refused.
"""

from __future__ import annotations

from typing import Any

import django_rq
from redis import Redis
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

QUEUE = "default"
RUN = "connector.jobs.running.run_account"
DRIFT = "connector.jobs.drift.report_drift"
HOUSEKEEPING = "connector.jobs.housekeeping.keep_house"
HOUSEKEEPING_ID = "housekeeping"
JOB_IDS = (HOUSEKEEPING_ID,)
"""Of the jobs that belong to no row."""


class RunJob(Job):
    names_address = False

    def __init__(
        self, id: str | None = None, connection: Redis | None = None, serializer: Any = None
    ) -> None:
        """`serializer` is RQ's to pass and not believed: a caller that forgets it would unpickle."""
        super().__init__(id, connection, JSONSerializer)

    def restore(self, raw_data: Any) -> Any:
        super().restore(raw_data)
        self.names_address, self.webhooks = bool(self.webhooks), []

    @property
    def success_callback(self) -> None:
        """RQ imports what is named here, also when it only clears away a dead worker's job."""

    @property
    def failure_callback(self) -> None:
        """As `success_callback`."""

    @property
    def stopped_callback(self) -> None:
        """As `success_callback`."""

    def fault(self) -> str:
        """Why this job is not carried out, or nothing."""
        try:
            called, instance = self.func_name, self.instance
        except DeserializationError:
            return "what it carries cannot be read"
        if called not in (RUN, DRIFT, HOUSEKEEPING) or instance is not None:
            return f"it calls {called!r}"
        if called == HOUSEKEEPING and (self.args or self.kwargs):
            return "it gives arguments where there are none"
        if self._success_callback_name or self._failure_callback_name or self._stopped_callback_name:
            return "it names a callback"
        return "it names a web address" if self.names_address else ""

    def perform(self) -> Any:
        """Raises PermissionError for a job that has a fault."""
        if fault := self.fault():
            raise PermissionError(f"Job {self.id} is refused: {fault}")
        return super().perform()


def run_queue() -> Queue:
    return django_rq.get_queue(QUEUE, job_class=RunJob, serializer=JSONSerializer)
