"""Links as one gather sees them: it stops believing what it finds stale, and leaves the forgetting to apply.

So a preview changes nothing, and a link that another run puts there between reading and writing is never lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from connector.domain.operations import Key
from connector.sync.journal import Links


class ReadLinks:
    def __init__(self, links: Links) -> None:
        self._links = links
        self.stale: dict[Key, Mapping[str, str]] = {}

    def get(self, key: Key) -> Mapping[str, str] | None:
        return self.get_all([key]).get(key)

    def get_all(self, keys: Collection[Key]) -> Mapping[Key, Mapping[str, str]]:
        known = self._links.get_all(keys)
        return {
            key: link for key, link in known.items() if self.stale.get(key, {}).get("id") != link.get("id")
        }

    def chosen(self, key: Key) -> str:
        chosen = self._links.chosen(key)
        return "" if self.stale.get(key, {}).get("id") == chosen else chosen

    def put(self, key: Key, attributes: Mapping[str, str]) -> None:
        raise TypeError(f"Reading stores nothing, not even of {key}")

    def confirm(self, keys: Collection[Key]) -> None:
        raise TypeError("Reading stores nothing")

    def forget(self, key: Key, seen: Mapping[str, str]) -> None:
        self.stale[key] = dict(seen)
