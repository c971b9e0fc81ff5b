"""Both connections: their forms, and *Test connection*, which says who answered and as whom.

The test is of what is stored. Its report stays on the page with its time, and the page says when the settings were changed
after it: an old success must not vouch for new credentials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from connector import jobs
from connector.admin import triggers
from connector.admin.audit import AuditedAdmin
from connector.admin.badges import Badge, Tone
from connector.admin.pages import EnteredAdmin, dated, named, who_acts
from connector.admin.secrets import SECRET_OVERRIDES, SecretsForm, SecretText
from connector.errors import ConnectorError
from connector.models import SalesforceConnection, ZuoraConnection

Connection = SalesforceConnection | ZuoraConnection

# JSON in PostgreSQL keeps no order of keys: the lines of a report are put into this one.
_LINES = (
    "Organization",
    "Kind",
    "User",
    "Host",
    "API calls used today",
    "Tenant",
    "API user",
    "Entity",
    "API version",
    "API calls left",
    "Contact field",
)


class ConnectionAdmin(AuditedAdmin, EnteredAdmin):
    form = SecretsForm
    formfield_overrides = SECRET_OVERRIDES
    change_form_template = "connector/connection.html"
    list_display = ("shown_name", "shown_test", "shown_test_time", "shown_integrations")
    search_fields = ("name",)
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<path:object_id>/test/", self.admin_site.admin_view(self.test_view), name=self._named("test")
            ),
            *super().get_urls(),
        ]

    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(used=Count("integrations"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        connection = self.get_object(request, object_id)
        shown = self._shown(request, connection) if connection is not None else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def answer(
        self, request: HttpRequest, connection: Connection, *, test: Callable[[Any], object], system: str
    ) -> HttpResponse:
        before = _org(connection)
        try:
            test(connection)
            if test_warnings(connection):
                messages.warning(request, f"{system} answered, and is not ready. See the report below.")
            else:
                messages.success(request, f"{system} answered. See the report below.")
        except ConnectorError as error:
            messages.error(request, str(error))
        self.log_change(request, connection, _kept(connection, before))
        return HttpResponseRedirect(reverse(f"admin:{self._named('change')}", args=[connection.pk]))

    @display(description="Connection", ordering="name")
    def shown_name(self, connection: Connection) -> str:
        return named(connection, connection.host)

    @display(description="Last test")
    def shown_test(self, connection: Connection) -> str:
        return str(test_badge(connection))

    @display(description="Tested", ordering="tested_at")
    def shown_test_time(self, connection: Connection) -> str:
        return dated(connection.tested_at)

    @display(description="Integrations", ordering="used")
    def shown_integrations(self, connection: Any) -> str:
        return str(connection.used)

    def _named(self, view: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"

    def _shown(self, request: HttpRequest, connection: Connection) -> dict[str, Any]:
        return {
            "connection": connection,
            "test_badge": test_badge(connection),
            "test_lines": test_lines(connection),
            "test_warnings": test_warnings(connection),
            "who_acts": who_acts(str(connection.test_report.get("who_acts", ""))),
            "test_address": reverse(f"admin:{self._named('test')}", args=[connection.pk]),
            "can_test": request.user.has_perm(f"connector.test_{self.opts.model_name}"),
            "facts": self.facts(connection),
        }

    def facts(self, connection: Any) -> list[tuple[str, str]]:
        """What somebody who may not change the connection sees of it."""
        raise NotImplementedError


@admin.register(SalesforceConnection)
class SalesforceConnectionAdmin(ConnectionAdmin):
    fieldsets = (
        (None, {"fields": ("name", "host", "api_version")}),
        (
            "Login",
            {
                "fields": (
                    "login",
                    "consumer_key",
                    "consumer_secret",
                    "username",
                    "password",
                    "security_token",
                    "private_key",
                    "is_sandbox_org",
                ),
                "description": "Secrets are stored encrypted and never shown again.",
            },
        ),
        ("Limits", {"fields": ("api_reserve_percent",)}),
    )
    conditional_fields = {
        "consumer_key": "login != 'password'",
        "consumer_secret": "login == 'client_credentials'",
        "username": "login != 'client_credentials'",
        "password": "login == 'password'",
        "security_token": "login == 'password'",
        "private_key": "login == 'jwt_bearer'",
        "is_sandbox_org": "login == 'jwt_bearer'",
    }

    def get_urls(self) -> list[URLPattern]:
        confirm = self.admin_site.admin_view(self.confirm_view)
        return [
            path("<path:object_id>/confirm/", confirm, name=self._named("confirm")),
            *super().get_urls(),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "private_key":
            kwargs["widget"] = SecretText(attrs={"rows": 6})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @triggers.posted("connector.test_salesforceconnection")
    def test_view(self, request: HttpRequest, connection: Any) -> HttpResponse:
        return self.answer(request, connection, test=jobs.test_salesforce, system="Salesforce")

    @triggers.posted("connector.change_salesforceconnection")
    def confirm_view(self, request: HttpRequest, connection: SalesforceConnection) -> HttpResponse:
        before = connection.org_id
        if connection.unconfirmed_org_id:
            connection.confirm_org()
            self.log_change(
                request, connection, f"Confirmed organization {connection.org_id}; before: {before}."
            )
            messages.success(
                request, f"Organization {connection.org_id} is confirmed. Test the connection again."
            )
        else:
            messages.warning(request, "No other organization answered; nothing was confirmed.")
        return HttpResponseRedirect(reverse(f"admin:{self._named('change')}", args=[connection.pk]))

    def facts(self, connection: SalesforceConnection) -> list[tuple[str, str]]:
        return [
            ("My Domain host", connection.host),
            ("Login", connection.get_login_display()),
            ("API version", connection.api_version),
            ("User name", connection.username),
            ("Organization id", connection.org_id),
            ("API calls kept for others", f"{connection.api_reserve_percent} %"),
        ]

    def _shown(self, request: HttpRequest, connection: Any) -> dict[str, Any]:
        return {
            **super()._shown(request, connection),
            "unconfirmed": connection.unconfirmed_org_id,
            "api_use": shown_use(connection),
            "confirm_address": reverse(f"admin:{self._named('confirm')}", args=[connection.pk]),
        }


@admin.register(ZuoraConnection)
class ZuoraConnectionAdmin(ConnectionAdmin):
    fieldsets = (
        (None, {"fields": ("name", "data_centre", "custom_host")}),
        (
            "Login",
            {
                "fields": ("client_id", "client_secret", "entity_id"),
                "description": "Secrets are stored encrypted and never shown again.",
            },
        ),
        ("Limits", {"fields": ("calls_a_minute", "calls_at_a_time")}),
        ("Advanced", {"fields": ("zuora_version",), "classes": ("collapse",)}),
    )
    conditional_fields = {"custom_host": "data_centre == 'custom'"}

    @triggers.posted("connector.test_zuoraconnection")
    def test_view(self, request: HttpRequest, connection: Any) -> HttpResponse:
        return self.answer(request, connection, test=jobs.test_zuora, system="Zuora")

    def facts(self, connection: ZuoraConnection) -> list[tuple[str, str]]:
        return [
            ("Host", connection.host),
            ("Client id", connection.client_id),
            ("Entity id", connection.entity_id),
            ("Zuora version", connection.zuora_version),
        ]


@dataclass(frozen=True, slots=True)
class ApiUse:
    """How much of an org's daily allowance of API calls is used, as pages show it."""

    short: str
    used: str
    reserve: str
    seen_at: datetime
    is_reserve_reached: bool


