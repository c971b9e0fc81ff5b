"""The rows of an integration's field mapping as a whole: read as entries, and changed all at once or not at all.

Whoever looked at what a change would do must get that and nothing else. The rows are therefore changed only while they are as
they were looked at, which a digest tells, and under a lock on the integration: a row that somebody else adds waits for it, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from connector.domain import mapping_rows
from connector.domain.mapping_files import Entry, Fault
from connector.domain.mapping_files.comparing import (
    Comparison,
    How,
    Key,
    Kind,
    compare,
    key,
    positions,
)
from connector.domain.mapping_files.own_json import row as as_json
from connector.domain.rules import Pair, Rule
from connector.models.default_mapping import DEFAULT_RULES
from connector.models.integrations import Integration
from connector.models.mappings import FieldMapping

DEFAULTS: dict[Key, Rule] = {(rule.pair, rule.target): rule for rule in DEFAULT_RULES}


class ChangedMeanwhile(Exception):
    """The rows are no longer those that were looked at. Nothing was changed."""


def rows_of(integration: Integration) -> list[FieldMapping]:
    return list(integration.mappings.order_by("position", "pk"))


def entry_of(row: FieldMapping) -> Entry:
    return Entry(row.rule(), row.is_active, row.note)


def key_of(row: FieldMapping) -> Key:
    return Pair(row.pair), row.target


def digest(rows: Sequence[FieldMapping]) -> str:
    """The same for the same rows in the same order, whatever the database makes of their JSON."""
    told = [[row.pk, row.position, as_json(entry_of(row))] for row in rows]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def default_entries(rows: Sequence[FieldMapping]) -> tuple[Entry, ...]:
    """The default mapping, with the notes that stand at its rows now."""
    notes = {key_of(row): row.note for row in rows}
    return tuple(
        Entry(rule, note=notes.get(pair_and_target, "")) for pair_and_target, rule in DEFAULTS.items()
    )


def faults(integration: Integration, entries: Sequence[Entry]) -> Iterator[Fault]:
    """What only the rows' own form knows: lengths, and what else the integration does. Not what the domain says of a rule."""
    for entry in entries:
        known = set(mapping_rows.faults(entry.rule).values())
        named = f"{entry.rule.source or 'default'} → {entry.rule.target}"
        for field, message in _faults(integration, entry):
            if message not in known:
                yield Fault(entry.line, f"{named}: {field}: {message}")


def take_over(
    integration: Integration, given: Sequence[Entry], *, how: How, seen: str, reason: str
) -> Comparison:
    """Carry it out, and tell what was done; `seen` is the digest of the rows that were looked at.

    All or nothing. Raises ChangedMeanwhile, and ValidationError for a row that its own form would refuse."""
    with transaction.atomic():
        locked = Integration.objects.select_for_update().get(pk=integration.pk)
        rows = list(locked.mappings.select_for_update().order_by("position", "pk"))
        if digest(rows) != seen:
            raise ChangedMeanwhile
        comparison = compare([entry_of(row) for row in rows], given, how=how)
        _store(locked, rows, comparison, reason)
        return comparison


def put(integration: Integration, rule: Rule, *, reason: str) -> FieldMapping:
    """Store one row as the rule says, where none is with its pair and target at the end. Raises ValidationError."""
    with transaction.atomic():
        locked = Integration.objects.select_for_update().get(pk=integration.pk)
        rows = list(locked.mappings.select_for_update().order_by("position", "pk"))
        note = next((row.note for row in rows if key_of(row) == (rule.pair, rule.target)), "")
        comparison = compare([entry_of(row) for row in rows], [Entry(rule, note=note)], how=How.KEEP)
        _store(locked, rows, comparison, reason)
        return locked.mappings.get(pair=rule.pair.value, target=rule.target)


def put_in_order(
    integration: Integration, pair: Pair, wanted: Sequence[int], *, seen: Sequence[int], reason: str
) -> int:
    """Sort the rows of one pair, and tell how many moved; both lists are numbers of rows, `seen` as they were looked at.

    They share the positions that they had, so that no row of another pair moves. Raises ChangedMeanwhile."""
    with transaction.atomic():
        locked = Integration.objects.select_for_update().get(pk=integration.pk)
        rows = list(locked.mappings.select_for_update().filter(pair=pair.value).order_by("position", "pk"))
        if [row.pk for row in rows] != list(seen) or sorted(wanted) != sorted(seen):
            raise ChangedMeanwhile
        by_number = {row.pk: row for row in rows}
        places = positions([(row.position, number) for row, number in zip(rows, wanted, strict=True)])
        moved = 0
        for number, position in zip(wanted, places, strict=True):
            row = by_number[number]
            if row.position != position:
                row.position = position
                row._change_reason = reason  # type: ignore[attr-defined]
                row.save()
                moved += 1
        return moved


def _store(
    integration: Integration, rows: Sequence[FieldMapping], comparison: Comparison, reason: str
) -> None:
    present = {key_of(row): row for row in rows}
    changed = {key(change.entry) for change in comparison.changes if change.kind != Kind.REMOVED}
    for change in comparison.changes:
        if change.kind == Kind.REMOVED:
            gone = present.pop(key(change.entry))
            gone._change_reason = reason  # type: ignore[attr-defined]  # where the history looks for it
            gone.delete()
    kept = [present.get(key(entry)) for entry in comparison.result]
    places = positions([(row.position, row.pk) if row is not None else None for row in kept])
    for entry, row, position in zip(comparison.result, kept, places, strict=True):
        if key(entry) in changed or row is None or row.position != position:
            stored = _filled(row or FieldMapping(integration=integration), entry)
            stored.position = position
            stored.full_clean()
            stored._change_reason = reason  # type: ignore[attr-defined]
            stored.save()


def _filled(row: FieldMapping, entry: Entry) -> FieldMapping:
    rule = entry.rule
    row.pair, row.source, row.target = rule.pair.value, rule.source, rule.target
    row.transform, row.arguments, row.default = rule.transform, dict(rule.arguments), rule.default
    row.mode, row.required = rule.mode.value, rule.required
    row.is_active, row.note = entry.is_active, entry.note
    return row


def _faults(integration: Integration, entry: Entry) -> list[tuple[str, str]]:
    """Field and sentence."""
    row = _filled(FieldMapping(integration=integration), entry)
    try:
        row.full_clean(exclude={"integration"}, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return [(name, message) for name, told in error.message_dict.items() for message in told]
    return []
