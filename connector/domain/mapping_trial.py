"""What mapping rows make of real records, row by row: the value that was read, what becomes of it, and what is in the way.

Each row is tried alone, as if its record were created now: so every row shows its own value, also where another one of the same target
would count in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain import JSON, paths, transforms
from connector.domain.mapping import FieldProblem, build
from connector.domain.rules import Pair, Rule


@dataclass(frozen=True, slots=True)
class Specimen:
    """A record that rows are tried on, and how it is named to people."""

    record: JSON
    label: str


@dataclass(frozen=True, slots=True)
class Trial:
    """`given`: (path, value) of all that the row reads. `result` is None where nothing is sent; `is_tried` false where there is no
    record of that kind."""

    rule: Rule
    label: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    result: Any = None
    problems: tuple[FieldProblem, ...] = ()
    is_tried: bool = True


def tried(rules: Sequence[Rule], specimens: Mapping[Pair, Specimen]) -> list[Trial]:
    """One for each rule, in their order. Never raises."""
    return [_tried(rule, specimens.get(rule.pair)) for rule in rules]


def _tried(rule: Rule, specimen: Specimen | None) -> Trial:
    if specimen is None:
        return Trial(rule, is_tried=False)
    mapped = build([rule], specimen.record, pair=rule.pair, creating=True, record_label=specimen.label)
    sources = [path for path in dict.fromkeys(transforms.sources(rule)) if path]
    given = tuple((path, paths.read(specimen.record, path)) for path in sources)
    return Trial(rule, specimen.label, given, _result(mapped.payload, rule.target), mapped.problems)


def _result(payload: JSON, target: str) -> Any:
    value: Any = payload
    for name in target.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
