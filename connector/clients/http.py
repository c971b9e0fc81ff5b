"""The one session through which anything leaves for Salesforce or Zuora.

What it decides for every call: where it may go (hosts.py, transport.py), that it ends (timeouts, a deadline, a bound on
the body), that it follows no redirect, what a failure means (failures.py), how often it is repeated and how long it
waits, and that no secret leaves with an error (redaction.py). What an *answer* means is decided by the table of each
system, since a body may say "try again" under any status.

Errors are raised outside the `except` block that met the cause: a requests exception holds the request with its
headers, and would travel along as `__context__`.

The environment is ignored (`trust_env`): a .netrc would replace our Authorization header, and through a proxy named
there the address check would see the proxy and never the remote.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, Response

from connector.clients.credentials import Network
from connector.clients.failures import (
    UNREACHABLE,
    Call,
    redirected,
    request_id,
    retry_after,
    too_large,
    translate,
)
from connector.clients.hosts import check_host, check_url, route_target
from connector.clients.pacing import Gate, OpenGate, Passage, how
from connector.clients.redaction import redact
from connector.clients.transport import POOL_SIZE, AddressRefused, ConnectRetry, PublicAdapter, RouteAdapter
from connector.errors import ConnectorError, RemotePaused, RemoteUnavailable

__all__ = ["CallCounts", "CallRecord", "RemoteSession", "check_host", "redact", "request_id", "retry_after"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_BODY = 20 * 1024 * 1024
LONGEST_WAIT = 30.0
"""A Retry-After beyond this many seconds is left to the job layer: a worker does not sleep for minutes."""
BACKOFF_BASE = 0.5
BACKOFF_CAP = 8.0

_LONG_LINE = 16
_CHUNK = 64 * 1024
_READS = frozenset({"GET", "HEAD"})
_TOKEN_PATHS = ("/oauth/token", "/services/oauth2/token", "/services/Soap/u/")
_READS_BY_POST = (*_TOKEN_PATHS, "/v1/action/query")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call as it went over the wire; `status` 0 where no answer came. The path is without its query."""

    system: str
    method: str
    path: str
    status: int
    milliseconds: int
    request_id: str


@dataclass(slots=True)
class CallCounts:
    """How many calls went out: to the API, and for tokens."""

    api: int = 0
    token: int = 0


