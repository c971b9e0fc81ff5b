"""An account that somebody shall look at is not green before he says that he has, whatever its later syncs come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from connector.domain.personal import Mask
from connector.domain.to_check import CHECK, lines
from connector.jobs.keepers import RowJournal
from connector.models import Account, LogEntry, SyncRun, looked_at
from connector.sync.journal import Entry, Step
from tests.cast import ACME_HOLDING
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

COMPARE = "Order 00000101: compare the two."
OTHER = "Order 00000102: compare the two."
REMINDER = "Still to be looked at: 1 thing, on the account's page."
HAS_BEEN = "What was to be looked at has been."
PRESS = "Press Resync, which says how the account stands."
WHO = "An operator of this connector"


def _tell(run: SyncRun, message: str, *, record: str = "", action: str = CHECK) -> None:
    sequence = LogEntry.objects.next_sequence(run)
    LogEntry.objects.write(
        run,
        sequence=sequence,
        at=NOW,
        step="apply",
        noun="order",
        action=action,
        record=record or message,
        message=message,
    )


def _ended(
    account: Account, status: str = "succeeded", *told: str, hours: int = 0, message: str = "In step."
) -> SyncRun:
    """A sync that told these things to be looked at, and ended so many hours after NOW."""
    run, end = rows.started_run(account), _at(hours)
    for each in told:
        _tell(run, each)
    if status == "failed":
        run.fail(message=message, who_acts="The owner", now=end)
    else:
        run.finish(status=status, message=message, who_acts=WHO if told else "", now=end)
    account.refresh_from_db()
    return run


def _told(account: Account) -> list[str]:
    account.refresh_from_db()
    return [each.message for each in lines(account.to_check)]


def _shown(account: Account, message: str = COMPARE) -> str:
    """What the page posts for the button beside that message."""
    account.refresh_from_db()
    (digest,) = [each.digest for each in lines(account.to_check) if each.message == message]
    return digest


def _look(account: Account, message: str = COMPARE) -> None:
    assert looked_at(account, _shown(account, message)) is not None


def _at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def _row(account: Account) -> tuple[str, str]:
    account.refresh_from_db()
    return account.last_outcome, account.last_message


def test_an_account_keeps_what_its_runs_told_somebody_to_look_at() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, OTHER)
    _ended(acme, "failed", COMPARE, "Order 00000103: compare the two.", hours=1)

    assert _told(acme) == [OTHER, COMPARE, "Order 00000103: compare the two."]


def test_a_look_up_that_is_refused_each_time_is_one_thing() -> None:
    """Zuora names the request in each refusal."""
    acme = rows.account()
    for hours in range(3):
        run = rows.started_run(acme)
        _tell(run, f"Order 1 could not be looked up (request req-{hours}).", record="Order 1")
        run.finish(status="partial", message="Partly.", now=_at(hours))

    assert _told(acme) == ["Order 1 could not be looked up (request req-2)."]


def test_of_each_record_the_last_that_a_run_told_is_kept_and_nothing_else_of_its_log() -> None:
    acme = rows.account()
    run = rows.started_run(acme)
    _tell(run, "Order 1 may be there.", record="Order 1")
    _tell(run, "Order 1 is there: compare the two.", record="Order 1")
    _tell(run, "Order 2 created.", action="created")
    run.finish(status="partial", message="Partly.", now=NOW)

    assert _told(acme) == ["Order 1 is there: compare the two."]


def test_what_a_run_tells_is_kept_at_once() -> None:
    """It is settled by then: no later attempt tells it, and perhaps a worker of another release ends the run."""
    acme = rows.account()
    _tell(rows.started_run(acme), COMPARE)

    assert (_told(acme), _row(acme)[0]) == ([COMPARE], "running")


def test_what_is_hidden_in_the_log_is_hidden_there_too() -> None:
    run = rows.started_run()
    run.mask = Mask()
    _tell(run, "The order of ada@acme.example: compare the two.")
    run.finish(status="partial", message="Partly.", now=NOW)

    (kept,) = _told(run.account)
    assert kept == LogEntry.objects.get().message
    assert "ada@" not in kept


def test_a_preview_leaves_nothing_to_look_at() -> None:
    run = rows.started_run(kind="preview")
    _tell(run, COMPARE)
    run.finish(message="Would create 1 order.", now=NOW)

    assert Account.objects.get().to_check == ""


def test_a_later_success_does_not_make_it_green() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, message=COMPARE)
    assert (_row(acme), acme.who_acts) == (("partial", COMPARE), "An operator of this connector")

    run = _ended(acme, "succeeded", hours=1, message="Unchanged 1 order.")

    assert _row(acme) == ("partial", f"{REMINDER} Unchanged 1 order.")
    assert acme.who_acts == "An operator of this connector"
    assert acme.last_synced_at == _at(1)
    stored = SyncRun.objects.get(pk=run.pk)
    assert (stored.status, stored.message) == ("succeeded", "Unchanged 1 order.")


@pytest.mark.parametrize("status", ["failed", "partial"])
def test_a_run_that_failed_says_so_itself(status: str) -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE)

    _ended(acme, status, hours=1, message="Acme Corp has no billing state.")

    assert _row(acme) == (status, "Acme Corp has no billing state.")
    assert _told(acme) == [COMPARE]


@pytest.mark.parametrize("before", ["succeeded", None])
def test_a_cancelled_run_does_not_make_it_green_either(before: str | None) -> None:
    acme = rows.account(to_check=COMPARE)
    if before:
        _ended(acme, before)

    _ended(acme, "cancelled", hours=1, message="Cancelled.")

    assert _row(acme) == ("partial", f"{REMINDER} Cancelled.")


def test_what_somebody_looked_at_is_taken_off_and_the_last_sync_shows() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, message=COMPARE)
    _ended(acme, "succeeded", hours=1, message="Unchanged 1 order.")

    looked = looked_at(acme, _shown(acme))

    assert looked is not None
    assert (looked.message, looked.record) == (COMPARE, COMPARE)
    assert _row(acme) == ("succeeded", "Unchanged 1 order.")
    assert (acme.to_check, acme.who_acts) == ("", "")
    _ended(acme, "succeeded", hours=2, message="Unchanged.")
    assert _row(acme) == ("succeeded", "Unchanged.")


def test_what_nobody_has_looked_at_stays() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, OTHER)
    _ended(acme, "succeeded", hours=1, message="Unchanged.")

    _look(acme, OTHER)

    assert _row(acme) == ("partial", f"{REMINDER} Unchanged.")
    assert _told(acme) == [COMPARE]


def test_the_run_that_told_it_stays_partial_and_asks_for_nothing_more() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, OTHER, message=f"{COMPARE} (1 more)")

    _look(acme)
    assert (_row(acme), acme.who_acts) == (("partial", REMINDER), WHO)

    _look(acme, OTHER)
    assert (_row(acme), acme.who_acts) == (("partial", f"{HAS_BEEN} {PRESS}"), "")


def test_what_a_run_before_told_is_still_asked_for() -> None:
    acme = rows.account(to_check=OTHER)
    _ended(acme, "partial", COMPARE, message=COMPARE)

    _look(acme)

    assert (_row(acme), acme.who_acts) == (("partial", REMINDER), WHO)


def test_what_failed_besides_stays_to_be_read() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, message="Order 00000103 has no lines. (1 more)")

    _look(acme)

    assert _row(acme) == ("partial", f"Order 00000103 has no lines. (1 more) {HAS_BEEN}")
    assert acme.who_acts == WHO


def test_a_failure_is_not_looked_away() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE)
    _ended(acme, "failed", hours=1, message="Acme Corp has no billing state.")

    _look(acme)

    assert _row(acme) == ("failed", "Acme Corp has no billing state.")
    assert acme.who_acts == "The owner"


def test_after_a_cancelled_run_the_one_before_it_shows() -> None:
    acme = rows.account(to_check=COMPARE)
    _ended(acme, "succeeded")
    _ended(acme, "cancelled", hours=1, message="Cancelled.")

    _look(acme)

    assert _row(acme) == ("succeeded", "Cancelled.")


def test_what_a_run_told_anew_stays() -> None:
    """Whoever had the page open has not been shown it, though the words may be the same."""
    acme = rows.account()
    _ended(acme, "partial", COMPARE)
    shown = _shown(acme)
    run = rows.started_run(acme)
    LogEntry.objects.write(
        run, sequence=1, at=_at(1), step="apply", noun="order", action=CHECK, record=COMPARE, message=COMPARE
    )
    run.finish(status="partial", message=COMPARE, now=_at(1))

    assert looked_at(acme, shown) is None

    assert (_row(acme), _told(acme)) == (("partial", COMPARE), [COMPARE])


@pytest.mark.parametrize("seen", ["", "x"])
def test_what_was_not_shown_is_not_taken_off(seen: str) -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE, message=COMPARE)

    assert looked_at(acme, seen) is None

    assert (_row(acme), _told(acme)) == (("partial", COMPARE), [COMPARE])


def test_what_is_taken_off_twice_is_taken_off_once() -> None:
    acme = rows.account(to_check=COMPARE)
    shown = _shown(acme)

    assert [bool(looked_at(acme, shown)) for _ in range(2)] == [True, False]


def test_an_account_that_was_removed_has_nothing_to_take_off() -> None:
    acme = rows.account(to_check=COMPARE)
    shown = _shown(acme)
    Account.objects.all().delete()

    assert looked_at(acme, shown) is None


def test_a_run_that_goes_on_shows_and_says_at_its_end_how_the_account_stands() -> None:
    acme = rows.account()
    _ended(acme, "partial", COMPARE)
    run = rows.started_run(acme)

    _look(acme)

    assert _row(acme) == ("running", "")
    run.finish(message="Unchanged.", now=_at(2))
    assert _row(acme) == ("succeeded", "Unchanged.")


def test_what_somebody_looked_at_while_its_run_waited_does_not_come_back() -> None:
    """A later attempt finds it resolved, and tells nothing."""
    acme = rows.account()
    run = rows.started_run(acme)
    _tell(run, COMPARE)
    _tell(run, OTHER)
    run.retry_later(message="Zuora is away.", now=NOW)
    assert run.to_check() == (COMPARE, OTHER)

    _look(acme)

    run.start(now=_at(1))
    assert run.to_check() == (OTHER,)
    _look(acme, OTHER)
    assert run.to_check() == ()
    run.finish(message="Unchanged.", now=_at(1))
    assert (_row(acme), acme.to_check) == (("succeeded", "Unchanged."), "")


def test_what_somebody_looked_at_while_its_run_ended_is_not_asked_for() -> None:
    acme = rows.account()
    run = rows.started_run(acme)
    _tell(run, COMPARE)
    _look(acme)

    run.finish(status="partial", message=COMPARE, who_acts=WHO, now=NOW)

    assert (_row(acme), acme.who_acts) == (("partial", f"{HAS_BEEN} {PRESS}"), "")


def test_each_account_has_its_own() -> None:
    acme = rows.account()
    holding = rows.account(ACME_HOLDING, of=acme.integration, to_check=OTHER)
    _ended(acme, "partial", COMPARE)

    assert looked_at(holding, _shown(acme)) is None
    _look(acme)
    assert (_row(holding)[0], _told(holding)) == ("never", [OTHER])


@pytest.mark.postgres(only=True)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", [True, False])
def test_of_a_press_and_what_a_run_tells_at_once_neither_is_lost(is_first: bool) -> None:
    """Whichever begins, the other waits for it: what the run tells stays, and what was shown is taken off."""
    acme = rows.account(to_check=COMPARE)
    run = rows.started_run(acme)
    shown = _shown(acme)
    acts: list[Callable[[], object]] = [lambda: looked_at(acme, shown), lambda: _tell(run, OTHER)]
    first, second = acts if is_first else reversed(acts)

    def late() -> None:
        try:
            second()
        finally:
            connection.close()

    thread = Thread(target=late)
    with transaction.atomic():
        first()
        thread.start()
        _wait_for_a_lock()
    thread.join(timeout=30)

    assert _told(acme) == [OTHER]


@pytest.mark.postgres(only=True)
@pytest.mark.django_db(transaction=True)
def test_a_run_does_not_end_while_it_tells_something() -> None:
    """Its account would be green, and what is told be kept by it all the same."""
    acme = rows.account()
    run = rows.started_run(acme)
    journal = RowJournal(run)
    ends: list[Thread] = []

    def end() -> None:
        try:
            SyncRun.objects.get(pk=run.pk).finish(message="Unchanged.", now=NOW)
        finally:
            connection.close()

    def once_at_it(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if '"connector_account"' in sql and not ends:
            ends.append(Thread(target=end))
            ends[0].start()
            _wait_for_a_lock()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(once_at_it):
        journal.write(Entry(Step.APPLY, COMPARE, noun="order", record=COMPARE, action=CHECK))
    ends[0].join(timeout=30)

    assert (_row(acme), _told(acme)) == (("partial", f"{REMINDER} Unchanged."), [COMPARE])


def _wait_for_a_lock() -> None:
    """Until somebody waits for a row that this transaction holds."""
    end = monotonic() + 20
    with connection.cursor() as cursor:
        while monotonic() < end:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    raise AssertionError("Nobody waits")
