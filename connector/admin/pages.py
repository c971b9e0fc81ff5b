"""What several pages of the console share: rows that nobody edits, rows that people enter, and pages that are no form."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from connector.errors import RemoteUnavailable

LONGEST_KEY = 18
"""Digits of the largest number that any database counts to."""
_PARTS = re.compile(r"[._]*[^._]+(?:__[a-z](?![a-zA-Z0-9]))?[._]*|[._]+")


class ConsoleAdmin(ModelAdmin):
    """What every list and form has in common."""

    list_per_page = 50

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list itself, for a question that no database can be asked: PostgreSQL refuses NUL."""
        if any("\x00" in value for _, values in request.GET.lists() for value in values):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, extra_context)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, f"Deleted “{obj_display}”.")
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))


class RecordedAdmin(ConsoleAdmin):
    """Rows that a run recorded: they are read, searched and filtered, never added, changed or removed by hand."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EnteredAdmin(ConsoleAdmin):
    """Rows that people enter. After saving, the row's own page comes back: that is where the next button is."""

    warn_unsaved_form = True

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """One way to save. Saving stays on the page, so the others would only ask for a choice."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._answer(request, obj, "Added")

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        return self._answer(request, obj, "Saved")

    def _answer(self, request: HttpRequest, obj: Model, done: str) -> HttpResponse:
        messages.success(request, f"{done} “{obj}”.")
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        )


def seen(owner: admin.ModelAdmin, request: HttpRequest, object_id: str) -> Any:
    """The row a page is about. Raises Http404, or PermissionDenied for whom it is not."""
    row = owner.get_object(request, unquote(object_id))
    if row is None:
        raise Http404
    if not owner.has_view_permission(request, row):
        raise PermissionDenied
    return row


def row_key(text: str) -> int | None:
    """The number of a row as an address gives it; None for what can be none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None


def page(
    owner: admin.ModelAdmin,
    request: HttpRequest,
    template: str,
    *,
    original: Model | None = None,
    **context: Any,
) -> HttpResponse:
    """A page in the console's frame that is not one of its forms."""
    frame = {**owner.admin_site.each_context(request), "opts": owner.opts, "original": original}
    return TemplateResponse(request, template, {**frame, **context})


def who_acts(said: str) -> str:
    """Who acts on an error that a person at a page met: behind a page nothing is tried again by itself."""
    return "You: try again in a moment" if said == RemoteUnavailable.who_acts else said


def clipped(text: str, *, width: str = "wide") -> str:
    """One line of a long text; the whole of it shows on the row's page, and when pointed at."""
    if not text:
        return "—"
    return format_html('<span class="sa-clip sa-clip--{}" title="{}">{}</span>', width, text, text)


def breakable(name: str) -> SafeString:
    """The name of a field, which a narrow cell breaks after dots and underscores first."""
    return format_html_join("", "{}<wbr>", ((part,) for part in _PARTS.findall(name)))


def under(main: object, below: object) -> SafeString:
    """Two lines in one cell of a list: what is looked for, and below it what tells it apart."""
    return format_html(
        '<span class="sa-two"><span>{}</span><span class="sa-muted sa-small">{}</span></span>', main, below
    )


def named(row: object, below: object) -> SafeString:
    """The first cell of a list: a name that may be endless, and what tells it apart."""
    return under(clipped(str(row), width="name"), below)


def dated(at: datetime | None, *, seconds: bool = False) -> str:
    """A narrow cell: the day, and below it the time in the zone of the server."""
    if at is None:
        return "—"
    local = timezone.localtime(at)
    return under(date_format(local, "j M Y"), date_format(local, "H:i:s T" if seconds else "H:i T"))
