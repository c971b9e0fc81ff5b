"""Creates whose end is open: what each is, how old, who works on it and what happens next. One that nobody works on can be
looked up in Zuora from here; nothing is ever sent from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from connector import jobs
from connector.admin import triggers
from connector.admin.badges import Badge, Tone, intent_badge
from connector.admin.pages import RecordedAdmin, dated, under
from connector.domain.open_writes import LONG, age_in_words, next_step
from connector.models import WriteIntent
from connector.models.claims import LIVE

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RESOLVE = "connector.resolve_writeintent"
ALONE = "alone"


class IsOpen(admin.SimpleListFilter):
    """Open ones unless somebody asks for others: a settled create is of no interest any more."""

    title = "state"
    parameter_name = "state"
    _CHOICES = ((None, "Open"), (ALONE, "Open, and nobody works on it"), ("all", "All"))

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self._CHOICES if value]

    def choices(self, changelist: Any) -> Any:
        for value, label in self._CHOICES:
            query = changelist.get_query_string(
                {self.parameter_name: value} if value else {}, [self.parameter_name]
            )
            if value:
                query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[WriteIntent]) -> QuerySet[WriteIntent]:
        if self.value() == "all":
            return queryset
        if self.value() == ALONE:
            return queryset.filter(pk__in=WriteIntent.objects.left_alone().values("pk"))
        return queryset.filter(state__in=LIVE)


@admin.register(WriteIntent)
class WriteIntentAdmin(RecordedAdmin):
    list_display = ("shown_row", "shown_account", "shown_state", "shown_age", "shown_story")
    list_filter = (IsOpen, "noun", "integration")
    search_fields = ("key", "reason", "account__name")
    search_help_text = "Key, reason or account"
    list_display_links = ("shown_row",)
    list_before_template = "connector/open_writes.html"
    change_form_before_template = "connector/open_write.html"
    actions = ("resolve_selected",)  # type: ignore[assignment]  # the other recorded rows have none
    fields = (
        "shown_record",
        "integration",
        "shown_account",
        "shown_state",
        "shown_age",
        "shown_holder",
        "shown_next",
        "reason",
        "attempts",
        "job_id",
        "shown_times",
        "shown_resolver",
    )
    readonly_fields = (
        "shown_record",
        "shown_account",
        "shown_state",
        "shown_age",
        "shown_holder",
        "shown_next",
        "shown_times",
        "shown_resolver",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[WriteIntent]:
        rows = super().get_queryset(request)
        return rows.select_related("run__account", "account", "integration", "resolved_by").defer("run__plan")

    def get_urls(self) -> list[URLPattern]:
        resolve = self.admin_site.admin_view(self.resolve_view)
        return [
            path("<path:object_id>/resolve/", resolve, name="connector_writeintent_resolve"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        intent = self.get_object(request, object_id)
        is_offered = intent is not None and self.has_resolve_permission(request) and _is_left_alone(intent)
        address = (
            reverse("admin:connector_writeintent_resolve", args=[intent.pk]) if is_offered and intent else ""
        )
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "resolve_address": address}
        )

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RESOLVE)

    @triggers.posted(RESOLVE)
    def resolve_view(self, request: HttpRequest, intent: WriteIntent) -> HttpResponse:
        self._resolve(request, [intent])
        back = reverse("admin:connector_writeintent_change", args=[intent.pk])
        return HttpResponseRedirect(back)

    @admin.action(description="Resolve by looking up", permissions=["resolve"])
    def resolve_selected(self, request: HttpRequest, intents: QuerySet[WriteIntent]) -> None:
        chosen = list(intents.filter(state__in=LIVE).order_by("opened_at", "pk"))
        self._resolve(request, chosen[: jobs.MOST])
        if not chosen:
            messages.warning(request, "None of these is open; nothing was asked.")
        if rest := chosen[jobs.MOST :]:
            messages.warning(
                request,
                f"{jobs.MOST} are looked up at a time: {len(rest)} of those chosen were not. Choose them again.",
            )

    def _resolve(self, request: HttpRequest, intents: list[WriteIntent]) -> None:
        # Whoever gets here passed the admin's login and a permission check.
        for told in jobs.resolve(intents, by=cast("User", request.user)):
            level = messages.SUCCESS if told.is_closed else messages.WARNING
            messages.add_message(request, level, told.sentence)
            if told.is_asked:
                self.log_change(request, told.intent, f"Looked up. {told.sentence}")

    # Columns

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        button = (_row_button,) if self.has_resolve_permission(request) else ()
        return (*self.list_display, *cast("tuple[Callable[[WriteIntent], SafeString], ...]", button))

    @display(description="Record", ordering="key")
    def shown_row(self, intent: WriteIntent) -> str:
        return format_html('<span class="sa-record">{}</span>', intent.record.title)

    @display(description="Record")
    def shown_record(self, intent: WriteIntent) -> str:
        title = format_html('<span class="sa-break">{}</span>', intent.record.title)
        return under(title, "" if intent.key in intent.record.title else intent.key)

    @display(description="Account", ordering="account__name")
    def shown_account(self, intent: WriteIntent) -> str:
        if (account := intent.owner) is None:
            return "—"
        address = reverse("admin:connector_account_change", args=[account.pk])
        return format_html('<a class="sa-link sa-clip sa-clip--short" href="{}">{}</a>', address, account)

    @display(description="State", ordering="state")
    def shown_state(self, intent: WriteIntent) -> str:
        return str(intent_badge(intent))

    @display(description="Age", ordering="opened_at")
    def shown_age(self, intent: WriteIntent) -> str:
        if intent.state not in LIVE:
            return under("Closed", dated(intent.settled_at))
        age = timezone.now() - intent.opened_at
        words = age_in_words(age)
        return str(Badge(words, Tone.WARN, "schedule")) if age >= LONG else words

    @display(description="Who works on it")
    def shown_holder(self, intent: WriteIntent) -> str:
        if intent.state not in LIVE:
            return "—"
        if intent.run is None or not intent.run.is_open:
            return "Nobody"
        address = reverse("admin:connector_syncrun_change", args=[intent.run.pk])
        return format_html('<a class="sa-link" href="{}">The run of {}</a>', address, intent.run.account)

    @display(description="What happens next")
    def shown_next(self, intent: WriteIntent) -> str:
        return format_html('<span class="sa-lines sa-lines--whole">{}</span>', _next(intent))

    @display(description="Times")
    def shown_times(self, intent: WriteIntent) -> str:
        times = (("Opened", intent.opened_at), ("Key", intent.key_issued_at), ("Closed", intent.settled_at))
        return format_html_join(
            ", ", "{} {}", [(label, _moment(at)) for label, at in times if at is not None]
        )

    @display(description="Looked up by")
    def shown_resolver(self, intent: WriteIntent) -> str:
        if intent.resolved_at is None:
            return "Nobody"
        who = intent.resolved_by.get_username() if intent.resolved_by else "Somebody who is gone"
        return f"{who}, {_moment(intent.resolved_at)}"

    @display(description="What happens next")
    def shown_story(self, intent: WriteIntent) -> str:
        reason = (
            format_html(
                '<span class="sa-lines sa-muted sa-small" title="{}">{}</span>', intent.reason, intent.reason
            )
            if intent.reason
            else ""
        )
        holder = (
            format_html('<span class="sa-small">{}</span>', self.shown_holder(intent))
            if intent.is_held
            else ""
        )
        return format_html(
            '<span class="sa-prospect">{}<span>{}</span>{}</span>', reason, _next(intent), holder
        )


def _moment(at: datetime) -> str:
    """On one line, in the zone of the server."""
    return date_format(timezone.localtime(at), "j M Y, H:i T")


def _next(intent: WriteIntent) -> str:
    if intent.state not in LIVE:
        return "Nothing: it is closed."
    return next_step(intent.as_open(now=timezone.now()))


def _is_left_alone(intent: WriteIntent) -> bool:
    return intent.state in LIVE and not intent.is_held


@display(description="Look up")
def _row_button(intent: WriteIntent) -> str:
    if not _is_left_alone(intent):
        return ""
    address = reverse("admin:connector_writeintent_resolve", args=[intent.pk])
    button = '<button class="sa-button sa-button--small" type="submit" formaction="{}">Resolve</button>'
    return format_html(button, address)
