"""Who is asked before a call leaves, and told when it came back: the place of limits and circuits, which are shared by all workers.

The clients know only this shape. A gate holds calls back for a moment where there is no room, and refuses them with RemotePaused
where waiting would take too long, or where the side is known to be down. A refused call was never sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from requests import Response

from connector.errors import ConnectorError

_GATEWAYS = (502, 503, 504)
_DOWN = ("unreachable", "timeout", "broken")
"""Codes of failures that brought no answer."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One call that may leave. `slot` is its place among the calls under way; empty where it takes none. `is_probe`: it finds out
    whether a side that was down is up again."""

    system: str
    method: str
    path: str
    is_token: bool = False
    is_write: bool = False
    slot: str = ""
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """How a call came back. `why` is for people, where the side seems down: it gave no answer, or its gateway spoke for it."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    @property
    def is_down(self) -> bool:
        return bool(self.why)

    @property
    def is_limited(self) -> bool:
        return self.status == 429


class Gate(Protocol):
    def enter(self, passage: Passage) -> Passage:
        """The passage with its slot. Raises RemotePaused."""

    def leave(self, passage: Passage, how: Return) -> None:
        """To be called once for each passage that was entered."""


class OpenGate:
    """Lets everything through: for questions a person asks, and where nothing is shared."""

    def enter(self, passage: Passage) -> Passage:
        return passage

    def leave(self, passage: Passage, how: Return) -> None:
        """Nothing is kept."""


def how(response: Response | None, failure: ConnectorError | None) -> Return:
    """A refusal, a lock or a bad request says that the side is up. So does an error of Zuora's own in JSON; a page of a gateway
    does not."""
    if response is None:
        code = getattr(failure, "code", "")
        return Return(why=f"no answer ({code})" if code in _DOWN else "")
    status = response.status_code
    is_page = "json" not in response.headers.get("Content-Type", "").lower()
    is_down = status in _GATEWAYS or (status >= 500 and is_page)
    return Return(status, response.headers, f"HTTP {status}" if is_down else "")
