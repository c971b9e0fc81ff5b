"""Tokens are shared and renewed once: between jobs and hosts through a cache and its lock, between threads through a lock
per key.

Zuora allows 100 token calls a minute from one address and Salesforce 3,600 logins an hour and user, so a token is
kept until shortly before its end. A 401 means that this very token stopped working: it is dropped (unless somebody
has already put a newer one), fetched once more, and a second 401 is an answer about the credentials, never a loop.

Refused credentials are remembered for a minute: forty queued runs that each try them would lock the user out of Salesforce.
A changed secret has another key and is tried at once.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from connector.errors import ConfigError

T = TypeVar("T")

REFUSAL_KEPT_S = 60
LOGIN_TIMEOUT_S = 30.0
"""How long a token call may take to be answered. Far less than any other call: everybody else waits for it."""


class TokenCache(Protocol):
    """Where tokens are kept between calls and jobs. Its owner keeps them as secret as the credentials themselves."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, token: str, seconds: int) -> None: ...

    def drop(self, key: str, token: str) -> None:
        """Forget `token` under `key`; a newer one put there meanwhile stays."""

    def renewing(self, key: str) -> AbstractContextManager[object]:
        """Entered by one renewer of `key` at a time, among all that share this cache. Whoever has waited as long as a login
        may take enters all the same: a second login is better than a job that fails. Threads of one process are kept apart
        by their caller."""

    def refusal(self, key: str) -> str:
        """Why the credentials of `key` were refused a short time ago, or nothing."""

    def refuse(self, key: str, said: str, seconds: int) -> None: ...


class LoginRefused(ConfigError):
    """The remote does not accept a connection's credentials."""


class MemoryTokenCache:
    """A token cache of one process, safe for its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, float]] = {}
        self._refused: dict[str, tuple[str, float]] = {}

    def get(self, key: str) -> str | None:
        with self._lock:
            token, until = self._kept.get(key, ("", 0.0))
            return token if token and self._clock() < until else None

    def put(self, key: str, token: str, seconds: int) -> None:
        with self._lock:
            self._kept[key] = (token, self._clock() + seconds)
            self._refused.pop(key, None)

    def drop(self, key: str, token: str) -> None:
        with self._lock:
            if self._kept.get(key, ("", 0.0))[0] == token:
                del self._kept[key]

    def renewing(self, key: str) -> AbstractContextManager[object]:
        return nullcontext()

    def refusal(self, key: str) -> str:
        with self._lock:
            said, until = self._refused.get(key, ("", 0.0))
            return said if self._clock() < until else ""

    def refuse(self, key: str, said: str, seconds: int) -> None:
        with self._lock:
            self._refused[key] = (said, self._clock() + seconds)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._refused.clear()


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

        Raises LoginRefused where the credentials are refused, or were a short time ago; ConfigError where the new token is.
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
        # Not remembered: the login itself was accepted, nobody is locked out, and the next run may find it mended.
        raise ConfigError(f"{self._lasting_refusal} It said: {said}")

    def _current(self) -> str:
        with _lock_of(self._key):
            kept = self._cache.get(self._key)
            if kept is not None:
                return kept
            with self._cache.renewing(self._key):
                return self._cache.get(self._key) or self._renewed()

    def _renewed(self) -> str:
        if said := self._cache.refusal(self._key):
            raise LoginRefused(
                f"{said} No new login was tried, because this answer is less than {REFUSAL_KEPT_S} s old and "
                "repeated logins can lock the user out; correct the connection and press Test connection."
            )
        failure: LoginRefused | None = None
        try:
            issued = self._issue()
            self._cache.put(self._key, issued.value, issued.seconds)
            return issued.value
        except LoginRefused as refused:
            failure = refused
        self._cache.refuse(self._key, failure.message, REFUSAL_KEPT_S)
        raise failure


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
