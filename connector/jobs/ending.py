"""How a run ends that did not simply succeed: waits for another attempt, gives up, fails, or is cancelled.

Each end is told twice in the same words, in the log and on the run. An attempt that was overtaken tells nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connector.domain.operations import Severity
from connector.errors import ConnectorError, RemotePaused, RemoteUnavailable
from connector.jobs.keepers import RowJournal
from connector.jobs.queueing import JOB_TIMEOUT_SECONDS
from connector.models import RunSuperseded, SyncRun, WriteIntent
from connector.sync.journal import Entry, Step
from connector.sync.order_jobs import StillAtIt
from connector.sync.outcome import OPERATOR, PROMISE, Report, Result, Status, summary

logger = logging.getLogger(__name__)

LONGEST_RETRY_SECONDS = 1800
LONGEST_PAUSE = timedelta(hours=24)
"""A run that could not begin for so long is closed, so that somebody decides."""


class OutOfTime(RemoteUnavailable):
    """The queue ended an attempt that took too long, whichever system was slow."""


@dataclass(frozen=True, slots=True)
class _End:
    status: str
    message: str
    who_acts: str
    record: str = ""

    @property
    def level(self) -> Severity:
        return Severity.ERROR if self.status == SyncRun.Status.FAILED else Severity.WARNING


def is_repeated(error: RemoteUnavailable, *, run: SyncRun, retries_left: int) -> bool:
    """Whether a run that ends on this error is tried again by itself. Where it never got to try, it waits for up to a day."""
    if run.trigger == SyncRun.Trigger.COMMAND and not retries_left:
        return False  # nobody but the one who started it carries it on
    if isinstance(error, RemotePaused):
        return datetime.now(UTC) - run.created_at < LONGEST_PAUSE
    return retries_left > 0 and (error.retry_after or 0) <= LONGEST_RETRY_SECONDS


def later(
    run: SyncRun,
    journal: RowJournal,
    error: RemoteUnavailable,
    *,
    report: Report | None = None,
    retries_left: int,
) -> float | None:
    """Seconds to wait for the next attempt, or None where there is none and the run is closed.

    `report` is there where writing had begun: what was reached then counts.
    """
    if not is_repeated(error, run=run, retries_left=retries_left):
        _close(run, journal, _given_up(run, error, report))
        return None
    failures = report.failures if report is not None else ()
    told = next((_final(each.message) for each in failures if error.message in each.message), error.message)
    message = f"{told} The run is tried again by itself."
    try:
        journal.write(
            Entry(
                Step.FINISH,
                message,
                level=Severity.WARNING,
                who_acts=error.who_acts,
                detail={"system": error.system},
            )
        )
        if not isinstance(error, RemotePaused):
            run.count_try()
        run.retry_later(message=message, who_acts=error.who_acts, now=datetime.now(UTC))
    except RunSuperseded as superseded:
        logger.warning("Run %s stops: %s", run.pk, superseded)
        return None
    return error.retry_after or 0.0


def hand_back(run: SyncRun, journal: RowJournal) -> float | None:
    """The worker is stopping: another one carries the run on, at once. None where it is not this attempt's any more."""
    message = "The worker was stopped. The run was handed back, and another worker carries it on."
    try:
        journal.write(Entry(Step.FINISH, message, level=Severity.WARNING))
        run.hand_back(message=message, now=datetime.now(UTC))
    except RunSuperseded as superseded:
        logger.warning("Run %s stops: %s", run.pk, superseded)
        return None
    return 0.0


def fail(run: SyncRun, journal: RowJournal, error: ConnectorError) -> None:
    _close(run, journal, _End(SyncRun.Status.FAILED, error.message, error.who_acts, error.record))


