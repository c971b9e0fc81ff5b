"""A run: one attempt after another to preview or sync one account. The database is the truth about it, the queue a doorbell.

Status changes only through `start`, `retry_later`, `finish` and `fail`. Every write of a result carries the attempt number it
was made under: a work-horse that outlived its worker finds its attempt overtaken and cannot overwrite its successor.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from connector.domain.personal import Mask
from connector.domain.to_check import CHECK, Told, lines
from connector.errors import ConfigError
from connector.models import sanitise, standing
from connector.models.accounts import Account
from connector.models.run_states import CLOSED, OPEN, RunKind, RunStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class RunAlreadyOpen(Exception):
    """The account is being synced: `run` is the open one."""

    def __init__(self, run: SyncRun) -> None:
        super().__init__(f"{run.account} is being synced already, since {run.created_at:%Y-%m-%d %H:%M} UTC.")
        self.run = run


class RunSuperseded(Exception):
    """The run was closed, or started anew by another worker: nothing more may be written under this attempt."""


class SyncRunManager(models.Manager["SyncRun"]):
    def request(
        self,
        account: Account,
        *,
        kind: str,
        trigger: str,
        requested_by: User | None = None,
    ) -> SyncRun:
        """A queued run; its id is the job's. Raises RunAlreadyOpen where a sync of the account is open, and
        ConfigError where the integration is switched off (a preview changes nothing and is allowed)."""
        integration = account.integration
        if kind == RunKind.SYNC and not integration.is_active:
            raise ConfigError(
                f"The integration “{integration}” is switched off. Switch it on to sync {account}.",
                record=account.salesforce_id,
            )
        try:
            with transaction.atomic():
                return self.create(account=account, kind=kind, trigger=trigger, requested_by=requested_by)
        except IntegrityError:
            open_run = self.open_sync(account)
            if open_run is None:
                raise
            raise RunAlreadyOpen(open_run) from None

    def open_sync(self, account: Account) -> SyncRun | None:
        return self.filter(account=account, kind=RunKind.SYNC, status__in=OPEN).first()

    def open_preview(self, account: Account) -> SyncRun | None:
        return self.filter(account=account, kind=RunKind.PREVIEW, status__in=OPEN).first()


class SyncRun(models.Model):
    Status = RunStatus
    Kind = RunKind

    class Trigger(models.TextChoices):
        ADMIN = "admin", "Admin page"
        COMMAND = "command", "Command line"
        """Carried out by the command itself: there is no job."""
        QUEUED = "queued", "Command line (queued)"
        API = "api", "API"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=RunKind.choices)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How many attempts ended because a remote was unavailable; waiting for a side that is known to be down is none."""
    losses = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often the run was found without a worker."""
    message = models.TextField(blank=True, default="")
    who_acts = models.CharField(max_length=200, blank=True, default="")
    plan = models.JSONField(null=True, blank=True, default=None)
    salesforce_calls = models.PositiveIntegerField("calls to Salesforce", default=0)
    zuora_calls = models.PositiveIntegerField("calls to Zuora", default=0)
    salesforce_token_calls = models.PositiveIntegerField("logins to Salesforce", default=0)
    zuora_token_calls = models.PositiveIntegerField("logins to Zuora", default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    details_removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    mask: Mask | None = None
    """Not stored: set on the instance that is carried out where personal data is to be hidden."""

    objects = SyncRunManager()

    class Meta:
        verbose_name = "run"
        ordering = ("-created_at",)
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(kind=RunKind.SYNC, status__in=OPEN),
                name="connector_one_open_sync_per_account",
                violation_error_message="A sync of this account is open already.",
            ),
        )
        indexes = (
            models.Index(fields=("account", "-created_at"), name="connector_run_of_account"),
            models.Index(fields=("created_at",), name="connector_run_by_age"),
            models.Index(fields=("heartbeat_at",), condition=Q(status__in=OPEN), name="connector_run_open"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.account}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def shown(self, value: Any) -> Any:
        """Text or JSON as it may be stored: without personal data where the integration wants it hidden."""
        return self.mask.value(value) if self.mask else value

    def told(self) -> tuple[Told, ...]:
        """What it told somebody to look at himself, over all attempts, as it is stored; of each record the last that was told."""
        entries = self.entries.filter(action=CHECK).order_by("sequence")
        told = [Told(*values) for values in entries.values_list("message", "noun", "record")]
        return tuple({each.key: each for each in told}.values())

    def to_check(self) -> tuple[str, ...]:
        """The messages of `told` that nobody has looked at yet."""
        kept = Account.objects.filter(pk=self.account_id).values_list("to_check", flat=True).get()
        left = {each.key for each in lines(kept)}
        return tuple(each.message for each in self.told() if each.key in left)

    def start(self, *, now: datetime) -> None:
        """Begin the next attempt, also of a run whose worker died. Raises RunSuperseded where another was faster."""
        with transaction.atomic():
            self._write(
                status=RunStatus.RUNNING,
                attempt=F("attempt") + 1,
                message="",
                who_acts="",
                started_at=Coalesce("started_at", now),
                heartbeat_at=now,
            )
            self._show_on_account(Account.Outcome.RUNNING)
        self.refresh_from_db(fields=("attempt", "started_at"))

    def retry_later(self, *, message: str, who_acts: str = "", now: datetime) -> None:
        """This attempt could not finish and nobody has to act: the queue will start another."""
        with transaction.atomic():
            self._write(status=RunStatus.RETRYING, message=message, who_acts=who_acts, heartbeat_at=now)
            self._show_on_account(Account.Outcome.RUNNING)

    def wait_for_queue(self, *, message: str, who_acts: str) -> None:
        """Still queued, and no worker knows it."""
        with transaction.atomic():
            self._write(message=message, who_acts=who_acts)
            self._show_on_account(Account.Outcome.RUNNING)

    def hand_back(self, *, message: str, now: datetime) -> None:
        """This attempt's worker is stopping: the run is queued again, and nothing is held against it."""
        with transaction.atomic():
            self._write(status=RunStatus.QUEUED, message=message, who_acts="", heartbeat_at=now)
            self._show_on_account(Account.Outcome.RUNNING)

    def finish(
        self, *, status: str = RunStatus.SUCCEEDED, message: str, who_acts: str = "", now: datetime
    ) -> None:
        """Close as succeeded, partial or cancelled."""
        if status not in (RunStatus.SUCCEEDED, RunStatus.PARTIAL, RunStatus.CANCELLED):
            raise ValueError(f"A run does not finish as {status}")
        self._close(RunStatus(status), message=message, who_acts=who_acts, now=now)

    def fail(self, *, message: str, who_acts: str, now: datetime) -> None:
        self._close(RunStatus.FAILED, message=message, who_acts=who_acts, now=now)

    def hold(self) -> None:
        """Locks the row until the transaction ends, so that nobody overtakes this attempt meanwhile. Raises RunSuperseded where
        somebody has: it must not open, store or forget anything any more."""
        mine = SyncRun.objects.select_for_update().filter(pk=self.pk, attempt=self.attempt, status__in=OPEN)
        if mine.values_list("pk").first() is None:
            raise RunSuperseded(f"Attempt {self.attempt} of run {self.pk} was overtaken or closed")

    def beat(self, *, now: datetime) -> None:
        """Still alive. Raises RunSuperseded where the run was taken over or cancelled: stop then."""
        self._write(heartbeat_at=now)

    def count_try(self) -> None:
        """One more attempt came to nothing because a remote was unavailable."""
        self._write(tries=F("tries") + 1)
        self.refresh_from_db(fields=("tries",))

    def count_loss(self) -> None:
        """The run was found without a worker, and is put back into the queue."""
        self._write(losses=F("losses") + 1)
        self.refresh_from_db(fields=("losses",))

    def claim(self, *, now: datetime) -> bool:
        """Whether this process may revive the run: since it was read it gave no sign of life, and nobody else claimed it."""
        unchanged = SyncRun.objects.filter(
            pk=self.pk, attempt=self.attempt, status=self.status, heartbeat_at=self.heartbeat_at
        )
        is_claimed = self.is_open and bool(unchanged.update(heartbeat_at=now))
        if is_claimed:
            self.heartbeat_at = now
        return is_claimed

    def store_plan(self, plan: Mapping[str, Any]) -> None:
        self._write(plan=sanitise.json_object(self.shown(plan), budget=sanitise.PLAN_BUDGET))

    def add_calls(
        self, *, salesforce: int = 0, zuora: int = 0, salesforce_tokens: int = 0, zuora_tokens: int = 0
    ) -> None:
        """Calls add up over the attempts; what the closing attempt counted is taken after it closed the run, too."""
        counted = {
            "salesforce_calls": salesforce,
            "zuora_calls": zuora,
            "salesforce_token_calls": salesforce_tokens,
            "zuora_token_calls": zuora_tokens,
        }
        self._write(among=(*OPEN, *CLOSED), **{field: F(field) + count for field, count in counted.items()})
        self.refresh_from_db(fields=list(counted))

    def _close(self, status: RunStatus, *, message: str, who_acts: str, now: datetime) -> None:
        with transaction.atomic():
            self._write(status=status, message=message, who_acts=who_acts, finished_at=now, heartbeat_at=now)
            if self.kind == RunKind.SYNC:
                shown = standing.after(self)
                if status in (RunStatus.SUCCEEDED, RunStatus.PARTIAL):
                    shown["last_synced_at"] = now
                self._write_on_account(shown)

    def _write(self, *, among: tuple[RunStatus, ...] = OPEN, **values: Any) -> None:
        """Store under this attempt, and only while the run has one of these states."""
        for field, limit in (("message", sanitise.MESSAGE_LIMIT), ("who_acts", 200)):
            if field in values:
                values[field] = sanitise.text(self.shown(values[field]), limit=limit)
        mine = SyncRun.objects.filter(pk=self.pk, attempt=self.attempt, status__in=among)
        if not mine.update(**values):
            raise RunSuperseded(f"Attempt {self.attempt} of run {self.pk} was overtaken or closed")
        for field, value in values.items():
            if not isinstance(value, models.expressions.Combinable):
                setattr(self, field, value)

    def _show_on_account(self, outcome: Account.Outcome) -> None:
        """A preview changes nothing, so it says nothing about the account's state."""
        if self.kind == RunKind.SYNC:
            self._write_on_account({"last_outcome": outcome, "last_message": self.message})

    def _write_on_account(self, shown: Mapping[str, Any]) -> None:
        Account.objects.filter(pk=self.account_id).update(last_run=self, **shown)
