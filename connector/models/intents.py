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
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from connector.domain import JSON
from connector.domain.open_writes import Holder, OpenWrite, inherit
from connector.domain.operations import CATALOGUE, Key, Noun
from connector.domain.sought import Sought, from_json
from connector.domain.to_check import Told
from connector.models import sanitise, standing
from connector.models.accounts import Account
from connector.models.claims import LIVE, IntentHeld, IntentState, WriteIntentManager
from connector.models.integrations import Integration
from connector.models.links import RecordLink
from connector.models.run_states import RunStatus
from connector.models.runs import RunSuperseded, SyncRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def new_key() -> str:
    return uuid.uuid4().hex


def _fresh_key(now: datetime) -> dict[str, object]:
    return {"idempotency_key": new_key(), "key_issued_at": now, "answered_at": None, "sent_at": None}


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
    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="intents"
    )
    """Whose sync sends it; the run may be pruned or removed before."""
    sought = models.JSONField(null=True, blank=True)
    """What finds the record again, as `Sought.as_json` writes it; nothing of one that an older version opened."""
    attempts = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    key_issued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, db_default=Now())
    """When the last request that may have reached Zuora was about to be sent; None where there was none. Of a row that an older version
    writes, it is when that was written."""
    was_changed = models.BooleanField(default=False, db_default=False)
    """Requests with different values may have reached Zuora: which of them it carried out is not known."""
    answered_at = models.DateTimeField(null=True, blank=True)
    """When Zuora gave a failure under the key while an earlier request was in doubt: it repeats that from now on."""
    vanished_at = models.DateTimeField(null=True, blank=True)
    """When a sync saw that Salesforce does not show the order any more; None where it shows it, as far as is known."""
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    inherited = False
    """Not stored: set on the instance that `claim` took over."""
    differs = False
    """Not stored: what is to be created now is not what may be under way, or was not at some time."""
    is_ambiguous = False
    """Not stored: `was_changed` as it was before the payload of now."""
    earlier_number = ""
    """Not stored: the account number that what may be under way was given."""
    sent_before: datetime | None = None
    """Not stored: `sent_at` as it was before the request that is about to leave."""
    is_expired = False
    """Not stored: Zuora has forgotten the key of what may be under way."""
    held_s = 0.0
    """Not stored: for how many seconds nothing may be sent."""

    objects = WriteIntentManager()

    class Meta:
        verbose_name = "open write"  # as the menu has it; of a closed one its state says so
        ordering = ("-opened_at",)
        default_permissions = ("view",)
        permissions = (("resolve_writeintent", "Can look up open writes in Zuora"),)
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "noun", "key"),
                condition=Q(state__in=LIVE),
                name="connector_one_live_intent_per_record",
            ),
        )

    def __str__(self) -> str:
        return f"Create {self.noun} {self.key} ({self.get_state_display().lower()})"

    @property
    def record(self) -> Sought:
        """The record as it is named to people, and what finds it."""
        return from_json(Key(Noun(self.noun), self.key), self.sought or {})

    @property
    def owner(self) -> Account | None:
        """Whose sync sends it; of one that an older version opened, its run knows."""
        return self.account or (self.run.account if self.run is not None else None)

    @property
    def is_held(self) -> bool:
        return self.run is not None and self.run.is_open

    def as_open(self, *, now: datetime) -> OpenWrite:
        is_worked_on = self.run is not None and self.run.status == RunStatus.RUNNING
        return OpenWrite(
            holder=(Holder.WORKER if is_worked_on else Holder.QUEUE) if self.is_held else Holder.NOBODY,
            key_age=now - self.key_issued_at,
            account=str(self.owner or ""),
            job_id=self.job_id,
            is_asynchronous=self.is_asynchronous,
            is_shared=self.noun in CATALOGUE,
            is_guarded=self.noun == Noun.ORDER or bool(self.record.account_number),
            is_answered=self.answered_at is not None,
            sent_age=now - self.sent_at if self.sent_at else None,
            is_vanished=self.vanished_at is not None,
        )

    def renew(self, *, now: datetime) -> None:
        """A fresh key: Zuora has stored a refusal under the old one and would only repeat it."""
        self._write(**_fresh_key(now), state=IntentState.OPEN, attempts=self.attempts + 1)

    def sending(self, *, now: datetime) -> None:
        before = self.sent_at
        self._write(sent_at=now)
        self.sent_before = before

    def not_sent(self) -> None:
        self._write(sent_at=self.sent_before)

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
            self._remember(links)
        self.state, self.settled_at, self.reason = IntentState.SETTLED, now, ""

    def fail(self, reason: str, *, now: datetime) -> None:
        """Close: Zuora refused, nothing was created."""
        self._write(state=IntentState.FAILED, settled_at=now, reason=sanitise.text(reason))

    def leave_unknown(self, reason: str, *, answered_at: datetime | None = None) -> None:
        """Stays live: whether Zuora created the record is not known, and the next claim says so. Of several failures under one key
        all but the first are its echo."""
        values = {"answered_at": answered_at} if answered_at and not self.answered_at else {}
        self._write(state=IntentState.UNKNOWN, reason=sanitise.text(reason), **values)

    def hold_for_look_up(self) -> None:
        """Take the intent for a person who looks the record up: whatever wrote under it before writes no more.

        Raises IntentHeld while an open run has it, or where it is closed already.
        """
        with transaction.atomic():
            WriteIntent.objects.select_for_update().get(pk=self.pk)
            self.refresh_from_db()
            if self.state not in LIVE:
                raise IntentHeld(f"It is closed already ({self.get_state_display().lower()}).")
            if self.run is not None and self.run.is_open:
                raise IntentHeld(f"The run of {self.run.account} has it and sees to it; nothing was asked.")
            self._write(state=IntentState.UNKNOWN, attempts=self.attempts + 1)

    def resolve(
        self,
        state: str,
        reason: str,
        *,
        by: User,
        links: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
        to_check: str = "",
        now: datetime,
    ) -> None:
        """What a person's look-up came to: settled with what was found, failed, or still unknown. The account, where there is one, keeps
        what is `to_check`: no sync tells it.

        Raises RunSuperseded where a run has taken the intent since `hold_for_look_up`.
        """
        closing = {"settled_at": now} if state not in LIVE else {}
        traced = {"resolved_by": by, "resolved_at": now, "reason": sanitise.text(reason), **closing}
        with transaction.atomic():
            self._write(state=state, **traced)
            self._remember(links or {})
            if to_check and (account := self._shown_under()):
                told = Told(sanitise.text(to_check), self.noun, sanitise.line(self.record.title, limit=255))
                standing.show(account.pk, told, at=now)

    def _shown_under(self) -> Account | None:
        """Whose sync sends it, also where that was removed from the list and added anew."""
        alike = Account.objects.filter(integration=self.integration)
        return self.owner or alike.filter(salesforce_id=self.record.account_id or None).first()

    def _remember(self, links: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        """Under what there is now: the account may have been removed while Zuora was asked. Raises RunSuperseded where the
        integration was, with all that is known of it."""
        if not links:
            return
        row = WriteIntent.objects.select_related("account").filter(pk=self.pk).first()
        if row is None:
            raise RunSuperseded(f"The integration that created {self.noun} {self.key} was removed")
        of = self.key if self.noun == Noun.ACCOUNT else ""
        held_by = Account.objects.holding(self.integration, row.record.zuora_account_id)
        RecordLink.objects.remember_all(self.integration, links, of=of, syncing=held_by or row.owner)

    def _take_over(
        self, run: SyncRun, *, digest: str, is_asynchronous: bool, sought: JSON | None, now: datetime
    ) -> None:
        holder = self.run
        if holder is not None and holder.pk != run.pk and holder.status == RunStatus.RUNNING:
            raise IntentHeld(f"The {self.noun} {self.key} is being created by the run of {holder.account}")
        values: dict[str, object] = {"run": run, "state": IntentState.OPEN, "attempts": self.attempts + 1}
        values |= {"account": run.account, "vanished_at": None}
        differs = (digest, is_asynchronous) != (self.payload_digest, self.is_asynchronous)
        write, earlier = self.as_open(now=now), self.record.account_number
        wanted = from_json(self.record.key, sought or {}).account_number
        is_guarded = write.is_guarded and (self.noun == Noun.ORDER or wanted == earlier)
        heritage = inherit(replace(write, is_guarded=is_guarded), differs=differs)
        may_be_there = self.sent_at is not None or bool(self.job_id)
        self.is_ambiguous = may_be_there and self.was_changed
        if heritage.gets_new_key:
            values |= {"payload_digest": digest, "is_asynchronous": is_asynchronous, **_fresh_key(now)}
            values |= {"was_changed": may_be_there and (differs or self.was_changed), "sent_at": self.sent_at}
        if sought and (heritage.gets_new_key or not differs):
            values |= {"sought": sought}
        self._write(**values)
        self.inherited = may_be_there
        self.differs = differs if self.job_id else may_be_there and (differs or self.was_changed)
        self.is_expired, self.held_s = heritage.is_expired, heritage.held.total_seconds()
        self.earlier_number = earlier if may_be_there else ""

    def _write(self, **values: object) -> None:
        """Store while the intent is live, and nobody has taken it over since this instance knew it."""
        mine = WriteIntent.objects.filter(
            pk=self.pk, idempotency_key=self.idempotency_key, attempts=self.attempts, state__in=LIVE
        )
        if not mine.update(**values):
            raise RunSuperseded(
                f"The intent to create {self.noun} {self.key} was taken over by another attempt"
            )
        for field, value in values.items():
            setattr(self, field, value)
