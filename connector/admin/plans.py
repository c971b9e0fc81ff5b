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
from connector.admin.effects import MOST_OPEN, ShownEffect, shown_effects
from connector.admin.plan_money import ShownMoney, listed, named, shown_money, text
from connector.admin.stories import ShownChange, pretty, shown_changes
from connector.domain.operations import Action, Severity
from connector.models import sanitise
from connector.sync.grouping import grouped, subjects

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)
LINES_OPEN = 40
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
    salesforce_id: str = ""
    kind: str = ""
    effects: tuple[ShownEffect, ...] = ()
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Operations in one row: those of the product catalogue that are made one after the other, else a single one."""

    badge: Badge
    operations: tuple[ShownOperation, ...]
    subjects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownProblem:
    badge: Badge
    message: str
    who_acts: str
    is_grave: bool = True


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """`counts` are badges with their number, writes first; `has_writes` says whether a sync would change anything."""

    counts: tuple[tuple[Badge, int], ...]
    problems: tuple[ShownProblem, ...]
    operations: tuple[ShownOperation, ...]
    groups: tuple[ShownGroup, ...]
    money: tuple[ShownMoney, ...]
    has_writes: bool
    is_cut: bool

    @property
    def has_only_notices(self) -> bool:
        return not any(problem.is_grave for problem in self.problems)

    @property
    def is_long(self) -> bool:
        """Whether the lines of orders that agree are folded, so that their sums can be overlooked."""
        return sum(len(order.lines) for order in self.money) > LINES_OPEN


def shown_plan(plan: object) -> ShownPlan | None:
    """None where no plan was stored."""
    if not isinstance(plan, Mapping):
        return None
    operations = [each for each in listed(plan.get("operations")) if isinstance(each, Mapping)]
    problems = [each for each in listed(plan.get("problems")) if isinstance(each, Mapping)]
    counted = Counter(_action(operation) for operation in operations)
    order = [*Action, "stopped"]
    return ShownPlan(
        counts=tuple((action_badge(action), counted[action]) for action in order if counted[action]),
        problems=tuple(_problem(each) for each in sorted(problems, key=_rank)),
        operations=tuple(_operation(each) for each in operations),
        groups=tuple(_group(each) for each in grouped(operations)),
        money=tuple(money for each in operations if (money := shown_money(each)) is not None),
        has_writes=any(_action(operation) in _WRITES for operation in operations),
        is_cut=sanitise.is_cut(plan),
    )


def _group(group: list[Mapping[str, Any]]) -> ShownGroup:
    told = subjects(group) if len(group) > 1 else {}
    return ShownGroup(
        badge=action_badge(_action(group[0])),
        operations=tuple(map(_operation, group)),
        subjects=tuple((subject, ", ".join(nouns)) for subject, nouns in told.items()),
    )


def _operation(operation: Mapping[str, Any]) -> ShownOperation:
    payload = operation.get("payload")
    effects = shown_effects(operation.get("effects"))
    stopped_by, decision = text(operation, "stopped_by"), text(operation, "decision")
    return ShownOperation(
        badge=action_badge(_action(operation)),
        noun=text(operation, "noun").capitalize(),
        title=named(operation),
        decision="" if stopped_by and stopped_by in decision else decision,
        changes=shown_changes(operation.get("changes")),
        payload=pretty(payload) if payload else "",
        stopped_by=stopped_by,
        salesforce_id=text(operation, "salesforce_id"),
        kind=text(operation, "kind"),
        effects=effects,
        is_long=len(effects) > MOST_OPEN,
    )


def _action(operation: Mapping[str, Any]) -> str:
    """What really becomes of it: a write that an error stands in the way of is none."""
    action = text(operation, "action")
    return "stopped" if operation.get("stopped_by") and action in _WRITES else action


def _problem(problem: Mapping[str, Any]) -> ShownProblem:
    severity = text(problem, "severity")
    who_acts = text(problem, "who_acts") if severity != Severity.NOTICE else ""
    return ShownProblem(
        level_badge(severity), text(problem, "message"), who_acts, is_grave=severity != Severity.NOTICE
    )


def _rank(problem: Mapping[str, Any]) -> int:
    severity = text(problem, "severity")
    return _ORDER.index(Severity(severity)) if severity in _ORDER else len(_ORDER)
