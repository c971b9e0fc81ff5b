"""The list of requests a sandbox has answered, for tests that ask what was sent.

It may be printed and kept, so secrets never get into it: the Authorization header, cookies, client
secrets, passwords, assertions and issued tokens are replaced when an entry is made.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from typing import Any
from urllib.parse import parse_qs

KEPT_ENTRIES = 5000
HIDDEN = "[hidden]"
SECRET_HEADERS = {"authorization", "cookie", "set-cookie", "proxy-authorization"}
SECRET_FIELDS = {"client_secret", "password", "assertion", "access_token", "refresh_token", "sessionid"}
_SECRET_XML = re.compile(
    r"(<(?:\w+:)?(?:password|sessionId)>)[^<]*(</(?:\w+:)?(?:password|sessionId)>)", re.IGNORECASE
)


def readable(raw: bytes, content_type: str) -> Any:
    """JSON as JSON, a form as an object, anything else as text; secrets hidden; None where there is
    nothing.
    """
    if not raw:
        return None
    text = raw.decode("utf-8", "replace")
    if "x-www-form-urlencoded" in content_type:
        return _without_secrets({key: values[-1] for key, values in parse_qs(text).items()})
    try:
        return _without_secrets(json.loads(text))
    except (ValueError, RecursionError):
        return _SECRET_XML.sub(rf"\1{HIDDEN}\2", text)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: HIDDEN if str(key).lower() in SECRET_FIELDS else _without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def safe_headers(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}


class RequestLog:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT_ENTRIES)
        self._count = 0

    def open(self, **described: Any) -> dict[str, Any]:
        """Note a call when it arrives; its answer is filled in by `settle`."""
        with self._lock:
            self._count += 1
            entry = {
                "number": self._count,
                **described,
                "status": None,
                "response": None,
                "fault": None,
                "replayed": False,
            }
            self._entries.append(entry)
            return entry

    def settle(self, entry: dict[str, Any], **outcome: Any) -> None:
        with self._lock:
            entry.update(outcome)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._count = 0

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries]
