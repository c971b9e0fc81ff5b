"""Faults that can be switched on over HTTP: what they are, when they fire, and how an answer is damaged.

A fault is described by JSON and matched against method and path in the order of its making; the first one
that fires wins and the ones behind it do not see the call. Nothing here knows which of the two systems it
damages.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any

ACTIONS = (
    "status",
    "delay",
    "stall",
    "drop_before",
    "drop_after",
    "html",
    "malformed",
    "half_body",
    "wrong_content_type",
    "expire_token",
    "lock",
    "stale",
)

HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{status} Bad Gateway</title></head>\n"
    "<body><center><h1>{status} Bad Gateway</h1></center><hr><center>gateway</center></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer before it is put on the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def with_header(self, name: str, value: str) -> Answer:
        kept = [(k, v) for k, v in self.headers if k.lower() != name.lower()]
        return Answer(self.status, [*kept, (name, value)], self.body)


@dataclass(slots=True)
class Fault:
    action: str
    method: str | None = None
    path: str | None = None
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seen: int = 0
    fired: int = 0

    def matches(self, method: str, path: str) -> bool:
        if self.times is not None and self.fired >= self.times:
            return False
        if self.method is not None and self.method.upper() != method:
            return False
        return self.path is None or re.search(self.path, path) is not None

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def answer(self) -> Answer:
        """What `status` and `html` answer in place of the application."""
        if self.action == "html":
            status = self.status or 502
            page = HTML_PAGE.format(status=status) if self.body is None else str(self.body)
            return Answer(status, [("Content-Type", "text/html"), *self.headers.items()], page.encode())
        text = isinstance(self.body, str)
        raw = self.body.encode() if text else b"" if self.body is None else json.dumps(self.body).encode()
        answer = Answer(
            self.status or 500, [("Content-Type", "text/plain" if text else "application/json")], raw
        )
        for name, value in self.headers.items():
            answer = answer.with_header(name, value)
        return answer


def parse_fault(description: object) -> Fault:
    """Read a fault's JSON; ValueError names what is wrong with it."""
    if not isinstance(description, dict):
        raise ValueError("A fault is a JSON object.")
    known = {"action", "method", "path", "times", "skip", "seconds", "status", "headers", "body"}
    unknown = sorted(set(description) - known)
    if unknown:
        raise ValueError(f"A fault has no {', '.join(unknown)}; it may have {', '.join(sorted(known))}.")
    if description.get("action") not in ACTIONS:
        raise ValueError(
            f"A fault's action is one of {', '.join(ACTIONS)}; not {description.get('action')!r}."
        )
    try:
        re.compile(description.get("path") or "")
    except re.error as error:
        raise ValueError(f"A fault's path is a regular expression: {error}.") from error
    given = {
        key: value for key, value in description.items() if value is not None or key in ("times", "body")
    }
    for name, kind in (
        ("times", int),
        ("skip", int),
        ("seconds", (int, float)),
        ("status", int),
        ("headers", dict),
    ):
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise ValueError(f"A fault's {name} cannot be {given[name]!r}.")
    fault = Fault(**given)
    fault.headers = {str(k): str(v) for k, v in fault.headers.items()}
    return fault


def damage(answer: Answer, *, action: str) -> Answer:
    """Spoil an answer that the application has carried out."""
    if action == "malformed":
        cut = answer.body[: max(1, len(answer.body) * 2 // 3)] if len(answer.body) > 1 else b"{"
        return Answer(answer.status, answer.headers, cut).with_header("Content-Length", str(len(cut)))
    if action == "half_body":
        whole = answer.with_header("Content-Length", str(max(len(answer.body), 2)))
        return Answer(whole.status, whole.headers, answer.body[: len(answer.body) // 2])
    if action == "wrong_content_type":
        return answer.with_header("Content-Type", "text/html; charset=UTF-8")
    return answer


class Faults:
    """The faults now switched on; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.as_json() for fault in self._faults]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that fires for this call, counted as fired; None where the call passes."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, path):
                    continue
                fault.seen += 1
                if fault.seen > fault.skip:
                    fault.fired += 1
                    return fault
        return None
