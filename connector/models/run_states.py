"""What a run may be, and what its account shows for it."""

from __future__ import annotations

from django.db import models

from connector.models.accounts import Account


class RunStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    RETRYING = "retrying", "Waiting to try again"
    SUCCEEDED = "succeeded", "Succeeded"
    PARTIAL = "partial", "Partly synced"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class RunKind(models.TextChoices):
    PREVIEW = "preview", "Preview"
    SYNC = "sync", "Sync"


OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.RETRYING)
CLOSED = (RunStatus.SUCCEEDED, RunStatus.PARTIAL, RunStatus.FAILED, RunStatus.CANCELLED)

CARRIED_OUT = (RunStatus.SUCCEEDED, RunStatus.PARTIAL, RunStatus.FAILED)

OUTCOMES = {
    RunStatus.SUCCEEDED: Account.Outcome.SUCCEEDED,
    RunStatus.PARTIAL: Account.Outcome.PARTIAL,
    RunStatus.FAILED: Account.Outcome.FAILED,
}
