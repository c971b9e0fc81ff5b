"""A run's log as its page tells it: entries in order, a heading where another step begins, details on demand.

Details are plain JSON that anybody may have filled; they are sorted into what a reader looks for (decision, changes, what
was sent, what the remote answered), and what is left is shown as it is. Templates escape everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from connector.admin.badges import LEVELS, Badge, Tone, level_badge
from connector.admin.effects import MOST_OPEN, sentences
from connector.admin.error_help import address_of
from connector.models import LogEntry, SyncRun

ENTRIES_SHOWN = 500
_REMOTE = {"system": "System", "status": "HTTP status", "code": "Code", "request_id": "Request id"}
_TOLD = {"decision", "kind", "changes", "sent", "reasons", "operations", "effects", *_REMOTE}
_CARRIED_OUT = ("created", "updated", "found")
_STEPS_OF_PREVIEW = (LogEntry.Step.GATHER, LogEntry.Step.PLAN)


@dataclass(frozen=True, slots=True)
class ShownChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownDetail:
    """`remote` are lines of label and value; `sent` and `rest` are JSON as text. Empty is what there is not.
    `explained_at` is the address of the help for this failure."""

    decision: str = ""
    kind: str = ""
    changes: tuple[ShownChange, ...] = ()
    remote: tuple[tuple[str, str], ...] = ()
    operations: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    sent: str = ""
    rest: str = ""
    explained_at: str = ""

    def __bool__(self) -> bool:
        return any(
            (self.decision, self.changes, self.remote, self.operations, self.effects, self.sent, self.rest)
        )


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """`heading` is the step's name on the first entry of a step, else empty."""

    row: LogEntry
    badge: Badge
    heading: str
    detail: ShownDetail

    @property
    def are_few(self) -> bool:
        """Whether what an order does is told below the message itself, not only in the details."""
        return len(self.detail.effects) <= MOST_OPEN

    @property
    def is_calm(self) -> bool:
        return self.row.level == LogEntry.Level.NOTICE


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One mark of the progress line: `state` is done, now or todo; `tone` is that of its worst entry."""

    label: str
    state: str
    tone: str
    icon: str


def shown_entries(rows: Iterable[LogEntry], *, after: LogEntry | None = None) -> list[ShownEntry]:
    """Entries in their order; `after` is the one shown before them."""
    shown: list[ShownEntry] = []
    previous = after
    for row in rows:
        shown.append(ShownEntry(row, _sign(row), _heading(row, previous), shown_detail(row.detail)))
        previous = row
    return shown


def progress(run: SyncRun, told: Iterable[tuple[int, str, str]]) -> list[ShownStep]:
    """The steps of the run's latest attempt, from (attempt, step, level) of its entries."""
    worst: dict[str, str] = {}
    for attempt, step, level in told:
        if attempt == run.attempt and _weight(level) >= _weight(worst.get(step, "")):
            worst[step] = level
    steps = _STEPS_OF_PREVIEW if run.kind == SyncRun.Kind.PREVIEW else tuple(LogEntry.Step)
    reached = [step for step in steps if step in worst]
    current = reached[-1] if reached else steps[0]
    return [
        _step(step, worst, is_now=run.status == SyncRun.Status.RUNNING and step == current) for step in steps
    ]


def shown_detail(detail: object) -> ShownDetail:
    if not isinstance(detail, Mapping) or not detail:
        return ShownDetail()
    rest = {
        key: value for key, value in detail.items() if key not in _TOLD and value not in ("", None, [], {})
    }
    return ShownDetail(
        decision=shown_value(detail.get("decision") or "") if detail.get("decision") else "",
        kind=shown_value(detail.get("kind")),
        changes=shown_changes(detail.get("changes")),
        remote=_remote(detail),
        operations=tuple(shown_value(line) for line in _listed(detail.get("operations"))),
        effects=sentences(detail.get("effects")),
        sent=pretty(detail["sent"]) if detail.get("sent") else "",
        rest=pretty(rest) if rest else "",
        explained_at=address_of(detail),
    )


def shown_changes(changes: object) -> tuple[ShownChange, ...]:
    return tuple(
        ShownChange(
            str(change.get("field", "")), shown_value(change.get("before")), shown_value(change.get("after"))
        )
        for change in _listed(changes)
        if isinstance(change, Mapping)
    )


def shown_value(value: object) -> str:
    """One value of a table cell: text as it is, nothing as nothing, everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else pretty(value, indent=None)


def pretty(value: object, *, indent: int | None = 2) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, cls=DjangoJSONEncoder)


def _sign(row: LogEntry) -> Badge:
    """The level; a write that was carried out says so instead of being one notice among others."""
    if row.level == LogEntry.Level.NOTICE and row.action in _CARRIED_OUT:
        return Badge("Done", Tone.GOOD, "check_circle")
    return level_badge(row.level)


def _heading(row: LogEntry, previous: LogEntry | None) -> str:
    if previous is not None and (previous.attempt, previous.step) == (row.attempt, row.step):
        return ""
    label = LogEntry.Step(row.step).label if row.step in LogEntry.Step.values else row.step
    return f"{label} · attempt {row.attempt}" if row.attempt > 1 else str(label)


def _step(step: LogEntry.Step, worst: Mapping[str, str], *, is_now: bool) -> ShownStep:
    level = worst.get(step, "")
    tone, icon = LEVELS[LogEntry.Level(level)] if _weight(level) > 0 else ("good", "check_circle")
    if is_now:
        return ShownStep(step.label, "now", tone if _weight(level) > 0 else "busy", "progress_activity")
    if not level:
        return ShownStep(step.label, "todo", "quiet", "radio_button_unchecked")
    return ShownStep(step.label, "done", tone, icon)


def _weight(level: str) -> int:
    """Where a level stands: -1 for none, 0 for a notice."""
    values: Sequence[str] = LogEntry.Level.values
    return values.index(level) if level in values else -1


def _remote(detail: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    lines = [(label, shown_value(detail.get(key))) for key, label in _REMOTE.items()]
    reasons = [shown_value(reason) for reason in _listed(detail.get("reasons"))]
    told = [(label, value) for label, value in lines if value not in ("", "0")]
    return (*told, *(("Reason", reason) for reason in reasons))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
