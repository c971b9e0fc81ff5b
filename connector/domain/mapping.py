"""Mapping rows and a Salesforce record become a Zuora payload, and sentences about what stands in its
way.

Building never raises: one bad value must not hide the next, so everything wrong with a record is said at
once. An ERROR means the payload must not be sent. The decisions:

- The mapped source is the master: a field that became empty in Salesforce is emptied in Zuora. A field that was not read
  at all (hidden from the integration user) is another matter: it is left alone, and the log says so.
- What Zuora would refuse, or could misread, is an ERROR; a malformed e-mail address alone is left out with a WARNING.
- Several rows may have one target and stand in for each other: the last one that has a value counts, with a WARNING where
  they disagree. The field is emptied only where all of them are empty.
- Fields Zuora never changes after creation are no part of an update; what differs there is for the plan to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from connector.domain import JSON, fields, paths, transforms, values
from connector.domain.fields import Kind, ZuoraField
from connector.domain.fitting import fit
from connector.domain.labels import excerpt
from connector.domain.operations import Severity
from connector.domain.rules import Mode, Pair, Rule
from connector.domain.transforms import TransformFailed
from connector.domain.values import Unconvertible
from connector.errors import ConfigError, RecordError

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of one record, for its log."""

    target: str
    source: str
    message: str
    severity: Severity
    who_acts: str = RecordError.who_acts


@dataclass(frozen=True, slots=True)
class Mapped:
    """`payload` is nested by the dots of the targets and holds only fields Zuora has."""

    payload: JSON
    problems: tuple[FieldProblem, ...] = ()


class _Absent(Enum):
    """What a row may give instead of a value."""

    EMPTY = auto()
    LEFT_ALONE = auto()


@dataclass(slots=True)
class _Build:
    """One record being mapped: what each row gave, by target, and what is wrong."""

    record: JSON
    creating: bool
    current: JSON | None
    label: str
    given: dict[str, list[tuple[Rule, Any]]] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)

    def say(self, severity: Severity, rule: Rule, message: str) -> None:
        self.problems.append(FieldProblem(rule.target, rule.source, message, severity))

    def tell_operator(self, severity: Severity, rule: Rule, message: str) -> None:
        self.problems.append(
            FieldProblem(rule.target, rule.source, message, severity, who_acts=ConfigError.who_acts)
        )

    def held(self, target: str) -> object:
        """What Zuora holds in the field; None also where that is not known."""
        return None if self.current is None else paths.read(self.current, target)


def build(
    rules: Sequence[Rule],
    record: JSON,
    *,
    pair: Pair,
    creating: bool,
    current: JSON | None = None,
    record_label: str = "This record",
) -> Mapped:
    """The payload the pair's rows make of a record. Never raises.

    `current` is what Zuora holds, under the names of writes; without it nothing is emptied and no row "if empty"
    applies to an update. `record_label` begins the messages: "Account Acme Corp (001…)".
    """
    work = _Build(record, creating, current, record_label)
    for rule in rules:
        if rule.pair is not pair:
            continue
        target = fields.find(pair, rule.target)
        if target is None:
            _say_fault(work, rule, f"Zuora has no field “{rule.target}” there.")
        elif fault := _fault(rule):
            _say_fault(work, rule, fault)
        elif _applies(work, rule, target):
            work.given.setdefault(rule.target, []).append((rule, _value(work, rule, target)))
    payload: JSON = {}
    for name, given in work.given.items():
        target = fields.find(pair, name)
        if target and (value := _settled(work, target, given)) is not _Absent.LEFT_ALONE:
            _put(payload, name, value)
    return Mapped(payload, tuple(work.problems))


def _fault(rule: Rule) -> str | None:
    """What is wrong with the row itself, whatever the record."""
    if rule.source and not paths.is_valid(rule.source):
        return f"“{rule.source[:_SHOWN]}” is no field path."
    return transforms.check_arguments(rule.transform, rule.arguments)


def _applies(work: _Build, rule: Rule, target: ZuoraField) -> bool:
    if work.creating:
        return True
    if rule.mode is Mode.IF_EMPTY:
        return target.on_update and work.current is not None and values.is_empty(work.held(rule.target))
    return target.on_update and rule.mode is Mode.ALWAYS


def _value(work: _Build, rule: Rule, target: ZuoraField) -> Any:
    """The row's value, ready to be sent, or what it is instead; what is wrong with it has been said then."""
    if _is_hidden(work, rule):
        _say_hidden(work, rule)
        if not work.creating or values.is_empty(rule.default):
            return _Absent.LEFT_ALONE
    try:
        for candidate in _candidates(work, rule):
            if values.is_empty(candidate):
                continue
            fitted = fit(target, candidate)
            for text in fitted.left_out:
                _say_no_mailbox(work, rule, text)
            if not values.is_empty(fitted.value):
                return fitted.value
            if fitted.left_out:
                return _Absent.LEFT_ALONE
    except (Unconvertible, TransformFailed) as reason:
        _say_unfit(work, rule, str(reason))
        return _Absent.LEFT_ALONE
    return _Absent.EMPTY


