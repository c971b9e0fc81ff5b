"""Secrets at rest: what is stored, what is shown, and what becomes of a lost key."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.forms import PasswordInput, Textarea, TextInput, Widget, modelform_factory
from pytest_django import Settings

from connector.errors import ConfigError
from connector.models import SalesforceConnection, Secret, ZuoraConnection
from connector.models.encryption import is_token
from tests.models import rows

pytestmark = pytest.mark.django_db

CANARY = "canary-4711-hush"


def stored_secret() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM connector_zuoraconnection")
        return str(cursor.fetchone()[0])


def new_key() -> str:
    return Fernet.generate_key().decode()


@pytest.mark.postgres
@pytest.mark.parametrize("plain", [CANARY, "ключ 🔑", " edges kept ", "x" * 4_000, "-----BEGIN\nlines\n"])
def test_what_is_entered_is_what_is_revealed(plain: str) -> None:
    rows.zuora_connection(client_secret=plain)
    assert ZuoraConnection.objects.get().client_secret.reveal() == plain
    assert is_token(stored_secret())
    assert plain not in stored_secret()


def test_nothing_stays_nothing() -> None:
    rows.zuora_connection(client_secret="")
    secret = ZuoraConnection.objects.get().client_secret
    assert (stored_secret(), secret.reveal(), bool(secret), repr(secret)) == ("", "", False, "Secret(empty)")


def test_the_same_secret_is_stored_differently_each_time() -> None:
    assert Secret.encrypt(CANARY).token != Secret.encrypt(CANARY).token


def test_no_instance_shows_or_carries_the_plain_text() -> None:
    fresh = rows.zuora_connection(client_secret=CANARY)
    for row in (fresh, ZuoraConnection.objects.get()):
        shown = f"{row!r} {row} {row.client_secret!r} {row.client_secret} {vars(row)}"
        assert CANARY not in shown
        assert CANARY not in repr(row.client_secret.token)
    assert repr(fresh.client_secret) == str(fresh.client_secret) == "Secret(set)"


def test_an_older_key_still_decrypts_and_the_first_one_encrypts(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    rows.zuora_connection(client_secret=CANARY)
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    row = ZuoraConnection.objects.get()
    assert row.client_secret.reveal() == CANARY
    row.client_secret = "changed"
    row.save()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert ZuoraConnection.objects.get().client_secret.reveal() == "changed"


def test_a_row_whose_key_was_lost_loads_and_saves_unharmed(settings: Settings) -> None:
    rows.zuora_connection(client_secret=CANARY)
    before, keys = stored_secret(), settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    row = ZuoraConnection.objects.get()
    assert (str(row), bool(row.client_secret), row.client_secret.is_readable) == ("Acme tenant", True, False)
    row.name = "Renamed"
    row.save()
    assert stored_secret() == before
    settings.FIELD_ENCRYPTION_KEYS = keys
    assert ZuoraConnection.objects.get().client_secret.reveal() == CANARY


def test_using_a_secret_whose_key_was_lost_says_what_to_do(settings: Settings) -> None:
    rows.zuora_connection(client_secret=CANARY)
    token = stored_secret()
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(ConfigError) as caught:
        ZuoraConnection.objects.get().credentials()
    assert str(caught.value) == (
        "“Acme tenant”: The client secret of this Zuora connection cannot be decrypted with any key in "
        "FIELD_ENCRYPTION_KEYS. Put the key it was encrypted with back into the list, or enter the secret again."
    )
    assert token not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("keys", [[], ["not a key"], [""]])
def test_without_a_usable_key_nothing_is_stored(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(ConfigError, match="FIELD_ENCRYPTION_KEYS holds no usable key"):
        rows.zuora_connection(client_secret=CANARY)
    assert not ZuoraConnection.objects.exists()


def test_an_update_of_many_rows_encrypts_too() -> None:
    rows.zuora_connection()
    ZuoraConnection.objects.update(client_secret=CANARY)
    assert is_token(stored_secret())
    assert ZuoraConnection.objects.get().client_secret.reveal() == CANARY


@pytest.mark.parametrize("lookup", ["client_secret", "client_secret__contains", "client_secret__in"])
def test_a_secret_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError, match="Unsupported lookup"):
        ZuoraConnection.objects.filter(**{lookup: CANARY}).exists()


def test_an_export_holds_ciphertext_and_loads_again() -> None:
    rows.zuora_connection(client_secret=CANARY)
    rows.salesforce_connection(password=CANARY, private_key=CANARY, security_token=CANARY)
    export = StringIO()
    call_command("dumpdata", "connector", stdout=export)
    assert CANARY not in export.getvalue()
    fields = {entry["model"]: entry["fields"] for entry in json.loads(export.getvalue())}
    assert fields["connector.zuoraconnection"]["client_secret"] == stored_secret()

    ZuoraConnection.objects.all().delete()
    deserialized(export.getvalue())
    assert ZuoraConnection.objects.get().client_secret.reveal() == CANARY
    assert SalesforceConnection.objects.get().password.reveal() == CANARY


def deserialized(text: str) -> None:
    for entry in serializers.deserialize("json", text):
        entry.save()


def secret_form(data: dict[str, Any] | None = None, *, widget: type[Widget] = PasswordInput) -> Any:
    form = modelform_factory(
        ZuoraConnection, fields=["name", "client_secret"], widgets={"client_secret": widget}
    )
    return form(data, instance=ZuoraConnection.objects.get())


@pytest.mark.parametrize("widget", [PasswordInput, Textarea, TextInput])
def test_a_form_never_shows_what_is_stored_or_typed(widget: type[Widget]) -> None:
    rows.zuora_connection(client_secret=CANARY)
    fresh = secret_form(widget=widget).as_p()
    assert not [shown for shown in (CANARY, stored_secret(), "Secret(") if shown in fresh]
    refused = secret_form({"name": "", "client_secret": "typed-now"}, widget=widget)
    assert not refused.is_valid()
    assert "typed-now" not in refused.as_p()


def test_the_form_of_a_secret_hides_what_is_typed() -> None:
    widget = modelform_factory(ZuoraConnection, fields=["client_secret"])().fields["client_secret"].widget
    assert isinstance(widget, PasswordInput)
    assert widget.attrs["autocomplete"] == "new-password"


def test_a_secret_left_blank_in_a_form_is_kept() -> None:
    rows.zuora_connection(client_secret=CANARY)
    form = secret_form({"name": "Renamed", "client_secret": ""})
    assert form.changed_data == ["name"]
    form.instance.data_centre = ZuoraConnection.DataCentre.EU
    form.save()
    row = ZuoraConnection.objects.get()
    assert (row.name, row.client_secret.reveal()) == ("Renamed", CANARY)


def test_a_secret_entered_in_a_form_replaces_the_stored_one_even_with_a_lost_key(
    settings: Settings,
) -> None:
    rows.zuora_connection(client_secret=CANARY)
    settings.FIELD_ENCRYPTION_KEYS = [new_key()]
    form = secret_form({"name": "Acme tenant", "client_secret": "entered again"})
    assert form.changed_data == ["client_secret"]
    form.save()
    assert ZuoraConnection.objects.get().client_secret.reveal() == "entered again"


def test_text_with_the_look_of_ciphertext_is_encrypted_when_assigned() -> None:
    """Whoever saw an export must not make a row reveal another row's secret by pasting its ciphertext."""
    pasted = Secret.encrypt(CANARY).token
    row = rows.zuora_connection(client_secret=pasted)
    row.refresh_from_db()
    assert row.client_secret.reveal() == pasted
