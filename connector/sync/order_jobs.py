"""Following the job of an asynchronous order, which Zuora creates in the background, until it ends.

The job is polled with growing pauses. A run that runs out of patience leaves the order to a later one, which polls the same
job: its id stands on the write intent before the first poll. The queue waits without holding a worker, so a run waits for
about a minute, answers that are slow to come included.

Reference: https://developer.zuora.com/v1-api-reference/api/orders/get_jobstatusandresponse/
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain import JSON
from connector.domain.operations import Operation
from connector.domain.orders import order_link
from connector.domain.values import cleaned
from connector.errors import RemoteRejected, RemoteUnavailable
from connector.sync.journal import Entry, Step
from connector.sync.services import Services

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
PATIENCE = 60.0
"""Seconds a run waits for all its jobs together, by the clock: the queue's repetitions do the rest."""
TOLD_EVERY = 20.0
LOOKS = 3
"""How often an order is looked up whose job is completed without saying what it made."""


class JobFailed(RemoteRejected):
    """The job ended without the order: nothing was created."""


class JobLost(RemoteRejected):
    """Zuora knows neither the job nor the order."""


class StillAtIt(RemoteUnavailable):
    """The order is under way and takes longer than this run waits. Zuora does answer: what else there is to do is done."""

    held_s = 0.0
    """For how many seconds nothing may be sent; 0 where it is only asked for again."""


@dataclass(slots=True)
class Patience:
    """The seconds a run may still wait for jobs. Every job is asked once at least."""

    left: float = PATIENCE


def follow(services: Services, operation: Operation, job_id: str, patience: Patience) -> dict[str, str]:
    """The link of the order the job made.

    Raises JobFailed, JobLost, or RemoteUnavailable where the job is to be asked again later.
    """
    began = services.clock()
    try:
        return _followed(services, operation, job_id, until=began + patience.left)
    finally:
        patience.left -= services.clock() - began


def _followed(services: Services, operation: Operation, job_id: str, *, until: float) -> dict[str, str]:
    began = services.clock()
    pause, told = FIRST_PAUSE, began - TOLD_EVERY
    while (job := _asked(services, job_id, until=until)) is not None:
        services.journal.beat()
        if job.get("status") == "Completed":
            return _completed(services, operation, job_id, job)
        if job.get("status") == "Failed":
            raise _failed(operation, job)
        now = services.clock()
        if now >= until:
            raise _still_at_it(operation, job_id)
        if now - told >= TOLD_EVERY:
            _tell(services, operation, job_id, now - began if told >= began else 0)
            told = now
        services.wait(min(pause, until - now))
        pause = min(pause * 2, LONGEST_PAUSE)
    return _without_job(services, operation, job_id)


def _asked(services: Services, job_id: str, *, until: float) -> JSON | None:
    """As `get_job`; without a status where Zuora did not answer and there is time to ask again."""
    try:
        return services.zuora.get_job(job_id)
    except RemoteUnavailable as error:
        if services.clock() + (error.retry_after or 0) >= until:
            raise
        if error.retry_after:
            services.wait(error.retry_after)
        return {}


def _completed(services: Services, operation: Operation, job_id: str, job: JSON) -> dict[str, str]:
    result = job.get("result")
    if isinstance(result, dict) and result.get("orderNumber"):
        return order_link(result)
    for look in range(1, LOOKS + 1):  # documented: the result may be null
        if (order := services.zuora.get_order(operation.key.value)) is not None:
            return order_link(order)
        if look < LOOKS:
            services.wait(FIRST_PAUSE * look)
    raise StillAtIt(
        f"Zuora says that its job {job_id} has created it, and shows no such order yet. Where that lasts, look for it in "
        "Zuora under Orders.",
        system="Zuora",
        record=operation.salesforce_id,
    )


def _failed(operation: Operation, job: JSON) -> JobFailed:
    said = cleaned(str(job.get("errors") or ""), multiline=False).rstrip(". ") or "no reason given"
    return JobFailed(
        f"Zuora took it over to create it in the background, and refused it then: {said}. Nothing was created. Correct what "
        "Zuora names and resync.",
        system="Zuora",
        reasons=(said,),
        record=operation.salesforce_id,
    )


def _without_job(services: Services, operation: Operation, job_id: str) -> dict[str, str]:
    if (order := services.zuora.get_order(operation.key.value)) is not None:
        return order_link(order)
    raise JobLost(
        f"Zuora took it over as job {job_id}, and now knows neither that job nor an order of this number, so it is not certain "
        "that nothing comes of it. Look for the order in Zuora under Orders. Where it stays absent, resync 24 hours after "
        "it was first sent: it is sent anew then, and not before, so that no second order is made.",
        system="Zuora",
        record=operation.salesforce_id,
    )


def _still_at_it(operation: Operation, job_id: str) -> StillAtIt:
    return StillAtIt(
        f"Zuora is still creating it in the background (job {job_id}). It is not sent a second time: the next run asks for "
        "the same job.",
        system="Zuora",
        record=operation.salesforce_id,
    )


def _tell(services: Services, operation: Operation, job_id: str, waited: float) -> None:
    message = (
        f"{operation.title}: Zuora is still at it after {waited:.0f} seconds (job {job_id})."
        if waited
        else f"{operation.title}: Zuora creates it in the background (job {job_id}); its end is waited for."
    )
    services.journal.write(
        Entry(
            Step.APPLY,
            message,
            noun=operation.key.noun,
            record=operation.title,
            salesforce_id=operation.salesforce_id,
        )
    )
