"""The history of a setting and the audit trail: readable, complete, only read, and only by those who may."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry as AdminLog
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from connector.models import Account, FieldMapping, Integration, RecordLink, SalesforceConnection
from tests.admin import rows as told
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db

CANARY = "canary-7d1f0c"


def _history(row: object) -> str:
    meta = type(row)._meta  # type: ignore[attr-defined]
    return reverse(f"admin:connector_{meta.model_name}_history", args=[row.pk])  # type: ignore[attr-defined]


def _form(**fields: str) -> dict[str, str]:
    return {
        "name": "Acme org",
        "host": "acme.my.salesforce.com",
        "api_version": "62.0",
        "api_reserve_percent": "10",
        "login": "client_credentials",
        "consumer_key": "3MVG9.acme",
        **fields,
    }


def _change(client: Client, connection: SalesforceConnection, **fields: str) -> None:
    address = reverse("admin:connector_salesforceconnection_change", args=[connection.pk])
    assert client.post(address, _form(**fields)).status_code == 302


def test_a_change_is_told_with_who_and_what_differs(administrator: Client) -> None:
    connection = rows.salesforce_connection()
    _change(administrator, connection, host="new.my.salesforce.com", consumer_secret=CANARY)

    page = Page(administrator.get(_history(connection)))

    assert "anna" in page.text
    assert "My Domain host acme.my.salesforce.com new.my.salesforce.com" in page.text
    assert "Consumer secret replaced." in page.text
    assert "command line" in page.text
    assert CANARY not in page.html
    assert page.forms == [reverse("admin:logout")]


def test_choices_flags_and_relations_are_told_in_words(administrator: Client) -> None:
    integration = rows.integration()
    other = rows.zuora_connection(name="Other tenant")
    integration.zuora, integration.is_active = other, False
    integration.money_rule = Integration.MoneyRule.WARN
    integration.save()

    text = Page(administrator.get(_history(integration))).text

    assert "Zuora Acme tenant Other tenant" in text
    assert "Is active yes no" in text
    assert "When amounts differ Do not send the order Send it and warn in the log" in text


def test_who_tested_and_who_confirmed_stands_beside_the_changes(administrator: Client) -> None:
    connection = rows.salesforce_connection(
        org_id="00D000000000001AAA", unconfirmed_org_id="00D000000000002AAA"
    )
    administrator.post(reverse("admin:connector_salesforceconnection_confirm", args=[connection.pk]))

    for address in (_history(connection), reverse("audit_trail")):
        text = Page(administrator.get(address)).text
        assert "Confirmed organization 00D000000000002AAA; before: 00D000000000001AAA." in text


def test_each_change_stands_in_the_trail_once(administrator: Client) -> None:
    connection = rows.salesforce_connection()
    _change(administrator, connection, host="new.my.salesforce.com")

    page = Page(administrator.get(reverse("audit_trail")))

    assert page.text.count("new.my.salesforce.com") == 1
    assert page.text.count("Changed") == 1


def test_a_deleted_setting_keeps_its_history(administrator: Client) -> None:
    connection = rows.salesforce_connection()
    pk = connection.pk
    address = reverse("admin:connector_salesforceconnection_delete", args=[pk])
    assert administrator.post(address, {"post": "yes"}).status_code == 302
    connection.pk = pk

    assert "This row was deleted" in Page(administrator.get(_history(connection))).text
    assert "Deleted Salesforce connection Acme org" in Page(administrator.get(reverse("audit_trail"))).text


def test_added_and_removed_accounts_and_links_are_in_the_trail(administrator: Client) -> None:
    integration = rows.integration()
    administrator.post(
        reverse("admin:connector_account_add"),
        {"integration": str(integration.pk), "salesforce_id": "001000000000001AAA", "name": "Acme Corp"},
    )
    account = Account.objects.get()
    link = told.link(account)
    administrator.post(reverse("admin:connector_recordlink_delete", args=[link.pk]), {"post": "yes"})
    assert not RecordLink.objects.exists()
    administrator.post(reverse("admin:connector_account_delete", args=[account.pk]), {"post": "yes"})
    assert not Account.objects.exists()

    text = Page(administrator.get(reverse("audit_trail"))).text

    assert "Added account Acme Corp" in text
    assert "Deleted account Acme Corp" in text
    assert "Deleted record link" in text
    assert text.count("anna") >= 3


def test_the_trail_goes_back_page_by_page(administrator: Client) -> None:
    connection = rows.salesforce_connection()
    for number in range(60):
        connection.name = f"Org {number}"
        connection.save()

    first = Page(administrator.get(reverse("audit_trail")))
    older = next(address for address in first.addresses if address.startswith("?before="))
    second = Page(administrator.get(reverse("audit_trail") + older))

    assert first.html.count("<tr>") - first.text.count("Field Before After") * 2 == 51
    assert "Org 9" in second.text
    assert not any(address.startswith("?before=") for address in second.addresses)


@pytest.mark.parametrize("before", ["", "yesterday", "2026-02-30T00:00:00", "2026-01-01", "\x00"])
def test_a_moment_that_is_none_shows_the_newest(administrator: Client, before: str) -> None:
    assert administrator.get(reverse("audit_trail"), {"before": before}).status_code == 200


def test_a_hostile_name_is_text(administrator: Client) -> None:
    connection = rows.salesforce_connection(name="<script>alert(1)</script>")
    connection.host = "<img src=x>"
    connection.save()

    for address in (_history(connection), reverse("audit_trail")):
        page = Page(administrator.get(address))
        assert "<script>alert(1)" not in page.html
        assert "<img src=x>" not in page.html


@pytest.mark.parametrize("number", ["0", "987654", "9" * 30, "abc", "1_2F"])
def test_a_history_of_nothing_is_not_found(administrator: Client, number: str) -> None:
    address = reverse("admin:connector_integration_history", args=[number])

    assert administrator.get(address).status_code == 404


def test_nothing_leads_back_to_an_older_state(superuser: Client) -> None:
    connection = rows.salesforce_connection(host="old.my.salesforce.com")
    _change(superuser, connection)
    before = list(SalesforceConnection.history.values())
    old = connection.history.last()

    superuser.post(f"{_history(connection)}{old.history_id}/", _form(host="old.my.salesforce.com"))
    superuser.post(_history(connection), {"_save": "1", **_form(host="old.my.salesforce.com")})

    connection.refresh_from_db()
    assert connection.host == "acme.my.salesforce.com"
    assert list(SalesforceConnection.history.values()) == before


def test_users_are_in_the_trail_of_those_who_may_see_users(superuser: Client, administrator: Client) -> None:
    password = "analytical-engine-1843"
    form = {"username": "ada", "usable_password": "true", "password1": password, "password2": password}
    superuser.post(reverse("admin:auth_user_add"), form)
    assert AdminLog.objects.exists()

    assert "Added user ada" in Page(superuser.get(reverse("audit_trail"))).text
    assert "ada" not in Page(administrator.get(reverse("audit_trail"))).text
    assert password not in Page(superuser.get(reverse("audit_trail"))).html


@pytest.mark.parametrize(
    "model", [SalesforceConnection, Integration, FieldMapping], ids=lambda it: it.__name__
)
def test_a_viewer_reads_histories_and_somebody_without_a_group_does_not(
    viewer: Client, client: Client, model: type
) -> None:
    rows.integration()
    row = model.objects.first()  # type: ignore[attr-defined]

    assert viewer.get(_history(row)).status_code == 200
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(_history(row)).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("operator", 403), ("administrator", 200), ("superuser", 200)]
)
def test_the_trail_is_for_administrators(request: pytest.FixtureRequest, who: str, status: int) -> None:
    client: Client = request.getfixturevalue(who)

    assert client.get(reverse("audit_trail")).status_code == status
    assert ("Audit trail" in Page(client.get(reverse("admin:index"))).text) is (status == 200)