def _is_hidden(work: _Build, rule: Rule) -> bool:
    """Whether the row's source, or a part of what it joins, was not read."""
    return not all(paths.has(work.record, path) for path in _reads(rule))


def _candidates(work: _Build, rule: Rule) -> Iterator[object]:
    """The transformed source, then the default, which stands as it is written."""
    given = paths.read(work.record, rule.source) if rule.source else None
    if transforms.makes_value(rule.transform) or not values.is_empty(given):
        context = transforms.Context(work.record, rule.source)
        yield transforms.apply(rule.transform, given, rule.arguments, context)
    yield rule.default


def _settled(work: _Build, target: ZuoraField, given: Sequence[tuple[Rule, Any]]) -> Any:
    """The one value of a target, out of what its rows gave."""
    valued = [(rule, value) for rule, value in given if not isinstance(value, _Absent)]
    if valued:
        last, value = valued[-1]
        for rule, other in valued[:-1]:
            if other != value:
                _say_contradiction(work, rule, last)
        return value
    for rule, value in given:
        if rule.required and value is _Absent.EMPTY:
            _say_required(work, rule)
            return _Absent.LEFT_ALONE
    held = work.held(target.name)
    is_left = any(value is _Absent.LEFT_ALONE for _, value in given)
    if is_left or work.creating or values.is_empty(held):
        return _Absent.LEFT_ALONE
    if not target.can_be_emptied:
        _say_kept(work, given[-1][0], held)
        return _Absent.LEFT_ALONE
    return [] if target.kind is Kind.LIST else ""


def _say_fault(work: _Build, rule: Rule, fault: str) -> None:
    work.tell_operator(
        Severity.ERROR,
        rule,
        f"The mapping row {_row(rule)} cannot be used: {fault} Correct the row and resync.",
    )


def _say_contradiction(work: _Build, rule: Rule, last: Rule) -> None:
    work.tell_operator(
        Severity.WARNING,
        last,
        f"Two mapping rows give {last.target} different values for {work.label}: {_row(rule)} and {_row(last)}. "
        "The last one counts; remove the other.",
    )


def _say_required(work: _Build, rule: Rule) -> None:
    if not _reads(rule):
        _say_fault(work, rule, "it has no value, and Zuora requires one.")
        return
    work.say(
        Severity.ERROR,
        rule,
        f"{work.label} has no {_origin(rule)}; Zuora requires {rule.target}. Fill it in Salesforce and resync.",
    )


def _say_hidden(work: _Build, rule: Rule) -> None:
    is_fatal, outcome = False, f"{rule.target} is left {'out' if work.creating else 'as it is'}"
    if work.creating and not values.is_empty(rule.default):
        outcome = f"{rule.target} gets its default"
    elif rule.required:
        is_fatal, outcome = True, f"Zuora requires {rule.target}"
    work.tell_operator(
        Severity.ERROR if is_fatal else Severity.NOTICE,
        rule,
        f"{work.label}: {_origin(rule)} was not read, because it does not exist or is hidden from the integration "
        f"user; {outcome}. Make it visible in Salesforce, or change the mapping row {_row(rule)}.",
    )


def _say_unfit(work: _Build, rule: Rule, reason: str) -> None:
    """The value at fault is the record's, or else the row's own: its constant or its default."""
    found = [path for path in _reads(rule) if not values.is_empty(paths.read(work.record, path))]
    if not found:
        _say_fault(work, rule, f"its own value {reason}.")
        return
    shown = " or ".join(f"“{_shown(paths.read(work.record, path))}” in {path}" for path in found)
    work.say(
        Severity.ERROR,
        rule,
        f"{work.label} has {shown}, which {reason} (mapping row {_row(rule)}). "
        "Correct it in Salesforce, or the mapping row, and resync.",
    )


def _say_no_mailbox(work: _Build, rule: Rule, text: str) -> None:
    work.say(
        Severity.ERROR if rule.required else Severity.WARNING,
        rule,
        f"{work.label} has “{_shown(text)}” in {_origin(rule)}, which is no e-mail address; {rule.target} cannot "
        "take it. Correct it in Salesforce and resync.",
    )


def _say_kept(work: _Build, rule: Rule, held: object) -> None:
    work.say(
        Severity.NOTICE,
        rule,
        f"{work.label} has no {_origin(rule)}, but Zuora cannot hold an empty {rule.target} and keeps "
        f"“{_shown(held)}”. Fill it in Salesforce, or give the mapping row a default.",
    )


def _reads(rule: Rule) -> tuple[str, ...]:
    """The paths the value itself comes from."""
    if transforms.makes_value(rule.transform):
        return transforms.sources(rule)
    return (rule.source,) if rule.source else ()


def _origin(rule: Rule) -> str:
    return " or ".join(_reads(rule))


def _row(rule: Rule) -> str:
    return f"{_origin(rule) or 'constant'} → {rule.target}"


def _shown(value: object) -> str:
    try:
        return excerpt(values.as_text(value), longest=_SHOWN)
    except Unconvertible:
        return "…"


def _put(payload: JSON, target: str, value: Any) -> None:
    *groups, name = target.split(".")
    for group in groups:
        payload = payload.setdefault(group, {})
    payload[name] = value
