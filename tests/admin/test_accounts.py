"""The list of accounts, and what is started from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from connector.models import Account, Integration, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page, messages
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS
from tests.models import rows

pytestmark = pytest.mark.django_db

LIST = reverse("admin:index") + "connector/account/"
Outcome = Account.Outcome


def _page_of(account: Account) -> str:
    return reverse("admin:connector_account_change", args=[account.pk])


def _three(**fields: object) -> tuple[Integration, list[Account]]:
    integration = rows.integration()
    outcomes = {ACME_CORP: Outcome.FAILED, ACME_HOLDING: Outcome.PARTIAL, ACME_LABS: Outcome.SUCCEEDED}
    return integration, [
        rows.account(key, of=integration, name=f"Account {outcome}", last_outcome=outcome, **fields)
        for key, outcome in outcomes.items()
    ]


def _run(client: Client, action: str, accounts: list[Account]) -> list[str]:
    form = {"action": action, ACTION_CHECKBOX_NAME: [account.pk for account in accounts]}
    return messages(client.post(LIST, form, follow=True))


def test_the_list_says_where_each_account_stands(operator: Client) -> None:
    _three(
        zuora_account_number="A00000001",
        last_message="Fill Billing State in Salesforce and resync.",
        last_synced_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )

    text = Page(operator.get(LIST)).text

    for shown in (ACME_CORP, "A00000001", "Partly synced", "Fill Billing State", "2 Mar 2026", "09:30 UTC"):
        assert shown in text


def test_times_are_those_of_the_servers_zone_and_say_so(operator: Client, settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    account = rows.account(last_synced_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))

    assert "10:30 CET" in Page(operator.get(LIST)).text
    assert "2 Mar 2026, 10:30 CET" in Page(operator.get(_page_of(account))).text


def test_those_that_wait_for_somebody_are_listed_together(operator: Client) -> None:
    _three()

    page = operator.get(f"{LIST}?last_outcome__in=failed,partial")

    assert sorted(row.name for row in page.context["cl"].result_list) == ["Account failed", "Account partial"]
    assert ("a", "aria-current", "true") not in Page(page).attributes


def test_accounts_are_counted_by_outcome(operator: Client) -> None:
    _three()

    links = Page(operator.get(LIST)).links

    chips = links[links.index("All 3") :]
    assert chips[:4] == ["All 3", "Succeeded 1", "Partly synced 1", "Failed 1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("last_outcome__exact=failed", ["Account failed"]),
        ("q=Account+partial", ["Account partial"]),
        (f"q={ACME_LABS}", ["Account succeeded"]),
        ("q=A00000007", ["Account succeeded"]),
        ("q=nobody", []),
    ],
)
def test_accounts_are_found_by_outcome_name_and_ids(operator: Client, query: str, found: list[str]) -> None:
    _, accounts = _three()
    Account.objects.filter(pk=accounts[2].pk).update(zuora_account_number="A00000007")

    response = operator.get(f"{LIST}?{query}")

    assert [account.name for account in response.context["cl"].result_list] == found


def test_the_integration_is_named_where_there_are_several(operator: Client) -> None:
    rows.account(of=rows.integration(name="Production"))
    assert "Production" not in Page(operator.get(LIST)).text

    rows.account(ACME_LABS, of=rows.integration(name="Trial"))
    assert {"Production", "Trial"} <= set(Page(operator.get(LIST)).text.split())


@pytest.mark.usefixtures("redis_url")
def test_many_accounts_are_synced_with_one_message(operator: Client) -> None:
    _, accounts = _three()
    SyncRun.objects.request(accounts[0], kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)

    said = _run(operator, "sync_selected", accounts)

    assert said == ["2 syncs started. 1 of the accounts is being synced already."]
    assert SyncRun.objects.filter(kind=SyncRun.Kind.SYNC).count() == 3


@pytest.mark.usefixtures("redis_url")
def test_many_accounts_are_previewed(operator: Client) -> None:
    _, accounts = _three()

    assert _run(operator, "preview_selected", accounts) == ["3 previews started."]
    assert set(SyncRun.objects.values_list("kind", flat=True)) == {SyncRun.Kind.PREVIEW}


@pytest.mark.usefixtures("redis_url")
def test_resync_takes_those_that_failed(operator: Client) -> None:
    _, accounts = _three()

    assert _run(operator, "resync_selected", accounts) == ["2 syncs started."]
    assert {run.account for run in SyncRun.objects.all()} == set(accounts[:2])


@pytest.mark.usefixtures("redis_url")
def test_resync_of_what_did_not_fail_says_so(operator: Client) -> None:
    _, accounts = _three()

    said = _run(operator, "resync_selected", accounts[2:])

    assert said == ["None of these accounts failed last time. Nothing was started."]
    assert not SyncRun.objects.exists()


@pytest.mark.usefixtures("redis_url")
def test_an_integration_that_is_switched_off_refuses_all(operator: Client) -> None:
    integration, accounts = _three()
    Integration.objects.filter(pk=integration.pk).update(is_active=False)

    (said,) = _run(operator, "sync_selected", accounts)

    assert said.startswith("0 syncs started. 3 refused: The integration “Acme” is switched off.")


def test_without_a_queue_nothing_is_started_and_it_is_said(operator: Client) -> None:
    _, accounts = _three()

    (said,) = _run(operator, "sync_selected", accounts)

    assert "Nothing was started." in said
    assert "Redis" in said
    assert not SyncRun.objects.exists()


@pytest.mark.usefixtures("redis_url")
def test_up_to_two_hundred_at_a_time(operator: Client) -> None:
    integration = rows.integration()
    accounts = [rows.account(f"001{number:012d}AAA", of=integration) for number in range(201)]

    (said,) = _run(operator, "preview_selected", accounts)

    assert said == "Choose up to 200 accounts at a time. Nothing was started."
    assert not SyncRun.objects.exists()


def test_a_viewer_runs_no_action_in_bulk(viewer: Client) -> None:
    _, accounts = _three()

    _run(viewer, "sync_selected", accounts)

    assert not SyncRun.objects.exists()


def test_no_action_deletes_many(superuser: Client) -> None:
    _, accounts = _three()

    _run(superuser, "delete_selected", accounts)

    assert Account.objects.count() == 3


def test_a_list_where_something_runs_renews_itself(operator: Client) -> None:
    account = rows.account()
    assert "every 3s" not in Page(operator.get(LIST)).html

    run = rows.started_run(account)
    html = Page(operator.get(LIST)).html
    assert "every 3s" in html
    for cell in ("outcome", "message", "synced", "buttons"):
        assert f"#{cell}-{account.pk}" in html
        assert f'id="{cell}-{account.pk}"' in html

    run.finish(message="Unchanged 1 account.", now=told.NOON)
    assert "every 3s" not in Page(operator.get(LIST)).html
