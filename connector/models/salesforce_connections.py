"""A Salesforce org as an administrator enters it: My Domain host, one of three logins, and which org answered.

The organization id is learned at the first test and guarded from then on: the links of one org mean nothing in another.
"""

from __future__ import annotations

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from connector.clients.credentials import SalesforceCredentials, SalesforceLogin
from connector.clients.hosts import SALESFORCE
from connector.errors import ConfigError
from connector.models.connections import Connection, host_fault, normalised_host
from connector.models.encryption import EncryptedTextField
from connector.models.history import kept_of_connection

LAST_VERSION_WITH_SOAP_LOGIN = 64


class SalesforceConnection(Connection):
    """One Salesforce org, reached through its My Domain host."""

    class Login(models.TextChoices):
        CLIENT_CREDENTIALS = SalesforceLogin.CLIENT_CREDENTIALS.value, "OAuth client credentials"
        JWT_BEARER = SalesforceLogin.JWT_BEARER.value, "OAuth JWT bearer (certificate)"
        PASSWORD = SalesforceLogin.PASSWORD.value, "User name and password (legacy, API 64 and older)"

    host = models.CharField(
        "My Domain host",
        max_length=253,
        help_text="From Salesforce Setup, My Domain: for example acme.my.salesforce.com.",
    )
    login = models.CharField(
        max_length=20,
        choices=Login.choices,
        default=Login.CLIENT_CREDENTIALS,
        help_text="Client credentials need an External Client App with a “Run As” user.",
    )
    api_version = models.CharField(
        "API version",
        max_length=6,
        default="62.0",
        help_text="Salesforce REST API version, for example 62.0.",
    )
    consumer_key = models.CharField(max_length=400, blank=True, help_text="Of the External Client App.")
    consumer_secret = EncryptedTextField(blank=True, default="", help_text="For client credentials.")
    username = models.CharField(
        "user name", max_length=200, blank=True, help_text="For JWT bearer and password."
    )
    password = EncryptedTextField(blank=True, default="", help_text="Legacy login only.")
    security_token = EncryptedTextField(blank=True, default="", help_text="Legacy login only.")
    private_key = EncryptedTextField(
        blank=True,
        default="",
        help_text="For JWT bearer: the RSA private key (PEM) whose certificate the External Client App holds.",
    )
    is_sandbox_org = models.BooleanField(
        "is a sandbox org", default=False, help_text="JWT bearer: log in at test.salesforce.com."
    )
    api_reserve_percent = models.PositiveSmallIntegerField(
        "API calls kept for others, in percent",
        default=10,
        db_default=10,
        validators=[MaxValueValidator(95)],
        help_text="Of the API calls Salesforce allows the whole organization in 24 hours. Once only these are left, syncs wait; "
        "0 keeps none.",
    )
    org_id = models.CharField("organization id", max_length=18, blank=True, default="", editable=False)
    unconfirmed_org_id = models.CharField(max_length=18, blank=True, default="", editable=False)

    history = kept_of_connection(
        "consumer_secret", "password", "security_token", "private_key", "org_id", "unconfirmed_org_id"
    )

    class Meta:
        verbose_name = "Salesforce connection"
        ordering = ("name",)
        permissions = (("test_salesforceconnection", "Can test Salesforce connections"),)

    def clean(self) -> None:
        self.host = normalised_host(self.host)
        self.api_version = _normalised_api_version(self.api_version)
        errors = {"host": host_fault(SALESFORCE, self.host), "api_version": self._version_fault()}
        errors |= self._missing_for_login()
        if self.login == self.Login.JWT_BEARER and self.private_key:
            errors["private_key"] = self._key_fault()
        if faults := {field: fault for field, fault in errors.items() if fault}:
            raise ValidationError(faults)

    def credentials(self, *, for_test: bool = False) -> SalesforceCredentials:
        """What a client needs. Raises ConfigError where a key was lost, or where another org than the known one
        answered and nobody confirmed it yet (`for_test` lets *Test connection* look all the same)."""
        if self.unconfirmed_org_id and not for_test:
            raise self._other_org()
        stage = "test" if self.is_sandbox_org else "login"
        return SalesforceCredentials(
            name=self.name,
            host=self.host,
            login=SalesforceLogin(self.login),
            api_version=self.api_version,
            consumer_key=self.consumer_key,
            consumer_secret=self._revealed("consumer_secret"),
            username=self.username,
            password=self._revealed("password"),
            security_token=self._revealed("security_token"),
            private_key=self._revealed("private_key"),
            login_audience=f"https://{stage}.salesforce.com",
        )

    def see_org(self, org_id: str) -> None:
        """Learn which org answered, the first time; later, refuse another one until it is confirmed.

        A refreshed sandbox, or a host that was corrected, holds other records under other ids: syncing them with the
        links of the first org would bill the wrong customers. Raises ConfigError.
        """
        known = self.org_id or org_id
        self.org_id, self.unconfirmed_org_id = known, "" if org_id == known else org_id
        self._store_org()
        if self.unconfirmed_org_id:
            raise self._other_org()

    def confirm_org(self) -> None:
        """An administrator says that the org which answered last is the right one."""
        if self.unconfirmed_org_id:
            self.org_id, self.unconfirmed_org_id = self.unconfirmed_org_id, ""
            self._store_org()

    def _store_org(self) -> None:
        SalesforceConnection.objects.filter(pk=self.pk).update(
            org_id=self.org_id, unconfirmed_org_id=self.unconfirmed_org_id
        )

    def _other_org(self) -> ConfigError:
        return ConfigError(
            f"“{self.name}” now answers from Salesforce organization {self.unconfirmed_org_id}; it was "
            f"{self.org_id} before. Correct the host, or confirm the new organization on the connection's page.",
            record=self.name,
        )

    def _version_fault(self) -> str:
        if not re.fullmatch(r"[1-9]\d{1,2}\.0", self.api_version):
            return "Write the API version as a number with .0, for example 62.0."
        is_newer = int(self.api_version[:-2]) > LAST_VERSION_WITH_SOAP_LOGIN
        if self.login == self.Login.PASSWORD and is_newer:
            return (
                f"Salesforce has no password login from API 65.0 up. Use {LAST_VERSION_WITH_SOAP_LOGIN}.0 or "
                "older, or another login."
            )
        return ""

    def _missing_for_login(self) -> dict[str, str]:
        needed = {
            self.Login.CLIENT_CREDENTIALS.value: ("consumer_key", "consumer_secret"),
            self.Login.JWT_BEARER.value: ("consumer_key", "username", "private_key"),
            self.Login.PASSWORD.value: ("username", "password"),
        }
        label = self.get_login_display()
        missing = [field for field in needed.get(self.login, ()) if not getattr(self, field)]
        return dict.fromkeys(missing, f"The login “{label}” needs this field.")

    def _key_fault(self) -> str:
        try:
            key = load_pem_private_key(self.private_key.reveal().encode(), password=None)
        except ConfigError as error:
            return str(error)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return (
                "This is no readable private key. Paste the whole PEM file of an RSA key without pass phrase, "
                "from -----BEGIN to -----END."
            )
        return (
            "" if isinstance(key, RSAPrivateKey) else "Salesforce takes RSA keys only; this is another kind."
        )


def _normalised_api_version(entered: str) -> str:
    text = entered.strip().lower().removeprefix("v")
    return f"{text}.0" if text.isdigit() else text
