"""Carry out one run: put the engine together from rows, and put its end back into them."""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from django.db import connections
from rq import Retry
from rq.timeouts import JobTimeoutException

from connector.domain.labels import counted
from connector.domain.operations import Plan, Severity
from connector.domain.personal import Mask
from connector.errors import ConnectorError, RemoteUnavailable
from connector.jobs import ending, stopping
from connector.jobs.keepers import RowIntents, RowJournal, RowLinks, VisibleFields
from connector.jobs.org_guard import check_org
from connector.jobs.remotes import clients
from connector.models import Account, Integration, RunSuperseded, SyncRun
from connector.sync import engine
from connector.sync.journal import Entry, Halted, Step
from connector.sync.outcome import Report, Status
from connector.sync.rendering import plan_as_json
from connector.sync.services import Services

logger = logging.getLogger(__name__)

RETRY_SECONDS = (15, 60, 300)
"""The job's own layer of patience, beyond the seconds a client waits and before a person presses Resync. Each is the longest that
is waited: full jitter, so that runs which met the same fault do not come back together."""
SHORTEST_WAIT = 5
ANY_NUMBER = 1_000_000
"""RQ counts returns and not tries; how often a run is tried stands in its row."""


class SwitchedOff(Halted):
    """The integration of a sync was switched off: nothing more is written for it."""


class SyncJournal(RowJournal):
    """Looks at the switch where writing begins, which the plan's entry is the last thing before, before each write, and while
    Zuora's jobs are waited for; and whether the worker shall stop, wherever something is told."""

    def write(self, entry: Entry) -> None:
        super().write(entry)
        if entry.step is Step.PLAN:
            _check_switch(self.run)
            stopping.check()

    def beat(self) -> None:
        super().beat()
        _check_switch(self.run)
        stopping.check()


def run_account(run_id: str) -> Retry | None:
    """The RQ job. A returned `Retry` asks the worker to start it again; everything else is settled in the rows."""
    try:
        run = SyncRun.objects.select_related(
            "account__integration__salesforce", "account__integration__zuora", "requested_by"
        ).get(pk=run_id)
        if not run.is_open:
            logger.info("Run %s is closed already; its job has nothing to do", run_id)
            return None
        tried = min(run.tries, len(RETRY_SECONDS))
        wait = carry_out(run, retries_left=len(RETRY_SECONDS) - tried)
        if wait is None:
            return None
        return Retry(max=ANY_NUMBER, interval=_interval(run, wait, tried=tried))
    finally:
        connections.close_all()


def _interval(run: SyncRun, wait: float, *, tried: int) -> int:
    """Whole seconds until the next attempt of a run that wants to wait at least `wait`."""
    if run.status == SyncRun.Status.QUEUED:
        return 0  # handed back: whoever is free carries it on
    return jittered(wait, tried=tried)


def jittered(wait: float, *, tried: int) -> int:
    """Whole seconds, at least `wait`, and the longer the more often something was tried."""
    longest = RETRY_SECONDS[min(tried, len(RETRY_SECONDS) - 1)]
    jitter = random.random() * (longest - SHORTEST_WAIT)  # noqa: S311 - to spread load, not to hide anything
    return round(max(wait, SHORTEST_WAIT) + jitter)


def run_now(account: Account, *, kind: str, trigger: str) -> SyncRun:
    """Request a run and carry it out in this process, for the command line. Raises RunAlreadyOpen, ConfigError."""
    run = SyncRun.objects.request(account, kind=kind, trigger=trigger)
    carry_out(run, retries_left=0)
    return run


def carry_out(run: SyncRun, *, retries_left: int) -> float | None:
    """One attempt at a run. The answer is None where it is settled, else the seconds to wait before the next one."""
    lost = run.attempt if run.status == SyncRun.Status.RUNNING else 0
    try:
        run.start(now=datetime.now(UTC))
    except RunSuperseded as superseded:
        logger.warning("Run %s does not start: %s", run.pk, superseded)
        return None
    run.mask = _mask(run.account)
    journal = SyncJournal(run)
    try:
        if lost:
            journal.write(_taken_over(lost))
        _check_switch(run)
        report = _attempt(run, journal, retries_left=retries_left)
        if report is None or report.unavailable is None:
            return None
        return ending.later(run, journal, report.unavailable, report=report, retries_left=retries_left)
    except RemoteUnavailable as error:
        return ending.later(run, journal, error, retries_left=retries_left)
    except RunSuperseded as superseded:
        logger.warning("Run %s stops: %s", run.pk, superseded)
    except SwitchedOff:
        ending.cancel(run, journal)
    except stopping.HandedBack:
        return ending.hand_back(run, journal)
    except JobTimeoutException:
        return ending.later(run, journal, ending.out_of_time(), retries_left=retries_left)
    except ConnectorError as error:
        ending.fail(run, journal, error)
    except Exception:
        _tell_bug(run)
        ending.fail(run, journal, ending.unexpected(run))
    return None


