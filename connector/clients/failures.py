"""What it means that a call brought no readable answer: was it sent, may it have been carried out, who acts next.

A table of causes in the order they can happen. The causes themselves (requests' and urllib3's exceptions) hold the
request with its headers and are never kept: only what is said here leaves the session.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests import Response
from urllib3 import Retry
from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, ReadTimeoutError

from connector.clients.transport import DEADLINE_FACTOR, AddressRefused
from connector.errors import ConfigError, ConnectorError, RemoteRejected, RemoteUnavailable

UNREACHABLE = "unreachable"
"""The code of an error where no connection came about: the transport has repeated that already."""

_REQUEST_ID_HEADERS = ("Zuora-Request-Id", "X-Request-Id", "X-SFDC-Request-Id")


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its failures name it. `is_write`: the remote may have changed something although no answer came."""

    system: str
    method: str
    path: str
    is_write: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def unavailable(self, message: str, *, code: str, sent: bool = True) -> RemoteUnavailable:
        unknown = sent and self.is_write
        if unknown:
            message += f" Whether {self.system} carried it out is not known."
        return RemoteUnavailable(message, system=self.system, code=code, outcome_unknown=unknown)


def translate(error: Exception, call: Call, *, read_timeout: float) -> ConnectorError:
    """The error of our own tree for whatever requests or urllib3 raised during `call`."""
    if isinstance(error, AddressRefused):
        return ConfigError(f"{call.system} was not called: {error} Check the host of the connection.")
    if _holds(error, ssl.SSLCertVerificationError):
        return ConfigError(
            f"{call.system} was not called: the certificate its host showed is not valid for it. Check the host of "
            "the connection; if it is right, somebody stands between this machine and the internet."
        )
    if _holds(error, ConnectTimeoutError):  # a refused connection and an unknown name are kinds of it
        return call.unavailable(
            f"No connection to {call.system} came about for {call}: nothing was sent. Check the host of the "
            "connection and this machine's network if it lasts.",
            code=UNREACHABLE,
            sent=False,
        )
    if isinstance(error, requests.exceptions.Timeout) or _holds(error, ReadTimeoutError):
        return call.unavailable(
            f"{call.system} did not answer {call} within {read_timeout:g} s (or not wholly within "
            f"{read_timeout * DEADLINE_FACTOR:g} s).",
            code="timeout",
        )
    return call.unavailable(
        f"The answer of {call.system} to {call} did not arrive whole: the connection broke ({type(error).__name__}).",
        code="broken",
    )


def too_large(call: Call, response: Response, *, limit: int) -> RemoteUnavailable:
    error = call.unavailable(
        f"{call.system} answered {call} with more than {limit // 1024**2} MB, which is not read.",
        code="too_large",
    )
    error.status, error.request_id = response.status_code, request_id(response)
    return error


def redirected(call: Call, response: Response) -> RemoteRejected | None:
    """A redirect is refused: to another host it would carry the token along."""
    if not 300 <= response.status_code < 400:
        return None
    try:
        to = urlsplit(response.headers.get("Location", "")).hostname or "another path of the same host"
    except ValueError:
        to = "an address that cannot be read"
    return RemoteRejected(
        f"{call.system} answered {call} with a redirect to {to}, which is not followed. Enter the host that serves "
        "the API in the connection.",
        system=call.system,
        status=response.status_code,
        code="redirect",
        request_id=request_id(response),
    )


def request_id(response: Response) -> str:
    return next((response.headers[name] for name in _REQUEST_ID_HEADERS if name in response.headers), "")


def retry_after(response: Response) -> float | None:
    """The seconds a remote asks us to wait: Retry-After as number or date, else the reset of its rate limit."""
    stated = response.headers.get("Retry-After", "")
    if not stated and response.status_code == requests.codes.too_many_requests:
        stated = response.headers.get("RateLimit-Reset", "")
    try:
        return Retry().parse_retry_after(stated) if stated else None
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _holds(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(found, kind) for found in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and everything it wraps: requests and urllib3 keep causes as arguments and as `reason`."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        waiting += [*found.args, getattr(found, "reason", None), found.__cause__]
        yield found
