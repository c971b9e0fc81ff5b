"""Who changed what, and when: the history page of one row, and the trail of everything in the console.

Two records are told as one. The history rows of settings say what differs; the admin's own log says the rest: who tested a
connection, confirmed an organization, added or removed an account, deleted a link, changed a user. Both are only read: nothing
here is edited, and nothing leads a connection or an integration back to an older state, which would bring old settings under new
secrets. A mapping row has none, and may be put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import BooleanField, Field, ForeignKey, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from connector.admin.pages import ConsoleAdmin, page, row_key
from connector.admin.stories import shown_value
from connector.models import FieldMapping, Integration, SalesforceConnection, ZuoraConnection
from connector.models.history import BEGINNING, COMMAND_LINE, DEFAULTS

AUDITED: tuple[Any, ...] = (SalesforceConnection, ZuoraConnection, Integration, FieldMapping)
TRAIL = "connector.change_integration"
SHOWN = 50

_DONE = {"+": "Added", "~": "Changed", "-": "Deleted"}
_LOGGED = {ADDITION: "Added", CHANGE: "Changed", DELETION: "Deleted"}


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did. `address` is empty where the row is gone or has no page."""

    at: datetime
    who: str
    done: str
    kind: str
    name: str
    address: str = ""
    said: str = ""
    differences: tuple[Difference, ...] = ()
    back: str = ""
    """Where to post to put back what the row was then; empty where that is not offered."""


class AuditedAdmin(ConsoleAdmin):
    """A setting whose history page says what differs; also of one that was deleted."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        pk = row_key(unquote(object_id))
        row = self.model._default_manager.filter(pk=pk).first() if pk is not None else None
        records = list(self.model.history.filter(id=pk)[: SHOWN + 1]) if pk is not None else []
        if row is None and not records:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        acts = [
            replace(_changed(new, old), back=self.way_back(request, new, row))
            for new, old in pairwise([*records, None])
        ]
        begun = records[-1].history_date if records else None
        acts += [_logged(entry) for entry in _log_of(self.model, pk) if _is_untold(entry, begun)]
        name = str(row or records[0].history_object)
        return page(
            self,
            request,
            "connector/history.html",
            original=row,
            title=f"History of {name}",
            acts=sorted(acts, key=lambda act: act.at, reverse=True)[:SHOWN],
            is_one=True,
            is_gone=row is None,
        )

    def way_back(self, request: HttpRequest, record: Any, row: Any) -> str:
        """The address that puts this version back in the place of `row`, or of nothing; empty: none does."""
        return ""


def trail(request: HttpRequest) -> HttpResponse:
    """Everything, newest first, of what this user may look at."""
    if not request.user.has_perm(TRAIL):
        raise PermissionDenied
    before = _moment(request.GET.get("before", ""))
    acts = sorted(_all_acts(request, before), key=lambda act: act.at, reverse=True)
    frame = admin.site.each_context(request)
    shown = {
        "title": "Audit trail",
        "acts": acts[:SHOWN],
        "older": acts[SHOWN - 1].at.isoformat() if len(acts) > SHOWN else "",
    }
    return TemplateResponse(request, "connector/history.html", {**frame, **shown})


def _all_acts(request: HttpRequest, before: datetime | None) -> Iterator[Act]:
    for model in AUDITED:
        if not request.user.has_perm(f"connector.view_{model._meta.model_name}"):
            continue
        records = model.history.exclude(history_type="+", history_change_reason__in=(DEFAULTS, BEGINNING))
        if before is not None:
            records = records.filter(history_date__lt=before)
        for record in records[: SHOWN + 1]:
            earlier = model.history.filter(id=record.id, history_id__lt=record.history_id)
            yield _changed(record, earlier.order_by("-history_id").first())
    audited = [ContentType.objects.get_for_model(model).pk for model in AUDITED]
    told = Q(content_type__in=audited) & (Q(change_message__startswith="[") | ~Q(action_flag=CHANGE))
    entries = (
        LogEntry.objects.exclude(told).select_related("user", "content_type").order_by("-action_time", "-pk")
    )
    if before is not None:
        entries = entries.filter(action_time__lt=before)
    for entry in _seen(request, entries)[: SHOWN + 1]:
        yield _logged(entry)


def _seen(request: HttpRequest, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
    """Without what is about rows that this user may not look at."""
    hidden = [
        kind.pk
        for kind in ContentType.objects.all()
        if not request.user.has_perm(f"{kind.app_label}.view_{kind.model}")
    ]
    return entries.exclude(content_type__in=hidden)


def _log_of(model: type[Model], pk: int | None) -> QuerySet[LogEntry]:
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(pk)).select_related(
        "user", "content_type"
    )
    return entries.order_by("-action_time", "-pk")[:SHOWN]


def _is_untold(entry: LogEntry, begun: datetime | None) -> bool:
    """What the history rows do not say themselves: tests and confirmations, and what was before them."""
    is_form = entry.change_message.startswith("[") or entry.action_flag != CHANGE
    return not is_form or begun is None or entry.action_time < begun


def _changed(record: Any, earlier: Any) -> Act:
    model = record.instance_type
    return Act(
        at=record.history_date,
        who=record.changed_by or COMMAND_LINE,
        done=_DONE[record.history_type],
        kind=str(model._meta.verbose_name),
        name=str(record.history_object),
        address=_history_address(model, record.id),
        said=record.history_change_reason or "",
        differences=() if record.history_type == "-" else differences(record, earlier),
    )


def differences(record: Any, earlier: Any) -> tuple[Difference, ...]:
    """Field by field, in words; of a new row everything that is not empty."""
    found = []
    for field in record.tracked_fields:
        if field.primary_key:
            continue
        nothing = "no" if isinstance(field, BooleanField) else ""
        before = _told(earlier, field) if earlier is not None else nothing
        after = _told(record, field)
        if before != after:
            found.append(Difference(capfirst(str(field.verbose_name)), before, after))
    return tuple(found)


def _told(record: Any, field: Field) -> str:
    value = getattr(record, field.attname)
    if isinstance(field, ForeignKey):
        try:
            return str(getattr(record, field.name) or "")
        except ObjectDoesNotExist:
            return f"{field.related_model._meta.verbose_name} {value}, deleted"
    if isinstance(field, BooleanField):
        return "yes" if value else "no"
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    return shown_value(value) if not isinstance(value, int | Model) else str(value)


def _logged(entry: LogEntry) -> Act:
    kind = entry.content_type
    model = kind.model_class() if kind is not None else None
    return Act(
        at=entry.action_time,
        who=entry.user.get_username(),
        done=_LOGGED.get(entry.action_flag, "Changed"),
        kind=str(model._meta.verbose_name) if model is not None else "",
        name=entry.object_repr,
        address=_page_address(model, entry) if model is not None else "",
        said=entry.get_change_message(),
    )


def _history_address(model: type[Model], pk: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[pk])


def _page_address(model: type[Model], entry: LogEntry) -> str:
    if entry.action_flag == DELETION or not entry.object_id:
        return ""
    try:
        return reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[entry.object_id]
        )
    except NoReverseMatch:
        return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
