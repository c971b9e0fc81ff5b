"""Write-ahead marks of creates: never twice, never lost.

Before anything is created in Zuora, a row says so and is committed; only then the request goes out, under the row's
idempotency key. A partial unique constraint lets one row per record be open, so two runs that both miss a parent cannot both
create it. A row left open by a run that died is taken over by the next one, which looks the record up first.

An asynchronous order cannot be found by its number while Zuora's job is at it. So its row keeps the job, which is asked
again rather than the order sent again, and while its key lives "not found" never leads to a second key.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from connector.domain.operations import Noun
from connector.models import sanitise
from connector.models.accounts import Account, RecordLink
from connector.models.integrations import Integration
from connector.models.runs import OPEN, RunSuperseded, SyncRun

KEY_LIFE = timedelta(hours=24)
"""How long Zuora replays the first answer given under an idempotency key."""


class IntentHeld(Exception):
    """A run that is still open has the intent of this record: wait and look again."""


class IntentState(models.TextChoices):
    OPEN = "open", "Open"
    UNKNOWN = "unknown", "Outcome unknown"
    SETTLED = "settled", "Settled"
    FAILED = "failed", "Failed"


LIVE = (IntentState.OPEN, IntentState.UNKNOWN)


def new_key() -> str:
    return uuid.uuid4().hex


class WriteIntentManager(models.Manager["WriteIntent"]):
    def claim(
        self,
        integration: Integration,
        *,
        run: SyncRun,
        noun: str,
        key: str,
        digest: str,
        is_asynchronous: bool = False,
        now: datetime,
    ) -> WriteIntent:
        """Open the intent of a record, or take over what a closed run, or an earlier attempt of this one, left open.

        A taken-over intent has `inherited` set, and keeps its idempotency key where the payload is the same and the key
        younger than 24 hours: Zuora then replays its answer. One with a job keeps key, payload and job; one that went out
        asynchronously and may have a job nobody knows of keeps them while its key lives, and `differs` says that the
        payload is another one. Raises IntentHeld while another open run has it, and RunSuperseded where this run's
        attempt was overtaken.
        """
        with transaction.atomic():
            _hold_attempt(run)
            intent = (
                self.select_for_update()
                .filter(integration=integration, noun=noun, key=key, state__in=LIVE)
                .first()
            )
            if intent is not None:
                intent._take_over(run, digest=digest, is_asynchronous=is_asynchronous, now=now)
                return intent
            try:
                with transaction.atomic():
                    return self.create(
                        integration=integration,
                        noun=noun,
                        key=key,
                        payload_digest=digest,
                        is_asynchronous=is_asynchronous,
                        run=run,
                        opened_at=now,
                        key_issued_at=now,
                    )
            except IntegrityError:
                raise IntentHeld(f"The {noun} {key} was claimed a moment ago by another run") from None

    def doubt_orphans(self) -> int:
        """Mark as unknown what closed runs left open; how many there were. A living run's own is never touched."""
        return self.filter(Q(run=None) | ~Q(run__status__in=OPEN), state=IntentState.OPEN).update(
            state=IntentState.UNKNOWN,
            reason="The run that sent it ended before an answer was stored. The next sync of its account looks it up first.",
        )

    def settle_found(self, run: SyncRun, *, noun: str, key: str, now: datetime) -> None:
        """`run` found the record in Zuora by its natural key: what an attempt that died left open is known now.

        An intent that another open run is working on stays its own.
        """
        nobodys = Q(run=None) | Q(run=run) | ~Q(run__status__in=OPEN)
        found = self.filter(nobodys, integration=run.account.integration, noun=noun, key=key, state__in=LIVE)
        found.update(state=IntentState.SETTLED, settled_at=now, reason="Found in Zuora by a later run.")


def _hold_attempt(run: SyncRun) -> None:
    """Locks the run's row: an overtaken attempt must not open anything any more."""
    mine = SyncRun.objects.select_for_update().filter(pk=run.pk, attempt=run.attempt, status__in=OPEN)
    if mine.values_list("pk").first() is None:
        raise RunSuperseded(f"Attempt {run.attempt} of run {run.pk} was overtaken or closed")


