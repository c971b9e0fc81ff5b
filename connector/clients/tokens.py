"""Tokens are shared and renewed once: between jobs through a cache, between threads through a lock per key.

Zuora allows 100 token calls a minute from one address and Salesforce 3,600 logins an hour and user, so a token is
kept until shortly before its end. A 401 means that this very token stopped working: it is dropped (unless somebody
has already put a newer one), fetched once more, and a second 401 is an answer about the credentials, never a loop.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from connector.errors import ConfigError

T = TypeVar("T")


class TokenCache(Protocol):
    """Where tokens are kept between calls and jobs. Its owner keeps them as secret as the credentials themselves."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, token: str, seconds: int) -> None: ...

    def drop(self, key: str, token: str) -> None:
        """Forget `token` under `key`; a newer one put there meanwhile stays."""


class MemoryTokenCache:
    """A token cache of one process, safe for its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, float]] = {}

    def get(self, key: str) -> str | None:
        with self._lock:
            token, until = self._kept.get(key, ("", 0.0))
            return token if token and self._clock() < until else None

    def put(self, key: str, token: str, seconds: int) -> None:
        with self._lock:
            self._kept[key] = (token, self._clock() + seconds)

    def drop(self, key: str, token: str) -> None:
        with self._lock:
            if self._kept.get(key, ("", 0.0))[0] == token:
                del self._kept[key]


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`seconds` is how long it may be kept, margin already taken off."""

    value: str = field(repr=False)
    seconds: int


class TokenRefused(Exception):
    """An API answered 401: the token is no longer good. `said` is the remote's own word, free of secrets."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class TokenSource:
    """Hands out one connection's token and renews it at most once for a call."""

    def __init__(
        self, cache: TokenCache, key: str, *, issue: Callable[[], IssuedToken], lasting_refusal: str
    ) -> None:
        self._cache = cache
        self._key = key
        self._issue = issue
        self._lasting_refusal = lasting_refusal

    def use(self, action: Callable[[str], T]) -> T:
        """Run `action` with a token; once more with a new one where it raises TokenRefused.

        Raises ConfigError where the new token is refused as well.
        """
        token = self._current()
        try:
            return action(token)
        except TokenRefused:
            self._cache.drop(self._key, token)
        token = self._current()
        said = ""
        try:
            return action(token)
        except TokenRefused as refused:
            self._cache.drop(self._key, token)
            said = refused.said
        raise ConfigError(f"{self._lasting_refusal} It said: {said}")

    def _current(self) -> str:
        with _lock_of(self._key):
            token = self._cache.get(self._key)
            if token is None:
                issued = self._issue()
                self._cache.put(self._key, issued.value, issued.seconds)
                token = issued.value
            return token


def cache_key(system: str, host: str, *parts: str, secret: str) -> str:
    """A key that changes with the credentials, so that a corrected secret is tried at once.

    Only four bytes of the digest are used: enough to tell two secrets apart, not enough to confirm a guess.
    """
    digest = hashlib.blake2b("\0".join((*parts, secret)).encode(), digest_size=4).hexdigest()
    return ":".join(("token", system.lower(), host, *(part for part in parts if part), digest))


_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()


def _lock_of(key: str) -> threading.Lock:
    with _locks_guard:
        return _locks.setdefault(key, threading.Lock())
