"""The field mapping of an integration as a whole: given out as a file, taken from a file, another integration or the default.

Nothing is taken over unseen. A dry run says what would change; the button below it sends the same text back, sealed together with
how, why and the rows it was compared with. It is read and checked again then, and refused where the rows are others by now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify

from connector.admin import mapping_defaults, mapping_editor
from connector.admin.badges import Badge, Tone
from connector.admin.mapping_forms import FORMS, HOW, SourceForm
from connector.admin.pages import ConsoleAdmin, page, seen
from connector.domain.mapping_files import Entry, Fault, read, written
from connector.domain.mapping_files.comparing import Comparison, How, Kind, compare
from connector.models import FieldMapping, Integration
from connector.models.stored_mappings import (
    ChangedMeanwhile,
    digest,
    entry_of,
    faults,
    rows_of,
    take_over,
)

SEE = "connector.view_fieldmapping"
TAKE = ("connector.add_fieldmapping", "connector.change_fieldmapping", "connector.delete_fieldmapping")
MOST_ROWS = 1_000
MOST_FAULTS = 100

_SALT = "connector.admin.mapping_transfer"
_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
_BOM = "\ufeff"  # by which Excel knows UTF-8
_CHANGED = "Somebody changed the rows meanwhile. Nothing was taken over; this is what would change now."
_BADGES = {
    Kind.ADDED: Badge("Added", Tone.GOOD, "add_circle"),
    Kind.CHANGED: Badge("Changed", Tone.WARN, "edit"),
    Kind.REMOVED: Badge("Removed", Tone.BAD, "remove_circle"),
}

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be taken over, and how and why; it travels through the browser, sealed. `seen` is the digest of the rows that
    it was compared with."""

    origin: str
    integration: int
    text: str
    form: str
    how: str
    reason: str
    is_file: bool
    seen: str

    def sealed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


@dataclass(frozen=True, slots=True)
class DryRun:
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    comparison: Comparison
    seen: str
    counts: list[tuple[Badge, int]] = field(default_factory=list)
    unchecked: tuple[str, ...] = ()


def may_take(request: HttpRequest) -> bool:
    return request.user.has_perms(TAKE)


def taking(view: View) -> Callable[..., HttpResponse]:
    """A view of an integration for those who may add, change and delete its rows."""

    @wraps(view)
    def guarded(self: admin.ModelAdmin, request: HttpRequest, object_id: str, **others: Any) -> HttpResponse:
        integration: Integration = seen(self, request, object_id)
        if not may_take(request):
            raise PermissionDenied
        return view(self, request, integration, **others)

    return guarded


