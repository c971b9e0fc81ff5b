"""Drift reports: what differs over all accounts, by field and by account, and *Sync these*.

While a report is open its page asks every two seconds how it stands, and every fifteen what it found, as that is counted anew. What a
report found is as old as the report: an account that was synced since says so, and is not synced again from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from connector import jobs
from connector.admin import exports, triggers
from connector.admin.badges import report_badge
from connector.admin.drift_findings import Choice, exported, shown_findings
from connector.admin.pages import RecordedAdmin, dated, named, page, seen
from connector.errors import ConfigError
from connector.models import DriftReport, Integration

if TYPE_CHECKING:
    from django.contrib.auth.models import User

START = "connector.start_driftreport"
_HEADER = (
    "Account",
    "Salesforce id",
    "Zuora account",
    "Finding",
    "Record",
    "Name of the record",
    "Field",
    "In Zuora",
    "From Salesforce",
    "Message",
    "Who acts",
    "Looked at",
)


@admin.register(DriftReport)
class DriftReportAdmin(RecordedAdmin):
    list_display = (
        "shown_report",
        "shown_status",
        "shown_checked",
        "in_step",
        "differs",
        "missing",
        "stopped",
        "unread",
        "shown_end",
    )
    list_filter = ("status", "integration")
    list_select_related = ("integration", "requested_by")
    list_before_template = "connector/drift_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:report_id>/live/", wrap(self.live), name="connector_driftreport_live"),
            path("<uuid:report_id>/found/", wrap(self.found), name="connector_driftreport_found"),
            path("<uuid:report_id>/export/", wrap(self.export_view), name="connector_driftreport_export"),
            path("<path:object_id>/sync/", wrap(self.sync_view), name="connector_driftreport_sync"),
            path("<path:object_id>/stop/", wrap(self.stop_view), name="connector_driftreport_stop"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        offered = Integration.objects.all() if request.user.has_perm(START) else Integration.objects.none()
        return super().changelist_view(request, {"integrations": offered, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = seen(self, request, object_id)
        shown = {**_head(request, report), **_found(request, report)}
        return page(self, request, "connector/drift.html", original=report, title="Drift report", **shown)

    def live(self, request: HttpRequest, report_id: str) -> HttpResponse:
        report = seen(self, request, str(report_id))
        found = {} if report.is_open else _found(request, report)
        shown = {**_head(request, report), **found, "is_live": True}
        return render(request, "connector/drift_live.html", shown)

    def found(self, request: HttpRequest, report_id: str) -> HttpResponse:
        report = seen(self, request, str(report_id))
        return render(request, "connector/drift_found.html", _found(request, report))

    def export_view(self, request: HttpRequest, report_id: str) -> StreamingHttpResponse:
        """The list as it is filtered, a line for each difference."""
        report = seen(self, request, str(report_id))
        found = Choice.of(request).findings(report)
        return exports.csv_response("drift.csv", _HEADER, exported(found))

    @triggers.posted(triggers.SYNC)
    def sync_view(self, request: HttpRequest, report: DriftReport) -> HttpResponse:
        choice = Choice.of(request)
        back = HttpResponseRedirect(f"{address_of(report)}{choice.query()}")
        queue = jobs.queue_state()
        if not queue.reachable:
            messages.error(request, f"{queue.message} Nothing was started.")
            return back
        try:
            # Whoever gets here passed the admin's login and a permission check.
            queued = jobs.sync_findings(choice.findings(report), requested_by=cast("User", request.user))
        except ConfigError as error:
            messages.error(request, str(error))
            return back
        messages.add_message(request, messages.SUCCESS if queued.started else messages.WARNING, _told(queued))
        return back

    @triggers.posted(START)
    def stop_view(self, request: HttpRequest, report: DriftReport) -> HttpResponse:
        who = cast("User", request.user).get_username()
        told = f"Stopped by {who}, with {report.checked} of {report.total} accounts checked."
        if not report.cancel(message=told, now=timezone.now()):
            messages.warning(request, "The report was over already.")
        return HttpResponseRedirect(address_of(report))

    @display(description="Report", ordering="integration__name")
    def shown_report(self, report: DriftReport) -> str:
        return named(report, f"by {report.requested_by.get_username()}" if report.requested_by else "")

    @display(description="Status", ordering="status")
    def shown_status(self, report: DriftReport) -> str:
        return str(report_badge(report))

    @display(description="Checked")
    def shown_checked(self, report: DriftReport) -> str:
        return f"{report.checked} of {max(report.total, report.checked)}"

    @display(description="As of", ordering="created_at")
    def shown_end(self, report: DriftReport) -> str:
        return dated(report.finished_at or report.created_at)


def address_of(report: DriftReport) -> str:
    return reverse("admin:connector_driftreport_change", args=[report.pk])


def start(request: HttpRequest, integration: Integration) -> HttpResponse:
    """Queue a report and go to its page; where one is open, to that one."""
    report, is_new = jobs.enqueue_drift_report(integration, requested_by=cast("User", request.user))
    if not is_new:
        messages.warning(request, f"A drift report of {integration} is open already.")
    return HttpResponseRedirect(address_of(report))


def _head(request: HttpRequest, report: DriftReport) -> dict[str, Any]:
    return {
        "report": report,
        "badge": report_badge(report),
        "total": max(report.total, report.checked),
        "query": Choice.of(request).query(),
        "can_start": request.user.has_perm(START),
        "queue": jobs.queue_state() if report.status == DriftReport.Status.QUEUED else None,
    }


def _found(request: HttpRequest, report: DriftReport) -> dict[str, Any]:
    choice = Choice.of(request)
    findings = choice.findings(report)
    pages, shown = shown_findings(findings, number=choice.page)
    to_sync = 0 if report.is_open else jobs.unsynced(findings).count()
    return {
        "report": report,
        "choice": choice,
        "query": choice.query(),
        "fields": choice.fields(report),
        "kinds": choice.kinds(report),
        "shown": shown,
        "pages": pages,
        "previous": choice.turned(pages.number - 1),
        "next": choice.turned(pages.number + 1),
        "to_sync": to_sync if request.user.has_perm(triggers.SYNC) else 0,
    }


def _told(queued: jobs.Queued) -> str:
    parts = [f"{queued.started} sync{'' if queued.started == 1 else 's'} queued."]
    if queued.busy:
        parts.append(f"{queued.busy} of the accounts {_are(queued.busy)} being synced already.")
    if queued.done:
        parts.append(f"{queued.done} {_were(queued.done)} synced since this report.")
    if queued.left:
        parts.append(f"{queued.left} {_are(queued.left)} left: press the button again for them.")
    return " ".join(parts)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
