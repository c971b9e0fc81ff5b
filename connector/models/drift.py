"""A drift report: what differs between Salesforce and Zuora over all known accounts of one integration, without writing anything.

As of a run, the database is the truth about a report, and every write carries the attempt it was made under. A report says how far
it came (`position`), so whoever carries it on begins there.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from connector.domain.drift import Kind
from connector.domain.personal import Mask
from connector.models import sanitise
from connector.models.accounts import Account
from connector.models.integrations import Integration
from connector.models.links import RecordLink
from connector.models.runs import RunSuperseded

if TYPE_CHECKING:
    from django.contrib.auth.models import User

VALUE_LIMIT = 2_000
_FIELD_LENGTH = 200


class ReportStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting to go on"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


OPEN_REPORTS = (ReportStatus.QUEUED, ReportStatus.RUNNING, ReportStatus.WAITING)


class FindingKind(models.TextChoices):
    DIFFERS = Kind.DIFFERS.value, "Differs"
    MISSING = Kind.MISSING.value, "Would be created"
    STOPPED = Kind.STOPPED.value, "Cannot be planned"
    UNREAD = Kind.UNREAD.value, "Could not be read"


SYNCABLE = (FindingKind.DIFFERS, FindingKind.MISSING)
"""What a sync settles."""


class DriftReportManager(models.Manager["DriftReport"]):
    def request(
        self, integration: Integration, *, requested_by: User | None = None
    ) -> tuple[DriftReport, bool]:
        """A queued report, whose id is the job's, and whether it is new: where one is open the answer is that one."""
        total = Account.objects.filter(integration=integration).count()
        try:
            with transaction.atomic():
                made = self.create(integration=integration, requested_by=requested_by, total=total)
                return made, True
        except IntegrityError:
            open_report = self.filter(integration=integration, status__in=OPEN_REPORTS).first()
            if open_report is None:
                raise
            return open_report, False


