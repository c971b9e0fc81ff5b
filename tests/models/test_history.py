"""What is kept of every change of a setting: who, when, what differs, and never a secret."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings

from connector.models import EncryptedTextField, FieldMapping, Integration, SalesforceConnection
from connector.models.history import Changed
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

CANARY = "canary-7d1f0c"
SECRETS = ("consumer_secret", "password", "security_token", "private_key")
HISTORIES = [model for model in apps.get_models() if issubclass(model, Changed)]


def _told(row: Any) -> list[tuple[str, str, str | None]]:
    return [(each.history_type, each.changed_by, each.history_change_reason) for each in row.history.all()]


def test_four_settings_have_a_history() -> None:
    assert {model.__name__ for model in HISTORIES} == {
        "HistoricalSalesforceConnection",
        "HistoricalZuoraConnection",
        "HistoricalIntegration",
        "HistoricalFieldMapping",
    }


@pytest.mark.parametrize("model", HISTORIES, ids=lambda model: model.__name__)
def test_no_history_has_a_column_for_a_secret_or_for_what_a_remote_said(model: Any) -> None:
    fields = {field.name for field in model._meta.get_fields()}

    assert not any(isinstance(field, EncryptedTextField) for field in model._meta.get_fields())
    assert not fields & {*SECRETS, "client_secret", "test_report", "tested_at", "refusal", "refused_at"}


def test_a_change_by_a_command_is_kept() -> None:
    connection = rows.zuora_connection()
    connection.entity_id = "42"
    connection.save()

    assert _told(connection) == [
        ("~", "command line", None),
        ("+", "command line", "Client secret entered."),
    ]
    assert [each.entity_id for each in connection.history.all()] == ["42", ""]


def test_that_a_secret_was_replaced_or_cleared_is_kept_once() -> None:
    connection = SalesforceConnection.objects.get(pk=rows.salesforce_connection(password="old").pk)
    connection.consumer_secret, connection.password = CANARY, ""
    connection.save()
    connection.name = "Renamed"
    connection.save()

    assert [each.history_change_reason for each in connection.history.all()] == [
        None,
        "Consumer secret replaced. Password cleared.",
        "Consumer secret entered. Password entered.",
    ]


def test_a_row_read_again_has_no_secret_to_tell_of() -> None:
    connection = rows.salesforce_connection()
    connection.consumer_secret = CANARY
    connection.refresh_from_db()
    connection.save()

    assert connection.history.first().history_change_reason is None


def test_the_name_of_whoever_changed_it_outlives_the_user() -> None:
    ada = User.objects.create_user("ada")
    connection = rows.zuora_connection()
    connection._history_user = ada
    connection.save()
    ada.delete()

    assert _told(connection)[0] == ("~", "ada", None)


def test_tests_refusals_and_logins_are_no_changes() -> None:
    connection = rows.salesforce_connection()
    connection.record_test(report={"ok": True}, now=timezone.now())
    connection.record_refusal("invalid_client", now=timezone.now())
    connection.record_login()
    connection.see_org("00D000000000001AAA")

    assert connection.history.count() == 1


def test_rotating_keys_writes_no_history(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    connection = rows.salesforce_connection(consumer_secret=CANARY)
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    call_command("rotate_keys", stdout=StringIO())

    connection.refresh_from_db()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert connection.consumer_secret.reveal() == CANARY
    assert connection.history.count() == 1


def test_default_rows_begin_with_their_history() -> None:
    integration = rows.integration()
    row = integration.mappings.order_by("position").first()
    assert row is not None

    assert _told(row) == [("+", "command line", "Default mapping")]
    assert FieldMapping.history.count() == integration.mappings.count()


def test_what_goes_with_its_integration_is_kept_as_deleted() -> None:
    integration = rows.integration()
    count = integration.mappings.count()

    Integration.objects.get(pk=integration.pk).delete()

    assert FieldMapping.history.filter(history_type="-").count() == count
    assert Integration.history.filter(history_type="-").count() == 1


def test_an_export_of_the_history_holds_no_secret() -> None:
    connection = rows.salesforce_connection(**dict.fromkeys(SECRETS, CANARY))
    tokens = [getattr(connection, name).token for name in SECRETS]
    zuora = rows.zuora_connection(client_secret=CANARY)
    for row in (connection, zuora):
        row.save()
        row.delete()
    out = StringIO()

    call_command("dumpdata", *(model._meta.label for model in HISTORIES), stdout=out)

    assert "Acme org" in out.getvalue()
    for secret in (CANARY, zuora.client_secret.token, *tokens):
        assert secret not in out.getvalue()


def test_a_loaded_fixture_is_no_change() -> None:
    rows.zuora_connection()
    out = StringIO()
    call_command("dumpdata", "connector.zuoraconnection", stdout=out)
    before = list(apps.get_model("connector", "HistoricalZuoraConnection").objects.values())

    with override_settings(SERIALIZATION_MODULES={}):
        from django.core.serializers import deserialize

        for each in deserialize("json", out.getvalue()):
            each.save()

    assert list(apps.get_model("connector", "HistoricalZuoraConnection").objects.values()) == before
