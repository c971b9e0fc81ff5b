"""Who may press what: a button somebody may not press is not shown, and is refused where it is pressed all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from connector.models import Account, SalesforceConnection, SyncRun, ZuoraConnection
from tests.admin import rows as told
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return rows.account()


def _triggers(account: Account) -> dict[str, str]:
    integration = account.integration
    return {
        "sync": reverse("admin:connector_account_sync", args=[account.pk]),
        "preview": reverse("admin:connector_account_preview", args=[account.pk]),
        "looked-at": reverse("admin:connector_account_looked_at", args=[account.pk]),
        "test Salesforce": reverse(
            "admin:connector_salesforceconnection_test", args=[integration.salesforce_id]
        ),
        "test Zuora": reverse("admin:connector_zuoraconnection_test", args=[integration.zuora_id]),
        "confirm": reverse("admin:connector_salesforceconnection_confirm", args=[integration.salesforce_id]),
    }


TRIGGERS = ("sync", "preview", "looked-at", "test Salesforce", "test Zuora", "confirm")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_get_starts_nothing(superuser: Client, account: Account, trigger: str) -> None:
    address = _triggers(account)[trigger]
    before = [list(model.objects.values()) for model in (SalesforceConnection, ZuoraConnection)]

    response = superuser.get(address, follow=True)

    assert response.redirect_chain == [(address.replace(f"/{trigger.split()[0]}/", "/change/"), 302)]
    assert messages(response) == ["Press the button again; nothing was started."]
    assert not SyncRun.objects.exists()
    assert before == [list(model.objects.values()) for model in (SalesforceConnection, ZuoraConnection)]


def test_after_the_login_a_press_leads_back_to_its_button(client: Client, account: Account) -> None:
    """The login comes back by GET, to the address that had been posted to."""
    User.objects.create_superuser("root", password="correct horse")
    asked = client.post(_triggers(account)["sync"])
    login = {"username": "root", "password": "correct horse"}

    response = client.post(
        asked.headers["Location"], {**login, "next": _triggers(account)["sync"]}, follow=True
    )

    assert messages(response) == ["Press the button again; nothing was started."]
    assert "Sync" in Page(response).buttons
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_no_other_method_starts_anything(superuser: Client, account: Account, trigger: str) -> None:
    assert superuser.put(_triggers(account)[trigger]).status_code == 405
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_viewer_starts_nothing(viewer: Client, account: Account, trigger: str) -> None:
    response = viewer.post(_triggers(account)[trigger])

    assert response.status_code == 403
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_stranger_is_sent_to_the_login(client: Client, account: Account, trigger: str) -> None:
    response = client.post(_triggers(account)[trigger])

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_form_of_another_site_starts_nothing(superuser: Client, account: Account, trigger: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = superuser.cookies

    assert strict.post(_triggers(account)[trigger]).status_code == 403
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_row_that_is_gone_is_not_found(superuser: Client, account: Account, trigger: str) -> None:
    address = _triggers(account)[trigger]
    pk = address.rstrip("/").split("/")[-2]

    assert superuser.post(address.replace(f"/{pk}/", "/987654/")).status_code == 404


def test_an_operator_may_not_confirm_an_organization(operator: Client, account: Account) -> None:
    assert operator.post(_triggers(account)["confirm"]).status_code == 403


@pytest.mark.usefixtures("redis_url")
def test_an_operator_syncs(operator: Client, account: Account) -> None:
    response = operator.post(_triggers(account)["sync"])

    run = SyncRun.objects.get()
    assert response.headers["Location"] == reverse("admin:connector_syncrun_change", args=[run.pk])
    assert (run.account, run.kind, run.trigger) == (account, SyncRun.Kind.SYNC, SyncRun.Trigger.ADMIN)
    assert run.requested_by is not None
    assert run.requested_by.username == "otto"


def test_a_viewer_sees_no_button_on_the_account(viewer: Client, account: Account) -> None:
    page = Page(viewer.get(reverse("admin:connector_account_change", args=[account.pk])))

    assert not {"Preview", "Sync", "Resync", "Save"} & set(page.buttons)
    assert "Remove this account from the list" not in page.links


def test_an_operator_sees_the_buttons_of_the_account(operator: Client, account: Account) -> None:
    page = Page(operator.get(reverse("admin:connector_account_change", args=[account.pk])))

    assert {"Preview", "Sync", "Save"} <= set(page.buttons)
    assert "Resync" not in page.buttons
    assert "Remove this account from the list" not in page.links


def test_a_failed_account_is_resynced(operator: Client) -> None:
    account = rows.account(last_outcome=Account.Outcome.FAILED)

    page = Page(operator.get(reverse("admin:connector_account_change", args=[account.pk])))

    assert "Resync" in page.buttons
    assert "Sync" not in page.buttons


@pytest.mark.parametrize(("who", "shown"), [("viewer", False), ("operator", True)])
def test_the_list_of_accounts_has_buttons_for_those_who_may(
    request: pytest.FixtureRequest, account: Account, who: str, shown: bool
) -> None:
    client: Client = request.getfixturevalue(who)

    page = Page(client.get(reverse("admin:connector_account_changelist")))

    assert ("Sync" in page.buttons) is shown
    assert ("Preview" in page.buttons) is shown
    assert any("Add account" in link for link in page.links) is shown
    assert ("sync_selected" in page.html) is shown


@pytest.mark.parametrize(("who", "shown"), [("viewer", False), ("operator", True)])
def test_a_failed_run_is_resynced_by_those_who_may(
    request: pytest.FixtureRequest, account: Account, who: str, shown: bool
) -> None:
    run = rows.started_run(account)
    run.fail(message="Acme Corp has no billing state.", who_acts="The owner", now=told.NOON)
    client: Client = request.getfixturevalue(who)

    page = Page(client.get(reverse("admin:connector_syncrun_change", args=[run.pk])))

    assert ("Resync" in page.buttons) is shown


@pytest.mark.parametrize(("who", "shown"), [("viewer", False), ("operator", True), ("administrator", True)])
@pytest.mark.parametrize("system", ["salesforce", "zuora"])
def test_a_connection_is_tested_by_those_who_may(
    request: pytest.FixtureRequest, account: Account, system: str, who: str, shown: bool
) -> None:
    client: Client = request.getfixturevalue(who)
    connection = getattr(account.integration, system)

    page = Page(client.get(reverse(f"admin:connector_{system}connection_change", args=[connection.pk])))

    assert ("Test connection" in page.buttons) is shown
    assert ("Save" in page.buttons) is (who == "administrator")


LISTS = (
    "account",
    "syncrun",
    "logentry",
    "recordlink",
    "writeintent",
    "driftreport",
    "integration",
    "fieldmapping",
    "salesforceconnection",
    "zuoraconnection",
)


@pytest.mark.parametrize("model", LISTS)
def test_a_viewer_reads_every_list(viewer: Client, account: Account, model: str) -> None:
    assert viewer.get(reverse(f"admin:connector_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_somebody_without_a_group_reads_nothing(client: Client, account: Account, model: str) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert client.get(reverse(f"admin:connector_{model}_changelist")).status_code == 403


def test_somebody_without_a_group_reads_no_run(client: Client, account: Account) -> None:
    run = rows.sync_run(account)
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    for address in (
        reverse("admin:connector_syncrun_change", args=[run.pk]),
        reverse("admin:connector_syncrun_live", args=[run.pk]),
        reverse("admin:connector_account_add"),
        reverse("admin:connector_account_results"),
    ):
        assert client.get(address).status_code == 403, address


@pytest.mark.parametrize("model", ["syncrun", "logentry", "recordlink", "writeintent"])
def test_nobody_changes_what_a_run_recorded(superuser: Client, account: Account, model: str) -> None:
    run = rows.started_run(account)
    recorded: dict[str, Any] = {
        "syncrun": lambda: run,
        "logentry": lambda: told.entry(run),
        "recordlink": lambda: told.link(account),
        "writeintent": lambda: rows.write_intent(run),
    }
    row = recorded[model]()

    assert superuser.get(reverse(f"admin:connector_{model}_add")).status_code == 403
    if model != "recordlink":
        assert superuser.post(reverse(f"admin:connector_{model}_delete", args=[row.pk])).status_code == 403
    before = type(row).objects.filter(pk=row.pk).values().get()
    superuser.post(
        reverse(f"admin:connector_{model}_change", args=[row.pk]), {"message": "changed", "key": "changed"}
    )
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_only_administrators_change_settings(operator: Client, account: Account) -> None:
    connection = account.integration.salesforce
    address = reverse("admin:connector_salesforceconnection_change", args=[connection.pk])

    assert operator.post(address, {"name": "Mine"}).status_code == 403
    assert operator.get(reverse("admin:connector_salesforceconnection_add")).status_code == 403
    assert operator.get(reverse("admin:connector_integration_add")).status_code == 403
