"""A Zuora tenant as an administrator enters it: a published data centre, or a host the operator allowed."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from connector.clients.credentials import ZuoraCredentials
from connector.clients.hosts import ZUORA
from connector.models.connections import Connection, host_fault, normalised_host
from connector.models.encryption import EncryptedTextField
from connector.models.history import kept_of_connection

OLDEST_DATED_ZUORA_VERSION = "2024-05-20"
"""Before it Zuora answers every refusal with HTTP 200, and the error table would not apply."""


class ZuoraConnection(Connection):
    """One Zuora tenant (or one entity of it), reached through its data centre's REST host."""

    class DataCentre(models.TextChoices):
        """The published REST hosts; the value is the host."""

        US_2 = "rest.zuora.com", "US production, cloud 2 (rest.zuora.com)"
        US_1 = "rest.na.zuora.com", "US production, cloud 1 (rest.na.zuora.com)"
        US_2_SANDBOX = "rest.apisandbox.zuora.com", "US API sandbox, cloud 2 (rest.apisandbox.zuora.com)"
        US_1_SANDBOX = "rest.sandbox.na.zuora.com", "US API sandbox, cloud 1 (rest.sandbox.na.zuora.com)"
        US_TEST = "rest.test.zuora.com", "US developer and central sandbox (rest.test.zuora.com)"
        EU = "rest.eu.zuora.com", "EU production (rest.eu.zuora.com)"
        EU_SANDBOX = "rest.sandbox.eu.zuora.com", "EU API sandbox (rest.sandbox.eu.zuora.com)"
        EU_TEST = "rest.test.eu.zuora.com", "EU developer and central sandbox (rest.test.eu.zuora.com)"
        AP = "rest.ap.zuora.com", "Asia-Pacific production (rest.ap.zuora.com)"
        AP_TEST = (
            "rest.test.ap.zuora.com",
            "Asia-Pacific developer and central sandbox (rest.test.ap.zuora.com)",
        )
        CUSTOM = "custom", "Another host, allowed by the operator"

    data_centre = models.CharField(
        max_length=60,
        choices=DataCentre.choices,
        help_text="Where the tenant lives: the address in the browser after logging in to Zuora shows it.",
    )
    custom_host = models.CharField(
        max_length=253,
        blank=True,
        default="",
        help_text="Only for “Another host”: a name the operator listed in EXTRA_REMOTE_HOSTS.",
    )
    client_id = models.CharField("client id", max_length=100, help_text="Of the OAuth client of an API user.")
    client_secret = EncryptedTextField(
        blank=True, default="", help_text="Zuora shows it once, when it is made."
    )
    entity_id = models.CharField(
        "entity id",
        max_length=64,
        blank=True,
        default="",
        help_text="Only for tenants with several entities.",
    )
    zuora_version = models.CharField(
        "Zuora version",
        max_length=10,
        default="2025-08-12",
        help_text="The API release the requests are written for. Change it only with a new release of this connector.",
    )

    calls_a_minute = models.PositiveIntegerField(
        "calls a minute",
        default=2000,
        db_default=2000,
        validators=(MinValueValidator(10), MaxValueValidator(50_000)),
        help_text=(
            "At most, of all workers together. Zuora allows 2,500 in an API sandbox, 12,500 in a developer sandbox and 50,000 in "
            "production, whoever calls: leave a part to others."
        ),
    )
    calls_at_a_time = models.PositiveSmallIntegerField(
        "calls at a time",
        default=20,
        db_default=20,
        validators=(MinValueValidator(1), MaxValueValidator(200)),
        help_text=(
            "At most, of all workers together, for each of Zuora's three classes of calls. It is halved where Zuora says that it is too "
            "much, grows again, and never takes more than half of what Zuora states."
        ),
    )

    history = kept_of_connection("client_secret")

    class Meta:
        verbose_name = "Zuora connection"
        ordering = ("name",)
        permissions = (("test_zuoraconnection", "Can test Zuora connections"),)

    @property
    def host(self) -> str:
        return self.custom_host if self.data_centre == self.DataCentre.CUSTOM else self.data_centre

    def clean(self) -> None:
        self.custom_host = normalised_host(self.custom_host)
        faults = {
            "custom_host": self._custom_host_fault(),
            "client_secret": "" if self.client_secret else "Zuora needs the client secret.",
            "zuora_version": _zuora_version_fault(self.zuora_version),
        }
        if faults := {field: fault for field, fault in faults.items() if fault}:
            raise ValidationError(faults)

    def credentials(self) -> ZuoraCredentials:
        """What a client needs. Raises ConfigError where the key of the secret was lost."""
        return ZuoraCredentials(
            name=self.name,
            host=self.host,
            client_id=self.client_id,
            client_secret=self._revealed("client_secret"),
            zuora_version=self.zuora_version,
            entity_id=self.entity_id,
        )

    def _custom_host_fault(self) -> str:
        if self.data_centre != self.DataCentre.CUSTOM:
            return "Leave this empty, or choose “Another host” as data centre." if self.custom_host else ""
        if not self.custom_host:
            return "Name the host, or choose a data centre."
        return host_fault(ZUORA, self.custom_host)


def _zuora_version_fault(version: str) -> str:
    if re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", version) and version >= OLDEST_DATED_ZUORA_VERSION:
        return ""
    return f"Write a Zuora API version of {OLDEST_DATED_ZUORA_VERSION} or later as a date, for example 2025-08-12."