def _mask(account: Account) -> Mask | None:
    """What hides personal data in all that this run stores; none where the integration lets it be seen."""
    if not account.integration.hide_personal_data:
        return None
    mask = Mask()
    mask.learn({"account_name": account.name})
    return mask


def _tell_bug(run: SyncRun) -> None:
    """With its traceback; what an exception says may repeat a record, so it is masked as the log is."""
    if run.mask is None:
        logger.exception("Run %s ended on an unexpected error", run.pk)
    else:
        logger.error("Run %s ended on an unexpected error\n%s", run.pk, run.shown(traceback.format_exc()))


def _taken_over(attempt: int) -> Entry:
    return Entry(
        Step.GATHER,
        f"The worker of attempt {attempt} disappeared before it was finished. The run is carried on: what had been sent to Zuora by "
        "then is looked up first, and used.",
        level=Severity.WARNING,
    )


def _check_switch(run: SyncRun) -> None:
    """Raises SwitchedOff. A preview changes nothing, and is allowed as it is when it is requested."""
    if run.kind == SyncRun.Kind.SYNC:
        of_run = Integration.objects.filter(pk=run.account.integration_id)
        if not of_run.values_list("is_active", flat=True).get():
            raise SwitchedOff


def _attempt(run: SyncRun, journal: RowJournal, *, retries_left: int) -> Report | None:
    """Run the engine and store its end; an answer means that the run is worth another attempt. Raises HandedBack."""
    integration = run.account.integration
    rules, options = integration.rules(), integration.options()
    with _services(run, journal, retries_left=retries_left) as services:
        if run.kind == SyncRun.Kind.PREVIEW:
            plan = engine.preview(services, run.account.salesforce_id, rules=rules, options=options)
            run.store_plan(plan_as_json(plan))
            _show_on_row(run.account, plan)
            run.finish(message=_intention(plan), now=datetime.now(UTC))
            return None
        report = engine.sync(services, run.account.salesforce_id, rules=rules, options=options)
    run.store_plan(plan_as_json(report.plan))
    _show_on_row(run.account, report.plan, zuora_id=report.zuora_id, number=report.zuora_account_number)
    if report.is_halted:
        stopping.check()
        ending.cancel(run, journal, report=report)
        return None
    if report.unavailable is not None:
        return report
    now = datetime.now(UTC)
    if report.status is Status.FAILED:
        run.fail(message=report.message, who_acts=report.who_acts, now=now)
    else:
        run.finish(status=report.status, message=report.message, who_acts=report.who_acts, now=now)
    return None


def _intention(plan: Plan) -> str:
    writes, stopped, errors = len(plan.writes()), len(plan.stopped_writes()), len(plan.errors())
    apart = f", {stopped} stopped" if stopped else ""
    return f"{counted(writes, 'change')} planned{apart}, {counted(errors, 'error')}.".capitalize()


@contextmanager
def _services(run: SyncRun, journal: RowJournal, *, retries_left: int) -> Iterator[Services]:
    """The two clients and the keepers of one run; what the clients counted is stored however it ends."""
    integration = run.account.integration
    with clients(integration, before_write=journal.beat) as (salesforce, zuora):
        try:
            check_org(integration.salesforce, salesforce)
            links = RowLinks(run)
            yield Services(
                salesforce=salesforce,
                zuora=zuora,
                journal=journal,
                links=links,
                intents=RowIntents(run),
                visible_fields=VisibleFields(integration.salesforce, salesforce),
                wait=stopping.wait,
                clock=time.monotonic,
                is_repeated=partial(ending.is_repeated, run=run, retries_left=retries_left),
                seen=partial(_learn, run, links),
            )
        finally:
            run.add_calls(
                salesforce=salesforce.calls.api,
                zuora=zuora.calls.api,
                salesforce_tokens=salesforce.calls.token,
                zuora_tokens=zuora.calls.token,
            )


def _learn(run: SyncRun, links: RowLinks, seen: object) -> None:
    links.learn(seen)
    if run.mask:
        run.mask.learn(seen)


def _show_on_row(account: Account, plan: Plan, *, zuora_id: str = "", number: str = "") -> None:
    """What the lists show of an account: name and parent as Salesforce has them, id and number as Zuora has them (also of an
    account that was made as somebody's parent before it had a row). Of a merged account the winner's are not taken."""
    if plan.salesforce_id != account.salesforce_id or not plan.account_name:
        return
    Account.objects.remember(
        account.integration,
        account.salesforce_id,
        name=plan.account_name,
        parent_salesforce_id=plan.parent_id,
    )
    if zuora_id:
        Account.objects.filter(pk=account.pk).update(zuora_id=zuora_id, zuora_account_number=number)
