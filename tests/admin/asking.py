"""Asking an endpoint as somebody, with what a browser would post, and noting what it wrote and showed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client, RequestFactory

from tests.admin.endpoints import Endpoint
from tests.admin.installation import Installation

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is everything that goes out, headers and cookies included; `writes` the SQL of changes, sessions aside."""

    status: int
    location: str
    text: str
    writes: tuple[str, ...]


def ask(
    client: Client, address: str, *, method: str = "GET", form: Mapping[str, Any] | None = None
) -> Answer:
    """What it answers; the database is afterwards as it was, and `client` logged in as it was."""
    cookies = deepcopy(client.cookies)
    with _undone(), _writes() as written:
        response = _send(client, method, address, form or {})
        body = b"".join(response) if response.streaming else response.content
    client.cookies = cookies
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return Answer(
        response.status_code,
        response.headers.get("Location", ""),
        f"{headers}\n{response.cookies.output()}\n{body.decode()}",
        tuple(written),
    )


def form_of(endpoint: Endpoint, installation: Installation, root: Client) -> dict[str, Any]:
    """What changes something there, for a superuser; nothing where no POST does."""
    if endpoint.expected.form is None:
        return {}
    page = root.get(endpoint.address(installation))
    shown = getattr(page, "context", None) or {}
    held = _held(shown["adminform"].form) if "adminform" in shown else {}
    return {**held, **endpoint.form(installation)}


def actions_of(endpoint: Endpoint, installation: Installation, root: User) -> list[dict[str, Any]]:
    """The forms of a list's actions, one for each, with its row ticked."""
    if not endpoint.key.endswith("_changelist"):
        return []
    row = installation.rows[endpoint.model]
    request = RequestFactory().get("/")
    request.user = root
    names = admin.site.get_model_admin(type(row)).get_actions(request)
    return [{"action": name, "index": "0", "_selected_action": [row.pk], "post": "yes"} for name in names]


def _send(client: Client, method: str, address: str, form: Mapping[str, Any]) -> Any:
    """PUT and its like carry the form as a POST would, GET and HEAD in the address."""
    query = urlencode(form, doseq=True)
    if method == "POST":
        return client.post(address, form)
    if method in ("GET", "HEAD"):
        return client.generic(method, address, QUERY_STRING=query)
    return client.generic(method, address, query, _URLENCODED)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _writes() -> Iterator[list[str]]:
    written: list[str] = []

    def keep(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(_WRITES) and "django_session" not in sql:
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(keep):
        yield written


def _held(form: forms.BaseForm) -> dict[str, Any]:
    """The fields as they stand; of what must be chosen and is not, the first."""
    posted: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field, forms.ModelMultipleChoiceField):
            posted[name] = [getattr(each, "pk", each) for each in value or []]
        elif isinstance(field, forms.ModelChoiceField):
            posted[name] = getattr(value, "pk", value) or field.queryset.values_list("pk", flat=True).first()
        elif isinstance(field.widget, forms.MultiWidget):
            parts = field.widget.decompress(value)
            posted |= {
                f"{name}_{place}": "" if part is None else str(part) for place, part in enumerate(parts)
            }
        elif isinstance(field, forms.BooleanField):
            posted |= {name: "on"} if value else {}
        else:
            posted[name] = "" if value is None else value
    return posted
