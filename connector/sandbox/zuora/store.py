"""The tenant's records: plain dicts by table and id, replaced whole and never changed in place.

Replacing makes three things simple that a sandbox needs: a failed request is undone, a query can be
answered as of some time ago, and a reader never sees half a change.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

TABLES = (
    "accounts",
    "contacts",
    "products",
    "product_rate_plans",
    "product_rate_plan_charges",
    "orders",
    "order_line_items",
    "subscriptions",
)
KEPT_WRITES = 1000
_Old = tuple[str, str, Record | None]


@dataclass(frozen=True, slots=True)
class _Write:
    at: float
    undo: tuple[_Old, ...]


class View:
    """The records as they were at one moment; what `Store` offers for reading."""

    def __init__(
        self, tables: dict[str, dict[str, Record]], hidden: dict[tuple[str, str], Record | None]
    ) -> None:
        self._tables = tables
        self._hidden = hidden

    def get(self, table: str, record_id: str) -> Record | None:
        if (table, record_id) in self._hidden:
            return self._hidden[table, record_id]
        return self._tables[table].get(record_id)

    def all(self, table: str) -> list[Record]:
        if not self._hidden:
            return list(self._tables[table].values())
        ids = dict.fromkeys([*self._tables[table], *(key for name, key in self._hidden if name == table)])
        found = (self.get(table, record_id) for record_id in ids)
        return [record for record in found if record is not None]

    def where(self, table: str, **fields: Any) -> list[Record]:
        return [r for r in self.all(table) if all(r.get(name) == value for name, value in fields.items())]

    def first(self, table: str, **fields: Any) -> Record | None:
        return next(iter(self.where(table, **fields)), None)


class Store(View):
    """Not thread-safe by itself: the tenant's lock is held around every use."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__({name: {} for name in TABLES}, {})
        self._clock = clock
        self._journal: list[_Old] | None = None
        self._writes: deque[_Write] = deque(maxlen=KEPT_WRITES)
        self._sequences: dict[str, int] = {}

    def put(self, table: str, record: Record) -> None:
        self._note(table, record["id"])
        self._tables[table][record["id"]] = record

    def change(self, table: str, record_id: str, **fields: Any) -> Record:
        changed = {**self._tables[table][record_id], **fields}
        self.put(table, changed)
        return changed

    def remove(self, table: str, record_id: str) -> None:
        self._note(table, record_id)
        self._tables[table].pop(record_id, None)

    def next_number(self, sequence: str) -> int:
        """Numbers are used up even when the request fails, as in every such system."""
        self._sequences[sequence] = self._sequences.get(sequence, 0) + 1
        return self._sequences[sequence]

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """All changes inside are kept together, or none: on an exception, or with `keep` false, they are
        undone.
        """
        self._journal = []
        try:
            yield
        except BaseException:
            self._undo()
            raise
        if not keep:
            self._undo()
        elif self._journal:
            self._writes.append(_Write(self._clock(), tuple(self._journal)))
        self._journal = None

    def as_of(self, *, before: float | None = None, without_last: int = 0) -> View:
        """The records without the writes after `before`, or without the last so many writes."""
        hidden: dict[tuple[str, str], Record | None] = {}
        for number, write in enumerate(reversed(self._writes)):
            young = before is not None and write.at > before
            if not young and number >= without_last:
                break
            for table, record_id, old in reversed(write.undo):
                hidden[table, record_id] = old
        return View(self._tables, hidden)

    def as_json(self) -> dict[str, list[Record]]:
        return {name: list(records.values()) for name, records in self._tables.items()}

    def _note(self, table: str, record_id: str) -> None:
        if self._journal is None:
            raise RuntimeError("A record was changed outside a transaction.")
        self._journal.append((table, record_id, self._tables[table].get(record_id)))

    def _undo(self) -> None:
        for table, record_id, old in reversed(self._journal or []):
            if old is None:
                self._tables[table].pop(record_id, None)
            else:
                self._tables[table][record_id] = old
        self._journal = None
