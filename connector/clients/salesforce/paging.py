"""Query results whole: pages are followed, also those of nested lists, and a server that never ends is stopped.

simple-salesforce follows the outer pages only; children beyond the first page of a nested list would be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connector.clients.salesforce.errors import unexpected
from connector.domain import JSON
from connector.errors import RemoteRejected

MAX_PAGES = 5000
_LOCATOR = re.compile(r"/services/data/v\d{2,3}\.0/(?:query|queryAll)/[A-Za-z0-9_-]+")


class Pages:
    """Collects one query's records through `follow`, which fetches the page behind a nextRecordsUrl."""

    def __init__(self, follow: Callable[[str], JSON]) -> None:
        self._follow = follow
        self._seen: set[str] = set()

    def collect(self, first: JSON) -> list[JSON]:
        """Every record of the query that begins with page `first`, with nested lists completed in place."""
        records: list[JSON] = []
        page = first
        while True:
            found = page.get("records")
            if not isinstance(found, list):
                raise unexpected("a query", "records")
            records += [self._completed(record) for record in found]
            if page.get("done") is not False:
                return records
            page = self._next(page, has_records=bool(found))

    def _next(self, page: JSON, *, has_records: bool) -> JSON:
        url = page.get("nextRecordsUrl")
        if not isinstance(url, str) or not _LOCATOR.fullmatch(url):
            raise RemoteRejected(
                "Salesforce named a next page that is not on its own query path; it is not followed.",
                system="Salesforce",
            )
        if url in self._seen or not has_records or len(self._seen) >= MAX_PAGES:
            raise RemoteRejected(
                "Salesforce repeats the pages of a query without end; nothing of it is used.",
                system="Salesforce",
            )
        self._seen.add(url)
        return self._follow(url)

    def _completed(self, record: Any) -> JSON:
        if not isinstance(record, dict):
            raise unexpected("a query", "list of records")
        for name, value in record.items():
            if not isinstance(value, dict):
                continue
            if isinstance(value.get("records"), list):
                children = self.collect(value)
                record[name] = {"totalSize": len(children), "done": True, "records": children}
            elif name != "attributes":
                record[name] = self._completed(value)
        return record
