"""What the page of one account shows: where it stands, its records in Zuora, its runs and its log, newest run first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from connector.admin.badges import Badge, outcome_badge, status_badge
from connector.admin.stories import ShownEntry, shown_entries
from connector.admin.triggers import PREVIEW, SYNC
from connector.domain import to_check
from connector.domain.to_check import LOOKED_AT, Told
from connector.models import Account, LogEntry, RecordLink, SyncRun, WriteIntent
from connector.models.claims import LIVE

RUNS_SHOWN = 8
LINES_SHOWN = 200
LINKS_SHOWN = 100
CHECKS_SHOWN = 50
"""What is to be looked at and told earliest; once that has been, the page shows the next."""
LEVELS = {
    "": ("All", tuple(LogEntry.Level.values)),
    "warning": ("Warnings and errors", (LogEntry.Level.WARNING, LogEntry.Level.ERROR)),
    "error": ("Errors", (LogEntry.Level.ERROR,)),
}


@dataclass(frozen=True, slots=True)
class ShownRun:
    run: SyncRun
    badge: Badge
    entries: tuple[ShownEntry, ...] = ()


class ChoiceForm(forms.ModelForm):
    """Which of several Zuora accounts to use, by its id."""

    def clean_chosen_zuora_id(self) -> str:
        entered: str = self.cleaned_data["chosen_zuora_id"].strip()
        if entered and not re.fullmatch(r"[0-9a-fA-F]{32}", entered):
            raise ValidationError(
                f"“{entered}” is no Zuora id. An id has 32 hexadecimal characters; an account number is not an id."
            )
        return entered.lower()


def account_context(request: HttpRequest, account: Account) -> dict[str, Any]:
    level = request.GET.get("level", "")
    level = level if level in LEVELS else ""
    runs = list(
        account.runs.defer("plan").select_related("requested_by").order_by("-created_at")[:RUNS_SHOWN]
    )
    account.last_run = account.shown_run()
    checks = to_check.lines(account.to_check)
    may = request.user.has_perm
    return {
        "account": account,
        "badge": outcome_badge(account),
        "sync_label": _sync_label(account),
        "needs_somebody": account.last_outcome in Account.FAILURES and not _is_told_below(account),
        "part_heading": "" if account.last_message.startswith(LOOKED_AT) else "A part could not be done",
        "who_acts": account.who_acts,
        "to_check": checks[:CHECKS_SHOWN],
        "checks_behind": to_check.things(len(checks[CHECKS_SHOWN:])) if checks[CHECKS_SHOWN:] else "",
        "who_looks": to_check.WHO_LOOKS,
        "open_run": SyncRun.objects.open_sync(account),
        "parent": _parent(account),
        "links": _links_by_noun(list(account.links.order_by("created_at")[:LINKS_SHOWN])),
        "runs": [ShownRun(run, status_badge(run)) for run in runs],
        "stories": _stories(runs, LEVELS[level][1]),
        "narrowed": bool(level),
        "levels": [(key, label, key == level) for key, (label, _) in LEVELS.items()],
        "log_address": f"{reverse('admin:connector_logentry_changelist')}?account__id__exact={account.pk}",
        "can_sync": may(SYNC),
        "can_preview": may(PREVIEW),
        "can_remove": may("connector.delete_account"),
    }


def removal_context(account: Account) -> dict[str, Any]:
    """What goes with the account though somebody should see to it before."""
    own = Q(account=account) | Q(account=None, run__account=account)
    writes = WriteIntent.objects.filter(own, state__in=LIVE).order_by("opened_at")
    checks = to_check.lines(account.to_check)
    return {
        "to_check": checks,
        "things": to_check.things(len(checks)),
        "open_writes": [write.record.title for write in writes],
    }


def looked_sentence(account: Account, looked: Told | None) -> str:
    """What became of a press of “Looked at”, which took off `looked`; the account as it is now."""
    if looked is None:
        return "Nothing was taken off: it has been already, or a sync told it anew since you were shown it."
    left = to_check.lines(account.to_check)
    if left:
        return f"{looked.name} was looked at: noted. {to_check.things(len(left)).capitalize()} more to be looked at."
    done = f"{looked.name} was looked at: noted. Nothing else is to be looked at."
    if account.last_outcome in Account.FAILURES:
        return f"{done} “{account}” shows how its last sync ended until you press Resync."
    return done


def _sync_label(account: Account) -> str:
    return "Resync" if account.last_outcome in Account.FAILURES else "Sync"


def _is_told_below(account: Account) -> bool:
    """Whether all that is amiss is what somebody shall look at, which the page lists."""
    run = account.last_run
    if run is None or not account.to_check:
        return False
    told = [each.message for each in to_check.lines(account.to_check)]
    is_all = to_check.is_all(account.last_message, told)
    is_reminder = account.last_message == to_check.reminder(account.to_check)
    return run.status == SyncRun.Status.SUCCEEDED or is_all or is_reminder


def _parent(account: Account) -> Account | None:
    if not account.parent_salesforce_id:
        return None
    siblings = Account.objects.filter(integration=account.integration_id)
    return siblings.filter(salesforce_id=account.parent_salesforce_id).first()


def _stories(runs: list[SyncRun], levels: tuple[str, ...]) -> list[ShownRun]:
    """The latest runs with their lines, the newest run first, its lines in the order they happened."""
    rows = list(
        LogEntry.objects.filter(run__in=[run.pk for run in runs], level__in=levels).order_by(
            "-run__created_at", "sequence", "pk"
        )[:LINES_SHOWN]
    )
    stories = []
    for run in runs:
        own = [row for row in rows if row.run_id == run.pk]
        if own:
            stories.append(ShownRun(run, status_badge(run), tuple(shown_entries(own))))
    return stories


def _links_by_noun(links: list[RecordLink]) -> list[tuple[str, list[RecordLink]]]:
    """In flow order, without what there is not."""
    grouped = [(noun, [link for link in links if link.noun == noun]) for noun in RecordLink.Noun]
    return [(noun.label, own) for noun, own in grouped if own]
