"""Idempotency-Key as Zuora documents it: the first answer, success or failure, is kept for 24 hours and
replayed.

A key used for another method or address is refused with 422. The same key with another body is refused
too, and a setting replays the old answer instead: which of the two Zuora does is unverified.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from connector.sandbox.faults import Answer

LIFE_S = 24 * 3600
MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Fingerprint:
    method: str
    url: str
    digest: str


@dataclass(slots=True)
class _Entry:
    fingerprint: Fingerprint
    at: float
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a keyed request: one of carry_out, replay, in_progress, mismatch."""

    kind: str
    answer: Answer | None = None


class IdempotencyStore:
    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def claim(self, key: str, fingerprint: Fingerprint, *, replay_other_body: bool) -> Verdict:
        """Take the key for this request, or say why it cannot be taken."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or self._clock() - entry.at >= LIFE_S:
                self._entries[key] = _Entry(fingerprint, self._clock())
                return Verdict("carry_out")
            same_place = (entry.fingerprint.method, entry.fingerprint.url) == (
                fingerprint.method,
                fingerprint.url,
            )
            same_body = entry.fingerprint.digest == fingerprint.digest
            if not same_place or not (same_body or replay_other_body):
                return Verdict("mismatch")
            if entry.answer is None:
                return Verdict("in_progress")
            return Verdict("replay", entry.answer)

    def settle(self, key: str, answer: Answer) -> None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:  # gone when the sandbox was reset meanwhile
                entry.answer = answer
