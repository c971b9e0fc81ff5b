"""How far an account is from what its sync would make of it: the plan, read as a finding instead of being carried out.

What a sync would write is what differs. What an error stops is no difference that a sync could settle: an account of which nothing
but that is left cannot be planned, and somebody has to act on it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.domain.drafts import account_key
from connector.domain.operations import Action, Noun, Operation, Plan

MOST_DIFFERENCES = 200
"""Of one account; a new customer with hundreds of orders says no more by the last of them."""


class Kind(StrEnum):
    DIFFERS = "differs"
    MISSING = "missing"
    STOPPED = "stopped"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: `before` is what Zuora holds, `after` what Salesforce's value becomes there. Without a `field` Zuora lacks the
    whole record."""

    noun: Noun
    record: str
    field: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Drift:
    """`message` and `who_acts` are there where something must be mended first. `more` differences were left out."""

    kind: Kind
    differences: tuple[Difference, ...] = ()
    message: str = ""
    who_acts: str = ""
    more: int = 0


def drift(plan: Plan) -> Drift | None:
    """None where the account is in step."""
    writes, errors = plan.writes(), plan.errors()
    if not writes and not errors:
        return None
    message, who_acts = "", ""
    if errors:
        others = len(errors) - 1
        message = errors[0].message + (f" ({others} more)" if others else "")
        who_acts = errors[0].who_acts
    found = [difference for operation in writes for difference in _differences(operation)]
    shown = tuple(found[:MOST_DIFFERENCES])
    return Drift(_kind(plan, writes), shown, message, who_acts, more=len(found) - len(shown))


def _kind(plan: Plan, writes: tuple[Operation, ...]) -> Kind:
    if not writes:
        return Kind.STOPPED
    own = account_key(plan.salesforce_id)
    is_new = any(each.action is Action.CREATE and each.key == own for each in writes)
    return Kind.MISSING if is_new else Kind.DIFFERS


def _differences(operation: Operation) -> Iterator[Difference]:
    noun, record = operation.key.noun, operation.title
    if operation.action is Action.CREATE:
        yield Difference(noun, record)
        return
    for change in operation.changes:
        yield Difference(noun, record, change.field, change.before, change.after)
