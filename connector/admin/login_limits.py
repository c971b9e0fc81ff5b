"""The second limit on logins: an address from which many fail, whatever names are tried, is locked as a whole for a while.

The first one, of a name from an address, is the library's own; one address could try five passwords with each of a thousand names.
The limit is high, because a whole company may stand behind one address; ADDRESS_FAILURE_LIMIT says how high, 0 that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


class LoginHandler(AxesDatabaseHandler):
    """A locked address counts as one whose name has used up its attempts."""

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        failures: int = super().get_failures(request, credentials)
        is_locked = address_locked_until(request.axes_ip_address) is not None  # type: ignore[attr-defined]
        return max(failures, settings.AXES_FAILURE_LIMIT) if is_locked else failures


def address_locked_until(address: str | None) -> datetime | None:
    """When so many of its failures are over that logins from it go on; None where it is not locked. Clients without an address,
    as on a Unix socket, have nothing in common that could be locked."""
    if address is None or not settings.ADDRESS_FAILURE_LIMIT:
        return None
    begin = timezone.now() - settings.AXES_COOLOFF_TIME
    kept = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=begin)
    left = 0
    for failures, at in kept.order_by("-attempt_time").values_list("failures_since_start", "attempt_time"):
        left += failures
        if left >= settings.ADDRESS_FAILURE_LIMIT:
            return at + settings.AXES_COOLOFF_TIME
    return None
