"""The story of each account, line by line: what was decided, sent, answered, and what to do about a failure.

Every line is an insert of its own, made at once: a crash keeps the story so far. Lines are never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max

from connector.domain.operations import Severity
from connector.domain.to_check import CHECK, Told
from connector.models import sanitise, standing
from connector.models.accounts import Account
from connector.models.run_states import RunKind
from connector.models.runs import SyncRun


class LogEntryManager(models.Manager["LogEntry"]):
    def next_sequence(self, run: SyncRun) -> int:
        """Where a new attempt goes on numbering."""
        last: int | None = self.filter(run=run).aggregate(last=Max("sequence"))["last"]
        return (last or 0) + 1

    def is_kept(self, run: SyncRun, *, action: str) -> bool:
        """Whether the account keeps such a line as well: what a sync tells somebody to look at."""
        return action == CHECK and run.kind == RunKind.SYNC

    def write(
        self,
        run: SyncRun,
        *,
        sequence: int,
        at: datetime,
        step: str,
        message: str,
        level: str = Severity.NOTICE,
        noun: str = "",
        action: str = "",
        record: str = "",
        salesforce_id: str = "",
        zuora_id: str = "",
        who_acts: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> LogEntry:
        """Store one line, made fit for the database whatever it holds, and without personal data where that is hidden. What a sync
        tells somebody to look at, its account keeps as well."""
        entry = self.model(
            run=run,
            account_id=run.account_id,
            attempt=run.attempt,
            sequence=sequence,
            at=at,
            step=str(step),
            level=str(level),
            noun=str(noun),
            action=str(action),
            record=sanitise.line(run.shown(record), limit=255),
            salesforce_id=sanitise.line(salesforce_id, limit=18),
            zuora_id=sanitise.line(zuora_id, limit=64),
            message=sanitise.text(run.shown(message)),
            who_acts=sanitise.line(who_acts, limit=200),
            detail=sanitise.json_object(run.shown(detail or {})),
        )
        if not self.is_kept(run, action=action):
            entry.save(force_insert=True)
            return entry
        with transaction.atomic():
            standing.keep(run.account_id, Told(entry.message, entry.noun, entry.record), at=at)
            entry.save(force_insert=True)
        return entry


class LogEntry(models.Model):
    class Step(models.TextChoices):
        GATHER = "gather", "Read"
        PLAN = "plan", "Decide"
        APPLY = "apply", "Write"
        FINISH = "finish", "Finish"

    class Level(models.TextChoices):
        NOTICE = Severity.NOTICE.value, "Notice"
        WARNING = Severity.WARNING.value, "Warning"
        ERROR = Severity.ERROR.value, "Error"

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="log_entries")
    attempt = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=Step.choices)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.NOTICE)
    noun = models.CharField(max_length=20, blank=True, default="")
    action = models.CharField(max_length=20, blank=True, default="")
    record = models.CharField(max_length=255, blank=True, default="")
    salesforce_id = models.CharField("Salesforce id", max_length=18, blank=True, default="")
    zuora_id = models.CharField("Zuora id", max_length=64, blank=True, default="")
    message = models.TextField()
    who_acts = models.CharField(max_length=200, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    objects = LogEntryManager()

    class Meta:
        verbose_name = "log entry"
        verbose_name_plural = "log entries"
        ordering = ("run", "sequence", "pk")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("account", "-at"), name="connector_log_of_account"),
            models.Index(fields=("run", "sequence"), name="connector_log_of_run"),
            models.Index(fields=("-at", "-id"), name="connector_log_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.message}"
