"""The page “What happens on errors”: what the connector does about every failure, and who acts. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from connector.admin.badges import Badge, Tone
from connector.admin.pages import row_key
from connector.clients import retry_table
from connector.clients.retry_table import RetryRow

_BADGES = {
    retry_table.CONFIG.label: Badge("Setting", Tone.BAD, "tune"),
    retry_table.REJECTED.label: Badge("Refused", Tone.BAD, "block"),
    retry_table.UNAVAILABLE.label: Badge("Passing", Tone.WARN, "schedule"),
    retry_table.TOKEN.label: Badge("Token", Tone.QUIET, "key"),
}
SYSTEMS = (retry_table.ZUORA, retry_table.SALESFORCE)


def error_help(request: HttpRequest) -> HttpResponse:
    """All rows, or those of a system, a kind and some words; `code` and `status` of a log entry put its row on top."""
    asked = {name: request.GET.get(name, "").strip() for name in ("system", "kind", "q", "code", "status")}
    found = retry_table.find(asked["system"], status=row_key(asked["status"]) or 0, code=asked["code"])
    came_for = asked["code"] or (f"HTTP {asked['status']}" if asked["status"] else "")
    rows = [row for row in retry_table.rows() if _is_asked(row, asked)]
    shown = {
        "title": "What happens on errors",
        "rows": [(row, _BADGES[row.kind.label]) for row in rows if row != found],
        "found": [(found, _BADGES[found.kind.label])] if found else [],
        "came_for": came_for,
        "asked": asked,
        "systems": SYSTEMS,
        "kinds": tuple(_BADGES),
    }
    frame = admin.site.each_context(request)
    return TemplateResponse(request, "connector/error_help.html", {**frame, **shown})


def address_of(detail: Mapping[str, Any]) -> str:
    """Where the failure of a log entry is explained; nothing where it is none of a remote call."""
    if detail.get("system") not in SYSTEMS or not (detail.get("code") or detail.get("status")):
        return ""
    asked = {name: str(detail.get(name) or "") for name in ("system", "status", "code")}
    return f"{reverse('error_help')}?{urlencode(asked)}"


def _is_asked(row: RetryRow, asked: Mapping[str, str]) -> bool:
    if asked["system"] in SYSTEMS and row.system not in (asked["system"], retry_table.BOTH):
        return False
    if asked["kind"] in _BADGES and row.kind.label != asked["kind"]:
        return False
    told = " ".join((row.system, row.answer, *row.names, row.advice, row.who_acts)).lower()
    return all(word in told for word in asked["q"].lower().split())
