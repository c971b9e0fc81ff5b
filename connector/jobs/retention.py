"""What the log keeps, and for how long: details go first, later the whole run, in batches short enough for workers to write beside.

Of every account the last run stays whole, and its last sync that was carried out; so does a run that is open, and one that a
create whose end is not known points to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from connector.models import DriftDifference, DriftFinding, DriftReport, LogEntry, SyncRun, WriteIntent
from connector.models.claims import LIVE
from connector.models.drift import OPEN_REPORTS
from connector.models.run_states import CARRIED_OUT, CLOSED

logger = logging.getLogger(__name__)

HOUR_SECONDS = 3600
BATCH = 1_000
"""Rows of one transaction: some milliseconds, in which SQLite lets nobody else write."""
RUNS = 50
"""Runs of one batch: their plans are large."""

_AXES = ("AccessAttempt", "AccessFailureLog", "AccessLog")


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was removed, or would be: `plans` and `details` emptied in their rows, everything else whole rows."""

    plans: int = 0
    details: int = 0
    runs: int = 0
    entries: int = 0
    intents: int = 0
    logins: int = 0
    sessions: int = 0
    reports: int = 0


def prune(now: datetime, *, is_dry: bool = False, batch: int = BATCH) -> Pruned:
    """Remove what is older than LOG_DETAIL_DAYS and LOG_DAYS (0: never), and sessions that have ended."""
    plans = details = runs = entries = intents = logins = 0
    remove = partial(_remove, is_dry=is_dry, batch=batch)
    if settings.LOG_DAYS:
        cutoff = now - timedelta(days=settings.LOG_DAYS)
        runs, entries = _whole_runs(cutoff, is_dry=is_dry, batch=batch)
        closed = WriteIntent.objects.exclude(state__in=LIVE).filter(settled_at__lt=cutoff)
        intents = remove(closed, lambda rows: rows.delete())
        logins = sum(remove(rows, lambda batch: batch.delete()) for rows in _logins(cutoff))
    if settings.LOG_DETAIL_DAYS:
        cutoff = now - timedelta(days=settings.LOG_DETAIL_DAYS)
        plans, details = _details(cutoff, now, is_dry=is_dry, batch=batch)
    sessions = remove(Session.objects.filter(expire_date__lt=now), lambda rows: rows.delete())
    reports = _reports(now, is_dry=is_dry, batch=batch)
    return Pruned(plans, details, runs, entries, intents, logins, sessions, reports)


def prune_hourly() -> None:
    """The duty of every minute, which one worker does once an hour. Raises RedisError where nobody knows when it was done."""
    if cache.add("pruned", True, timeout=HOUR_SECONDS):
        logger.info("Pruned the log: %s", prune(datetime.now(UTC)))


def _old_runs(cutoff: datetime) -> QuerySet[SyncRun]:
    """Closed runs of before `cutoff` that nothing needs any more."""
    later = SyncRun.objects.filter(account=OuterRef("account"), created_at__gt=OuterRef("created_at"))
    later_sync = later.filter(kind=SyncRun.Kind.SYNC, status__in=CARRIED_OUT)
    pending = WriteIntent.objects.filter(run=OuterRef("pk"), state__in=LIVE)
    return (
        SyncRun.objects.filter(status__in=CLOSED, created_at__lt=cutoff)
        .filter(Q(finished_at=None) | Q(finished_at__lt=cutoff))
        .filter(Exists(later) & (Q(kind=SyncRun.Kind.PREVIEW) | Exists(later_sync)))
        .exclude(Exists(pending))
        .exclude(account__last_run=F("pk"))
        .order_by()
    )


def _details(cutoff: datetime, now: datetime, *, is_dry: bool, batch: int) -> tuple[int, int]:
    old = _old_runs(cutoff).filter(details_removed_at=None)
    told = LogEntry.objects.exclude(detail={})
    if is_dry:
        if settings.LOG_DAYS:  # those would be gone by now
            old = old.exclude(pk__in=_old_runs(now - timedelta(days=settings.LOG_DAYS)).values("pk"))
        return old.exclude(plan=None).count(), told.filter(run__in=old).count()
    plans = details = 0
    while keys := list(old.values_list("pk", flat=True)[:RUNS]):
        full = told.filter(run__in=keys)
        details += _remove(full, lambda rows: rows.update(detail={}), is_dry=False, batch=batch)
        these = SyncRun.objects.filter(pk__in=keys)
        plans += these.exclude(plan=None).count()
        these.update(plan=None, details_removed_at=now)
    return plans, details


def _whole_runs(cutoff: datetime, *, is_dry: bool, batch: int) -> tuple[int, int]:
    """The entries first, in batches: taking a run away takes all that is left of it in one transaction."""
    old = _old_runs(cutoff)
    if is_dry:
        return old.count(), LogEntry.objects.filter(run__in=old).count()
    runs = entries = 0
    while keys := list(old.values_list("pk", flat=True)[:RUNS]):
        theirs = LogEntry.objects.filter(run__in=keys)
        entries += _remove(theirs, lambda rows: rows.delete(), is_dry=False, batch=batch)
        SyncRun.objects.filter(pk__in=keys).delete()
        runs += len(keys)
    return runs, entries


def _reports(now: datetime, *, is_dry: bool, batch: int) -> int:
    """Whole drift reports, as they hold nothing but differences; the newest of each integration stays."""
    days = min(filter(None, (settings.LOG_DETAIL_DAYS, settings.LOG_DAYS)), default=0)
    if not days:
        return 0
    later = DriftReport.objects.filter(
        integration=OuterRef("integration"), created_at__gt=OuterRef("created_at")
    )
    old = DriftReport.objects.exclude(status__in=OPEN_REPORTS).filter(
        Exists(later), created_at__lt=now - timedelta(days=days)
    )
    if is_dry:
        return old.count()
    keys = list(old.values_list("pk", flat=True))
    remove = partial(_remove, act=lambda rows: rows.delete(), is_dry=False, batch=batch)
    remove(DriftDifference.objects.filter(finding__report__in=keys))
    remove(DriftFinding.objects.filter(report__in=keys))
    return remove(DriftReport.objects.filter(pk__in=keys))


def _logins(cutoff: datetime) -> list[QuerySet[Any]]:
    """What django-axes keeps of attempts to log in, where it is installed."""
    if not apps.is_installed("axes"):
        return []
    models = [apps.get_model("axes", name) for name in _AXES]
    return [model._default_manager.filter(attempt_time__lt=cutoff) for model in models]


def _remove(rows: QuerySet[Any], act: Callable[[QuerySet[Any]], object], *, is_dry: bool, batch: int) -> int:
    """Act on all rows by primary key, a batch at a time; the answer is how many they were. What was acted on must not be
    among `rows` any more."""
    if is_dry:
        return rows.count()
    done = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:batch]):
        act(rows.model._default_manager.filter(pk__in=keys))
        done += len(keys)
    return done
