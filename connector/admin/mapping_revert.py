"""Putting an earlier version of a mapping row back, from its history page; also a row that was removed.

The version is checked as if it were entered now: what the connector fills itself by now, or another row fills already, is refused
with that sentence. It becomes a new version, and the history goes on.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from connector.admin.audit import AuditedAdmin, differences
from connector.admin.pages import row_key
from connector.models import FieldMapping


class RevertedAdmin(AuditedAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.put_back_view)
        below = "<path:object_id>/history/<str:version>/put-back/"
        return [path(below, view, name="connector_fieldmapping_put_back"), *super().get_urls()]

    def way_back(self, request: HttpRequest, record: Any, row: Any) -> str:
        """To what differs from the row as it is; a row that is gone comes back as it was last."""
        if not self._may_put_back(request, row) or (row is not None and record.history_type == "-"):
            return ""
        if row is not None and not differences(record, row):
            return ""
        return reverse("admin:connector_fieldmapping_put_back", args=[record.id, record.history_id])

    def put_back_view(self, request: HttpRequest, object_id: str, version: str) -> HttpResponse:
        pk, number = row_key(unquote(object_id)), row_key(version)
        if pk is None or number is None:
            raise Http404
        record = FieldMapping.history.filter(id=pk, history_id=number).first()
        if record is None:
            raise Http404
        history = HttpResponseRedirect(reverse("admin:connector_fieldmapping_history", args=[pk]))
        if not self._may_put_back(request, FieldMapping.objects.filter(pk=pk).first()):
            raise PermissionDenied
        if request.method != "POST":
            messages.warning(request, "Press the button again; nothing was started.")
            return history
        try:
            row = _put_back(record)
        except (ValidationError, IntegrityError) as error:
            said = (
                " ".join(error.messages)
                if isinstance(error, ValidationError)
                else "Somebody changed it meanwhile."
            )
            messages.error(request, f"This version cannot be put back. {said}")
            return history
        messages.success(request, f"Put back “{row}”.")
        return history

    def _may_put_back(self, request: HttpRequest, row: FieldMapping | None) -> bool:
        if row is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, row)


def _put_back(record: Any) -> FieldMapping:
    """Raises ValidationError where it would be refused if it were entered now."""
    row = cast("FieldMapping", record.instance)
    with transaction.atomic():
        is_there = FieldMapping.objects.select_for_update().filter(pk=row.pk).exists()
        row._state.adding = not is_there
        row.full_clean()
        at = date_format(timezone.localtime(record.history_date), "j M Y, H:i:s T")
        row._change_reason = f"Put back as it was on {at}"  # type: ignore[attr-defined]
        row.save()
    return row
