"""The command that brings every secret under the newest key."""

from __future__ import annotations

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from connector.models import SalesforceConnection, ZuoraConnection
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def new_key() -> str:
    return Fernet.generate_key().decode()


def rotated() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue().strip()


def test_every_secret_of_every_row_comes_under_the_first_key(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    rows.salesforce_connection(consumer_secret="one", password="two")
    rows.zuora_connection(client_secret="three")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    rows.zuora_connection(name="New tenant", client_secret="four")

    assert rotated() == "3 secrets re-encrypted with the first key, 1 were already, 0 cannot be read."

    settings.FIELD_ENCRYPTION_KEYS = [new]
    salesforce = SalesforceConnection.objects.get()
    assert (salesforce.consumer_secret.reveal(), salesforce.password.reveal()) == ("one", "two")
    assert {row.client_secret.reveal() for row in ZuoraConnection.objects.all()} == {"three", "four"}
    assert rotated() == "0 secrets re-encrypted with the first key, 4 were already, 0 cannot be read."


def test_a_rotation_is_no_change_of_the_connection(settings: Settings) -> None:
    connection = rows.zuora_connection()
    settings.FIELD_ENCRYPTION_KEYS = [new_key(), *settings.FIELD_ENCRYPTION_KEYS]
    rotated()
    assert ZuoraConnection.objects.get().updated_at == connection.updated_at


def test_a_secret_no_key_reads_is_named_and_left_alone(settings: Settings) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [lost]
    rows.zuora_connection(name="Lost tenant", client_secret="gone")
    settings.FIELD_ENCRYPTION_KEYS = [old]
    rows.zuora_connection(name="Good tenant", client_secret="here")
    before = ZuoraConnection.objects.get(name="Lost tenant").client_secret.token
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="Rows named above were left as they are") as caught:
        call_command("rotate_keys", stdout=out, stderr=err)

    assert caught.value.returncode == 1
    assert "“Lost tenant”, client secret: " in err.getvalue()
    assert out.getvalue().startswith("1 secrets re-encrypted with the first key, 0 were already, 1 cannot")
    assert ZuoraConnection.objects.get(name="Lost tenant").client_secret.token == before
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert ZuoraConnection.objects.get(name="Good tenant").client_secret.reveal() == "here"


def test_a_row_with_one_lost_secret_is_left_whole(settings: Settings) -> None:
    lost, new = new_key(), new_key()
    settings.FIELD_ENCRYPTION_KEYS = [lost]
    row = rows.salesforce_connection(consumer_secret="gone")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    row.password = "new one"
    row.save()
    settings.FIELD_ENCRYPTION_KEYS = [new_key(), new]
    before = SalesforceConnection.objects.values_list("consumer_secret", "password").get()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=StringIO(), stderr=StringIO())
    assert SalesforceConnection.objects.values_list("consumer_secret", "password").get() == before
