"""What tests ask a running sandbox over its control routes: its state, what it was asked, and to misbehave."""

from __future__ import annotations

from typing import Any

import requests


class Sandbox:
    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def state(self) -> dict[str, Any]:
        return self._control("get", "state")

    def requests(self, *, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """What was asked so far, oldest first; `path` is part of the path. Token calls are included."""
        asked = self._control("get", "requests")["requests"]
        return [each for each in asked if method in ("", each["method"]) and path in each["path"]]

    def writes(self) -> list[dict[str, Any]]:
        """Calls that change records: neither tokens nor queries."""
        return [
            each
            for each in self.requests()
            if each["method"] in ("POST", "PUT", "PATCH", "DELETE")
            and not each["path"].endswith(("/token", "/action/query"))
        ]

    def reset(self) -> None:
        self._control("post", "reset")

    def forget_requests(self) -> None:
        self._control("delete", "requests")

    def fail(self, **fault: Any) -> None:
        """Switch a fault on; see the sandbox's control module for its fields."""
        self._control("post", "faults", fault)

    def faults_fired(self) -> int:
        """How many calls met a fault since the last `heal`."""
        return sum(each["fired"] for each in self._control("get", "faults")["faults"])

    def heal(self) -> None:
        self._control("delete", "faults")

    def change_settings(self, **changed: Any) -> None:
        self._control("post", "settings", changed)

    def expire_tokens(self) -> None:
        self._control("post", "expire-tokens")

    def _control(self, method: str, route: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self.url}/__sandbox__/{route}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None
