"""A stored plan as a page shows it: problems first, what would be done, and the money of every line.

A plan is JSON from an earlier release or cut for its length, as likely as not; what cannot be read is left out and said so,
because a page that breaks on an old run hides exactly the run somebody asks about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.admin.badges import Badge, action_badge, level_badge
from connector.admin.plan_money import ShownMoney, listed, shown_money, text
from connector.admin.stories import ShownChange, pretty, shown_changes
from connector.domain.operations import Action, Severity

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
_WRITES = (Action.CREATE, Action.UPDATE)


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
    operations = [each for each in listed(plan.get("operations")) if isinstance(each, Mapping)]
    problems = [each for each in listed(plan.get("problems")) if isinstance(each, Mapping)]
    kept = len(listed(plan.get("operations"))) + len(listed(plan.get("problems")))
    counted = Counter(_action(operation) for operation in operations)
    order = [*Action, "stopped"]
    return ShownPlan(
        counts=tuple((action_badge(action), counted[action]) for action in order if counted[action]),
        problems=tuple(_problem(each) for each in sorted(problems, key=_rank)),
        operations=tuple(_operation(each) for each in operations),
        money=tuple(money for each in operations if (money := shown_money(each)) is not None),
        has_writes=any(_action(operation) in _WRITES for operation in operations),
        is_cut=kept != len(operations) + len(problems) or "…" in plan,
    )


def _operation(operation: Mapping[str, Any]) -> ShownOperation:
    payload = operation.get("payload")
    return ShownOperation(
        badge=action_badge(_action(operation)),
        noun=text(operation, "noun").capitalize(),
        title=text(operation, "title"),
        decision=text(operation, "decision"),
        changes=shown_changes(operation.get("changes")),
        payload=pretty(payload) if payload else "",
        stopped_by=text(operation, "stopped_by"),
    )


def _action(operation: Mapping[str, Any]) -> str:
    """What really becomes of it: a write that an error stands in the way of is none."""
    action = text(operation, "action")
    return "stopped" if operation.get("stopped_by") and action in _WRITES else action


def _problem(problem: Mapping[str, Any]) -> ShownProblem:
    severity = text(problem, "severity")
    who_acts = text(problem, "who_acts") if severity != Severity.NOTICE else ""
    return ShownProblem(level_badge(severity), text(problem, "message"), who_acts)


def _rank(problem: Mapping[str, Any]) -> int:
    severity = text(problem, "severity")
    return _ORDER.index(Severity(severity)) if severity in _ORDER else len(_ORDER)
