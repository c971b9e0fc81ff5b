"""Carry out one drift report: what a sync would change, over all known accounts of an integration, without writing anything.

Accounts are read a few at a time, as one reading of twenty costs hardly more than one of a single account; where that fails they are
read one by one, so that one account's fault is its own. What was found of an account is stored at once, with how far the report
came: whoever carries it on begins there. A job hands on after some minutes, and sooner where runs wait: they go first.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import connections, transaction
from redis.exceptions import RedisError
from rq import Retry
from rq.timeouts import JobTimeoutException

from connector.domain.drift import drift
from connector.domain.labels import counted
from connector.domain.operations import Plan
from connector.domain.personal import Mask
from connector.errors import ConfigError, ConnectorError, RemotePaused, RemoteUnavailable
from connector.jobs import ending, stopping
from connector.jobs.doorbell import DRIFT, run_queue
from connector.jobs.drift_findings import finding, unplanned, unread
from connector.jobs.drift_keepers import looking
from connector.jobs.queueing import JOB_TIMEOUT_SECONDS, ring
from connector.jobs.running import ANY_NUMBER, RETRY_SECONDS, jittered
from connector.models import Account, DriftFinding, DriftReport, Integration, RunSuperseded
from connector.sync import engine
from connector.sync.journal import Halted
from connector.sync.services import Services

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

Survey = Callable[[Sequence[str]], list[Plan]]

BATCH = 20
WORK_SECONDS = 480
"""Below the timeout of a job, by more than a batch takes."""
TURN_SECONDS = 15
"""For so long a report works at least, also where runs wait."""
IN_A_ROW = 5
"""So many accounts that cannot be read one after another, or all there are, are no matter of the accounts."""
_AWAY = (
    "Redis does not answer, so no worker knows of this report yet. It starts by itself once Redis is back: start Redis, or correct "
    "REDIS_URL."
)
_OPERATOR = "The operator of this connector"
_OF_ALL = (RemotePaused, ConfigError, Halted, JobTimeoutException)
"""What has nothing to do with the accounts that are being read."""


def enqueue_drift_report(
    integration: Integration, *, requested_by: User | None = None
) -> tuple[DriftReport, bool]:
    """Queue a report; where one is open already the answer is that one, and False."""
    report, is_new = DriftReport.objects.request(integration, requested_by=requested_by)
    if is_new:
        transaction.on_commit(lambda: _ring(report))
    return report, is_new


def _ring(report: DriftReport) -> None:
    try:
        ring(DRIFT, report.pk)
    except RedisError as error:
        logger.error("Drift report %s could not be queued: %s", report.pk, type(error).__name__)
        report.hand_on(message=_AWAY, who_acts=_OPERATOR, now=datetime.now(UTC))


def report_drift(report_id: str) -> Retry | None:
    """The RQ job. A returned `Retry` asks the worker to start it again; everything else is settled in the rows."""
    try:
        report = DriftReport.objects.select_related("integration__salesforce", "integration__zuora").get(
            pk=report_id
        )
        if not report.is_open:
            logger.info("Drift report %s is closed already; its job has nothing to do", report_id)
            return None
        wait = carry_on(report)
        return None if wait is None else Retry(max=ANY_NUMBER, interval=round(wait))
    finally:
        connections.close_all()


def carry_on(report: DriftReport) -> float | None:
    """One job's work at a report. The answer is None where it is settled, else the seconds to wait before the next job."""
    try:
        report.start(now=datetime.now(UTC))
        return _attempt(report)
    except RunSuperseded as superseded:
        logger.warning("Drift report %s stops: %s", report.pk, superseded)
        return None


def _attempt(report: DriftReport) -> float | None:
    """Raises RunSuperseded."""
    try:
        with looking(report) as services:
            return _look(report, services)
    except stopping.HandedBack:
        report.hand_on(now=datetime.now(UTC))
        return 0.0
    except JobTimeoutException:
        return _later(report, _out_of_time())
    except RemoteUnavailable as error:
        return _later(report, error)
    except ConnectorError as error:
        report.fail(message=error.message, who_acts=error.who_acts, now=datetime.now(UTC))
    except RunSuperseded:
        raise
    except Exception as error:
        _tell_bug(report, error)
        message = (
            f"The report ended on an error of the connector itself. Look for drift report {report.pk} in the worker's log, and "
            "report it. A new report is safe."
        )
        report.fail(message=message, who_acts=_OPERATOR, now=datetime.now(UTC))
    return None


