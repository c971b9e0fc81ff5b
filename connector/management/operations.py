"""The operations of a stored plan for a terminal: one after the other as they would be carried out, told briefly.

What needs no second line gets none. What an earlier release did not store is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.domain.operations import Action
from connector.management.text import visible
from connector.sync.grouping import grouped, subjects

_INDENT = 12 * " "


def operation_lines(operations: Sequence[Any]) -> Iterator[str]:
    for group in grouped(each for each in operations if isinstance(each, Mapping)):
        yield from _lines(group[0]) if len(group) == 1 else _catalogue_lines(group)


def effect_lines(effects: object, *, most: int | None = None) -> Iterator[str]:
    """One line for every effect, as `connector.sync.rendering` stores them."""
    told = [each for each in effects if isinstance(each, Mapping)] if isinstance(effects, list) else []
    for effect in told[:most]:
        yield f"{_INDENT}- {visible(effect.get('sentence', ''))}"
    if most is not None and len(told) > most:
        yield f"{_INDENT}- and {len(told) - most} more"


def _catalogue_lines(group: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"  {'create':<9} {len(group)} records of the product catalogue, which Zuora lacks"
    for subject, nouns in subjects(group).items():
        yield f"{_INDENT}- {visible(subject)}: {', '.join(nouns)}"


def _lines(operation: Mapping[str, Any]) -> Iterator[str]:
    action, title = str(operation.get("action", "")), visible(operation.get("title", ""))
    kind = f", {visible(operation['kind'])}" if operation.get("kind") else ""
    stopped_by = str(operation.get("stopped_by") or "")
    decision = str(operation.get("decision", ""))
    if action == Action.UNCHANGED and not stopped_by:
        yield f"  {action:<9} {title}{kind}: {visible(decision)}"
        return
    yield f"  {action:<9} {title}{kind}{' (stopped)' if stopped_by else ''}"
    if not stopped_by or stopped_by not in decision:  # among the problems above it was told in full
        yield f"{_INDENT}{visible(decision)}"
    for change in operation.get("changes") or ():
        if isinstance(change, Mapping):
            yield f"{_INDENT}{visible(change.get('field', ''))}: {_shown(change.get('before'))} -> {_shown(change.get('after'))}"
    yield from effect_lines(operation.get("effects"))


def _shown(value: Any) -> str:
    return "empty" if value in (None, "") else visible(value)
