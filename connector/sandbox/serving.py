"""One small HTTP/1.1 server for both sandboxes, bound to the loopback address and nothing else.

Werkzeug's own handler answers every request with `Connection: close` and then waits ten milliseconds;
pooled clients would never reuse a connection and every call would be slow. This handler keeps connections
open, sends without Nagle's delay, and lets the application break a connection on purpose: a
`ConnectionError` raised by the application closes the socket without an answer, and a body shorter than
its declared Content-Length is sent as it is and then cut.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

logger = logging.getLogger(__name__)

SHUTDOWN_POLL_S = 0.02


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        super().finish()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        logger.debug("%s %s -> %s", self.command, self.path, code)

    def run_wsgi(self) -> None:
        self.environ = environ = self.make_environ()
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
            answer.update(status=status, headers=headers)
            return None

        try:
            parts = self.server.app(environ, start_response)
            body = b"".join(parts)
        except ConnectionError:
            self.close_connection = True
            return
        except Exception:
            logger.exception("The sandbox failed on %s %s", self.command, self.path)
            answer.update(status="500 Internal Server Error", headers=[("Content-Type", "text/plain")])
            body = b"The sandbox failed; its traceback is in its log."
            self.close_connection = True
        else:
            close: Callable[[], None] | None = getattr(parts, "close", None)
            if close is not None:
                close()
        self._send(answer["status"], answer["headers"], body)

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        declared = next((int(v) for k, v in headers if k.lower() == "content-length"), None)
        self.send_response(int(code), reason)
        for key, value in headers:
            self.send_header(key, value)
        has_body = self.command != "HEAD" and int(code) not in (204, 304)
        if declared is None and has_body:
            self.send_header("Content-Length", str(len(body)))
        if has_body and declared is not None and declared > len(body):
            self.close_connection = True  # cut off on purpose, after what there is has gone out
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(body)


class _Server(ThreadedWSGIServer):
    """Knows its open connections, so that stopping ends them as the death of a real server would."""

    def __init__(self, host: str, port: int, app: Flask) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(host, port, app, _Handler)

    def end_connections(self) -> None:
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # its client was faster


class SandboxServer:
    """Serve one Flask application from a daemon thread; a context manager.

    Port 0 takes a free one; `url` is known as soon as the object exists. Raises ValueError for a host
    that is not a loopback address.
    """

    def __init__(self, app: Flask, *, port: int = 0, host: str = "127.0.0.1") -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"A sandbox serves loopback addresses only, not {host}.")
        self._server = _Server(host, port, app)
        self._thread: threading.Thread | None = None
        self.port: int = self._server.port
        self.url = f"http://{host}:{self.port}"

    def start(self) -> None:
        if self._thread is not None:
            return
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": SHUTDOWN_POLL_S},
            name=f"sandbox-{self.port}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        if self._thread is None:
            self._server.server_close()
            return
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._thread = None

    def __enter__(self) -> SandboxServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
