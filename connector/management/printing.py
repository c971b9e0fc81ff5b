"""Plans and logs as plain text, for a terminal: the same words as on the pages.

Names and answers come from remote systems: nothing in them may begin a line, move the cursor or turn a line's direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connector.management.money import money_lines
from connector.models import LogEntry, SyncRun, sanitise

_MARKS = {LogEntry.Level.NOTICE: " ", LogEntry.Level.WARNING: "!", LogEntry.Level.ERROR: "x"}
_CONTINUED = "\n" + 14 * " "  # deeper than any line begins
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def visible(text: object) -> str:
    """The text with its further lines indented; what a terminal would act on is shown as the pages show it."""
    return _CONTINUED.join(sanitise.text(line) for line in _BREAK.split(str(text)))


def log_lines(run: SyncRun) -> Iterator[str]:
    """One run's log: a head, a line for every entry, who acts under every failure, and the calls it took."""
    yield f"{run.get_kind_display()} of {visible(run.account)} ({run.account.salesforce_id}): {run.get_status_display().lower()}"
    for entry in run.entries.order_by("sequence", "pk"):
        step = entry.get_step_display()
        yield f"  {_MARKS[LogEntry.Level(entry.level)]} {step:<7} {visible(entry.message)}"
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
    for operation in plan["operations"]:
        stopped = " (stopped)" if operation["stopped_by"] else ""
        yield f"  {operation['action']:<9} {visible(operation['title'])}{stopped}"
        yield f"            {visible(operation['decision'])}"
        for change in operation["changes"]:
            yield f"            {visible(change['field'])}: {_shown(change['before'])} -> {_shown(change['after'])}"
    money = list(money_lines(plan))
    if money:
        yield ""
        yield from money


def _shown(value: Any) -> str:
    return "empty" if value in (None, "") else visible(value)
