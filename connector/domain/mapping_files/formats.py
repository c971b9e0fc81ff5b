"""The formats by name, and reading any of them whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.mapping_files import own_json, positional, siblings, table
from connector.domain.mapping_files.entries import Described, Entry, Fault, Read, Unreadable, checked


@dataclass(frozen=True, slots=True)
class Format:
    """`write` is None for the forms that hold less than our rows do, and are read only."""

    title: str
    read: Callable[[str, list[Fault]], Iterator[Entry]]
    write: Callable[[Sequence[Entry]], str] | None = None


FORMATS: Mapping[str, Format] = {
    "json": Format("JSON of this application", own_json.read, own_json.write),
    "csv": Format("CSV", table.read, table.write),
    "lists": Format("The vendor's lists of custom fields", positional.read),
    "hubspot": Format("JSON of the vendor's HubSpot connector", siblings.read),
}


def read(text: str, *, form: str, described: Described | None = None) -> Read:
    """All rows of a file, and every fault. `described`: what is known of Salesforce's fields, for their types. Never raises for
    what stands in the text."""
    faults: list[Fault] = []
    entries: list[Entry] = []
    try:
        entries.extend(FORMATS[form].read(text.removeprefix("\ufeff"), faults))
    except Unreadable as unreadable:
        return Read(tuple(entries), (*faults, unreadable.fault))
    return checked(entries, faults, described or {})


def written(entries: Sequence[Entry], *, form: str) -> str:
    """Raises ValueError for a form that is read only."""
    write = FORMATS[form].write
    if write is None:
        raise ValueError(f"{form} is read only")
    return write(entries)
