"""Migration 0034: what the last sync of an account told somebody to look at shows on its page from then on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

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
        LogEntry.objects.write(
            run,
            sequence=day + 1,
            at=NOW + timedelta(days=day, hours=hours),
            step="apply",
            noun="order",
            action=action,
            record="Order 00000101",
            message=message,
        )
    run.finish(status="partial", message=told[-1], now=NOW + timedelta(hours=hours))
    return run


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
