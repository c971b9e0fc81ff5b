"""Logging in: who is locked out and for how long, and the record of logins, for superusers to read.

A lock is of a name from an address, so that neither a whole company behind one proxy nor an administrator elsewhere is locked out by
somebody's guesses, and trying during a lock does not make it longer. Only where very many fail from one address, whatever their
names, that address is locked as a whole (`login_limits`). The count is in the database: all processes share it, and it
works without Redis. No password is kept, neither one that was typed as a name: a name that nobody has is kept as a keyed digest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from unfold.decorators import display

from connector.admin.badges import Badge, Tone
from connector.admin.login_limits import address_locked_until
from connector.admin.pages import RecordedAdmin, clipped, dated
from syncadmin.client_address import client_address


def known_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name as it counts and is recorded: of a user as it is, else a digest that tells one guess from another."""
    typed = str((credentials or request.POST).get("username") or "")
    if "\x00" not in typed and get_user_model().objects.filter(username=typed).exists():
        return typed
    return f"unknown name {salted_hmac('connector.admin.logins', typed).hexdigest()[:8]}"


def locked_out(
    request: HttpRequest, _: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page instead of the login, and how long it will be."""
    address, now = client_address(request), timezone.now()
    attempts = AccessAttempt.objects.filter(username=known_name(request, credentials), ip_address=address)
    last = attempts.order_by("-attempt_time").first()
    until = (last.attempt_time if last else now) + settings.AXES_COOLOFF_TIME
    locked = f"{settings.AXES_FAILURE_LIMIT} attempts failed, so this name cannot log in from this address for now."
    if end := address_locked_until(address):
        until = end
        place = f"network ({address}/64)" if ":" in str(address) else f"address ({address})"
        locked = (
            f"{settings.ADDRESS_FAILURE_LIMIT} attempts failed from this {place}, so nobody can log in from it for now. "
            f"The operator lifts that with “manage.py axes_reset_ip {address}”."
        )
    seconds = max(1, math.ceil((until - now).total_seconds()))
    minutes = math.ceil(timedelta(seconds=seconds) / timedelta(minutes=1))
    said = f"{locked} Try again in {minutes} minute{'s' if minutes > 1 else ''}; trying before then does not make it longer."
    shown = {"title": "Too many attempts", "said": said}
    frame = admin.site.each_context(request)
    response = render(request, "connector/locked_out.html", {**frame, **shown}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@receiver(pre_save, sender=AccessAttempt)
def _without_form(instance: AccessAttempt, **_: Any) -> None:
    """The library keeps every field of the form but those it knows for passwords; none is needed."""
    instance.get_data = instance.post_data = ""


class _LoginsAdmin(RecordedAdmin):
    """Read by superusers alone: it tells who is where, and when."""

    list_filter: tuple[Any, ...] = ("attempt_time",)
    search_fields = ("username", "ip_address")
    search_help_text = "Name or address"
    show_full_result_count = False
    title = ""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": self.title, **(extra_context or {})})

    @display(description="When", ordering="attempt_time")
    def shown_time(self, row: Any) -> str:
        return dated(row.attempt_time, seconds=True)

    @display(description="Name", ordering="username")
    def shown_name(self, row: Any) -> str:
        return clipped(row.username or "", width="name")

    @display(description="Browser")
    def shown_agent(self, row: Any) -> str:
        return clipped(row.user_agent)


@admin.register(AccessLog)
class LoginAdmin(_LoginsAdmin):
    title = "Logins"
    list_display = ("shown_time", "shown_name", "ip_address", "shown_end", "shown_agent")
    fields = ("username", "ip_address", "user_agent", "attempt_time", "logout_time")

    @display(description="Logged out", ordering="logout_time")
    def shown_end(self, row: AccessLog) -> str:
        return dated(row.logout_time, seconds=True)


@admin.register(AccessFailureLog)
class FailedLoginAdmin(_LoginsAdmin):
    title = "Failed logins"
    list_display = ("shown_time", "shown_name", "ip_address", "shown_lock", "shown_agent")
    list_filter = ("locked_out", "attempt_time")
    fields = ("username", "ip_address", "user_agent", "attempt_time", "locked_out")

    @display(description="Locked out", ordering="locked_out")
    def shown_lock(self, row: AccessFailureLog) -> str:
        return str(Badge("Locked out", Tone.BAD, "lock")) if row.locked_out else "—"
