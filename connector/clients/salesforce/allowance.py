"""The org's allowance of API calls is not ours alone: a reserve is left to everybody else who works in that Salesforce.

Every answer says how much is used (`Sforce-Limit-Info: api-usage=18/5000`). Once no more than the reserve is left, calls are
refused before they leave. The allowance is a rolling 24 hours (how it rolls is unverified), so nobody can say when it grows
again: one call in LOOK_AGAIN_S seconds goes out to look. Calls that other workers have under way at the moment the figure is
seen may reach into the reserve, one each.

Reference: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Protocol

from requests import Response

from connector.errors import RemotePaused

CODE = "reserve"
LOOK_AGAIN_S = 900
SOON_S = 60.0
"""Where somebody else looks at this moment."""

_USAGE = re.compile(r"(?:^|[;,\s])api-usage=(\d{1,12})/(\d{1,12})")  # not per-app-api-usage


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer said; `seen_at` in seconds since the epoch."""

    used: int
    limit: int
    seen_at: float

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    def reserve(self, percent: int) -> int:
        return ceil(self.limit * percent / 100)

    def is_reserve_reached(self, percent: int) -> bool:
        return percent > 0 and self.left <= self.reserve(percent)


class UsageBoard(Protocol):
    """Where the newest figure of an org stands, for all that call it."""

    def last(self) -> Usage | None: ...

    def put(self, usage: Usage) -> None: ...

    def may_look(self, seconds: int) -> bool:
        """True for one caller in so many seconds."""


class Allowance:
    """Watches one org. `percent` of the daily calls is the reserve; 0 keeps none and only writes down what it sees."""

    def __init__(self, board: UsageBoard, *, percent: int, clock: Callable[[], float] = time.time) -> None:
        self._board = board
        self._percent = percent
        self._clock = clock

    def check(self, what: str) -> None:
        """Raises RemotePaused with code CODE where the call of `what` would use the reserve: it is not sent."""
        usage = self._board.last() if self._percent else None
        if usage is None or not usage.is_reserve_reached(self._percent):
            return
        wait = usage.seen_at + LOOK_AGAIN_S - self._clock()
        if wait <= 0 and self._board.may_look(LOOK_AGAIN_S):
            return
        seen = datetime.fromtimestamp(usage.seen_at, UTC)
        raise RemotePaused(
            f"Salesforce was not asked for {what}: {usage.used:,} of its {usage.limit:,} API calls of 24 hours were used at "
            f"{seen:%H:%M} UTC, and {usage.reserve(self._percent):,} ({self._percent} %) are kept for its other users. It goes on "
            "by itself as earlier calls fall out of the count. To go on sooner, lower the reserve of the Salesforce connection, "
            "or ask Salesforce for more calls.",
            system="Salesforce",
            code=CODE,
            retry_after=max(wait, SOON_S),
        )

    def see(self, response: Response) -> None:
        if found := _USAGE.search(response.headers.get("Sforce-Limit-Info", "")):
            used, limit = int(found[1]), int(found[2])
            if limit:
                self._board.put(Usage(used, limit, self._clock()))
