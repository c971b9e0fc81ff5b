"""What both connections share, and where requests may go at all.

Rows only describe a connection; talking is for the clients. What a host may be is decided twice by the same rule, when it
is entered and again before each request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from connector.clients.credentials import Network
from connector.clients.hosts import check_host
from connector.errors import ConfigError
from connector.models import sanitise
from connector.models.encryption import Secret


def network() -> Network:
    """Where requests may go and how long they may take, from the process environment alone."""
    return Network(
        extra_hosts=tuple(sorted(settings.EXTRA_REMOTE_HOSTS)),
        routes=dict(settings.SANDBOX_ROUTES),
        connect_timeout=settings.REMOTE_CONNECT_TIMEOUT,
        read_timeout=settings.REMOTE_READ_TIMEOUT,
        retries=settings.REMOTE_RETRIES,
    )


def normalised_host(entered: str) -> str:
    """`https://Acme.my.salesforce.com/lightning/page` -> `acme.my.salesforce.com`; judges nothing."""
    without_scheme = re.sub(r"^\s*[a-z]+://", "", entered, flags=re.IGNORECASE)
    return re.split(r"[/?#\\]", without_scheme, maxsplit=1)[0].strip().lower()


def host_fault(system: str, host: str) -> str:
    """Why requests may not go to the host, or nothing."""
    try:
        check_host(system, host, network())
    except ConfigError as error:
        return str(error)
    return ""


class Connection(models.Model):
    """What both connections share: a name, and what the last *Test connection* said."""

    name = models.CharField(
        max_length=100,
        unique=True,
        help_text="How this connection is called here, for example “Acme production”.",
    )
    tested_at = models.DateTimeField(null=True, blank=True, editable=False)
    test_report = models.JSONField(default=dict, blank=True, editable=False)
    refused_at = models.DateTimeField(null=True, blank=True, editable=False)
    refusal = models.TextField(blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def record_test(self, *, report: Mapping[str, Any], now: datetime) -> None:
        """Keep what the last test found. `updated_at` stays: it tells whether the row changed since."""
        self.tested_at, self.test_report = now, sanitise.json_object(report)
        type(self)._default_manager.filter(pk=self.pk).update(
            tested_at=self.tested_at, test_report=self.test_report
        )

    def record_refusal(self, said: str, *, now: datetime) -> None:
        """The remote does not accept the credentials; the first time stays until a login succeeds."""
        row = self._as_it_was_read()
        row.filter(refused_at=None).update(refused_at=now)
        row.update(refusal=sanitise.text(said))

    def record_login(self) -> None:
        """A login succeeded: what was refused before is over."""
        self._as_it_was_read().filter(refused_at__isnull=False).update(refused_at=None, refusal="")

    def _as_it_was_read(self) -> models.QuerySet[Self]:
        """Nothing where the row was changed since: what became of a login says nothing of credentials that replaced it."""
        return type(self)._default_manager.filter(pk=self.pk, updated_at=self.updated_at)

    @property
    def is_tested(self) -> bool:
        """Whether the last test was of the connection as it is now."""
        return self.tested_at is not None and self.tested_at >= self.updated_at

    def _revealed(self, field: str) -> str:
        """A secret in the clear. Raises ConfigError that names this connection."""
        secret: Secret = getattr(self, field)
        try:
            return secret.reveal()
        except ConfigError as error:
            raise ConfigError(f"“{self.name}”: {error}", record=self.name) from None
