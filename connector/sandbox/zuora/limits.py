"""Rate and concurrency limits: counted, told in headers, and refused with 429 when a setting makes them
small.

The body of a 429 is unverified; the reason's category 70 is documented.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from connector.sandbox.zuora.errors import LIMIT, Reason, Refused
from connector.sandbox.zuora.tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT, HIGH_VOLUME, OBJECT_QUERY = "Default", "High-volume transactions", "Object Query"
HOURLY, DAILY = 2250000, 27000000
WINDOW_S = 60.0
_HIGH_VOLUME_PATHS = {"/v1/accounts", "/v1/orders", "/v1/orders/preview"}


def concurrency_class(method: str, path: str) -> str:
    if path.startswith("/object-query"):
        return OBJECT_QUERY
    if method == "POST" and path in _HIGH_VOLUME_PATHS:
        return HIGH_VOLUME
    return DEFAULT


class Limits:
    """Counts the requests of the last minute and those in flight; the highest number in flight is kept."""

    def __init__(self, *, tenant: Tenant) -> None:
        self._tenant = tenant
        self._lock = threading.Lock()
        self._times: deque[float] = deque()
        self._in_flight: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        """Count a call from its arrival, the sandbox's own latency included."""

        def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            name = concurrency_class(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
            self._enter(name)
            try:
                return inner(environ, start_response)
            finally:
                self._leave(name)

        return application

    def admit(self, method: str, path: str) -> None:
        """Count one call; Refused when it is one too many."""
        name = concurrency_class(method, path)
        with self._lock:
            over = self._in_flight[name] > self._tenant.settings.concurrency_limits[name]
            self._forget()
            limit = self._tenant.settings.rate_limit_per_minute
            self._times.append(self._tenant.now())  # a refused call counts as well (documented)
            too_many = len(self._times) > limit
            wait = max(1, round(self._times[0] + WINDOW_S - self._tenant.now()))
        if over:
            message = f"The concurrent request limit of the class {name} is exceeded."
            raise Refused([Reason(LIMIT, message)], status=429, headers={"Retry-After": "1"})
        if too_many:
            message = f"The rate limit of {limit} requests per minute is exceeded."
            raise Refused([Reason(LIMIT, message)], status=429, headers={"Retry-After": str(wait)})

    def headers(self, method: str, path: str) -> Mapping[str, str]:
        name = concurrency_class(method, path)
        with self._lock:
            self._forget()
            limit = self._tenant.settings.rate_limit_per_minute
            reset = self._times[0] + WINDOW_S - self._tenant.now() if self._times else WINDOW_S
            most = self._tenant.settings.concurrency_limits[name]
            return {
                "RateLimit-Limit": f"{HOURLY}, {limit};w=60, {HOURLY};w=3600, {DAILY};w=86400",
                "RateLimit-Remaining": str(max(0, limit - len(self._times))),
                "RateLimit-Reset": str(max(1, round(reset))),
                "Concurrency-Limit-Type": name,
                "Concurrency-Limit-Limit": str(most),
                "Concurrency-Limit-Remaining": str(max(0, most - self._in_flight[name])),
            }

    def clear(self) -> None:
        with self._lock:
            self._times.clear()
            self.peak.clear()

    def _forget(self) -> None:
        start = self._tenant.now() - WINDOW_S
        while self._times and self._times[0] < start:
            self._times.popleft()

    def _enter(self, name: str) -> None:
        with self._lock:
            self._in_flight[name] += 1
            self.peak[name] = max(self.peak[name], self._in_flight[name])

    def _leave(self, name: str) -> None:
        with self._lock:
            self._in_flight[name] -= 1
