"""Notices of the same kind told once: thirty orders with a PO number are one sentence, not thirty lines nobody reads.

Only notices are gathered. A warning or an error is somebody's task, and keeps its own line and record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.domain.operations import Problem, Severity

MOST_NAMED = 20


def gathered(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Every problem in its place; notices that share a sentence in the place of their first."""
    alike: dict[str, list[Problem]] = {}
    for problem in problems:
        if _is_shared(problem):
            alike.setdefault(problem.shared, []).append(problem)
    return tuple(
        _together(alike[problem.shared]) if _is_shared(problem) else problem
        for problem in problems
        if not _is_shared(problem) or problem is alike[problem.shared][0]
    )


def _is_shared(problem: Problem) -> bool:
    return problem.severity is Severity.NOTICE and bool(problem.shared)


def _together(problems: list[Problem]) -> Problem:
    subjects = list(dict.fromkeys(problem.subject for problem in problems))
    if len(subjects) == 1:
        return problems[0]
    return replace(problems[0], message=f"{problems[0].shared}: {named(subjects)}.")


def named(subjects: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f"; and {len(subjects) - MOST_NAMED} more" if len(subjects) > MOST_NAMED else ""
    return "; ".join(subjects[:MOST_NAMED]) + more