class MappingTransfer(ConsoleAdmin):
    """The addresses below an integration."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        below = "<path:object_id>/mapping/"
        return [
            path(
                f"{below}export/<str:form>/",
                wrap(self.export_view),
                name="connector_integration_mapping_export",
            ),
            path(
                f"{below}take-over/",
                wrap(self.take_over_view),
                name="connector_integration_mapping_take_over",
            ),
            path(f"{below}restore/", wrap(self.restore_view), name="connector_integration_mapping_restore"),
            path(
                f"{below}<str:origin>/", wrap(self.source_view), name="connector_integration_mapping_source"
            ),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, object_id: str, form: str) -> HttpResponse:
        """All rows as a file that can be imported again."""
        integration: Integration = seen(self, request, object_id)
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        if form not in _TYPES:
            raise Http404
        text = written([entry_of(row) for row in rows_of(integration)], form=form)
        response = HttpResponse((_BOM if form == "csv" else "") + text, content_type=_TYPES[form])
        name = slugify(integration.name) or str(integration.pk)
        response.headers["Content-Disposition"] = f'attachment; filename="field-mapping-{name}.{form}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @taking
    def source_view(self, request: HttpRequest, integration: Integration, origin: str) -> HttpResponse:
        """Where the rows come from; a POST shows the dry run, and changes nothing."""
        if origin not in FORMS:
            raise Http404
        if request.method != "POST":
            return _form_page(self, request, integration, FORMS[origin](integration=integration))
        entered = FORMS[origin](request.POST, request.FILES, integration=integration)
        if not entered.is_valid():
            return _form_page(self, request, integration, entered)
        source, given = entered.source(), entered.cleaned_data
        reason = f"{source.said}: {given['reason']}"
        dry = _dry_run(integration, source.text, form=source.form, how=How(given["how"]))
        if dry.faults and source.is_file:
            again = {**request.POST.dict(), "text": source.text}
            mended = FORMS[origin](again, integration=integration)
            return _form_page(self, request, integration, mended, dry=dry)
        taken = Taking(
            origin, integration.pk, source.text, source.form, given["how"], reason, source.is_file, dry.seen
        )
        return _dry_page(self, request, integration, taken, dry)

    @taking
    def take_over_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        back = HttpResponseRedirect(address_of(integration))
        taken = _opened(request.POST.get("sealed", "")) if request.method == "POST" else None
        if taken is None or taken.integration != integration.pk:
            messages.warning(request, "Nothing was taken over: begin again with a dry run.")
            return back
        how = How(taken.how)
        dry = _dry_run(integration, taken.text, form=taken.form, how=how)
        if dry.faults:
            return _dry_page(self, request, integration, taken, dry)
        try:
            done = take_over(integration, dry.entries, how=how, seen=taken.seen, reason=taken.reason)
        except (ChangedMeanwhile, IntegrityError, ValidationError) as error:
            refused = " ".join(error.messages) if isinstance(error, ValidationError) else ""
            warning = f"Nothing was taken over. {refused}" if refused else _CHANGED
            dry = _dry_run(integration, taken.text, form=taken.form, how=how)
            return _dry_page(self, request, integration, taken, dry, warning=warning)
        said = _sentence(done)
        self.log_change(request, integration, f"Field mapping. {taken.reason}. {said}")
        messages.success(request, said)
        return back

    @taking
    def restore_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        """One row of the default mapping, as it is in a new integration."""
        if request.method == "POST":
            mapping_defaults.restore(request, integration)
        else:
            messages.warning(request, "Press the button again; nothing was started.")
        return HttpResponseRedirect(address_of(integration))


def address_of(integration: Integration) -> str:
    return reverse("admin:connector_integration_change", args=[integration.pk]) + "#mapping"


def _dry_run(integration: Integration, text: str, *, form: str, how: How) -> DryRun:
    """With faults what can be read is compared as if the other rows stayed: a row that cannot be read is not removed."""
    rows = rows_of(integration)
    found = read(text, form=form)
    entries = found.entries[:MOST_ROWS]
    told = [*found.faults, *faults(integration, entries)]
    if len(found.entries) > MOST_ROWS:
        told.insert(0, Fault(0, f"It holds {len(found.entries):,} rows; at most {MOST_ROWS:,} are taken."))
    if not entries and not told:
        told = [Fault(0, "It holds no row.")]
    comparison = compare([entry_of(row) for row in rows], entries, how=How.KEEP if told else how)
    counts = [(badge, count) for kind, badge in _BADGES.items() if (count := comparison.count(kind))]
    refused, unchecked = ([], ()) if told else mapping_editor.held_against(integration, comparison)
    told += refused
    return DryRun(
        entries,
        tuple(sorted(told, key=lambda fault: fault.line)),
        comparison,
        digest(rows),
        counts,
        unchecked,
    )


def _form_page(
    owner: admin.ModelAdmin,
    request: HttpRequest,
    integration: Integration,
    entered: SourceForm,
    *,
    dry: DryRun | None = None,
) -> HttpResponse:
    return page(
        owner,
        request,
        "connector/mapping_source.html",
        original=integration,
        title=entered.title,
        form=entered,
        back=address_of(integration),
        **_shown(dry, is_file=True),
    )


def _dry_page(
    owner: admin.ModelAdmin,
    request: HttpRequest,
    integration: Integration,
    taken: Taking,
    dry: DryRun,
    *,
    warning: str = "",
) -> HttpResponse:
    return page(
        owner,
        request,
        "connector/mapping_dry_run.html",
        original=integration,
        title=FORMS[taken.origin].title,
        sealed=replace(taken, seen=dry.seen).sealed(),
        reason=taken.reason,
        how=dict(HOW)[taken.how],
        warning=warning,
        again=reverse("admin:connector_integration_mapping_source", args=[integration.pk, taken.origin]),
        take_over=reverse("admin:connector_integration_mapping_take_over", args=[integration.pk]),
        back=address_of(integration),
        **_shown(dry, is_file=taken.is_file),
    )


def _shown(dry: DryRun | None, *, is_file: bool) -> dict[str, Any]:
    if dry is None:
        return {}
    told = [str(fault) if is_file else fault.message for fault in dry.faults]
    return {
        "dry": dry,
        "faults": told[:MOST_FAULTS],
        "more_faults": max(0, len(told) - MOST_FAULTS),
        "changes": [
            {
                "badge": _BADGES[change.kind],
                "pair": FieldMapping.Pair(change.entry.rule.pair).label,
                "entry": change.entry,
                "differences": mapping_defaults.told(change.differences),
                "is_removed": change.kind == Kind.REMOVED,
                "facts": mapping_defaults.facts(change.entry),
            }
            for change in dry.comparison.changes
        ],
    }


def _opened(sealed: str) -> Taking | None:
    try:
        return Taking(**signing.loads(sealed, salt=_SALT))
    except (signing.BadSignature, TypeError):
        return None


def _sentence(done: Comparison) -> str:
    if done.is_empty:
        return "Nothing differs; no row was changed."
    parts = [f"{count} {kind}" for kind in Kind if (count := done.count(kind))]
    parts += ["the order changed"] if done.is_reordered else []
    return f"Taken over: {', '.join(parts)}; {done.unchanged} unchanged."
