"""A stored plan as a page shows it: problems first, what would be done, and the money of every line.

A plan is JSON from an earlier release or cut for its length, as likely as not; what cannot be read is left out and said so,
because a page that breaks on an old run hides exactly the run somebody asks about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.admin.badges import Badge, action_badge, level_badge
from connector.admin.stories import ShownChange, pretty, shown_changes
from connector.domain.operations import Action, Severity

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
_WRITES = (Action.CREATE, Action.UPDATE)
_SUMMED = ("zuora_total", "salesforce_total", "difference")
_AMOUNTS = ("per_period", "periods", "quantity", *_SUMMED)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What one order product costs in either system, as decimal text."""

    line: str
    per_period: str
    periods: str
    quantity: str
    zuora_total: str
    salesforce_total: str
    difference: str
    within_bound: bool

    is_equal: bool


@dataclass(frozen=True, slots=True)
class ShownMoney:
    """The lines of one order and their sums."""

    title: str
    lines: tuple[ShownLine, ...]
    zuora_total: str
    salesforce_total: str
    difference: str


@dataclass(frozen=True, slots=True)
class ShownOperation:
    badge: Badge
    noun: str
    title: str
    decision: str
    changes: tuple[ShownChange, ...]
    payload: str
    stopped_by: str


@dataclass(frozen=True, slots=True)
class ShownProblem:
    badge: Badge
    message: str
    who_acts: str


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """`counts` are badges with their number, writes first; `has_writes` says whether a sync would change anything."""

    counts: tuple[tuple[Badge, int], ...]
    problems: tuple[ShownProblem, ...]
    operations: tuple[ShownOperation, ...]
    money: tuple[ShownMoney, ...]
    has_writes: bool
    is_cut: bool


def shown_plan(plan: object) -> ShownPlan | None:
    """None where no plan was stored."""
    if not isinstance(plan, Mapping):
        return None
    operations = [each for each in _listed(plan.get("operations")) if isinstance(each, Mapping)]
    problems = [each for each in _listed(plan.get("problems")) if isinstance(each, Mapping)]
    kept = len(_listed(plan.get("operations"))) + len(_listed(plan.get("problems")))
    counted = Counter(_action(operation) for operation in operations)
    order = [*Action, "stopped"]
    return ShownPlan(
        counts=tuple((action_badge(action), counted[action]) for action in order if counted[action]),
        problems=tuple(_problem(each) for each in sorted(problems, key=_rank)),
        operations=tuple(_operation(each) for each in operations),
        money=tuple(money for each in operations if (money := _money(each)).lines),
        has_writes=any(_action(operation) in _WRITES for operation in operations),
        is_cut=kept != len(operations) + len(problems) or "…" in plan,
    )


def _operation(operation: Mapping[str, Any]) -> ShownOperation:
    payload = operation.get("payload")
    return ShownOperation(
        badge=action_badge(_action(operation)),
        noun=_text(operation, "noun").capitalize(),
        title=_text(operation, "title"),
        decision=_text(operation, "decision"),
        changes=shown_changes(operation.get("changes")),
        payload=pretty(payload) if payload else "",
        stopped_by=_text(operation, "stopped_by"),
    )


def _action(operation: Mapping[str, Any]) -> str:
    """What really becomes of it: a write that an error stands in the way of is none."""
    action = _text(operation, "action")
    return "stopped" if operation.get("stopped_by") and action in _WRITES else action


def _problem(problem: Mapping[str, Any]) -> ShownProblem:
    severity = _text(problem, "severity")
    who_acts = _text(problem, "who_acts") if severity != Severity.NOTICE else ""
    return ShownProblem(level_badge(severity), _text(problem, "message"), who_acts)


def _rank(problem: Mapping[str, Any]) -> int:
    severity = _text(problem, "severity")
    return _ORDER.index(Severity(severity)) if severity in _ORDER else len(_ORDER)


def _money(operation: Mapping[str, Any]) -> ShownMoney:
    stored = [each for each in _listed(operation.get("money")) if isinstance(each, Mapping)]
    lines = tuple(
        ShownLine(
            line=_text(each, "line"),
            **{name: _amount(_text(each, name)) for name in _AMOUNTS},
            within_bound=bool(each.get("within_bound")),
            is_equal=_number(_text(each, "difference")) == 0,
        )
        for each in stored
    )
    sums = {name: _sum(_text(each, name) for each in stored) for name in _SUMMED}
    return ShownMoney(_text(operation, "title"), lines, **sums)


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return "" if found is None else str(found)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _sum(amounts: Iterable[str]) -> str:
    """Empty where one of them is no number: half a sum would be a wrong one."""
    numbers = [_number(amount) for amount in amounts]
    return "" if None in numbers else format(sum((n for n in numbers if n is not None), Decimal(0)), ",f")


def _amount(text: str) -> str:
    """With the thousands apart; what is no number stays as it is."""
    number = _number(text)
    return text if number is None else format(number, ",f")
