"""The engine's journal, links and intents, kept in rows; field lists, kept in the cache.

Each method is one short transaction of its own: no remote call ever happens inside one, and a crash keeps the story.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from connector.clients.salesforce import SalesforceClient
from connector.domain.operations import Key, Noun
from connector.domain.snapshot import Snapshot
from connector.domain.sought import Sought, Unanswered
from connector.models import (
    Account,
    Integration,
    IntentHeld,
    LogEntry,
    RecordLink,
    SalesforceConnection,
    SyncRun,
    WriteIntent,
)
from connector.sync.journal import Entry, Intent, IntentBusy

logger = logging.getLogger(__name__)

FIELDS_KEPT_SECONDS = 600
"""How long a describe is believed: a new field or a changed permission shows after ten minutes at the latest."""

_BELONGING = (Noun.CONTACT, Noun.ORDER)


class RowJournal:
    """Log entries of one run, numbered on from its earlier attempts; each also tells that the run is alive."""

    def __init__(self, run: SyncRun) -> None:
        self.run = run
        self.sequence = LogEntry.objects.next_sequence(run)

    def write(self, entry: Entry) -> None:
        """Raises RunSuperseded where another attempt has taken over: this one must stop, and tells nothing more."""
        now = datetime.now(UTC)
        is_kept = LogEntry.objects.is_kept(self.run, action=entry.action)
        with transaction.atomic() if is_kept else nullcontext():  # so that the run does not end in between
            self.run.beat(now=now)
            LogEntry.objects.write(
                self.run,
                sequence=self.sequence,
                at=now,
                step=entry.step,
                level=entry.level,
                noun=entry.noun,
                action=entry.action,
                record=entry.record,
                salesforce_id=entry.salesforce_id,
                zuora_id=entry.zuora_id,
                message=entry.message,
                who_acts=entry.who_acts,
                detail=entry.detail,
            )
        self.sequence += 1

    def beat(self) -> None:
        """Raises RunSuperseded as `write` does."""
        self.run.beat(now=datetime.now(UTC))

    def to_check(self) -> Sequence[str]:
        return self.run.to_check()


def unanswered(
    integration: Integration, keys: Collection[Key], *, run: SyncRun | None = None
) -> dict[Key, str]:
    sent = WriteIntent.objects.unanswered(integration, run=run) if keys else {}
    return {key: digest for key in keys if (digest := sent.get((str(key.noun), key.value))) is not None}


def _unanswered(row: WriteIntent, *, now: datetime) -> Unanswered:
    held = row.as_open(now=now).held
    until = now + held if held else None
    return Unanswered(row.record, row.sent_at, until, has_job=bool(row.job_id))


def known_links(integration: Integration, keys: Collection[Key]) -> dict[Key, dict[str, str]]:
    known = RecordLink.objects.attributes_of(integration, [(str(key.noun), key.value) for key in keys])
    return {Key(Noun(noun), value): attributes for (noun, value), attributes in known.items()}


class RowLinks:
    def __init__(self, run: SyncRun) -> None:
        self.run = run
        self.account = run.account
        self.integration = run.account.integration
        self.read: set[tuple[str, str]] = set()
        """The (noun, key) of every link that was found so far of contacts and orders."""
        self.holders: dict[str, str] = {}
        """The Salesforce id of the account that holds a contact in Zuora, by the contact's Zuora id."""

    def learn(self, seen: object) -> None:
        """Of what was read: which contact is whose."""
        if isinstance(seen, Snapshot):
            for salesforce_id, found in seen.zuora.accounts.items():
                held = [each for account in found for each in seen.zuora.contacts.get(str(account["id"]), ())]
                self.holders |= {str(contact["id"]): salesforce_id for contact in held}

    def get(self, key: Key) -> Mapping[str, str] | None:
        return RecordLink.objects.attributes(self.integration, noun=key.noun, key=key.value)

    def get_all(self, keys: Collection[Key]) -> Mapping[Key, Mapping[str, str]]:
        known = known_links(self.integration, keys)
        self.read |= {(str(key.noun), key.value) for key in known if key.noun in _BELONGING}
        return known

    def chosen(self, key: Key) -> str:
        is_own = key == Key(Noun.ACCOUNT, self.account.salesforce_id)
        return self.account.chosen_zuora_id if is_own else ""

    def put(self, key: Key, attributes: Mapping[str, str]) -> None:
        """Raises RunSuperseded, as `confirm` and `forget` do: what an overtaken attempt saw may be long past."""
        with transaction.atomic():
            self.run.hold()
            self._settle([key])  # before the link, as whoever settles an intent locks them
            RecordLink.objects.remember(
                self.integration,
                noun=key.noun,
                key=key.value,
                attributes=attributes,
                account=Account.objects.showing(
                    self.integration,
                    key.noun,
                    of=key.value
                    if key.noun is Noun.ACCOUNT
                    else self.holders.get(attributes.get("id", ""), ""),
                    syncing=self.account,
                ),
            )

    def confirm(self, keys: Collection[Key]) -> None:
        with transaction.atomic():
            self.run.hold()
            self._settle(keys)
            RecordLink.objects.take_in(self.account, self.read, holders=self.holders)

    def forget(self, key: Key, seen: Mapping[str, str]) -> None:
        """A choice of the administrator ends with the Zuora account it named."""
        with transaction.atomic():
            self.run.hold()
            known = self.get(key)
            if known and known.get("id") == seen.get("id"):
                RecordLink.objects.forget(self.integration, noun=key.noun, key=key.value)
            if self.chosen(key) and self.chosen(key) == seen.get("id"):
                Account.objects.filter(pk=self.account.pk).update(chosen_zuora_id="")
                self.account.chosen_zuora_id = ""

    def _settle(self, keys: Collection[Key]) -> None:
        pairs = {(str(key.noun), key.value) for key in keys}
        WriteIntent.objects.settle_known(self.run, pairs, now=datetime.now(UTC))


