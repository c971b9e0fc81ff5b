"""Migration 0034: what the last sync of an account told somebody to look at shows on its page from then on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from connector.domain.to_check import CHECK, Told, lines
from connector.models import Account, LogEntry, SyncRun, looked_at
from tests.models import rows
from tests.models.migrating import migrate
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

COMPARE = "Order 00000101: compare the two."


@pytest.fixture
def before() -> Iterator[Account]:
    account = rows.account()
    migrate("0033")
    try:
        yield account
    finally:
        migrate()


def _ran(account: Account, *told: str, action: str = CHECK, kind: str = "sync", hours: int = 0) -> SyncRun:
    """A run that told these of one order, a day after another, and that the release before closed."""
    run = rows.started_run(account, kind=kind)
    for day, message in enumerate(told):
        _tell(run, message, sequence=day + 1, at=NOW + timedelta(days=day, hours=hours), action=action)
    run.finish(status="partial", message=told[-1], now=NOW + timedelta(hours=hours))
    return run


def _tell(run: SyncRun, message: str, *, sequence: int, at: datetime, action: str = CHECK) -> None:
    LogEntry.objects.write(
        run,
        sequence=sequence,
        at=at,
        step="apply",
        noun="order",
        action=action,
        record="Order 00000101",
        message=message,
    )


def _kept(account: Account) -> tuple[Told, ...]:
    account.refresh_from_db()
    return lines(account.to_check)


def test_what_the_last_run_told_is_kept(before: Account) -> None:
    _ran(before, "Order 00000101: long past.")
    _ran(before, "Order 00000101: may come.", COMPARE, hours=1)
    Account.objects.update(to_check="")

    migrate()

    (kept,) = _kept(before)
    assert (kept.message, kept.noun, kept.record) == (COMPARE, "order", "Order 00000101")
    assert (kept.first_day, kept.last_day) == (date(2026, 3, 2), date(2026, 3, 3))
    assert looked_at(before, kept.digest) == kept


@pytest.mark.parametrize("then", ["start", "hand_back", "retry_later", "cancelled"])
def test_of_an_account_whose_last_run_came_to_nothing_yet_what_the_one_before_told_is_kept(
    before: Account, then: str
) -> None:
    """A worker that is stopped for the upgrade hands its run back."""
    _ran(before, "Order 00000101: long past.")
    _ran(before, COMPARE, hours=1)
    run = rows.started_run(before)
    if then == "cancelled":
        run.finish(status=then, message="Cancelled.", now=NOW + timedelta(hours=2))
    elif then != "start":
        getattr(run, then)(message="The worker was stopped.", now=NOW + timedelta(hours=2))
    Account.objects.update(to_check="")

    migrate()

    assert [each.message for each in _kept(before)] == [COMPARE]


def test_what_a_run_that_is_not_over_tells_stands_for_what_the_one_before_told(before: Account) -> None:
    _ran(before, COMPARE)
    SyncRun.objects.update(created_at=NOW)
    run = rows.started_run(before)
    _tell(run, "Order 00000101: may come.", sequence=1, at=NOW + timedelta(days=3))
    Account.objects.update(to_check="")

    migrate()

    (kept,) = _kept(before)
    assert (kept.message, kept.first_day) == ("Order 00000101: may come.", NOW.date())


def test_what_was_told_before_a_sync_that_succeeded_is_not(before: Account) -> None:
    _ran(before, COMPARE)
    rows.started_run(before).finish(message="Unchanged.", now=NOW + timedelta(hours=1))
    rows.started_run(before)
    Account.objects.update(to_check="")

    migrate()

    assert _kept(before) == ()


def test_going_back_and_there_again_takes_nothing_off_and_adds_nothing(before: Account) -> None:
    _ran(before, COMPARE)
    kept = _kept(before)

    migrate()
    migrate("0033")
    migrate()

    assert _kept(before) == kept


@pytest.mark.parametrize("fields", [{"action": "created"}, {"kind": "preview"}])
def test_nothing_else_that_a_run_told_is(before: Account, fields: dict[str, str]) -> None:
    run = _ran(before, COMPARE, **fields)
    Account.objects.update(last_run=run, last_outcome="failed")

    migrate()

    assert _kept(before) == ()


def test_an_account_that_has_been_synced_well_since_stays_so(before: Account) -> None:
    _ran(before, COMPARE)
    Account.objects.update(to_check="", last_outcome="succeeded")

    migrate()

    assert _kept(before) == ()
