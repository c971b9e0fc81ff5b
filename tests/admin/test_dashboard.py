"""The first page: whom something waits for, what runs, and whether what is needed is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connector.admin.dashboard import ROWS_SHOWN
from connector.domain import ids
from connector.models import Account, Integration, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

INDEX = reverse("admin:index")


def _integration() -> Integration:
    return rows.integration()


def test_a_fresh_installation_says_what_to_do_first(administrator: Client) -> None:
    page = Page(administrator.get(INDEX))

    assert "First steps 1. Connect Salesforce Start 2. Connect Zuora Start" in page.text
    assert reverse("admin:connector_salesforceconnection_add") in page.addresses


def test_steps_that_are_done_say_so_and_vanish_at_the_end(administrator: Client) -> None:
    integration = _integration()
    assert "1. Connect Salesforce Done" in Page(administrator.get(INDEX)).text
    assert "4. Add the first account Start" in Page(administrator.get(INDEX)).text

    rows.account(of=integration)
    assert "First steps" not in Page(administrator.get(INDEX)).text


def test_who_may_not_set_up_is_not_told_to(viewer: Client) -> None:
    assert "First steps" not in Page(viewer.get(INDEX)).text


def test_accounts_are_counted_and_those_that_need_somebody_are_named(viewer: Client) -> None:
    integration = _integration()
    rows.account(ACME_HOLDING, of=integration, name="Acme Holding", last_outcome=Account.Outcome.SUCCEEDED)
    rows.account(ACME_LABS, of=integration, name="Acme Labs")
    run = rows.started_run(rows.account(ACME_CORP, of=integration))
    run.fail(message="Fill Billing State and resync.", who_acts="The owner of the record", now=told.NOON)

    page = Page(viewer.get(INDEX))

    for shown in ("1 Failed", "0 Partly synced", "0 Running", "1 Succeeded", "1 Never synced"):
        assert shown in page.text
    assert "Acme Corp Failed Fill Billing State and resync. The owner of the record" in page.text
    assert "Acme Labs Failed" not in page.text
    assert reverse("admin:connector_account_change", args=[run.account_id]) in page.addresses


def test_more_than_fit_are_listed_together(viewer: Client) -> None:
    integration = _integration()
    for number in range(ROWS_SHOWN):
        outcome = Account.Outcome.PARTIAL if number % 2 else Account.Outcome.FAILED
        key = ids.normalise(f"0010000000{number:05}")
        rows.account(key, of=integration, last_outcome=outcome)
    page = Page(viewer.get(INDEX))

    all_of_them = next(address for address in page.addresses if "last_outcome__in" in address)

    assert len(viewer.get(all_of_them).context["cl"].result_list) == ROWS_SHOWN


def test_when_nobody_is_needed_it_says_so(viewer: Client) -> None:
    rows.account(last_outcome=Account.Outcome.SUCCEEDED)

    assert "No account needs anybody." in Page(viewer.get(INDEX)).text


def test_open_runs_are_listed(viewer: Client) -> None:
    run = rows.sync_run(requested_by=User.objects.create_user("grace"))
    closed = rows.started_run(rows.account(ACME_LABS, of=run.account.integration, name="Acme Labs"))
    closed.finish(message="Done.", now=told.NOON)

    page = Page(viewer.get(INDEX))

    assert "Acme Corp Sync by grace" in page.text
    assert "Queued" in page.text
    assert reverse("admin:connector_syncrun_change", args=[closed.pk]) not in page.addresses


def test_a_queue_that_is_away_is_said_and_the_page_still_stands(viewer: Client) -> None:
    rows.account()

    text = Page(viewer.get(INDEX)).text

    assert "The queue is away The queue cannot be reached: start Redis" in text
    assert "1 Never synced" in text


@pytest.mark.usefixtures("redis_url")
def test_a_queue_without_a_worker_is_said(viewer: Client) -> None:
    text = Page(viewer.get(INDEX)).text

    assert "Nobody is working No worker is running" in text
    assert "0 workers · 0 in the queue" in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_url")
def test_what_waits_in_the_queue_is_counted(operator: Client) -> None:
    account = rows.account()
    operator.post(reverse("admin:connector_account_preview", args=[account.pk]))

    assert "1 in the queue" in Page(operator.get(INDEX)).text
    assert SyncRun.objects.get().kind == SyncRun.Kind.PREVIEW


@pytest.mark.django_db(transaction=True)
def test_without_a_queue_a_click_says_why_nothing_happens(operator: Client) -> None:
    account = rows.account()

    response = operator.post(reverse("admin:connector_account_sync", args=[account.pk]), follow=True)

    assert SyncRun.objects.get().status == SyncRun.Status.QUEUED
    assert "Redis does not answer, so no worker knows of this run yet." in Page(response).text


def test_connections_show_their_last_test(viewer: Client) -> None:
    integration = _integration()
    integration.salesforce.record_test(
        report={"ok": True, "lines": {}}, now=timezone.now() + timedelta(seconds=1)
    )
    integration.zuora.record_test(report={"ok": False, "message": "No."}, now=timezone.now())

    text = Page(viewer.get(INDEX)).text

    assert "Acme org Salesforce · tested" in text
    assert "Answered Acme tenant Zuora · tested" in text
    assert "Test failed" in text


def test_nothing_is_shown_to_whom_it_is_not_for(client: Client) -> None:
    rows.account()
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    page = Page(client.get(INDEX))

    assert "Waiting for somebody" not in page.text
    assert "Connections" not in page.text
    assert not [link for link in page.links if link in ("Accounts", "Runs", "Log", "Users")]


def test_the_side_bar_leads_where_one_may_go(viewer: Client, superuser: Client) -> None:
    everybody = {"Overview", "Accounts", "Runs", "Log", "Records in Zuora", "Open writes", "Integrations"}
    shown = {" ".join(link.split()[1:]) for link in Page(viewer.get(INDEX)).links}

    assert everybody <= shown
    assert "Users" not in shown
    assert "Users" in {" ".join(link.split()[1:]) for link in Page(superuser.get(INDEX)).links}
