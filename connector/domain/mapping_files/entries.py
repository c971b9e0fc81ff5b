"""What every format is read into, and the checks that are the same for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connector.domain import mapping_rows
from connector.domain.mapping_rows import SourceField
from connector.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping row, with what an administrator keeps beside it. `line` is where it begins in the file, from 1."""

    rule: Rule
    is_active: bool = True
    note: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` 0: of the file as a whole."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class Read:
    """With faults, the entries are those that could be read: for showing, not for taking over."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()


class Unreadable(Exception):
    """The file ends here: nothing behind this line can be understood."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(line, message)


Described = Mapping[str, SourceField]
"""Salesforce fields by the path that a row names, in small letters; a path that is absent was not looked up."""


def checked(entries: Sequence[Entry], faults: Iterable[Fault], described: Described) -> Read:
    found = [*faults, *_row_faults(entries, described), *_repeated(entries)]
    return Read(tuple(entries), tuple(sorted(found, key=lambda fault: fault.line)))


def _row_faults(entries: Sequence[Entry], described: Described) -> Iterator[Fault]:
    for entry in entries:
        found = mapping_rows.faults(entry.rule)
        for message in found.values():
            yield Fault(entry.line, f"{_named(entry.rule)}: {message}")
        source = described.get(entry.rule.source.lower())
        if not found and source is not None and (message := mapping_rows.clash(entry.rule, source)):
            yield Fault(entry.line, f"{_named(entry.rule)}: {message}")


def _repeated(entries: Sequence[Entry]) -> Iterator[Fault]:
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        rule = entry.rule
        before = first.setdefault((rule.pair, rule.target), entry)
        if before is not entry:
            where = f"line {before.line}" if before.line != entry.line else "the same line"
            yield Fault(
                entry.line,
                f"{_named(rule)}: {rule.target} is filled on {where} already, from {before.rule.source or 'its default'}. Keep one of "
                "them.",
            )


def _named(rule: Rule) -> str:
    return f"{rule.source or 'default'} → {rule.target}"
