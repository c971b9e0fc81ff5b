"""Tokens of all workers and hosts: kept encrypted in the shared cache, renewed by one of them, and what becomes of a refusal.

While Redis is away everything falls back to this process: each then logs in for itself, which costs a call and no run.
A connection whose credentials are refused says so on its page until a login succeeds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import django_rq
from django.core.cache import cache
from redis.exceptions import RedisError
from redis.lock import Lock

from connector.clients.tokens import LOGIN_TIMEOUT_S, MemoryTokenCache
from connector.errors import ConfigError
from connector.jobs.doorbell import QUEUE
from connector.models import SalesforceConnection, ZuoraConnection
from connector.models.encryption import Secret

logger = logging.getLogger(__name__)

Connection = SalesforceConnection | ZuoraConnection

HELD_S = 2 * LOGIN_TIMEOUT_S
"""A renewer that died frees the others after this long; one that lives has its answer, or its timeout, before."""
LOOK_EVERY_S = 0.1

of_this_process = MemoryTokenCache()


class SharedTokens:
    """A TokenCache for one connection (None: nobody is told of refusals). `held` is in seconds."""

    def __init__(self, connection: Connection | None = None, *, held: float = HELD_S) -> None:
        self.connection = connection
        self.held = held

    def get(self, key: str) -> str | None:
        try:
            kept = cache.get(_token_key(key))
            return Secret(kept).reveal() if kept else None
        except RedisError:
            return of_this_process.get(key)
        except ConfigError:
            return None  # encrypted with a key that is gone: a new login costs one call

    def put(self, key: str, token: str, seconds: int) -> None:
        of_this_process.put(key, token, seconds)
        try:
            cache.set(_token_key(key), Secret.encrypt(token).token, timeout=seconds)
            cache.delete(_refusal_key(key))
        except RedisError as error:
            logger.warning("A token could not be shared through the cache: %s", type(error).__name__)
        if self.connection is not None:
            self.connection.record_login()

    def drop(self, key: str, token: str) -> None:
        of_this_process.drop(key, token)
        try:
            if self.get(key) == token:
                cache.delete(_token_key(key))
        except RedisError as error:
            logger.warning("A token could not be dropped from the cache: %s", type(error).__name__)

    @contextmanager
    def renewing(self, key: str) -> Iterator[None]:
        lock: Lock | None = None
        try:
            lock = Lock(
                django_rq.get_connection(QUEUE),
                f"renewing:{key}",
                timeout=self.held,
                sleep=LOOK_EVERY_S,
                blocking_timeout=self.held,
                thread_local=False,
            )
            if not lock.acquire():
                lock = None
                logger.warning(
                    "Another worker renews the same token for %g s; this one logs in too", self.held
                )
        except RedisError as error:
            lock = None
            logger.warning("A token is renewed for this process alone: %s", type(error).__name__)
        try:
            yield
        finally:
            if lock is not None:
                with suppress(RedisError):  # also: it ran out meanwhile and is another's
                    lock.release()

    def refusal(self, key: str) -> str:
        try:
            return str(cache.get(_refusal_key(key)) or "")
        except RedisError:
            return of_this_process.refusal(key)

    def refuse(self, key: str, said: str, seconds: int) -> None:
        of_this_process.refuse(key, said, seconds)
        try:
            cache.set(_refusal_key(key), said, timeout=seconds)
        except RedisError as error:
            logger.warning("A refused login could not be shared: %s", type(error).__name__)
        if self.connection is not None:
            self.connection.record_refusal(said, now=datetime.now(UTC))


class TestedTokens(MemoryTokenCache):
    """For *Test connection*: it must prove the credentials, so no kept token and no remembered refusal is believed; what
    it finds out is true for all the others."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.shared = SharedTokens(connection)

    def put(self, key: str, token: str, seconds: int) -> None:
        super().put(key, token, seconds)
        self.shared.put(key, token, seconds)

    def drop(self, key: str, token: str) -> None:
        super().drop(key, token)
        self.shared.drop(key, token)

    def refuse(self, key: str, said: str, seconds: int) -> None:
        super().refuse(key, said, seconds)
        self.shared.refuse(key, said, seconds)


def _token_key(key: str) -> str:
    return f"token:{key}"


def _refusal_key(key: str) -> str:
    return f"refused:{key}"
