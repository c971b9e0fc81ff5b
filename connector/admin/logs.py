"""The lines of every log, and what is known of each record in Zuora. Nobody edits them; only a link can be removed, where its
record was deleted in Zuora."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from connector.admin import exports
from connector.admin.badges import level_badge
from connector.admin.pages import RecordedAdmin, dated, page, seen
from connector.admin.stories import shown_entries
from connector.models import LogEntry, RecordLink


class About(admin.SimpleListFilter):
    """What a line is about. The nouns are known: reading them from the log would read all of it."""

    title = "about"
    parameter_name = "noun"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(str(noun.value), str(noun.label)) for noun in RecordLink.Noun]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        asked = self.value()
        if asked is None:
            return queryset
        return queryset.filter(noun=asked) if asked in RecordLink.Noun.values else queryset.none()


@admin.register(LogEntry)
class LogEntryAdmin(RecordedAdmin):
    list_display = ("shown_time", "shown_level", "shown_message", "shown_account", "shown_step", "shown_noun")
    list_filter = ("level", "step", About, "at")
    search_fields = ("message", "record", "account__name", "salesforce_id", "zuora_id")
    search_help_text = "Message, record, account or id"
    list_before_template = "connector/log_list.html"
    ordering = ("-at", "-pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return super().get_queryset(request).select_related("account", "run__account").defer("run__plan")

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="connector_logentry_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """The list as it is filtered: of one run, of one account, or all."""
        header = (
            "Time",
            "Level",
            "Account",
            "Salesforce id of the account",
            "Step",
            "About",
            "Record",
            "Message",
            "Who acts",
            "Salesforce id of the record",
            "Zuora id",
            "Run",
        )
        rows = (
            (
                exports.moment(entry.at),
                entry.get_level_display(),
                entry.account.name,
                entry.account.salesforce_id,
                entry.get_step_display(),
                entry.noun,
                entry.record,
                entry.message,
                entry.who_acts,
                entry.salesforce_id,
                entry.zuora_id,
                entry.run_id,
            )
            for entry in exports.listed(self, request).defer("run__plan", "detail").iterator(chunk_size=500)
        )
        return exports.csv_response("log.csv", header, rows)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The pages of an account and of a run link here with their own lines."""
        return lookup in ("account__id__exact", "run__id__exact") or super().lookup_allowed(
            lookup, value, request
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        entry = seen(self, request, object_id)
        return page(
            self,
            request,
            "connector/log_entry.html",
            original=entry,
            title="Log entry",
            entries=shown_entries([entry]),
        )

    @display(description="Time", ordering="at")
    def shown_time(self, entry: LogEntry) -> str:
        return dated(entry.at, seconds=True)

    @display(description="Level", ordering="level")
    def shown_level(self, entry: LogEntry) -> str:
        return str(level_badge(entry.level))

    @display(description="Message")
    def shown_message(self, entry: LogEntry) -> str:
        return format_html('<span class="sa-lines">{}</span>', entry.message)

    @display(description="Account", ordering="account__name")
    def shown_account(self, entry: LogEntry) -> str:
        address = reverse("admin:connector_account_change", args=[entry.account_id])
        return format_html(
            '<a class="sa-link sa-clip sa-clip--short" href="{}">{}</a>', address, entry.account
        )

    @display(description="Step", ordering="step")
    def shown_step(self, entry: LogEntry) -> str:
        return entry.get_step_display()

    @display(description="About", ordering="noun")
    def shown_noun(self, entry: LogEntry) -> str:
        return entry.noun.capitalize() or "—"


@admin.register(RecordLink)
class RecordLinkAdmin(RecordedAdmin):
    list_display = ("key", "noun", "shown_zuora_id", "shown_account", "shown_change")
    list_filter = ("noun", "integration")
    search_fields = ("key", "salesforce_id", "account__name")
    search_help_text = "Key, Salesforce id or account"
    list_select_related = ("account", "integration")
    list_before_template = "connector/links.html"
    fields = (
        "integration",
        "noun",
        "key",
        "attributes",
        "account",
        "salesforce_id",
        "created_at",
        "updated_at",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("connector.delete_recordlink")

    def delete_model(self, request: HttpRequest, link: RecordLink) -> None:
        """As the engine forgets one: an account's own Zuora id goes with its link."""
        RecordLink.objects.forget(link.integration, noun=link.noun, key=link.key)

    @display(description="Zuora id")
    def shown_zuora_id(self, link: RecordLink) -> str:
        return format_html('<span class="sa-mono">{}</span>', link.zuora_id)

    @display(description="Account", ordering="account__name")
    def shown_account(self, link: RecordLink) -> str:
        if link.account is None:
            return "Shared by all"
        address = reverse("admin:connector_account_change", args=[link.account.pk])
        return format_html('<a class="sa-link" href="{}">{}</a>', address, link.account)

    @display(description="Last changed", ordering="updated_at")
    def shown_change(self, link: RecordLink) -> str:
        return dated(link.updated_at)
