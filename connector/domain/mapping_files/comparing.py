"""What taking over a file would do to the rows that are there, and where each row would stand afterwards.

A row is known by its pair and its target: of these an integration has one each, so a row with another source is a changed row and
not a new one. Values are compared as JSON writes them, because to Python 1 is true.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.domain.mapping_files import own_json
from connector.domain.mapping_files.entries import Entry
from connector.domain.rules import Pair

LAST_POSITION = 32_767
"""The largest number that a row's position can be."""

Key = tuple[Pair, str]


class How(StrEnum):
    """REPLACE: afterwards there are the rows of the file and no others. KEEP: rows that the file does not name stay as they are."""

    REPLACE = "replace"
    KEEP = "keep"


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """`field` as our own JSON names it."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """`entry` as it would be; of a removed row, as it is."""

    kind: Kind
    entry: Entry
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`result` are all rows as they would be, in their order; `unchanged` counts those that stay as they are."""

    changes: tuple[Change, ...]
    result: tuple[Entry, ...]
    unchanged: int
    is_reordered: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.is_reordered

    def count(self, kind: Kind) -> int:
        return sum(change.kind == kind for change in self.changes)


def key(entry: Entry) -> Key:
    return entry.rule.pair, entry.rule.target


def compare(current: Sequence[Entry], given: Sequence[Entry], *, how: How) -> Comparison:
    """Neither may name a pair and target twice; of a file that does, the first row counts."""
    present = {key(entry): entry for entry in current}
    wanted = {key(entry): entry for entry in reversed(given)}
    order = list(dict.fromkeys(key(entry) for entry in given))
    if how == How.KEEP:
        order = [*present, *(each for each in order if each not in present)]
    changes = [_change(present.get(each), wanted[each]) for each in order if each in wanted]
    stays = set(order)
    removed = [Change(Kind.REMOVED, entry) for each, entry in present.items() if each not in stays]
    told = tuple(change for change in (*changes, *removed) if change is not None)
    touched = sum(change.kind != Kind.ADDED for change in told)
    return Comparison(
        changes=told,
        result=tuple(wanted.get(each) or present[each] for each in order),
        unchanged=len(current) - touched,
        is_reordered=[each for each in present if each in stays]
        != [each for each in order if each in present],
    )


def differences(before: Entry, after: Entry) -> tuple[Difference, ...]:
    """Field by field, in the order of our own JSON."""
    old, new = own_json.row(before), own_json.row(after)
    return tuple(
        Difference(name, old[name], new[name]) for name in old if _written(old[name]) != _written(new[name])
    )


def positions(current: Sequence[tuple[int, int] | None]) -> list[int]:
    """A position for each row, by which and then by its number the rows are sorted: its own where that fits, so that a row which is
    put in or taken out moves as few as can be. `current` are position and number; None: a new row, whose number will be the highest.
    """
    made: list[int] = []
    last: tuple[int, float] = (0, 0)
    for own in current:
        last = (
            own if own is not None and own > last else (last[0] + 1, own[1] if own is not None else math.inf)
        )
        made.append(last[0])
    return made if last[0] <= LAST_POSITION else list(range(1, len(made) + 1))


def _change(before: Entry | None, after: Entry) -> Change | None:
    if before is None:
        return Change(Kind.ADDED, after)
    found = differences(before, after)
    return Change(Kind.CHANGED, after, found) if found else None


def _written(value: object) -> str:
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, sort_keys=True)
