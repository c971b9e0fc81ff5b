"""What is pruned by age, and what never is."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command

from connector.jobs.housekeeping import DUTIES
from connector.jobs.retention import Pruned, prune, prune_hourly
from connector.models import Account, LogEntry, SyncRun, WriteIntent
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

DETAILS_GO, ALL_GOES = 100, 500


def _run(account: Account, *, days: int, entries: int = 1, **fields: Any) -> SyncRun:
    """A run of `days` ago with a plan and some entries."""
    at = rows.NOW - timedelta(days=days)
    run = rows.sync_run(account, **{"status": "succeeded", "plan": {"operations": []}, **fields})
    SyncRun.objects.filter(pk=run.pk).update(created_at=at, finished_at=None if run.is_open else at)
    for sequence in range(1, entries + 1):
        LogEntry.objects.write(
            run, sequence=sequence, at=at, step="apply", message="Sent.", detail={"sent": {"a": 1}}
        )
    return run


def _is_whole(run: SyncRun) -> bool:
    run.refresh_from_db()
    return run.plan is not None and all(entry.detail for entry in run.entries.all())


def test_details_go_first_and_the_lines_stay() -> None:
    account = rows.account()
    old, last = _run(account, days=DETAILS_GO, entries=3), _run(account, days=1)

    assert prune(rows.NOW, batch=2) == Pruned(plans=1, details=3)

    old.refresh_from_db()
    assert (old.plan, old.details_removed_at) == (None, rows.NOW)
    assert [(entry.message, entry.detail) for entry in old.entries.all()] == [("Sent.", {})] * 3
    assert _is_whole(last)
    assert prune(rows.NOW) == Pruned()


def test_whole_runs_go_with_all_their_lines() -> None:
    account = rows.account()
    old, last = _run(account, days=ALL_GOES, entries=5), _run(account, days=1)

    assert prune(rows.NOW, batch=2) == Pruned(runs=1, entries=5)

    assert list(SyncRun.objects.all()) == [last]
    assert not LogEntry.objects.filter(run_id=old.pk).exists()


def test_the_last_run_and_the_last_sync_stay_however_old_they_are() -> None:
    account = rows.account()
    sync = _run(account, days=ALL_GOES + 2)
    cancelled = _run(account, days=ALL_GOES + 1, status="cancelled")
    preview = _run(account, days=ALL_GOES, kind="preview")

    assert prune(rows.NOW) == Pruned()
    assert all(map(_is_whole, (sync, cancelled, preview)))


def test_what_the_account_shows_as_its_last_run_stays() -> None:
    account = rows.account()
    shown, _ = _run(account, days=ALL_GOES), _run(account, days=1)
    Account.objects.filter(pk=account.pk).update(last_run=shown)

    assert prune(rows.NOW) == Pruned()
    assert _is_whole(shown)


def test_an_open_run_and_one_with_an_open_write_stay() -> None:
    account = rows.account()
    waiting = _run(account, days=ALL_GOES, kind="preview", status="retrying")
    unsure = _run(account, days=ALL_GOES)
    rows.write_intent(unsure, state=WriteIntent.State.UNKNOWN)
    _run(account, days=1)

    assert prune(rows.NOW) == Pruned()
    assert _is_whole(waiting)
    assert _is_whole(unsure)


def test_closed_writes_and_ended_sessions_go() -> None:
    run = _run(rows.account(), days=1)
    long_ago = rows.NOW - timedelta(days=ALL_GOES)
    rows.write_intent(run, state=WriteIntent.State.SETTLED, settled_at=long_ago)
    kept = rows.write_intent(run, state=WriteIntent.State.FAILED, settled_at=rows.NOW)
    Session.objects.create(session_key="old", session_data="", expire_date=long_ago)
    Session.objects.create(session_key="new", session_data="", expire_date=rows.NOW + timedelta(days=1))

    assert prune(rows.NOW) == Pruned(intents=1, sessions=1)

    assert list(WriteIntent.objects.all()) == [kept]
    assert [session.pk for session in Session.objects.all()] == ["new"]


def test_zero_days_keep_the_log_for_ever(settings: LazySettings) -> None:
    settings.LOG_DETAIL_DAYS = settings.LOG_DAYS = 0
    account = rows.account()
    old, _ = _run(account, days=5000), _run(account, days=1)

    assert prune(rows.NOW) == Pruned()
    assert _is_whole(old)


def test_the_command_says_what_it_would_remove_and_what_it_removed() -> None:
    account = rows.account()
    for days in (ALL_GOES * 10, ALL_GOES * 10, 10):
        _run(account, days=days, entries=2)
    said = [StringIO(), StringIO(), StringIO()]

    call_command("prune", "--dry-run", stdout=said[0])
    assert SyncRun.objects.count() == 3
    call_command("prune", stdout=said[1])
    call_command("prune", stdout=said[2])

    assert SyncRun.objects.count() == 1
    counts = "2 whole runs, 4 log entries"
    assert [each.getvalue().strip() for each in said] == [
        f"Would remove: {counts}.",
        f"Removed: {counts}.",
        "Nothing is old enough to be removed.",
    ]


def test_house_is_kept_of_it_once_an_hour(redis_url: str) -> None:
    cache.delete("pruned")
    account = rows.account()
    _run(account, days=ALL_GOES * 10)
    _run(account, days=1)

    prune_hourly()
    assert SyncRun.objects.count() == 1

    _run(account, days=ALL_GOES * 10)
    prune_hourly()
    assert SyncRun.objects.count() == 2
    assert prune_hourly in DUTIES
