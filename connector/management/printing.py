"""Plans and logs as plain text, for a terminal: the same words as on the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.management.money import money_lines
from connector.management.operations import effect_lines, operation_lines
from connector.management.text import visible
from connector.models import LogEntry, SyncRun, sanitise

_MARKS = {LogEntry.Level.NOTICE: " ", LogEntry.Level.WARNING: "!", LogEntry.Level.ERROR: "x"}
MOST_EFFECTS = 20
"""Lines of what one order does; the plan has them all."""
_CUT = (
    "  ! This plan is too long to be kept whole: what is missing here is missing at its end. A sync carries out all of it, and its log "
    "names every record."
)


def log_lines(run: SyncRun) -> Iterator[str]:
    """One run's log: a head, a line for every entry, who acts under every failure, and the calls it took."""
    yield f"{run.get_kind_display()} of {visible(run.account)} ({run.account.salesforce_id}): {run.get_status_display().lower()}"
    for entry in run.entries.order_by("sequence", "pk"):
        step = entry.get_step_display()
        yield f"  {_MARKS[LogEntry.Level(entry.level)]} {step:<7} {visible(entry.message)}"
        if isinstance(entry.detail, dict):
            yield from effect_lines(entry.detail.get("effects"), most=MOST_EFFECTS)
        if entry.who_acts and entry.level != LogEntry.Level.NOTICE:
            yield f"            Who acts: {visible(entry.who_acts)}"
    yield (
        f"  Calls: {run.salesforce_calls} to Salesforce, {run.zuora_calls} to Zuora; "
        f"logins: {run.salesforce_token_calls} and {run.zuora_token_calls}."
    )


def has_errors(plan: Mapping[str, Any]) -> bool:
    """What was cut from the problems of a plan that is too long counts as one."""
    problems = plan.get("problems")
    return not isinstance(problems, list) or any(
        not isinstance(problem, Mapping) or problem.get("severity", "error") == "error"
        for problem in problems
    )


def plan_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """A stored plan (sync/rendering.py): problems first, then every operation with its changes, then the money.

    One that was cut for its length is printed as far as it goes.
    """
    name = visible(plan.get("account_name") or "unknown account")
    yield f"Plan for {name} ({visible(plan.get('salesforce_id', ''))})"
    for problem in plan.get("problems") or ():
        if isinstance(problem, Mapping):
            yield from _problem_lines(problem)
    yield from operation_lines(plan.get("operations") or ())
    money = list(money_lines(plan))
    if money:
        yield ""
        yield from money
    if sanitise.is_cut(plan):
        yield _CUT


def _problem_lines(problem: Mapping[str, Any]) -> Iterator[str]:
    severity = str(problem.get("severity", "error"))
    yield f"  {severity.upper()}: {visible(problem.get('message', ''))}"
    if severity != "notice":
        yield f"    Who acts: {visible(problem.get('who_acts', ''))}"
