"""The engine's keepers in memory: what `connector.jobs` keeps in rows, with the same promises.

A `Memory` is the database; `Keepers` are one run's view of it. A run that was not closed is alive: what it claimed stays
its own. Once it is closed, the next run inherits its open intents.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from connector.domain.open_writes import Holder, OpenWrite, inherit
from connector.domain.operations import Key, Noun
from connector.domain.sought import Sought, Unanswered
from connector.domain.to_check import CHECK
from connector.sync.journal import Entry, Intent, IntentBusy

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where the clock of a memory stands at nought."""
_KEYS = count(1)  # a lost database must not begin anew with keys that Zuora remembers


@dataclass(slots=True)
class Kept:
    """One intent as the database holds it. `state` is open, unknown, settled or failed."""

    key: Key
    digest: str
    idempotency_key: str
    run: int
    issued_at: float
    state: str = "open"
    reason: str = ""
    is_asynchronous: bool = False
    job_id: str = ""
    answered_at: float | None = None
    sent_at: float | None = None
    sent_before: float | None = None
    was_changed: bool = False
    number: str = ""
    account: str = ""
    sought: Sought | None = None
    is_vanished: bool = False

    @property
    def is_live(self) -> bool:
        return self.state in ("open", "unknown")


@dataclass(slots=True)
class Memory:
    """What survives a run. `clock` is turned by tests; `chosen` is what an administrator picked on an account's page."""

    links: dict[Key, dict[str, str]] = field(default_factory=dict)
    intents: list[Kept] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    running: set[int] = field(default_factory=set)
    clock: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)
    runs: count[int] = field(default_factory=lambda: count(1))

    def open_run(self) -> Keepers:
        with self.lock:
            run = next(self.runs)
            self.running.add(run)
            return Keepers(self, run)

    def new_key(self) -> str:
        return f"key-{next(_KEYS):06d}"

    @property
    def live_intents(self) -> list[Kept]:
        return [kept for kept in self.intents if kept.is_live]


