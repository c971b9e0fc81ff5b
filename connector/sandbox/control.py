"""The hand on both sandboxes: faults, latency, the request log, seeding and read-back under
/__sandbox__/.

It stands around the application as WSGI middleware and not as Flask hooks, because several faults must
damage what the application has already answered, or close the connection without an answer. Control
routes need no token, are not in the request log, and are never faulted.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import Flask, Response, jsonify, request

from connector.sandbox.faults import Answer, Fault, Faults, damage, parse_fault
from connector.sandbox.request_log import RequestLog, readable, safe_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/__sandbox__/"
_STALE = "sandbox.stale"
_REPLAYED = "sandbox.replayed"


class SandboxState(Protocol):
    """What a sandbox offers to its control: every method takes the sandbox's own lock."""

    @property
    def latency_ms(self) -> float:
        """How long every call is held back, from the sandbox's settings."""

    def snapshot(self) -> dict[str, Any]:
        """The whole state as JSON."""

    def reset(self) -> None:
        """Back to the initial state, settings included."""

    def seed(self, dataset: dict[str, Any]) -> dict[str, int]:
        """Store records; answers how many of each kind. ValueError says what cannot be stored."""

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Merge settings; answers all of them. ValueError names one that is unknown or malformed."""

    def expire_tokens(self) -> None:
        """Every token issued so far stops working."""


def is_stale() -> bool:
    """Whether the fault `stale` asks the present request to answer from before the last write."""
    return bool(request.environ.get(_STALE))


def mark_replayed() -> None:
    """Note in the request log that the present answer is a stored one."""
    request.environ[_REPLAYED] = True


class Control:
    """Faults and request log of one sandbox; made by `install`."""

    def __init__(self, *, state: SandboxState, lock_answer: Callable[[], Answer]) -> None:
        self.state = state
        self.faults = Faults()
        self.requests = RequestLog()
        self._lock_answer = lock_answer

    def reset(self) -> None:
        self.faults.clear()
        self.requests.clear()
        self.state.reset()

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        """The application with faults, latency and the request log around it."""

        def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            raw = _read_body(environ)
            if path.startswith(PREFIX):
                return inner(environ, start_response)
            entry = self.requests.open(
                method=environ["REQUEST_METHOD"],
                path=path,
                query=environ.get("QUERY_STRING", ""),
                headers=safe_headers(_headers_of(environ)),
                body=readable(raw, environ.get("CONTENT_TYPE", "")),
            )
            fault = self.faults.take(environ["REQUEST_METHOD"], path)
            if fault is not None:
                self.requests.settle(entry, fault=fault.action)
            time.sleep(self.state.latency_ms / 1000)
            answer = self._carry_out(inner, environ, fault=fault)
            self.requests.settle(
                entry,
                status=answer.status,
                response=readable(answer.body, _content_type(answer)),
                replayed=bool(environ.get(_REPLAYED)),
            )
            return _send(self._leave(answer, fault=fault), start_response)

        return application

    def _carry_out(self, inner: WSGIApplication, environ: WSGIEnvironment, *, fault: Fault | None) -> Answer:
        """The answer, with what a fault does before the application is asked, or in its place."""
        if fault is None:
            return _ask(inner, environ)
        if fault.action in ("status", "html"):
            return fault.answer()
        if fault.action == "lock":
            return self._lock_answer()
        if fault.action == "drop_before":
            raise ConnectionAbortedError("The sandbox closes the connection: drop_before")
        if fault.action == "delay":
            time.sleep(fault.seconds)
        if fault.action == "expire_token":
            self.state.expire_tokens()
        if fault.action == "stale":
            environ[_STALE] = True
        return _ask(inner, environ)

    def _leave(self, answer: Answer, *, fault: Fault | None) -> Answer:
        """The answer as it leaves, with what a fault does after the application has carried the call out."""
        if fault is None:
            return answer
        if fault.action == "drop_after":
            raise ConnectionAbortedError("The sandbox closes the connection: drop_after")
        if fault.action == "stall":
            time.sleep(fault.seconds)
        return damage(answer, action=fault.action)


def install(app: Flask, *, state: SandboxState, lock_answer: Callable[[], Answer]) -> Control:
    """Put the control around `app` and its routes into it.

    `lock_answer` makes the system's own answer for a record that somebody else holds (the fault `lock`).
    """
    control = Control(state=state, lock_answer=lock_answer)
    _add_state_routes(app, control)
    _add_fault_routes(app, control)
    vars(app)["wsgi_app"] = control.around(app.wsgi_app)  # the documented place for middleware
    return control


def _add_state_routes(app: Flask, control: Control) -> None:
    def read_state() -> Response:
        return jsonify(control.state.snapshot())

    def reset() -> Response:
        control.reset()
        return jsonify({"reset": True})

    def seed() -> tuple[Response, int]:
        return _refusing(lambda: control.state.seed(_json_object()))

    def settings() -> tuple[Response, int]:
        return _refusing(lambda: control.state.change_settings(_json_object()))

    def expire_tokens() -> Response:
        control.state.expire_tokens()
        return jsonify({"expired": True})

    for name, method, view in (
        ("state", "GET", read_state),
        ("reset", "POST", reset),
        ("seed", "POST", seed),
        ("settings", "POST", settings),
        ("expire-tokens", "POST", expire_tokens),
    ):
        app.add_url_rule(PREFIX + name, f"sandbox_{name}", view, methods=[method])


def _add_fault_routes(app: Flask, control: Control) -> None:
    def list_requests() -> Response:
        return jsonify({"requests": control.requests.as_json()})

    def clear_requests() -> Response:
        control.requests.clear()
        return jsonify({"requests": []})

    def list_faults() -> Response:
        return jsonify({"faults": control.faults.as_json()})

    def add_fault() -> tuple[Response, int]:
        def add() -> dict[str, Any]:
            control.faults.add(parse_fault(request.get_json(silent=True)))
            return {"faults": control.faults.as_json()}

        return _refusing(add)

    def clear_faults() -> Response:
        control.faults.clear()
        return jsonify({"faults": []})

    for name, method, view in (
        ("requests", "GET", list_requests),
        ("requests", "DELETE", clear_requests),
        ("faults", "GET", list_faults),
        ("faults", "POST", add_fault),
        ("faults", "DELETE", clear_faults),
    ):
        app.add_url_rule(PREFIX + name, f"sandbox_{name}_{method}", view, methods=[method])


def _json_object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("The body is a JSON object.")
    return body


def _refusing(work: Callable[[], dict[str, Any]]) -> tuple[Response, int]:
    try:
        return jsonify(work()), 200
    except ValueError as error:
        return jsonify({"error": str(error)}), 400


def _read_body(environ: WSGIEnvironment) -> bytes:
    stream = cast("io.BufferedIOBase", environ["wsgi.input"])
    length = -1 if environ.get("wsgi.input_terminated") else int(environ.get("CONTENT_LENGTH") or 0)
    raw = stream.read(length)
    environ["wsgi.input"] = io.BytesIO(raw)
    environ["CONTENT_LENGTH"] = str(len(raw))
    return raw


def _headers_of(environ: WSGIEnvironment) -> dict[str, str]:
    found = {
        key[5:].replace("_", "-").title(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        found["Content-Type"] = str(environ["CONTENT_TYPE"])
    return found


def _ask(inner: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        started.append((status, headers))

    parts = inner(environ, start_response)
    body = b"".join(parts)
    close: Callable[[], None] | None = getattr(parts, "close", None)
    if close is not None:
        close()
    status, headers = started[-1]
    return Answer(int(status.split(" ", 1)[0]), list(headers), body)


def _send(answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unassigned"
    start_response(f"{answer.status} {reason}", answer.headers)
    return [answer.body]


def _content_type(answer: Answer) -> str:
    return next((value for name, value in answer.headers if name.lower() == "content-type"), "")
