"""A secret goes in and never comes out: not into a page, a message, a history, or back into its own field."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry as History
from django.test import Client
from django.urls import reverse

from connector.models import SalesforceConnection, ZuoraConnection
from syncadmin import keys
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db

CANARY = "canary-7d1f0c"
TYPED = "typed-5b2e9a"


def _address(connection: SalesforceConnection | ZuoraConnection, view: str = "change") -> str:
    return reverse(f"admin:connector_{connection._meta.model_name}_{view}", args=[connection.pk])


def _salesforce(**fields: Any) -> SalesforceConnection:
    return rows.salesforce_connection(consumer_secret=CANARY, **fields)


def _form(**fields: str) -> dict[str, str]:
    return {
        "name": "Acme org",
        "host": "acme.my.salesforce.com",
        "api_version": "62.0",
        "api_reserve_percent": "10",
        "login": "client_credentials",
        "consumer_key": "3MVG9.acme",
        "consumer_secret": "",
        "username": "",
        "password": "",
        "security_token": "",
        "private_key": "",
        **fields,
    }


def test_no_page_shows_a_stored_secret(superuser: Client) -> None:
    salesforce = _salesforce(password=CANARY, security_token=CANARY, private_key=CANARY)
    zuora = rows.zuora_connection(client_secret=CANARY)
    integration = rows.integration(salesforce=salesforce, zuora=zuora)
    account = rows.account(of=integration)
    run = rows.started_run(account)
    token = salesforce.consumer_secret.token

    for address in (
        reverse("admin:index"),
        reverse("admin:connector_salesforceconnection_changelist"),
        reverse("admin:connector_zuoraconnection_changelist"),
        _address(salesforce),
        _address(zuora),
        _address(salesforce, "history"),
        _address(salesforce, "delete"),
        reverse("admin:connector_integration_change", args=[integration.pk]),
        reverse("admin:connector_account_change", args=[account.pk]),
        reverse("admin:connector_account_add"),
        reverse("admin:connector_syncrun_change", args=[run.pk]),
    ):
        response = superuser.get(address)
        assert response.status_code == 200, address
        assert CANARY not in response.content.decode(), address
        assert token not in response.content.decode(), address


def test_a_stored_secret_is_said_to_be_set(administrator: Client) -> None:
    page = Page(administrator.get(_address(_salesforce())))

    assert page.html.count("Set — leave empty to keep") == 1
    assert page.text.count("Clear what is stored") == 1


def test_a_viewer_is_told_nothing_of_secrets(viewer: Client) -> None:
    page = Page(viewer.get(_address(_salesforce())))

    assert "acme.my.salesforce.com" in page.text
    assert "secret" not in page.text.lower()


def test_an_empty_field_keeps_the_secret(administrator: Client) -> None:
    connection = _salesforce()

    administrator.post(_address(connection), _form(name="Acme org, renamed"))

    connection.refresh_from_db()
    assert connection.name == "Acme org, renamed"
    assert connection.consumer_secret.reveal() == CANARY


def test_a_new_secret_replaces_the_old_one_and_leaves_no_trace(administrator: Client) -> None:
    connection = _salesforce()

    response = administrator.post(_address(connection), _form(consumer_secret=TYPED), follow=True)

    connection.refresh_from_db()
    assert connection.consumer_secret.reveal() == TYPED
    assert TYPED not in response.content.decode()
    history = History.objects.get()
    assert "Consumer secret" in history.get_change_message()
    assert TYPED not in history.change_message
    assert CANARY not in history.change_message


def test_clearing_a_secret_that_the_login_needs_is_refused(administrator: Client) -> None:
    connection = _salesforce()

    response = administrator.post(_address(connection), _form(**{"consumer_secret-clear": "on"}))

    assert "needs this field" in Page(response).text
    connection.refresh_from_db()
    assert connection.consumer_secret.reveal() == CANARY


def test_a_secret_that_is_not_needed_any_more_is_cleared(administrator: Client) -> None:
    connection = _salesforce(password=CANARY)

    administrator.post(_address(connection), _form(**{"password-clear": "on"}))

    connection.refresh_from_db()
    assert not connection.password
    assert connection.consumer_secret.reveal() == CANARY
    assert "Password" in History.objects.get().get_change_message()


def test_a_new_secret_and_clearing_contradict_each_other(administrator: Client) -> None:
    connection = _salesforce()

    response = administrator.post(
        _address(connection), _form(consumer_secret=TYPED, **{"consumer_secret-clear": "on"})
    )

    assert "not both" in Page(response).text
    assert TYPED not in response.content.decode()
    connection.refresh_from_db()
    assert connection.consumer_secret.reveal() == CANARY


def test_an_error_elsewhere_does_not_show_what_was_typed(administrator: Client) -> None:
    connection = _salesforce()

    response = administrator.post(_address(connection), _form(consumer_secret=TYPED, host="evil.example"))

    assert response.status_code == 200
    assert "evil.example" in response.content.decode()
    assert TYPED not in response.content.decode()


def test_a_private_key_keeps_its_lines(administrator: Client) -> None:
    connection = _salesforce()

    page = Page(administrator.get(_address(connection)))

    assert '<textarea name="private_key"' in page.html


def test_a_secret_whose_key_is_lost_can_be_entered_again(
    administrator: Client, settings: LazySettings
) -> None:
    connection = _salesforce()
    settings.FIELD_ENCRYPTION_KEYS = [keys.throwaway_keys()["FIELD_ENCRYPTION_KEYS"]]

    assert "cannot be read with the present keys" in Page(administrator.get(_address(connection))).text
    administrator.post(_address(connection), _form(consumer_secret=TYPED))

    connection.refresh_from_db()
    assert connection.consumer_secret.reveal() == TYPED


def test_a_zuora_secret_is_kept_and_replaced_likewise(administrator: Client) -> None:
    connection = rows.zuora_connection(client_secret=CANARY)
    form = {
        "name": "Acme tenant",
        "data_centre": ZuoraConnection.DataCentre.EU,
        "custom_host": "",
        "client_id": "a1b2c3",
        "client_secret": "",
        "entity_id": "",
        "zuora_version": "2025-08-12",
        "calls_a_minute": "2000",
        "calls_at_a_time": "20",
    }

    administrator.post(_address(connection), form)
    connection.refresh_from_db()
    assert (connection.data_centre, connection.client_secret.reveal()) == ("rest.eu.zuora.com", CANARY)

    administrator.post(_address(connection), {**form, "client_secret": TYPED})
    connection.refresh_from_db()
    assert connection.client_secret.reveal() == TYPED