class WriteIntent(models.Model):
    State = IntentState

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="intents")
    noun = models.CharField(max_length=20, choices=RecordLink.Noun.choices)
    key = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=IntentState.choices, default=IntentState.OPEN)
    idempotency_key = models.CharField(max_length=64, default=new_key)
    payload_digest = models.CharField(max_length=64)
    is_asynchronous = models.BooleanField(default=False, db_default=False)
    job_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    run = models.ForeignKey(SyncRun, on_delete=models.SET_NULL, null=True, related_name="intents")
    attempts = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    key_issued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    inherited = False
    """Not stored: set on the instance that `claim` took over."""
    differs = False
    """Not stored: what is to be created now is not what may be under way."""
    is_expired = False
    """Not stored: Zuora has forgotten the key of what may be under way."""

    objects = WriteIntentManager()

    class Meta:
        ordering = ("-opened_at",)
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "noun", "key"),
                condition=Q(state__in=LIVE),
                name="connector_one_live_intent_per_record",
            ),
        )

    def __str__(self) -> str:
        return f"Create {self.noun} {self.key} ({self.get_state_display().lower()})"

    def renew(self, *, now: datetime) -> None:
        """A fresh key: Zuora has stored a refusal under the old one and would only repeat it."""
        self._write(
            idempotency_key=new_key(), key_issued_at=now, state=IntentState.OPEN, attempts=F("attempts") + 1
        )

    def keep_job(self, job_id: str) -> None:
        """Zuora took the create over as a job: from now on the job is asked, whatever becomes of this run."""
        self._write(job_id=job_id)

    def settle(self, links: Mapping[tuple[str, str], Mapping[str, str]], *, now: datetime) -> None:
        """Close, and store what the create yielded as {(noun, key): attributes}, in one transaction.

        Never refused, not even to an overtaken attempt: that Zuora made these records is true whoever heard it.
        """
        with transaction.atomic():
            WriteIntent.objects.filter(pk=self.pk, state__in=LIVE).update(
                state=IntentState.SETTLED, settled_at=now, reason=""
            )
            for (noun, key), attributes in links.items():
                RecordLink.objects.remember(
                    self.integration,
                    noun=noun,
                    key=key,
                    attributes=attributes,
                    account=self._account_of(noun),
                )
        self.state, self.settled_at, self.reason = IntentState.SETTLED, now, ""

    def fail(self, reason: str, *, now: datetime) -> None:
        """Close: Zuora refused, nothing was created."""
        self._write(state=IntentState.FAILED, settled_at=now, reason=sanitise.text(reason))

    def leave_unknown(self, reason: str) -> None:
        """Stays live: whether Zuora created the record is not known, and the next claim says so."""
        self._write(state=IntentState.UNKNOWN, reason=sanitise.text(reason))

    def _take_over(self, run: SyncRun, *, digest: str, is_asynchronous: bool, now: datetime) -> None:
        holder = self.run
        if holder is not None and holder.pk != run.pk and holder.is_open:
            raise IntentHeld(f"The {self.noun} {self.key} is being created by the run of {holder.account}")
        values: dict[str, object] = {"run": run, "state": IntentState.OPEN, "attempts": F("attempts") + 1}
        differs = (digest, is_asynchronous) != (self.payload_digest, self.is_asynchronous)
        is_expired = now - self.key_issued_at >= KEY_LIFE
        is_kept = bool(self.job_id) or (self.is_asynchronous and not is_expired)
        if (differs or is_expired) and not is_kept:
            values |= {"payload_digest": digest, "is_asynchronous": is_asynchronous}
            values |= {"idempotency_key": new_key(), "key_issued_at": now}
        self._write(**values)
        self.inherited, self.differs, self.is_expired = True, differs and is_kept, is_expired and is_kept

    def _write(self, **values: object) -> None:
        """Store while the intent is live, and nobody has taken it over since this instance knew it."""
        mine = WriteIntent.objects.filter(
            pk=self.pk, idempotency_key=self.idempotency_key, attempts=self.attempts, state__in=LIVE
        )
        if not mine.update(**values):
            raise RunSuperseded(
                f"The intent to create {self.noun} {self.key} was taken over by another attempt"
            )
        self.refresh_from_db()

    def _account_of(self, noun: str) -> Account | None:
        """Under which account a record is shown; products and what belongs to them are shared."""
        if noun in (Noun.PRODUCT, Noun.RATE_PLAN, Noun.CHARGE):
            return None
        if self.noun == Noun.ACCOUNT:
            own = Account.objects.filter(integration=self.integration, salesforce_id=self.key).first()
            if own is not None:
                return own
        return self.run.account if self.run is not None else None