def cancel(run: SyncRun, journal: RowJournal, *, report: Report | None = None) -> None:
    """The integration was switched off; `report` says what had been written by then."""
    outcomes = report.outcomes if report is not None else ()
    written = tuple(each for each in outcomes if each.result in (Result.CREATED, Result.UPDATED))
    told = f"{summary(written)} Nothing else" if written else "Nothing"
    message = (
        f"Cancelled: the integration “{run.account.integration}” is switched off. {told} was written to Zuora in this "
        f"attempt.{_under_way(run)} Switch it on and sync {run.account} again."
    )
    _close(run, journal, _End(SyncRun.Status.CANCELLED, message, OPERATOR))


def _under_way(run: SyncRun) -> str:
    live = run.intents.filter(
        state__in=(WriteIntent.State.OPEN, WriteIntent.State.UNKNOWN), sent_at__isnull=False
    )
    names = [f"{noun} {key}" for noun, key in live.order_by("opened_at").values_list("noun", "key")]
    if not names:
        return ""
    return f" Zuora may still create {', '.join(names)}: the next sync looks it up first."


def out_of_time() -> OutOfTime:
    minutes = JOB_TIMEOUT_SECONDS // 60
    return OutOfTime(
        f"The queue ended the run after {minutes} minutes, the longest that one may take. What was written to Zuora stays, and "
        "is found again.",
        system="the queue",
    )


def unexpected(run: SyncRun) -> ConnectorError:
    return ConnectorError(
        f"The run ended on an error of the connector itself. Look for run {run.pk} in the worker's log, and report it; "
        "Resync is safe.",
        record=run.account.salesforce_id,
    )


def _given_up(run: SyncRun, error: RemoteUnavailable, report: Report | None) -> _End:
    """What somebody can mend is told before what only waits; an account that was synced stays so."""
    advice = _advice(run, error)
    if report is None or not report.failures:
        return _End(SyncRun.Status.FAILED, _final(error.message) + advice, OPERATOR, error.record)
    mendable = [outcome for outcome in report.failures if outcome.result is Result.FAILED]
    first, others = (mendable or report.failures)[0], len(report.failures) + len(report.to_check) - 1
    message = _final(first.message) + (f" ({others} more)" if others else "") + advice
    status = SyncRun.Status.FAILED if report.status is Status.FAILED else SyncRun.Status.PARTIAL
    return _End(status, message, first.who_acts if mendable else OPERATOR, first.title)


def _advice(run: SyncRun, error: RemoteUnavailable) -> str:
    if (error.retry_after or 0) > LONGEST_RETRY_SECONDS:
        minutes = round((error.retry_after or 0) / 60)
        return f" {error.system} asks to be left alone for {minutes} minutes; press Resync then."
    if isinstance(error, (StillAtIt, OutOfTime)):  # the system was reached
        tried = f"It was tried {run.tries + 1} times; press" if run.tries else "Press"
        return f" {tried} Resync {_when(error)}"
    tried = f"It was tried {run.tries + 1} times" if run.tries else f"{error.system} was not reached"
    return f" {tried}; press Resync once the system is back."


def _when(error: StillAtIt | OutOfTime) -> str:
    """A hold ends at a moment that is known, whether it is of minutes or of a day."""
    if not isinstance(error, StillAtIt) or not error.held_s:
        return "in a few minutes."
    end = datetime.now(UTC) + timedelta(
        seconds=error.held_s, minutes=1
    )  # the minutes shown are cut, never early
    return f"after {end:%Y-%m-%d %H:%M} UTC; before then it is only looked up."


def _final(message: str) -> str:
    return message.replace(PROMISE, "")


def _close(run: SyncRun, journal: RowJournal, end: _End) -> None:
    now = datetime.now(UTC)
    try:
        journal.write(
            Entry(
                Step.FINISH,
                end.message,
                level=end.level,
                record=end.record,
                salesforce_id=run.account.salesforce_id,
                who_acts=end.who_acts,
            )
        )
        if end.status == SyncRun.Status.FAILED:
            run.fail(message=end.message, who_acts=end.who_acts, now=now)
        else:
            run.finish(status=end.status, message=end.message, who_acts=end.who_acts, now=now)
    except RunSuperseded as superseded:
        logger.warning("Run %s stops: %s", run.pk, superseded)