class RowIntents:
    def __init__(self, run: SyncRun) -> None:
        self.run = run
        self.integration = run.account.integration
        self.rows: dict[Key, WriteIntent] = {}

    def claim(
        self,
        key: Key,
        payload_digest: str,
        *,
        is_asynchronous: bool = False,
        sought: Sought | None = None,
    ) -> Intent:
        try:
            row = WriteIntent.objects.claim(
                self.integration,
                run=self.run,
                noun=key.noun,
                key=key.value,
                digest=payload_digest,
                is_asynchronous=is_asynchronous,
                sought=self._noted(sought).as_json() if sought else None,
                now=datetime.now(UTC),
            )
        except IntentHeld as held:
            raise IntentBusy(str(held)) from None
        self.rows[key] = row
        return Intent(
            key,
            row.idempotency_key,
            inherited=row.inherited,
            job_id=row.job_id,
            differs=row.differs,
            is_ambiguous=row.is_ambiguous,
            is_expired=row.is_expired,
            held_s=row.held_s,
            earlier_number=row.earlier_number,
        )

    def _noted(self, sought: Sought) -> Sought:
        title = self.run.shown(sought.title)
        return replace(sought, title=title, account_id=self.run.account.salesforce_id)

    def is_live(self, key: Key) -> bool:
        return WriteIntent.objects.live(self.integration, noun=key.noun, key=key.value).exists()

    def unanswered(self, keys: Collection[Key]) -> Mapping[Key, str]:
        return unanswered(self.integration, keys, run=self.run)

    def unanswered_orders(self) -> Mapping[Key, Unanswered]:
        now = datetime.now(UTC)
        return {
            row.record.key: _unanswered(row, now=now)
            for row in WriteIntent.objects.unanswered_orders(self.run)
        }

    def note_vanished(self, keys: Collection[Key]) -> None:
        """Raises RunSuperseded as `RowLinks.put` does."""
        with transaction.atomic():
            self.run.hold()
            WriteIntent.objects.note_vanished(self.run, {key.value for key in keys}, now=datetime.now(UTC))

    def close_absent(self, key: Key) -> bool:
        """Raises RunSuperseded as `RowLinks.put` does."""
        with transaction.atomic():
            self.run.hold()
            return WriteIntent.objects.close_absent(
                self.run, noun=key.noun, key=key.value, now=datetime.now(UTC)
            )

    def renew(self, intent: Intent) -> Intent:
        row = self.rows[intent.key]
        row.renew(now=datetime.now(UTC))
        return replace(intent, idempotency_key=row.idempotency_key)

    def sending(self, intent: Intent) -> None:
        self.rows[intent.key].sending(now=datetime.now(UTC))

    def not_sent(self, intent: Intent) -> None:
        self.rows[intent.key].not_sent()

    def keep_job(self, intent: Intent, job_id: str) -> Intent:
        self.rows[intent.key].keep_job(job_id)
        return replace(intent, job_id=job_id)

    def settle(self, intent: Intent, links: Mapping[Key, Mapping[str, str]]) -> None:
        plain = {(str(key.noun), key.value): attributes for key, attributes in links.items()}
        row = self.rows.pop(intent.key)
        row.settle(plain, now=datetime.now(UTC))

    def fail(self, intent: Intent, reason: str) -> None:
        self.rows.pop(intent.key).fail(self.run.shown(reason), now=datetime.now(UTC))

    def leave_unknown(self, intent: Intent, reason: str, *, is_answered: bool = False) -> None:
        answered_at = datetime.now(UTC) if is_answered else None
        self.rows[intent.key].leave_unknown(self.run.shown(reason), answered_at=answered_at)


class VisibleFields:
    """The fields an integration user may read, by object; asked of Salesforce once in ten minutes."""

    def __init__(self, connection: SalesforceConnection, client: SalesforceClient) -> None:
        self.connection = connection
        self.client = client

    def __call__(self, object_name: str) -> frozenset[str]:
        stamp = int(self.connection.updated_at.timestamp())
        key = f"fields:{self.connection.pk}:{stamp}:{object_name}"
        try:
            kept = cache.get(key)
        except RedisError:
            return self.client.field_names(object_name)
        if kept is None:
            kept = sorted(self.client.field_names(object_name))
            try:
                cache.set(key, kept, timeout=FIELDS_KEPT_SECONDS)
            except RedisError as error:
                logger.warning("The fields of %s could not be kept: %s", object_name, type(error).__name__)
        return frozenset(kept)
