"""The run page: what happens while it happens, and afterwards what happened and what to do.

While a run is open its page asks every second for what is new: the head is replaced, log entries are appended, so that
nothing a reader opened or selected is lost. A closed run is not asked about again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from connector import jobs
from connector.admin import triggers
from connector.admin.badges import status_badge
from connector.admin.pages import RecordedAdmin, clipped, dated, named, page, row_key, seen, under
from connector.admin.plans import shown_plan
from connector.admin.stories import ENTRIES_SHOWN, progress, shown_entries
from connector.models import LogEntry, SyncRun

PATIENCE = timedelta(seconds=3)
"""A run that is queued for longer makes its page ask whether the queue is there at all."""
LONG = timedelta(seconds=30)
"""One that is queued for longer says what it waits for, also where all is well."""


@admin.register(SyncRun)
class SyncRunAdmin(RecordedAdmin):
    list_display = (
        "shown_run",
        "shown_status",
        "shown_message",
        "shown_start",
        "shown_duration",
        "shown_calls",
    )
    list_filter = ("status", "kind", "trigger", "account__integration", "created_at")
    search_fields = ("account__name", "account__salesforce_id", "message")
    search_help_text = "Account, Salesforce id or message"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        return (
            super().get_queryset(request).defer("plan").select_related("account__integration", "requested_by")
        )

    def get_urls(self) -> list[URLPattern]:
        live = self.admin_site.admin_view(self.live)
        return [path("<uuid:run_id>/live/", live, name="connector_syncrun_live"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        run = seen(self, request, object_id)
        return page(
            self, request, "connector/run.html", original=run, title="Run", **_shown(request, run, after=None)
        )

    def live(self, request: HttpRequest, run_id: str) -> HttpResponse:
        """What is new since entry `after`."""
        run = seen(self, request, str(run_id))
        after = row_key(request.GET.get("after", ""))
        last = LogEntry.objects.filter(run=run, pk=after).first() if after is not None else None
        return render(
            request, "connector/run_live.html", {"is_live": True, **_shown(request, run, after=last)}
        )

    @display(description="Run", ordering="account__name")
    def shown_run(self, run: SyncRun) -> str:
        return named(run.account, run.get_kind_display())

    @display(description="Status", ordering="status")
    def shown_status(self, run: SyncRun) -> str:
        return str(status_badge(run))

    @display(description="Message")
    def shown_message(self, run: SyncRun) -> str:
        return clipped(run.message)

    @display(description="Requested", ordering="created_at")
    def shown_start(self, run: SyncRun) -> str:
        who = run.requested_by.get_username() if run.requested_by else run.get_trigger_display()
        return under(dated(run.created_at), who)

    @display(description="Duration")
    def shown_duration(self, run: SyncRun) -> str:
        return duration(run, now=timezone.now()) or "—"

    @display(description="Calls")
    def shown_calls(self, run: SyncRun) -> str:
        return under(f"{run.salesforce_calls} Salesforce", f"{run.zuora_calls} Zuora")


def duration(run: SyncRun, *, now: datetime) -> str:
    """Such as "0.8 s", "41 s" or "3 min 5 s", from the first start to the end; empty before."""
    if run.started_at is None:
        return ""
    seconds = max(((run.finished_at or now) - run.started_at).total_seconds(), 0)
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _shown(request: HttpRequest, run: SyncRun, *, after: LogEntry | None) -> dict[str, Any]:
    told = LogEntry.objects.filter(run=run)
    rows = list(told.filter(pk__gt=after.pk if after else 0)[: ENTRIES_SHOWN + 1])
    entries = shown_entries(rows[:ENTRIES_SHOWN], after=after)
    steps = told.order_by().values_list("attempt", "step", "level").distinct()
    user = request.user
    return {
        "run": run,
        "badge": status_badge(run),
        "duration": duration(run, now=timezone.now()),
        "steps": progress(run, steps),
        "entries": entries,
        "has_more": len(rows) > ENTRIES_SHOWN,
        "last": rows[:ENTRIES_SHOWN][-1].pk if rows else (after.pk if after else 0),
        "plan": None if run.is_open else shown_plan(run.plan),
        "queue_message": _queue_message(run),
        "can_sync": user.has_perm(triggers.SYNC),
        "log_address": f"{reverse('admin:connector_logentry_changelist')}?run__id__exact={run.pk}",
    }


def _queue_message(run: SyncRun) -> str:
    """Why a queued run does not begin, where that can be said."""
    waited = timezone.now() - run.created_at
    if run.status != SyncRun.Status.QUEUED or waited < PATIENCE:
        return ""
    queue = jobs.queue_state()
    if queue.message or waited < LONG:
        return queue.message
    are_busy = "1 worker is" if queue.workers == 1 else f"{queue.workers} workers are"
    return f"{are_busy} busy with other runs. This one begins by itself."
