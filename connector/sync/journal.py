"""What the engine needs from whoever keeps records: a journal, links and write intents, by shape only.

The rows live in `connector.models`; both meet in `connector.jobs`. Every call stores at once: a crash keeps the story.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from connector.domain.operations import Key, Severity
from connector.domain.sought import Sought, Unanswered


class Step(StrEnum):
    """Which part of the pipeline speaks; what a run page groups by."""

    GATHER = "gather"
    PLAN = "plan"
    APPLY = "apply"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account's log.

    `message`: what happened or was decided, to which record. `advice`: what to do, and `who_acts`, for a failure.
    `detail`: JSON shown on demand: changes, request, response, request id. Holds no secret.
    """

    step: Step
    message: str
    level: Severity = Severity.NOTICE
    noun: str = ""
    action: str = ""
    record: str = ""
    salesforce_id: str = ""
    zuora_id: str = ""
    who_acts: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class Halted(Exception):
    """Nothing more may be written to Zuora in this run: its journal says so, whose keeper knows why."""


class Journal(Protocol):
    def write(self, entry: Entry) -> None: ...

    def beat(self) -> None:
        """A sign of life without a line in the log: in long waits, and before anything is written to Zuora. Raises Halted
        where nothing may be any more, and stops an attempt that was overtaken."""

    def to_check(self) -> Sequence[str]:
        """The messages of this run's entries of the action CHECK, whichever of its attempts wrote them, of each record the last;
        without those that somebody has looked at since."""


class Links(Protocol):
    """What is known of keys: {"id": zuora id, ...further attributes such as "accountNumber"}."""

    def get(self, key: Key) -> Mapping[str, str] | None: ...

    def get_all(self, keys: Collection[Key]) -> Mapping[Key, Mapping[str, str]]:
        """What is known of them, in one look; a key of which nothing is known is not in it."""

    def chosen(self, key: Key) -> str:
        """The Zuora id an administrator chose for an account with several candidates; empty where nobody did."""

    def put(self, key: Key, attributes: Mapping[str, str]) -> None:
        """Store what is known of a key, and settle as `confirm` does, in one transaction: whoever finds nothing open of it finds the
        link."""

    def confirm(self, keys: Collection[Key]) -> None:
        """What is known of them was found so in Zuora: settles as well what an earlier attempt of this run, or a dead run, left
        open of them. Another run may have stored the link meanwhile. What `Intents.unanswered` says of them is told before: after a
        crash between the two it is told again, never lost."""

    def forget(self, key: Key, seen: Mapping[str, str]) -> None:
        """End what was `seen` to be known (or chosen) of a key; what another run has put there since stays."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that was decided and committed before it was sent.

    `inherited` is true where an earlier request may have made the record: it is looked up before anything is sent, and nothing is
    for `held_s` seconds. `differs` says that it was sent with another payload than the one wanted now, `is_ambiguous` that it had
    been sent with several, `earlier_number` with which account number. `job_id` is the job Zuora creates it with, where one is known;
    `is_expired` that its key is older than 24 hours.
    """

    key: Key
    idempotency_key: str
    inherited: bool = False
    job_id: str = ""
    differs: bool = False
    is_ambiguous: bool = False
    is_expired: bool = False
    held_s: float = 0.0
    earlier_number: str = ""


class IntentBusy(Exception):
    """Another run is at work on the intent of this key: wait and look again."""


class Intents(Protocol):
    """Write-ahead marks of creates: one may be open per key (design: never twice, never lost)."""

    def claim(
        self,
        key: Key,
        payload_digest: str,
        *,
        is_asynchronous: bool = False,
        sought: Sought | None = None,
    ) -> Intent:
        """Open an intent, or take over the one another run left. Raises IntentBusy while a run is at work on it.

        Whether a taken-over intent keeps its idempotency key says `connector.domain.open_writes.inherit`. `sought` is kept with it,
        for whoever looks the record up later.
        """

    def is_live(self, key: Key) -> bool:
        """Whether anybody's intent of this key is open."""

    def unanswered(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Which of them an earlier attempt of this run, or a dead run, has sent and heard no answer of, with the digest of its
        payload: empty where different ones may have reached Zuora."""

    def unanswered_orders(self) -> Mapping[Key, Unanswered]:
        """As `unanswered`, of the orders of this run's account, whichever these are."""

    def note_vanished(self, keys: Collection[Key]) -> None:
        """Of its `unanswered_orders` these are not shown by Salesforce any more, and the others are: so that who looks at them knows
        that no sync sends them."""

    def close_absent(self, key: Key) -> bool:
        """Zuora was asked for it and does not have it, and it is not sent again: closes what is unanswered of it where nothing can
        come of that any more. False where it stays open."""

    def renew(self, intent: Intent) -> Intent:
        """A definite refusal is stored under the old key at Zuora: the same intent, with a fresh key."""

    def sending(self, intent: Intent) -> None:
        """The request is about to leave: from now on nobody knows what Zuora makes of it."""

    def not_sent(self, intent: Intent) -> None:
        """It did not leave after all."""

    def keep_job(self, intent: Intent, job_id: str) -> Intent:
        """Store the job Zuora creates the record with, at once: whoever inherits the intent asks that job."""

    def settle(self, intent: Intent, links: Mapping[Key, Mapping[str, str]]) -> None:
        """Close the intent and store what the create yielded, in one transaction."""

    def fail(self, intent: Intent, reason: str) -> None:
        """Close the intent: Zuora refused, nothing was created."""

    def leave_unknown(self, intent: Intent, reason: str, *, is_answered: bool = False) -> None:
        """Keep the intent open: whether the record was created is not known; the next run looks it up first. `is_answered`: Zuora
        keeps a failure under its key."""
