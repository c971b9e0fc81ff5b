"""Remove what the log keeps no longer, and say how much that was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connector.domain.labels import counted
from connector.jobs.retention import Pruned, prune


class Command(BaseCommand):
    help = (
        "Remove details and log entries older than LOG_DETAIL_DAYS and LOG_DAYS, never of an account's last run, and sessions "
        "that have ended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be removed.")

    def handle(self, **options: Any) -> None:
        is_dry = options["dry_run"]
        self.stdout.write(told(prune(datetime.now(UTC), is_dry=is_dry), is_dry=is_dry))


def told(pruned: Pruned, *, is_dry: bool) -> str:
    counts = (
        (pruned.details, "detail"),
        (pruned.plans, "stored plan"),
        (pruned.runs, "whole run"),
        (pruned.entries, "log entry"),
        (pruned.intents, "closed write"),
        (pruned.logins, "login record"),
        (pruned.sessions, "session"),
        (pruned.reports, "drift report"),
    )
    parts = [_counted(number, noun) for number, noun in counts if number]
    if not parts:
        return "Nothing is old enough to be removed."
    return f"{'Would remove' if is_dry else 'Removed'}: {', '.join(parts)}."


def _counted(number: int, noun: str) -> str:
    return f"{number} log entries" if noun == "log entry" and number != 1 else counted(number, noun)
