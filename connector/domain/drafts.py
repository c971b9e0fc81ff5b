"""A plan being written, and what every part of the planner works from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.domain.mapping import FieldProblem
from connector.domain.operations import Key, Noun, Operation, Problem, Severity
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import ZuoraState
from connector.errors import ConnectorError


@dataclass(frozen=True, slots=True)
class Ground:
    """What decisions rest on: the mapping rows, the integration's options, and what Zuora holds."""

    rules: Sequence[Rule]
    options: Options
    zuora: ZuoraState


@dataclass(slots=True)
class Draft:
    """Operations, problems and known ids, appended in flow order and frozen into a Plan at the end."""

    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[Key, dict[str, str]] = field(default_factory=dict)

    def add_field_problems(self, key: Key, record: str, found: Sequence[FieldProblem]) -> None:
        self.problems += [
            Problem(problem.severity, key, record, problem.message, problem.who_acts) for problem in found
        ]

    def add_error(self, key: Key, record: str, error: ConnectorError) -> None:
        self.problems.append(problem_of(key, record, error))

    def has_error(self, key: Key) -> bool:
        return any(problem.key == key and problem.severity is Severity.ERROR for problem in self.problems)


def account_key(salesforce_id: str) -> Key:
    return Key(Noun.ACCOUNT, salesforce_id)


def problem_of(key: Key, record: str, error: ConnectorError) -> Problem:
    """An error as a problem of the record it is about; `record` where it names none."""
    return Problem(Severity.ERROR, key, error.record or record, error.message, error.who_acts)
