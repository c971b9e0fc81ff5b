"""Accounts: the list an administrator works from, and the page of one account.

Every row and every page offers the same three verbs. Resync is sync again, named so where the last one failed: whoever
reads a failure looks for the word that puts it right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from connector.admin import exports, triggers
from connector.admin.account_page import ChoiceForm, account_context, looked_sentence, removal_context
from connector.admin.add_account import add_account, search_results
from connector.admin.badges import outcome_badge
from connector.admin.pages import EnteredAdmin, clipped, dated, named, under
from connector.admin.triggers import PREVIEW, SYNC
from connector.models import OPEN, Account, Integration, LogEntry, SyncRun, looked_at


@admin.register(Account)
class AccountAdmin(EnteredAdmin):
    list_display: tuple[Any, ...] = (
        "shown_name",
        "zuora_account_number",
        "shown_outcome",
        "shown_message",
        "shown_sync_time",
    )
    list_filter = ("last_outcome", "integration")
    search_fields = ("name", "salesforce_id", "zuora_account_number", "zuora_id")
    search_help_text = "Name, Salesforce id, Zuora number or id"
    list_select_related = ("integration",)
    list_before_template = "connector/outcomes.html"
    actions = ("preview_selected", "sync_selected", "resync_selected")
    form = ChoiceForm
    fields = ("chosen_zuora_id",)
    show_add_link = False
    warn_unsaved_form = False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="connector_account_export"),
            path("add/results/", wrap(self.results_view), name="connector_account_results"),
            path("<path:object_id>/sync/", wrap(self.sync_view), name="connector_account_sync"),
            path("<path:object_id>/preview/", wrap(self.preview_view), name="connector_account_preview"),
            path(
                "<path:object_id>/looked-at/", wrap(self.looked_at_view), name="connector_account_looked_at"
            ),
            *super().get_urls(),
        ]

    # Pages

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {
            "outcomes": _outcomes(request),
            "moving": _moving(),
            "can_add": self.has_add_permission(request),
        }
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return add_account(self, request)

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """The list as it is filtered, with who acts."""
        accounts = (
            exports.listed(self, request).select_related("integration", "last_run").defer("last_run__plan")
        )
        header = (
            "Account",
            "Salesforce id",
            "Integration",
            "Zuora account",
            "Last outcome",
            "Message",
            "Who acts",
            "Last synced",
        )
        rows = (
            (
                account.name,
                account.salesforce_id,
                account.integration.name,
                account.zuora_account_number,
                account.get_last_outcome_display(),
                account.last_message,
                account.who_acts,
                exports.moment(account.last_synced_at),
            )
            for account in accounts.iterator(chunk_size=500)
        )
        return exports.csv_response("accounts.csv", header, rows)

    def results_view(self, request: HttpRequest) -> HttpResponse:
        return search_results(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, object_id)
        shown = account_context(request, account) if account is not None else {}
        return super().change_view(request, object_id, form_url, shown)

    def save_model(self, request: HttpRequest, obj: Account, form: ChoiceForm, change: bool) -> None:
        """What a run wrote into the row meanwhile stays."""
        obj.save(update_fields=form.changed_data)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A run that goes on would have nowhere to write what it did."""
        account = self.get_object(request, unquote(object_id))
        if account is None or not account.runs.filter(status__in=OPEN).exists():
            shown = removal_context(account) if account is not None else {}
            return super().delete_view(request, object_id, {**shown, **(extra_context or {})})
        messages.error(request, f"“{account}” has a run that is not over yet. Remove the account when it is.")
        return HttpResponseRedirect(reverse("admin:connector_account_change", args=[account.pk]))

    # Triggers

    @triggers.posted(SYNC)
    def sync_view(self, request: HttpRequest, account: Account) -> HttpResponse:
        return triggers.start(request, account, kind=SyncRun.Kind.SYNC)

    @triggers.posted(PREVIEW)
    def preview_view(self, request: HttpRequest, account: Account) -> HttpResponse:
        return triggers.start(request, account, kind=SyncRun.Kind.PREVIEW)

    @triggers.posted(SYNC)
    def looked_at_view(self, request: HttpRequest, account: Account) -> HttpResponse:
        with transaction.atomic():
            looked = looked_at(account, request.POST.get("seen", ""))
            if looked:
                self.log_change(request, account, f"Looked at: {looked.message}")
        account.refresh_from_db()
        level = messages.SUCCESS if looked else messages.WARNING
        messages.add_message(request, level, looked_sentence(account, looked))
        return HttpResponseRedirect(reverse("admin:connector_account_change", args=[account.pk]))

    @admin.action(description="Preview", permissions=["preview"])
    def preview_selected(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        triggers.start_many(request, accounts, kind=SyncRun.Kind.PREVIEW)

    @admin.action(description="Sync", permissions=["sync"])
    def sync_selected(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        triggers.start_many(request, accounts, kind=SyncRun.Kind.SYNC)

    @admin.action(description="Resync those that failed", permissions=["sync"])
    def resync_selected(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        triggers.start_many(
            request, accounts.filter(last_outcome__in=Account.FAILURES), kind=SyncRun.Kind.SYNC
        )

    def has_sync_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SYNC)

    def has_preview_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PREVIEW)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the mass deletion: an account goes one by one, knowingly."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Runs and log lines go with their account; what is known of its records in Zuora stays."""
        chosen = list(objs)
        runs = SyncRun.objects.filter(account__in=chosen).count()
        lines = LogEntry.objects.filter(account__in=chosen).count()
        counts = {"accounts": len(chosen), "runs": runs, "log entries": lines}
        lost = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return [str(account) for account in chosen], counts, lost, []

    # Columns

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        name, _, *others = self.list_display
        return (
            name,
            _zuora_accounts(are_several=Integration.objects.count() > 1),
            *others,
            _row_buttons(request),
        )

    @display(description="Account", ordering="name")
    def shown_name(self, account: Account) -> str:
        return named(account, account.salesforce_id)

    @display(description="Last outcome", ordering="last_outcome")
    def shown_outcome(self, account: Account) -> str:
        return _cell("outcome", account, outcome_badge(account))

    @display(description="Last message")
    def shown_message(self, account: Account) -> str:
        return _cell("message", account, clipped(account.last_message))

    @display(description="Last synced", ordering="last_synced_at")
    def shown_sync_time(self, account: Account) -> str:
        return _cell("synced", account, dated(account.last_synced_at))


def _zuora_accounts(*, are_several: bool) -> Callable[[Account], SafeString]:
    """A column of Zuora account numbers; where there are several integrations, with the one that leads there."""

    @display(description="Zuora account", ordering="zuora_account_number")
    def zuora_account(account: Account) -> SafeString:
        number = account.zuora_account_number or account.known_zuora_id
        address = reverse("admin:connector_account_change", args=[account.pk])
        link = (
            format_html('<a class="sa-link sa-nowrap" href="{}">{}</a>', address, number) if number else "—"
        )
        return under(link, account.integration if are_several else "")

    return zuora_account


def _cell(name: str, account: Account, content: object) -> SafeString:
    """What an open run changes in its row, under a name by which the list finds and renews it."""
    return format_html(
        '<span class="sa-cell sa-cell--{}" id="{}-{}">{}</span>', name, name, account.pk, content
    )


def _row_buttons(request: HttpRequest) -> Callable[[Account], SafeString]:
    """A column of buttons for this user; they submit the list's own form to another address."""
    can_preview, can_sync = request.user.has_perm(PREVIEW), request.user.has_perm(SYNC)

    @display(description="Actions")
    def row_buttons(account: Account) -> SafeString:
        again = "Resync" if account.last_outcome in Account.FAILURES else "Sync"
        offered = [("preview", "Preview", can_preview), ("sync", again, can_sync)]
        buttons = [
            (reverse(f"admin:connector_account_{view}", args=[account.pk]), label)
            for view, label, may in offered
            if may
        ]
        button = '<button class="sa-button sa-button--small" type="submit" formaction="{}">{}</button>'
        return _cell("buttons", account, format_html_join("", button, buttons))

    return row_buttons


def _moving() -> str:
    """The cells of accounts with an open run, as a list of selectors; empty where nothing moves."""
    open_runs = SyncRun.objects.filter(kind=SyncRun.Kind.SYNC, status__in=OPEN)
    pks = open_runs.order_by("-created_at").values_list("account_id", flat=True)[: triggers.BULK_LIMIT]
    cells = ("outcome", "message", "synced", "buttons")
    return ",".join(f"#{cell}-{pk}" for pk in pks for cell in cells)


def _outcomes(request: HttpRequest) -> list[tuple[str, int, str, bool]]:
    """Label, count, query and whether it is chosen, for each outcome that there is; all of them first."""
    counted = dict(Account.objects.order_by().values_list("last_outcome").annotate(Count("pk")))
    chosen = request.GET.get("last_outcome__exact", "")
    is_narrowed = bool(chosen or request.GET.get("last_outcome__in"))
    shown = [("All", sum(counted.values()), "?", not is_narrowed)]
    shown += [
        (
            outcome.label,
            counted[outcome.value],
            f"?last_outcome__exact={outcome.value}",
            chosen == outcome.value,
        )
        for outcome in Account.Outcome
        if outcome.value in counted
    ]
    return shown
