"""Connections that cannot be turned against us, below the session that uses them.

Three things requests does not offer are added at the places where urllib3 lets them in:
- the address a host resolves to is checked, and exactly the checked address is connected to, so that a name server
  cannot answer differently the second time (DNS rebinding);
- a whole answer has a deadline, because a read timeout starts anew with every byte that trickles in;
- a host under .test is served by a sandbox on loopback, over plain HTTP.
Only the making of a connection is repeated here: nothing has been sent then, so even a create may be repeated.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util import connection as sockets

from connector.clients.hosts import is_public

DEADLINE_FACTOR = 2.0
"""A whole answer may take this many read timeouts."""
POOL_SIZE = 4


class AddressRefused(HTTPError):
    """A host resolved to an address that is not on the public internet; nothing was sent."""


class ConnectRetry(Retry):
    """urllib3's Retry, for connections that were never established; it waits the way the session above says."""

    pause: Callable[[int], None]

    @classmethod
    def up_to(cls, times: int, *, pause: Callable[[int], None]) -> ConnectRetry:
        # read=False, other=0: what may have reached the remote is judged above, by its answer's body.
        made = cls(
            total=times,
            connect=times,
            read=False,
            redirect=0,
            status=0,
            other=0,
            allowed_methods=None,
            respect_retry_after_header=False,
        )
        made.pause = pause
        return made

    def new(self, **changes: Any) -> ConnectRetry:
        made = super().new(**changes)
        made.pause = self.pause
        return made

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        self.pause(len(self.history) - 1)


class _DeadlineReader(io.RawIOBase):
    """The bytes of one answer, until its deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, *, seconds: float) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._step = seconds
        self._deadline = time.monotonic() + seconds * DEADLINE_FACTOR

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The answer did not end before its deadline.")
        if left < self._step:
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    """http.client's response, reading through a deadline that starts when the request has been sent."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds = sock.gettimeout()
        if seconds is not None:
            raw = self.fp.detach()  # a BufferedReader that has read nothing yet
            self.fp = io.BufferedReader(_DeadlineReader(raw, sock, seconds=seconds))


class _PublicConnection(HTTPSConnection):
    """TLS to a public address only."""

    response_class = _DeadlineResponse

    def _new_conn(self) -> socket.socket:
        failure: OSError | None = None
        for address in self._public_addresses():
            try:
                return sockets.create_connection(
                    (address, self.port), self.timeout, self.source_address, self.socket_options
                )
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"Connection to {self.host} timed out.")
        raise NewConnectionError(self, f"No connection to {self.host}: {failure}")

    def _public_addresses(self) -> list[str]:
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not all(is_public(address) for address in addresses):
            raise AddressRefused(f"{self.host} resolves to an address inside a private network.")
        return addresses


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _LoopbackConnection(HTTPConnection):
    response_class = _DeadlineResponse


class _LoopbackPool(HTTPConnectionPool):
    ConnectionCls = _LoopbackConnection


class PublicAdapter(HTTPAdapter):
    """https to public addresses; there is no pool for anything else."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class RouteAdapter(HTTPAdapter):
    """https://<name>.test/... served by http://127.0.0.1:<port>/..., the Host header unchanged."""

    def __init__(self, target: str, **kwargs: Any) -> None:
        self._target = urlsplit(target)
        super().__init__(**kwargs)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _LoopbackPool}

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        asked = urlsplit(str(request.url))
        routed = request.copy()
        routed.url = urlunsplit((self._target.scheme, self._target.netloc, asked.path, asked.query, ""))
        routed.headers["Host"] = asked.netloc
        response = super().send(routed, *args, **kwargs)
        response.url = str(request.url)
        response.request = request
        return response
