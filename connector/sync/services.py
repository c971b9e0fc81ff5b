"""What the engine works with: two clients and four keepers, handed down by jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.clients.salesforce import SalesforceClient
from connector.clients.zuora import ZuoraClient
from connector.errors import RemoteUnavailable
from connector.sync.journal import Intents, Journal, Links


@dataclass(frozen=True, slots=True)
class Services:
    """`visible_fields(object)` names the fields the integration user may read (kept for a while by its owner).

    The engine itself knows no clock: `wait(seconds)` pauses, and `clock()` answers seconds that only ever go up.
    `is_repeated(error)` says whether a run that fails so is tried again by itself: only then the log promises it.
    `seen` is told every snapshot and plan before the log speaks of it: whoever hides personal data learns it there.
    """

    salesforce: SalesforceClient
    zuora: ZuoraClient
    journal: Journal
    links: Links
    intents: Intents
    visible_fields: Callable[[str], frozenset[str]]
    wait: Callable[[float], None]
    clock: Callable[[], float]
    is_repeated: Callable[[RemoteUnavailable], bool]
    seen: Callable[[object], None] = lambda _: None
