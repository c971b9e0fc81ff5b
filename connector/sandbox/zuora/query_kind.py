"""What one kind of object is to object query and ZOQL: where it is kept, how it is shown, what may be
filtered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.zuora import expanded
from connector.sandbox.zuora.settings import Settings
from connector.sandbox.zuora.store import Record, View

Find = Callable[[View, Record], list[Record]]


@dataclass(frozen=True, slots=True)
class Relation:
    """What `expand[]` adds: under which name, of which kind, one record or a list of them."""

    shown_as: str
    kind: str
    find: Find
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    zoql_name: str
    records: Callable[[View], list[Record]]
    fields: Mapping[str, expanded.Source]
    filters: tuple[str, ...]
    keys: tuple[str, ...] = ("id",)
    custom: str | None = None
    relations: Mapping[str, Relation] = field(default_factory=dict)
    expands: tuple[str, ...] = ()
    empty_expands: Mapping[str, str] = field(default_factory=dict)  # objects this sandbox holds none of

    def show(self, record: Record) -> dict[str, Any]:
        """The record with every field, nulls included."""
        shown = {name: expanded.value(record, source) for name, source in self.fields.items()}
        return shown | expanded.custom_values(record)

    def declared_custom(self, settings: Settings) -> Mapping[str, Mapping[str, Any]]:
        return settings.custom_fields.get(self.custom, {}) if self.custom else {}


def table(name: str) -> Callable[[View], list[Record]]:
    return lambda view: view.all(name)


def one(name: str, field_name: str) -> Find:
    def find(view: View, record: Record) -> list[Record]:
        found = view.get(name, record[field_name]) if record.get(field_name) else None
        return [found] if found else []

    return find


def children(name: str, field_name: str) -> Find:
    def find(view: View, record: Record) -> list[Record]:
        return view.where(name, **{field_name: record["id"]})

    return find