def _look(report: DriftReport, services: Services) -> float | None:
    begun = time.monotonic()
    integration = report.integration
    survey = partial(engine.survey, services, rules=integration.rules(), options=integration.options())
    streak = _Streak(report)
    while accounts := report.next_accounts(BATCH):
        stopping.check()
        if _is_over(time.monotonic() - begun):
            report.hand_on(now=datetime.now(UTC))
            return 0.0
        for account, looked in _looked_at(report, survey, accounts):
            streak.follow(account, looked)
    report.finish(message=_summary(report), now=datetime.now(UTC))
    return None


def _is_over(worked: float) -> bool:
    if worked < TURN_SECONDS:
        return False
    try:
        return worked >= WORK_SECONDS or run_queue().count > 0
    except RedisError:
        return False


class _Streak:
    """Stores what was found of each account, and ends the attempt where one after another cannot be read."""

    def __init__(self, report: DriftReport) -> None:
        self.report = report
        self.before = report.position
        self.length = 0

    def follow(self, account: Account, looked: Plan | Exception) -> None:
        """Raises RunSuperseded; RemoteUnavailable or ConfigError where the reason is not the account's."""
        is_unread = isinstance(looked, ConnectorError)
        if not is_unread:
            self.before, self.length = account.pk, 0
        self.report.keep(account, _found(self.report, looked), now=datetime.now(UTC))
        self.length += is_unread
        if isinstance(looked, RemoteUnavailable) and self.length >= min(IN_A_ROW, self.report.total):
            self.report.go_back(self.before)
            raise looked
        if is_unread and self.length >= IN_A_ROW:
            raise ConfigError(
                f"{counted(self.length, 'account')} in a row could not be read. The last: {looked}"
            )


def _found(report: DriftReport, looked: Plan | Exception) -> DriftFinding | None:
    if isinstance(looked, Plan):
        found = drift(looked)
        return None if found is None else finding(report, found)
    if isinstance(looked, ConnectorError):
        return unread(report, looked)
    _tell_bug(report, looked)
    return unplanned(report, looked)


def _looked_at(
    report: DriftReport, survey: Survey, accounts: Sequence[Account]
) -> Iterator[tuple[Account, Plan | Exception]]:
    """Each account with its plan, or with what kept it from being read. Raises what concerns all of them."""
    try:
        plans = _plans(report, survey, accounts)
    except _OF_ALL:
        raise
    except Exception as error:
        if len(accounts) == 1:
            yield accounts[0], error
            return
        for account in accounts:
            stopping.check()
            yield from _looked_at(report, survey, [account])
        return
    yield from zip(accounts, plans, strict=True)


def _plans(report: DriftReport, survey: Survey, accounts: Sequence[Account]) -> list[Plan]:
    if report.integration.hide_personal_data:
        report.mask = Mask()
        report.mask.learn([{"account_name": account.name} for account in accounts])
    return survey([account.salesforce_id for account in accounts])


def _out_of_time() -> RemoteUnavailable:
    minutes = JOB_TIMEOUT_SECONDS // 60
    return ending.OutOfTime(
        f"The queue ended the report's job after {minutes} minutes, the longest that one may take.",
        system="the queue",
    )


def _later(report: DriftReport, error: RemoteUnavailable) -> float | None:
    """Seconds until the next job, or None where the report ends here. Raises RunSuperseded."""
    now = datetime.now(UTC)
    is_paused = isinstance(error, RemotePaused)
    waited = now - (report.progressed_at or report.created_at)
    if waited >= ending.LONGEST_PAUSE if is_paused else report.tries >= len(RETRY_SECONDS):
        message = (
            f"{error.message} The report ends here, with {report.checked} of {counted(report.total, 'account')} checked. Start a new "
            "one once the system is back."
        )
        report.fail(message=message, who_acts=_OPERATOR, now=now)
        return None
    tried = report.tries
    message = f"{error.message} The report goes on by itself."
    report.wait(message=message, who_acts=error.who_acts, is_try=not is_paused, now=now)
    return jittered(error.retry_after or 0.0, tried=tried)


def _summary(report: DriftReport) -> str:
    parts = (
        (report.in_step, "in step"),
        (report.differs, "differ" if report.differs != 1 else "differs"),
        (report.missing, "would be created"),
        (report.stopped, "cannot be planned"),
        (report.unread, "could not be read"),
    )
    told = ", ".join(f"{count} {words}" for count, words in parts if count)
    return f"{counted(report.checked, 'account')} checked{f': {told}' if told else ''}.".capitalize()


def _tell_bug(report: DriftReport, error: Exception) -> None:
    """With its traceback; what an exception says may repeat a record, so it is masked as the findings are."""
    told = "".join(traceback.format_exception(error))
    logger.error("Drift report %s met an unexpected error\n%s", report.pk, report.shown(told))
