"""How a state looks: a word, a sign and a calm colour, the same for one state on every page.

The colour never stands alone, so that it can be read without seeing it. The words are those of the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.html import format_html
from django.utils.safestring import SafeString

from connector.models import Account, DriftFinding, DriftReport, LogEntry, SyncRun, WriteIntent
from connector.models.drift import FindingKind


class Tone(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    BUSY = "busy"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Badge:
    """`icon` is a name of the theme's icon font."""

    text: str
    tone: Tone
    icon: str

    def __html__(self) -> SafeString:
        return format_html(
            '<span class="sa-badge sa-badge--{}">'
            '<span class="material-symbols-outlined" aria-hidden="true" data-icon="{}"></span>{}</span>',
            self.tone,
            self.icon,
            self.text,
        )

    __str__ = __html__


_OUTCOMES = {
    Account.Outcome.NEVER: (Tone.QUIET, "radio_button_unchecked"),
    Account.Outcome.RUNNING: (Tone.BUSY, "progress_activity"),
    Account.Outcome.SUCCEEDED: (Tone.GOOD, "check_circle"),
    Account.Outcome.PARTIAL: (Tone.WARN, "warning"),
    Account.Outcome.FAILED: (Tone.BAD, "error"),
}
_STATUSES = {
    SyncRun.Status.QUEUED: (Tone.QUIET, "schedule"),
    SyncRun.Status.RUNNING: (Tone.BUSY, "progress_activity"),
    SyncRun.Status.RETRYING: (Tone.WARN, "update"),
    SyncRun.Status.SUCCEEDED: (Tone.GOOD, "check_circle"),
    SyncRun.Status.PARTIAL: (Tone.WARN, "warning"),
    SyncRun.Status.FAILED: (Tone.BAD, "error"),
    SyncRun.Status.CANCELLED: (Tone.QUIET, "block"),
}
LEVELS = {
    LogEntry.Level.NOTICE: (Tone.QUIET, "info"),
    LogEntry.Level.WARNING: (Tone.WARN, "warning"),
    LogEntry.Level.ERROR: (Tone.BAD, "error"),
}
_INTENTS = {
    WriteIntent.State.OPEN: (Tone.BUSY, "progress_activity"),
    WriteIntent.State.UNKNOWN: (Tone.WARN, "help"),
    WriteIntent.State.SETTLED: (Tone.GOOD, "check_circle"),
    WriteIntent.State.FAILED: (Tone.BAD, "error"),
}
_REPORTS = {
    DriftReport.Status.QUEUED: (Tone.QUIET, "schedule"),
    DriftReport.Status.RUNNING: (Tone.BUSY, "progress_activity"),
    DriftReport.Status.WAITING: (Tone.WARN, "update"),
    DriftReport.Status.FINISHED: (Tone.GOOD, "check_circle"),
    DriftReport.Status.FAILED: (Tone.BAD, "error"),
    DriftReport.Status.CANCELLED: (Tone.QUIET, "block"),
}
_FINDINGS = {
    FindingKind.DIFFERS: (Tone.WARN, "difference"),
    FindingKind.MISSING: (Tone.BUSY, "add_circle"),
    FindingKind.STOPPED: (Tone.BAD, "block"),
    FindingKind.UNREAD: (Tone.BAD, "cloud_off"),
}
_ACTIONS = {
    "create": ("Create", Tone.GOOD, "add_circle"),
    "update": ("Update", Tone.BUSY, "edit"),
    "unchanged": ("Unchanged", Tone.QUIET, "equal"),
    "skip": ("Skip", Tone.QUIET, "skip_next"),
    "stopped": ("Stopped", Tone.BAD, "block"),
}


def outcome_badge(account: Account) -> Badge:
    outcome = Account.Outcome(account.last_outcome)
    return Badge(outcome.label, *_OUTCOMES[outcome])


def status_badge(run: SyncRun) -> Badge:
    status = SyncRun.Status(run.status)
    text = "Previewed" if _is_finished_preview(run) else status.label
    return Badge(text, *_STATUSES[status])


def _is_finished_preview(run: SyncRun) -> bool:
    """A preview that ended well has synced nothing: "Succeeded" would be misread."""
    return run.kind == SyncRun.Kind.PREVIEW and run.status == SyncRun.Status.SUCCEEDED


def level_badge(level: str) -> Badge:
    """Unknown levels are notices: a log is shown whatever it holds."""
    known = LogEntry.Level(level) if level in LogEntry.Level.values else LogEntry.Level.NOTICE
    return Badge(known.label, *LEVELS[known])


def intent_badge(intent: WriteIntent) -> Badge:
    state = WriteIntent.State(intent.state)
    return Badge(state.label, *_INTENTS[state])


def action_badge(action: str) -> Badge:
    text, tone, icon = _ACTIONS.get(action, (action.capitalize(), Tone.QUIET, "info"))
    return Badge(text, tone, icon)


def report_badge(report: DriftReport) -> Badge:
    status = DriftReport.Status(report.status)
    return Badge(status.label, *_REPORTS[status])


def finding_badge(finding: DriftFinding) -> Badge:
    kind = FindingKind(finding.kind)
    return Badge(kind.label, *_FINDINGS[kind])
