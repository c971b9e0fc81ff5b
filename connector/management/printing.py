"""Plans and logs as plain text, for a terminal: the same words as on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.management.money import money_lines
from connector.management.operations import effect_lines, operation_lines
from connector.management.text import visible
from connector.models import LogEntry, SyncRun

_MARKS = {LogEntry.Level.NOTICE: " ", LogEntry.Level.WARNING: "!", LogEntry.Level.ERROR: "x"}
MOST_EFFECTS = 20
"""Lines of what one order does; the plan has them all."""


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


def plan_lines(plan: dict[str, Any]) -> Iterator[str]:
    """A stored plan (sync/rendering.py): problems first, then every operation with its changes, then the money."""
    yield f"Plan for {visible(plan['account_name'] or 'unknown account')} ({plan['salesforce_id']})"
    for problem in plan["problems"]:
        yield f"  {problem['severity'].upper()}: {visible(problem['message'])}"
        if problem["severity"] != "notice":
            yield f"    Who acts: {visible(problem['who_acts'])}"
    yield from operation_lines(plan["operations"])
    money = list(money_lines(plan))
    if money:
        yield ""
        yield from money