def shown_use(connection: Connection) -> ApiUse | None:
    """None where nothing is known, and for Zuora, whose limits are of another kind."""
    usage = jobs.last_usage(connection) if isinstance(connection, SalesforceConnection) else None
    if usage is None or not isinstance(connection, SalesforceConnection):
        return None
    percent = connection.api_reserve_percent
    share = usage.used * 100 // usage.limit
    return ApiUse(
        short=f"{usage.used:,} of {usage.limit:,} API calls",
        used=f"{usage.used:,} of {usage.limit:,} used ({share} %)",
        reserve=f"{usage.reserve(percent):,} ({percent} %)",
        seen_at=datetime.fromtimestamp(usage.seen_at, UTC),
        is_reserve_reached=usage.is_reserve_reached(percent),
    )


def test_badge(connection: Connection) -> Badge:
    if connection.refused_at is not None:
        return Badge("Credentials refused", Tone.BAD, "key_off")
    if connection.tested_at is None:
        return Badge("Not tested", Tone.QUIET, "radio_button_unchecked")
    if not connection.test_report.get("ok"):
        return Badge("Test failed", Tone.BAD, "error")
    if not connection.is_tested:
        return Badge("Changed since", Tone.WARN, "update")
    if test_warnings(connection):
        return Badge("Answered, not ready", Tone.WARN, "warning")
    return Badge("Answered", Tone.GOOD, "check_circle")


def test_lines(connection: Connection) -> list[tuple[str, str]]:
    stored = connection.test_report.get("lines")
    lines = stored if isinstance(stored, dict) else {}
    known = [label for label in _LINES if label in lines]
    return [
        (label, str(lines[label])) for label in (*known, *(label for label in lines if label not in known))
    ]


def test_warnings(connection: Connection) -> list[str]:
    """What a sync would stumble over, as sentences."""
    stored = connection.test_report.get("warnings")
    return [str(warning) for warning in stored] if isinstance(stored, list) else []


def _org(connection: Connection) -> str:
    """Which organization is known; Zuora names none."""
    return connection.org_id if isinstance(connection, SalesforceConnection) else ""


def _kept(connection: Connection, before: str) -> str:
    """A test for the history. Without what was answered: a remote may repeat there what it was sent."""
    ended = "it answered" if connection.test_report.get("ok") else "it failed"
    if not isinstance(connection, SalesforceConnection):
        return f"Tested: {ended}."
    other = f"; not confirmed: {connection.unconfirmed_org_id}" if connection.unconfirmed_org_id else ""
    return (
        f"Tested: {ended}. Organization before: {before or 'none'}; now: {_org(connection) or 'none'}{other}."
    )
