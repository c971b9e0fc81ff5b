"""*Sync these*: a sync for each account that a drift report found to differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from connector.jobs.queueing import enqueue_sync
from connector.models import OPEN, Account, DriftFinding, RunAlreadyOpen, SyncRun
from connector.models.drift import SYNCABLE

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_SYNCS = 500
"""Queued at a time: somebody waits."""


@dataclass(frozen=True, slots=True)
class Queued:
    """`busy` accounts are being synced already, `done` ones were synced since they were looked at, `left` are beyond MOST_SYNCS."""

    started: int
    busy: int
    done: int
    left: int


def unsynced(findings: QuerySet[DriftFinding]) -> QuerySet[DriftFinding]:
    """Those that a sync settles, and that none has settled since."""
    is_green = Q(account__last_outcome=Account.Outcome.SUCCEEDED)
    has_succeeded = Q(account__last_run__status=SyncRun.Status.SUCCEEDED)  # and waits to be looked at
    settled = findings.filter(is_green | has_succeeded, account__last_synced_at__gt=F("at"))
    return findings.filter(kind__in=SYNCABLE).exclude(pk__in=settled.values("pk"))


def sync_findings(findings: QuerySet[DriftFinding], *, requested_by: User | None = None) -> Queued:
    """Raises ConfigError where the integration is switched off."""
    every = findings.filter(kind__in=SYNCABLE).count()
    waiting = unsynced(findings).select_related("account__integration").order_by("account_id")
    open_syncs = SyncRun.objects.filter(kind=SyncRun.Kind.SYNC, status__in=OPEN)
    wanted = waiting.exclude(account__in=open_syncs.values("account"))
    total, unsettled = wanted.count(), waiting.count()
    started = raced = 0
    for found in wanted[:MOST_SYNCS]:
        try:
            enqueue_sync(found.account, trigger=SyncRun.Trigger.ADMIN, requested_by=requested_by)
            started += 1
        except RunAlreadyOpen:
            raced += 1
    return Queued(
        started=started,
        busy=unsettled - total + raced,
        done=every - unsettled,
        left=max(total - MOST_SYNCS, 0),
    )
