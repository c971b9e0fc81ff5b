"""Lists as CSV files for a spreadsheet, which must not run what a customer's name says (connector/domain/formulas.py)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone

from connector.domain.formulas import disarmed

_BOM = "\ufeff"  # by which Excel knows UTF-8


def listed(owner: ModelAdmin, request: HttpRequest) -> QuerySet[Any]:
    """The rows of a list as its address filters and sorts them. Raises PermissionDenied for whom it is not."""
    if not owner.has_view_permission(request):
        raise PermissionDenied
    try:
        return owner.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        raise Http404 from None


def moment(at: datetime | None) -> str:
    """In the zone of the server, as spreadsheets read it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


class _Echo:
    """What the writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """The rows as they come, however many. Numbers (not text that looks like one) stay numbers."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def safe_cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    return disarmed(str(value))


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_NONNUMERIC)
    yield _BOM + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([safe_cell(value) for value in row]))
