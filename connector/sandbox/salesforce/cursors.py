"""Cuts a result into pages and keeps what is left until it is fetched.

A page may be shorter than asked for, and a nested result has pages of its own; both happen in real
orgs with wide rows, and both are easy to overlook.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.ids import IdSequence
from connector.sandbox.salesforce.records import Json, Record
from connector.sandbox.salesforce.soql.projection import ResultSet

_CURSOR_PREFIX = "01g"


@dataclass(frozen=True, slots=True)
class Pages:
    """How many rows a page has, and how many a nested result has per page."""

    size: int
    child_size: int


@dataclass(frozen=True, slots=True)
class _Cursor:
    result: ResultSet
    size: int
    child_size: int


class Cursors:
    """The open cursors of an org."""

    def __init__(self) -> None:
        self._ids = IdSequence()
        self._open: dict[str, _Cursor] = {}

    def first_page(self, result: ResultSet, pages: Pages, *, version: int) -> dict[str, Json]:
        """Return a query's first page as the API answers it."""
        return self._page(_Cursor(result, pages.size, pages.child_size), None, 0, version)

    def next_page(self, locator: str, *, version: int) -> dict[str, Json]:
        """Return the page that a locator (`<cursor>-<rows read>`) names; raises ApiError."""
        cursor_id, _, offset = locator.rpartition("-")
        cursor = self._open.get(cursor_id)
        if cursor is None or not offset.isdecimal() or int(offset) >= cursor.result.total:
            raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(cursor, cursor_id, int(offset), version)

    def expire(self) -> None:
        """Forget every cursor, as the real ones are after two days."""
        self._open.clear()

    def _page(self, cursor: _Cursor, cursor_id: str | None, offset: int, version: int) -> dict[str, Json]:
        result = cursor.result
        end = offset + cursor.size
        rows = [self._record(row, cursor, version) for row in result.records[offset:end]]
        is_done = end >= len(result.records)
        page: dict[str, Json] = {"totalSize": result.total, "done": is_done}
        if not is_done:
            cursor_id = cursor_id or self._keep(cursor)
            page["nextRecordsUrl"] = f"/services/data/v{version}.0/query/{cursor_id}-{end}"
        page["records"] = rows
        return page

    def _record(self, record: Record, cursor: _Cursor, version: int) -> Record:
        return {name: self._value(value, cursor, version) for name, value in record.items()}

    def _value(self, value: Json, cursor: _Cursor, version: int) -> Json:
        if isinstance(value, ResultSet):
            nested = _Cursor(value, cursor.child_size, cursor.child_size)
            return self._page(nested, None, 0, version)
        if isinstance(value, dict) and "attributes" in value:
            return self._record(value, cursor, version)
        return value

    def _keep(self, cursor: _Cursor) -> str:
        cursor_id = self._ids.next_id(_CURSOR_PREFIX)
        self._open[cursor_id] = cursor
        return cursor_id
