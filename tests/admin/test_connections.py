"""Test connection: one click, who answered and as whom, and what to do where nobody did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connector.models import SalesforceConnection, ZuoraConnection
from tests.admin.pages import Page
from tests.models import rows
from tests.services.world import World

CLOSED_PORT = "http://127.0.0.1:1"


def _page(client: Client, connection: SalesforceConnection | ZuoraConnection) -> Page:
    name = connection._meta.model_name
    return Page(client.get(reverse(f"admin:connector_{name}_change", args=[connection.pk])))


def _history() -> list[tuple[str, str]]:
    """Who did what, the oldest first."""
    kept = LogEntry.objects.order_by("pk")
    return [(entry.user.get_username(), entry.get_change_message()) for entry in kept]


def _test(client: Client, system: str, pk: int) -> Page:
    address = reverse(f"admin:connector_{system}connection_test", args=[pk])
    return Page(client.post(address, follow=True))


def test_salesforce_says_who_answers(world: World, operator: Client) -> None:
    page = _test(operator, "salesforce", world.integration.salesforce_id)

    assert "Salesforce answered." in page.text
    assert "Answered" in page.text
    for label in ("Organization", "User", "API calls used today"):
        assert label in page.text
    assert "UTC" in page.text


def test_zuora_says_who_answers(world: World, operator: Client) -> None:
    page = _test(operator, "zuora", world.integration.zuora_id)

    assert "Zuora answered." in page.text
    assert "zuora.sandbox.test" in page.text


def test_wrong_credentials_are_said_and_kept(world: World, operator: Client) -> None:
    connection = world.integration.salesforce
    connection.consumer_secret = "wrong"
    connection.save()

    page = _test(operator, "salesforce", connection.pk)

    connection.refresh_from_db()
    assert connection.test_report["ok"] is False
    assert page.text.count(connection.test_report["message"]) == 2  # on top, and in the report
    assert "Credentials refused" in page.text
    assert "wrong" not in connection.test_report["message"].split()


@pytest.mark.django_db
def test_a_remote_that_is_down_is_said(operator: Client, settings: LazySettings) -> None:
    settings.SANDBOX_ROUTES = {"salesforce.sandbox.test": CLOSED_PORT}
    connection = rows.salesforce_connection(host="salesforce.sandbox.test")

    page = _test(operator, "salesforce", connection.pk)

    connection.refresh_from_db()
    assert connection.test_report["ok"] is False
    assert "Test failed" in page.text
    assert "You: try again in a moment" in page.text


@pytest.mark.django_db
def test_an_old_test_does_not_vouch_for_new_settings(operator: Client) -> None:
    connection = rows.salesforce_connection()
    connection.record_test(
        report={"ok": True, "lines": {"User": "ops"}}, now=timezone.now() - timedelta(days=1)
    )

    page = Page(operator.get(reverse("admin:connector_salesforceconnection_change", args=[connection.pk])))

    assert "Changed since" in page.text
    assert "The settings were changed since. Test again." in page.text


@pytest.mark.django_db
def test_the_lines_of_a_report_have_an_order(operator: Client) -> None:
    """Whatever order the database gives the keys back in."""
    reports = {
        "salesforce": ("Organization", "Kind", "User", "Host", "API calls used today", "Something new"),
        "zuora": ("Tenant", "API user", "Entity", "API version", "API calls left", "Contact field"),
    }
    for system, labels in reports.items():
        connection = getattr(rows, f"{system}_connection")()
        lines = {label: f"value {label}" for label in sorted(labels, reverse=True)}
        connection.record_test(report={"ok": True, "lines": lines}, now=timezone.now())

        text = _page(operator, connection).text

        shown = [text.index(f"{label} value {label}") for label in labels]
        assert shown == sorted(shown)


@pytest.mark.django_db
def test_a_connection_that_answers_may_not_be_ready(viewer: Client) -> None:
    connection = rows.zuora_connection()
    report = {"ok": True, "lines": {"Tenant": "Acme"}, "warnings": ["crmId__c is missing.", "<b>Second</b>"]}
    connection.record_test(report=report, now=timezone.now())

    text = _page(viewer, connection).text

    assert "Answered, not ready" in text
    assert text.index("crmId__c is missing.") < text.index("<b>Second</b>") < text.index("Tenant Acme")
    assert "Answered, not ready" in Page(viewer.get(reverse("admin:index"))).text


@pytest.mark.django_db
@pytest.mark.parametrize("warnings", [None, "x", {"a": 1}, []])
def test_a_report_without_warnings_is_ready(viewer: Client, warnings: object) -> None:
    connection = rows.zuora_connection()
    connection.record_test(report={"ok": True, "lines": {}, "warnings": warnings}, now=timezone.now())

    assert "not ready" not in _page(viewer, connection).text


def test_a_test_whose_answer_needs_somebody_says_so(world: World, operator: Client) -> None:
    del world.tenant.settings.custom_fields["Contact"]["crmId__c"]

    page = _test(operator, "zuora", world.integration.zuora_id)

    assert "Zuora answered, and is not ready. See the report below." in page.text
    assert "Answered, not ready" in page.text


def test_a_test_is_kept_in_the_history(world: World, operator: Client) -> None:
    _test(operator, "salesforce", world.integration.salesforce_id)
    _test(operator, "zuora", world.integration.zuora_id)

    org = SalesforceConnection.objects.get().org_id
    assert _history() == [
        ("otto", f"Tested: it answered. Organization before: none; now: {org}."),
        ("otto", "Tested: it answered."),
    ]


def test_a_test_of_another_organization_keeps_both_ids(world: World, operator: Client) -> None:
    SalesforceConnection.objects.update(org_id="00D000000000009EAA")

    _test(operator, "salesforce", world.integration.salesforce_id)

    answered = SalesforceConnection.objects.get().unconfirmed_org_id
    (who, said), *others = _history()
    assert (who, others) == ("otto", [])
    assert said == (
        "Tested: it failed. Organization before: 00D000000000009EAA; now: 00D000000000009EAA; "
        f"not confirmed: {answered}."
    )


def test_a_failed_test_is_kept_without_secrets(world: World, operator: Client) -> None:
    connection = world.integration.salesforce
    connection.consumer_secret = "canary-in-the-vault"
    connection.save()

    _test(operator, "salesforce", connection.pk)

    ((_, said),) = _history()
    assert said == "Tested: it failed. Organization before: none; now: none."
    assert "canary" not in said


@pytest.mark.django_db
def test_another_organization_waits_for_an_administrator(operator: Client, administrator: Client) -> None:
    connection = _other_org()
    address = reverse("admin:connector_salesforceconnection_change", args=[connection.pk])

    assert "Another organization answered" in Page(operator.get(address)).text
    assert "Confirm this organization" not in Page(operator.get(address)).buttons
    assert "Confirm this organization" in Page(administrator.get(address)).buttons

    confirm = reverse("admin:connector_salesforceconnection_confirm", args=[connection.pk])
    page = Page(administrator.post(confirm, follow=True))

    connection.refresh_from_db()
    assert (connection.org_id, connection.unconfirmed_org_id) == ("00D000000000002EAA", "")
    assert "Another organization answered" not in page.text
    assert _history() == [("anna", "Confirmed organization 00D000000000002EAA; before: 00D000000000001EAA.")]


@pytest.mark.django_db
def test_where_no_other_organization_answered_nothing_is_confirmed(administrator: Client) -> None:
    connection = rows.salesforce_connection(org_id="00D000000000001EAA")
    confirm = reverse("admin:connector_salesforceconnection_confirm", args=[connection.pk])

    page = Page(administrator.post(confirm, follow=True))

    assert "No other organization answered; nothing was confirmed." in page.text
    assert _history() == []


def _other_org() -> SalesforceConnection:
    connection = rows.salesforce_connection()
    SalesforceConnection.objects.filter(pk=connection.pk).update(
        org_id="00D000000000001EAA", unconfirmed_org_id="00D000000000002EAA"
    )
    return connection


@pytest.mark.django_db
def test_saving_says_so_and_stays(administrator: Client) -> None:
    page = Page(
        administrator.post(
            reverse("admin:connector_zuoraconnection_add"),
            {
                "name": "EU tenant",
                "data_centre": "rest.eu.zuora.com",
                "client_id": "a1",
                "client_secret": "hush",
                "zuora_version": "2025-08-12",
                "calls_a_minute": "2000",
                "calls_at_a_time": "20",
            },
            follow=True,
        )
    )

    assert "Added “EU tenant”." in page.text
    assert "Test connection" in page.buttons
    assert "successfully" not in page.text


def test_refused_credentials_pause_a_connection_until_a_test_succeeds(world: World, operator: Client) -> None:
    connection = world.integration.zuora
    connection.record_refusal("Zuora refused the credentials.", now=timezone.now())

    page = _page(operator, connection)
    assert "Paused: the credentials are refused" in page.text
    assert "Zuora refused the credentials." in page.text
    assert "“Acme tenant” is paused" in Page(operator.get(reverse("admin:index"))).text

    page = _test(operator, "zuora", connection.pk)
    assert "Paused" not in page.text
    assert "paused" not in Page(operator.get(reverse("admin:index"))).text
