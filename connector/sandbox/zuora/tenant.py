"""One Zuora tenant: credentials, settings, tokens, records and stored answers, behind one lock."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from connector.sandbox.zuora.idempotency import IdempotencyStore
from connector.sandbox.zuora.settings import Settings
from connector.sandbox.zuora.store import Store, View

CLIENT_ID = "5a1d0c1e-7e57-4b0a-9c0f-0000000000aa"
CLIENT_SECRET = "sandbox-secret-of-no-real-tenant"  # noqa: S105 - opens nothing but this sandbox
USER_ID = "8ad0000000000000000000000000a001"


class Tenant:
    """The state of the sandbox. Every public method takes the lock; `store` is used inside `reading` or
    `writing`.
    """

    def __init__(
        self,
        *,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.lock = threading.RLock()
        self._wall_clock = wall_clock
        self._clear()

    def _clear(self) -> None:
        self.settings = Settings()
        self.store = Store(clock=self.now)
        self.idempotency = IdempotencyStore(clock=self.now)
        self.jobs: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, float] = {}

    def now(self) -> float:
        return self._wall_clock() + self.settings.clock_offset_s

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), UTC).date()

    def timestamp(self) -> str:
        moment = datetime.fromtimestamp(self.now(), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

    @property
    def latency_ms(self) -> float:
        return self.settings.latency_ms

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Store]:
        with self.lock, self.store.transaction(keep=keep):
            yield self.store

    @contextmanager
    def reading(self) -> Iterator[View]:
        with self.lock:
            yield self.store

    @contextmanager
    def querying(self, *, stale: bool = False) -> Iterator[View]:
        """What object query and ZOQL see: the records as of `query_lag_s` ago, or without the last write."""
        with self.lock:
            before = self.now() - self.settings.query_lag_s if self.settings.query_lag_s else None
            yield self.store.as_of(before=before, without_last=1 if stale else 0)

    def issue_token(self) -> str:
        with self.lock:
            token = secrets.token_hex(16)
            self._tokens[token] = self.now() + self.settings.token_life_s
            return token

    def is_token_good(self, token: str) -> bool:
        with self.lock:
            return self._tokens.get(token, 0.0) > self.now()

    def expire_tokens(self) -> None:
        with self.lock:
            self._tokens.clear()

    def reset(self) -> None:
        with self.lock:
            self._clear()

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.settings.merge(changes)
            return self.settings.as_json()

    def snapshot(self) -> dict[str, Any]:
        with self.lock:
            return {
                **self.store.as_json(),
                "jobs": list(self.jobs.values()),
                "settings": self.settings.as_json(),
            }


def new_id() -> str:
    """A Zuora id: 32 hexadecimal characters."""
    return "8ad0" + uuid.uuid4().hex[4:]