class DriftReport(models.Model):
    Status = ReportStatus

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="drift_reports")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often in a row it had to stop because a remote was unavailable, without getting any further."""
    losses = models.PositiveSmallIntegerField(default=0)
    """How often the report was found without a worker."""
    position = models.BigIntegerField(default=0)
    """Key of the account that was looked at last."""
    total = models.PositiveIntegerField("accounts", default=0)
    in_step = models.PositiveIntegerField(default=0)
    differs = models.PositiveIntegerField("differ", default=0)
    missing = models.PositiveIntegerField("would be created", default=0)
    stopped = models.PositiveIntegerField("cannot be planned", default=0)
    unread = models.PositiveIntegerField("could not be read", default=0)
    message = models.TextField(blank=True, default="")
    who_acts = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)

    mask: Mask | None = None
    """Not stored: as of a run."""

    objects = DriftReportManager()

    class Meta:
        verbose_name = "drift report"
        ordering = ("-created_at",)
        default_permissions = ("view",)
        permissions = (("start_driftreport", "Can start and stop drift reports"),)
        constraints = (
            models.UniqueConstraint(
                fields=("integration",),
                condition=Q(status__in=OPEN_REPORTS),
                name="connector_one_open_drift_report",
                violation_error_message="A drift report of this integration is open already.",
            ),
        )

    def __str__(self) -> str:
        return f"Drift of {self.integration}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_REPORTS

    @property
    def checked(self) -> int:
        return self.in_step + self.differs + self.missing + self.stopped + self.unread

    @property
    def syncable(self) -> int:
        return self.differs + self.missing

    def shown(self, value: Any) -> Any:
        """Text or JSON as it may be stored: without personal data where the integration wants it hidden."""
        return self.mask.value(value) if self.mask else value

    def next_accounts(self, count: int) -> list[Account]:
        known = Account.objects.filter(integration=self.integration_id, pk__gt=self.position)
        return list(known.order_by("pk")[:count])

    def start(self, *, now: datetime) -> None:
        """Begin the next attempt. Raises RunSuperseded where the report is closed, or another worker was faster."""
        self._write(
            status=ReportStatus.RUNNING,
            attempt=F("attempt") + 1,
            message="",
            who_acts="",
            started_at=Coalesce("started_at", now),
            heartbeat_at=now,
        )
        self.refresh_from_db(fields=("attempt", "started_at"))

    def keep(self, account: Account, found: DriftFinding | None, *, now: datetime) -> None:
        """What was found of the next account, None where it is in step. `found` is not stored yet; its `unkept` differences are
        stored with it. Raises RunSuperseded."""
        counter = found.kind if found is not None else "in_step"
        with transaction.atomic():
            values = {"position": account.pk, "heartbeat_at": now, counter: F(counter) + 1}
            if found is None or found.kind != FindingKind.UNREAD:
                values |= {"progressed_at": now, "tries": 0}
            self._write(**values)
            if found is not None:
                found.report, found.account, found.at = self, account, now
                found.save()
                DriftDifference.objects.bulk_create(found.unkept, batch_size=200)
        self.refresh_from_db(fields=(counter,))

    def go_back(self, position: int) -> None:
        """The accounts behind `position` could not be read, each for the same reason: they are to be looked at again."""
        with transaction.atomic():
            again = self.findings.filter(account__gt=position, kind=FindingKind.UNREAD)
            count = again.count()
            again.delete()
            self._write(position=position, unread=F("unread") - count)
        self.refresh_from_db(fields=("unread",))

    def wait(self, *, message: str, who_acts: str, is_try: bool, now: datetime) -> None:
        """It cannot go on now, and nobody has to act: the queue starts another attempt."""
        self._write(
            status=ReportStatus.WAITING,
            message=message,
            who_acts=who_acts,
            tries=F("tries") + int(is_try),
            heartbeat_at=now,
        )
        self.refresh_from_db(fields=("tries",))

    def hand_on(self, *, message: str = "", who_acts: str = "", now: datetime) -> None:
        """Another job carries it on; or, with a message, nobody knows of it yet."""
        self._write(status=ReportStatus.QUEUED, message=message, who_acts=who_acts, heartbeat_at=now)

    def finish(self, *, message: str, now: datetime) -> None:
        self._write(status=ReportStatus.FINISHED, message=message, finished_at=now, heartbeat_at=now)

    def fail(self, *, message: str, who_acts: str, now: datetime) -> None:
        self._write(status=ReportStatus.FAILED, message=message, who_acts=who_acts, finished_at=now)

    def cancel(self, *, message: str, now: datetime) -> bool:
        """Whichever attempt is at it: that one notices with its next account. Whether the report was open."""
        mine = DriftReport.objects.filter(pk=self.pk, status__in=OPEN_REPORTS)
        return bool(mine.update(status=ReportStatus.CANCELLED, message=message, finished_at=now))

    def count_loss(self) -> None:
        self._write(losses=F("losses") + 1)
        self.refresh_from_db(fields=("losses",))

    def claim(self, *, now: datetime) -> bool:
        """Whether this process may revive the report: since it was read it gave no sign of life, and nobody else claimed it."""
        unchanged = DriftReport.objects.filter(
            pk=self.pk, attempt=self.attempt, status=self.status, heartbeat_at=self.heartbeat_at
        )
        is_claimed = self.is_open and bool(unchanged.update(heartbeat_at=now))
        if is_claimed:
            self.heartbeat_at = now
        return is_claimed

    def _write(self, **values: Any) -> None:
        """Store under this attempt, and only while the report is open."""
        for field, limit in (("message", sanitise.MESSAGE_LIMIT), ("who_acts", 200)):
            if field in values:
                values[field] = sanitise.text(self.shown(values[field]), limit=limit)
        mine = DriftReport.objects.filter(pk=self.pk, attempt=self.attempt, status__in=OPEN_REPORTS)
        if not mine.update(**values):
            raise RunSuperseded(f"Attempt {self.attempt} of drift report {self.pk} was overtaken or closed")
        for field, value in values.items():
            if not isinstance(value, models.expressions.Combinable):
                setattr(self, field, value)


class DriftFinding(models.Model):
    """An account that is not in step."""

    report = models.ForeignKey(DriftReport, on_delete=models.CASCADE, related_name="findings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drift_findings")
    kind = models.CharField(max_length=10, choices=FindingKind.choices)
    message = models.TextField(blank=True, default="")
    who_acts = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    unkept: Sequence[DriftDifference] = ()
    """Not stored: the differences that go along when the finding is kept."""

    class Meta:
        verbose_name = "drift finding"
        ordering = ("account__name", "account_id")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("report", "account"), name="connector_drift_finding_once"),
        )
        indexes = (models.Index(fields=("report", "kind"), name="connector_drift_kind"),)

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"


class DriftDifference(models.Model):
    """One field of one record; a record that Zuora lacks has none. Values are as they are shown."""

    Noun = RecordLink.Noun

    finding = models.ForeignKey(DriftFinding, on_delete=models.CASCADE, related_name="differences")
    noun = models.CharField(max_length=20, choices=RecordLink.Noun.choices)
    record = models.TextField()
    field = models.CharField(max_length=_FIELD_LENGTH, blank=True, default="")
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        indexes = (models.Index(fields=("noun", "field"), name="connector_drift_field"),)

    def __str__(self) -> str:
        return f"{self.record}: {self.field or 'missing in Zuora'}"