@dataclass(slots=True)
class Keepers:
    """Journal, links and intents of one run, in one object. `trip` may raise before any call: a worker's death."""

    memory: Memory
    run: int
    calls: list[str] = field(default_factory=list)
    dies_at: int | None = None
    dies_before: str = ""
    before_first_claim: Callable[[], object] | None = None
    account: str = ""

    def close(self) -> None:
        """The run has ended, or its worker is gone for good: what it left open may be inherited."""
        with self.memory.lock:
            self.memory.running.discard(self.run)

    # Journal

    def write(self, entry: Entry) -> None:
        self._called("write")
        with self.memory.lock:
            self.memory.entries.append(entry)

    def beat(self) -> None:
        self._called("beat")

    def to_check(self) -> Sequence[str]:
        with self.memory.lock:
            told = [each for each in self.memory.entries if each.action == CHECK]
            return tuple({(each.noun, each.record): each.message for each in told}.values())

    # Links

    def get(self, key: Key) -> Mapping[str, str] | None:
        self._called("get")
        with self.memory.lock:
            known = self.memory.links.get(key)
            return dict(known) if known else None

    def get_all(self, keys: Collection[Key]) -> Mapping[Key, Mapping[str, str]]:
        self._called("get")
        with self.memory.lock:
            return {key: dict(self.memory.links[key]) for key in keys if key in self.memory.links}

    def chosen(self, key: Key) -> str:
        return self.memory.chosen.get(key.value, "") if key.noun is Noun.ACCOUNT else ""

    def put(self, key: Key, attributes: Mapping[str, str]) -> None:
        """Settles as well what an earlier run left open of the record: it was found."""
        self._called("put")
        with self.memory.lock:
            self._remember(key, attributes)
            self._settle([key])

    def confirm(self, keys: Collection[Key]) -> None:
        self._called("confirm")
        with self.memory.lock:
            self._settle(keys)

    def forget(self, key: Key, seen: Mapping[str, str]) -> None:
        self._called("forget")
        with self.memory.lock:
            if self.memory.links.get(key, {}).get("id") == seen["id"]:
                del self.memory.links[key]
            if self.chosen(key) == seen["id"]:
                del self.memory.chosen[key.value]

    # Intents

    def claim(
        self,
        key: Key,
        payload_digest: str,
        *,
        is_asynchronous: bool = False,
        sought: Sought | None = None,
    ) -> Intent:
        self._called("claim")
        if self.before_first_claim is not None:
            wait, self.before_first_claim = self.before_first_claim, None
            wait()
        memory = self.memory
        with memory.lock:
            kept = next((each for each in memory.live_intents if each.key == key), None)
            if kept is None:
                kept = Kept(key, payload_digest, memory.new_key(), self.run, memory.clock)
                kept.is_asynchronous, kept.number = is_asynchronous, sought.account_number if sought else ""
                kept.account, kept.sought = self.account, sought
                memory.intents.append(kept)
                return Intent(key, kept.idempotency_key)
            if kept.run != self.run and kept.run in memory.running:
                raise IntentBusy(f"{key} is being created by run {kept.run}")
            number = sought.account_number if sought else ""
            return self._inherit(kept, payload_digest, is_asynchronous=is_asynchronous, number=number)

    def is_live(self, key: Key) -> bool:
        with self.memory.lock:
            return any(kept.key == key for kept in self.memory.live_intents)

    def unanswered(self, keys: Collection[Key]) -> Mapping[Key, str]:
        with self.memory.lock:
            sent = [kept for kept in self._left(keys) if kept.sent_at is not None]
            return {kept.key: "" if kept.was_changed else kept.digest for kept in sent}

    def unanswered_orders(self) -> Mapping[Key, Unanswered]:
        with self.memory.lock:
            return {kept.key: self._unanswered(kept) for kept in self._unanswered_orders()}

    def note_vanished(self, keys: Collection[Key]) -> None:
        self._called("note_vanished")
        with self.memory.lock:
            for kept in self._unanswered_orders():
                kept.is_vanished = kept.key in keys

    def close_absent(self, key: Key) -> bool:
        self._called("close_absent")
        with self.memory.lock:
            for kept in self._left([key]):
                if not kept.job_id and self._as_open(kept).is_over:
                    kept.state, kept.reason = "failed", "absent"
                    return True
            return False

    def renew(self, intent: Intent) -> Intent:
        self._called("renew")
        with self.memory.lock:
            kept = self._mine(intent)
            self._new_key(kept)
            return replace(intent, idempotency_key=kept.idempotency_key)

    def keep_job(self, intent: Intent, job_id: str) -> Intent:
        self._called("keep_job")
        with self.memory.lock:
            self._mine(intent).job_id = job_id
            return replace(intent, job_id=job_id)

    def settle(self, intent: Intent, links: Mapping[Key, Mapping[str, str]]) -> None:
        self._called("settle")
        with self.memory.lock:
            self._mine(intent).state = "settled"
            for key, attributes in links.items():
                self._remember(key, attributes)

    def fail(self, intent: Intent, reason: str) -> None:
        self._called("fail")
        with self.memory.lock:
            kept = self._mine(intent)
            kept.state, kept.reason = "failed", reason

    def leave_unknown(self, intent: Intent, reason: str, *, is_answered: bool = False) -> None:
        self._called("leave_unknown")
        with self.memory.lock:
            kept = self._mine(intent)
            kept.state, kept.reason = "unknown", reason
            if is_answered and kept.answered_at is None:
                kept.answered_at = self.memory.clock

    def sending(self, intent: Intent) -> None:
        self._called("sending")
        with self.memory.lock:
            kept = self._mine(intent)
            kept.sent_before, kept.sent_at = kept.sent_at, self.memory.clock

    def not_sent(self, intent: Intent) -> None:
        with self.memory.lock:
            kept = self._mine(intent)
            kept.sent_at = kept.sent_before

    def _inherit(self, kept: Kept, digest: str, *, is_asynchronous: bool, number: str) -> Intent:
        write = self._as_open(kept, is_numbered=bool(number) and number == kept.number)
        may_be_there, earlier = kept.sent_at is not None or bool(kept.job_id), kept.number
        differs = (digest, is_asynchronous) != (kept.digest, kept.is_asynchronous)
        heritage = inherit(write, differs=differs)
        is_ambiguous = may_be_there and kept.was_changed
        was_changed = may_be_there and (differs or kept.was_changed)
        if heritage.gets_new_key:
            kept.digest, kept.is_asynchronous, sent_at = digest, is_asynchronous, kept.sent_at
            self._new_key(kept)
            kept.was_changed, kept.sent_at, kept.number = was_changed, sent_at, number
        kept.run, kept.state, kept.is_vanished = self.run, "open", False
        return Intent(
            kept.key,
            kept.idempotency_key,
            inherited=may_be_there,
            job_id=kept.job_id,
            differs=differs if kept.job_id else was_changed,
            is_ambiguous=is_ambiguous,
            earlier_number=earlier if may_be_there else "",
            is_expired=heritage.is_expired,
            held_s=heritage.held.total_seconds(),
        )

    def _unanswered_orders(self) -> list[Kept]:
        orders = [kept.key for kept in self.memory.live_intents if kept.key.noun is Noun.ORDER]
        left = self._left(orders)
        return [kept for kept in left if kept.sent_at is not None and kept.account == self.account]

    def _unanswered(self, kept: Kept) -> Unanswered:
        sought = kept.sought or Sought(kept.key, f"Order {kept.key.value}")
        held = self._as_open(kept).held
        until = BEGIN + timedelta(seconds=self.memory.clock) + held if held else None
        sent_at = None if kept.sent_at is None else BEGIN + timedelta(seconds=kept.sent_at)
        return Unanswered(sought, sent_at, until, has_job=bool(kept.job_id))

    def _left(self, keys: Collection[Key]) -> list[Kept]:
        """What this run, or one that has ended, left open of them."""
        return [
            kept
            for kept in self.memory.live_intents
            if kept.key in keys and (kept.run == self.run or kept.run not in self.memory.running)
        ]

    def _settle(self, keys: Collection[Key]) -> None:
        for kept in self._left(keys):
            kept.state, kept.reason = "settled", "found"

    def _as_open(self, kept: Kept, *, is_numbered: bool = False) -> OpenWrite:
        now = self.memory.clock
        return OpenWrite(
            Holder.NOBODY,
            timedelta(seconds=now - kept.issued_at),
            job_id=kept.job_id,
            is_asynchronous=kept.is_asynchronous,
            is_guarded=kept.key.noun is Noun.ORDER or is_numbered,
            is_answered=kept.answered_at is not None,
            sent_age=None if kept.sent_at is None else timedelta(seconds=now - kept.sent_at),
        )

    def _new_key(self, kept: Kept) -> None:
        kept.idempotency_key, kept.issued_at = self.memory.new_key(), self.memory.clock
        kept.answered_at = kept.sent_at = None

    def _remember(self, key: Key, attributes: Mapping[str, str]) -> None:
        """Attributes add up while the Zuora id stays, and begin anew with another."""
        known = self.memory.links.get(key, {})
        is_same = attributes.get("id", known.get("id")) == known.get("id")
        self.memory.links[key] = {**(known if is_same else {}), **attributes}

    def _mine(self, intent: Intent) -> Kept:
        """Only a live intent, under the key its holder knows, may be changed."""
        found = [
            kept
            for kept in self.memory.live_intents
            if kept.key == intent.key and kept.idempotency_key == intent.idempotency_key
        ]
        assert len(found) == 1, f"{intent} is not open"
        return found[0]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name == self.dies_before or (self.dies_at is not None and len(self.calls) >= self.dies_at):
            raise WorkerDied(f"at call {len(self.calls)}: {name}")


class WorkerDied(BaseException):
    """Raised by a keeper in place of its work. No `except Exception` of the engine may outlive it."""