class RemoteSession(requests.Session):
    """A pooled session to one system. Not for several threads at once: one client serves one job.

    `judge` turns an answer into the error it means, for callers that do not look at answers themselves
    (simple-salesforce). `sleep`, `jitter` and `on_call` are given by tests and by whoever counts.
    """

    def __init__(
        self,
        system: str,
        network: Network,
        *,
        judge: Callable[[Response], Exception | None] | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
        gate: Gate | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__()
        self.system = system
        self.network = network
        self.counts = CallCounts()
        self._judge = judge
        self._on_call = on_call
        self._gate = gate or OpenGate()
        self._sleep = sleep
        self._jitter = jitter
        self._secrets: set[str] = set()
        self.trust_env = False
        self.headers["User-Agent"] = "syncadmin"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # nothing here has a session to keep
        self._mount_adapters()

    def _mount_adapters(self) -> None:
        retry = ConnectRetry.up_to(self.network.retries, pause=self._pause)
        self.adapters.clear()
        self.mount("https://", PublicAdapter(POOL_SIZE, POOL_SIZE, max_retries=retry))
        for host in self.network.routes:
            adapter = RouteAdapter(
                route_target(host, self.network),
                pool_connections=POOL_SIZE,
                pool_maxsize=POOL_SIZE,
                max_retries=retry,
            )
            self.mount(f"https://{host.lower()}/", adapter)

    def hide(self, *secrets: str) -> None:
        """Values to be taken out of every text of this session from now on; of a long one (a key) each line as well."""
        for secret in filter(None, secrets):
            self._secrets.update((secret, *(line for line in secret.splitlines() if len(line) >= _LONG_LINE)))

    def redact(self, value: Any) -> Any:
        return redact(value, secrets=self._secrets)

    def get_redirect_target(self, resp: Response) -> str | None:
        """None for every answer, which keeps requests from following a redirect."""
        return None

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """Send one request and read its whole answer.

        Raises ConfigError where it may not be sent at all, RemotePaused where it may not be now, RemoteUnavailable where no whole
        answer came,
        RemoteRejected for a redirect, and whatever `judge` makes of an answer of the API.
        """
        check_url(self.system, str(request.url), self.network)
        path = urlsplit(str(request.url)).path
        is_write = request.method not in _READS and not path.startswith(_READS_BY_POST)
        call = Call(self.system, str(request.method), path, is_write=is_write)
        is_token = path.startswith(_TOKEN_PATHS)
        passage = self._gate.enter(Passage(self.system, call.method, path, is_token, is_write))
        started = time.perf_counter()
        response: Response | None = None
        failure: ConnectorError | None = None
        try:
            response, failure = self._exchange(request, call, kwargs)
        finally:
            self._gate.leave(passage, how(response, failure))
        self._record(call, response, is_token=is_token, seconds=time.perf_counter() - started)
        if failure is not None:
            raise failure
        if response is None:
            raise AssertionError("An exchange ends with an answer or with a failure.")
        verdict = self._judge(response) if self._judge is not None and not is_token else None
        if verdict is not None:
            raise verdict
        return response

    def _exchange(
        self, request: PreparedRequest, call: Call, options: Mapping[str, Any]
    ) -> tuple[Response | None, ConnectorError | None]:
        limit = options.get("timeout") or self.network.read_timeout
        given = {**options, "stream": True, "allow_redirects": False, "verify": True, "proxies": {}}
        given["timeout"] = (self.network.connect_timeout, limit)
        response: Response | None = None
        try:
            response = super().send(request, **given)
            return response, self._read(response, call)
        except (requests.exceptions.RequestException, AddressRefused, OSError) as error:
            return response, translate(error, call, read_timeout=limit)

    def _read(self, response: Response, call: Call) -> ConnectorError | None:
        """Take the body in, up to MAX_BODY after decompression; nothing else ever reads from the socket."""
        if refused := redirected(call, response):
            response.close()
            return refused
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > MAX_BODY:
                response.close()
                return too_large(call, response, limit=MAX_BODY)
        response._content = bytes(content)  # requests has no other way to hand over a body read by chunks
        return None

    def _record(self, call: Call, response: Response | None, *, is_token: bool, seconds: float) -> None:
        if is_token:
            self.counts.token += 1
        else:
            self.counts.api += 1
        record = CallRecord(
            system=call.system,
            method=call.method,
            path=call.path,
            status=0 if response is None else response.status_code,
            milliseconds=round(seconds * 1000),
            request_id="" if response is None else request_id(response),
        )
        logger.debug("%s %s -> %s in %s ms", record.system, call, record.status, record.milliseconds)
        if self._on_call is not None:
            self._on_call(record)

    def repeat(
        self, action: Callable[[], T], *, times: Callable[[RemoteUnavailable], int] | None = None
    ) -> T:
        """Run one call, again while it fails in a way that heals within seconds.

        urllib3's Retry cannot do this: Zuora says in the body whether to try again, under 200 as well as under 500,
        and simple-salesforce only shows answers it has already turned into exceptions. `times` says how often an
        error may be repeated (default: Network.retries); creates give 0. A stated wait beyond LONGEST_WAIT is never
        slept through: the error goes up, with `retry_after`, to the job.
        """
        attempt = 0
        while True:
            try:
                return action()
            except RemoteUnavailable as error:
                allowed = self.network.retries if times is None else times(error)
                stated = error.retry_after or 0.0
                is_final = isinstance(error, RemotePaused) or error.code == UNREACHABLE
                if is_final or attempt >= allowed or stated > LONGEST_WAIT:
                    raise
            self._pause(attempt, at_least=stated)
            attempt += 1

    def _pause(self, attempt: int, *, at_least: float = 0.0) -> None:
        """Full jitter: anything between nothing and a growing bound, so that many workers do not come back at once.

        Reference: https://developer.zuora.com/docs/guides/error-handling/ (retry strategy)
        """
        self._sleep(max(at_least, self._jitter() * min(BACKOFF_CAP, BACKOFF_BASE * 2**attempt)))
