"""The main job as its user does it: in a real browser, with a real worker, against both sandboxes.

Credentials are typed in, tested, paired; an account is found, previewed, synced and watched; its data is broken, its failure read,
repaired and resynced. A picture of every station is kept in test-results/journey.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from connector.models import LogEntry, RecordLink, SyncRun, WriteIntent
from connector.sandbox import demo_org
from tests.services.nursery import Forked
from tests.services.world import PROJECT, SALESFORCE_HOST, ZUORA_HOST, Remotes

pytestmark = [pytest.mark.browser, pytest.mark.worker]

PICTURES = PROJECT / "test-results" / "journey"
ACCOUNT = demo_org.showcase()["healthy"]
PATIENCE_MS = 15_000


@pytest.fixture
def console(page: Page, live_server: LiveServer, worker: Forked, remotes: Remotes) -> Page:
    """A logged-in administrator's browser, before anything is entered; the demo's org is there to be found."""
    remotes.org.reset()
    remotes.org.seed(demo_org.build())
    User.objects.create_superuser("ada", "ada@acme.example", "analytical")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("analytical")
    page.get_by_role("button", name="Log in").click()
    return page


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def _menu(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(rf"^\S*\s*{name}$")).first.click()


def _fill(page: Page, field: str, value: str) -> None:
    page.locator(f"[name={field}]").fill(value)


def _enter_salesforce(page: Page, remotes: Remotes) -> None:
    _menu(page, "Salesforce")
    page.get_by_role("link", name=re.compile("Add Salesforce connection", re.IGNORECASE)).first.click()
    _fill(page, "name", "Acme org")
    _fill(page, "host", SALESFORCE_HOST)
    _fill(page, "consumer_key", remotes.org.logins.consumer_key)
    _fill(page, "consumer_secret", remotes.org.logins.consumer_secret)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("Salesforce answered")).to_be_visible()
    _picture(page, "1-salesforce-connection")
    assert remotes.org.logins.consumer_secret not in page.content()


def _enter_zuora(page: Page, remotes: Remotes) -> None:
    _menu(page, "Zuora")
    page.get_by_role("link", name=re.compile("Add Zuora connection", re.IGNORECASE)).first.click()
    _fill(page, "name", "Acme tenant")
    page.locator("select[name=data_centre]").select_option("custom")
    _fill(page, "custom_host", ZUORA_HOST)
    _fill(page, "client_id", remotes.tenant.client_id)
    _fill(page, "client_secret", remotes.tenant.client_secret)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("Zuora answered")).to_be_visible()
    expect(page.get_by_text("crmId__c is there")).to_be_visible()
    _picture(page, "2-zuora-connection")
    assert remotes.tenant.client_secret not in page.content()


def _pair(page: Page) -> None:
    _menu(page, "Integrations")
    page.get_by_role("link", name=re.compile("Add integration", re.IGNORECASE)).first.click()
    _fill(page, "name", "Production")
    page.locator("select[name=salesforce]").select_option(label="Acme org")
    page.locator("select[name=zuora]").select_option(label="Acme tenant")
    page.get_by_role("button", name="Save", exact=True).click()
    _picture(page, "3-integration")


def _add_account(page: Page) -> None:
    _menu(page, "Accounts")
    page.get_by_role("link", name="Add account").first.click()
    page.get_by_label("Name or Salesforce id").fill("Acme Co")
    found = page.locator("#results")
    expect(found.get_by_text("Acme Corp", exact=True)).to_be_visible()
    _picture(page, "4-add-account")
    found.get_by_role("button", name="Add", exact=True).first.click()


def _open_account(page: Page) -> None:
    _menu(page, "Accounts")
    page.get_by_role("link", name=re.compile("Acme Corp")).first.click()


def _status(page: Page, word: str) -> None:
    """Watch the run's page, which renews itself, until it says so."""
    expect(page.locator("#run-status, .sa-badge").filter(has_text=word).first).to_be_visible(
        timeout=PATIENCE_MS
    )


def test_from_credentials_to_a_repaired_account(console: Page, remotes: Remotes) -> None:
    page = console
    _enter_salesforce(page, remotes)
    _enter_zuora(page, remotes)
    _pair(page)
    _add_account(page)

    # Preview: the plan with its money, and nothing written.
    _open_account(page)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("1,200.00").or_(page.get_by_text("Salesforce sold")).first).to_be_visible(
        timeout=PATIENCE_MS
    )
    _picture(page, "5-preview")
    assert remotes.zuora.writes() == []

    # Sync, watched until it ends.
    _open_account(page)
    page.get_by_role("button", name="Sync", exact=True).click()
    _status(page, "Succeeded")
    _picture(page, "6-sync")
    state = remotes.zuora.state()
    assert [account["name"] for account in state["accounts"]] == ["Acme Holding", "Acme Corp"]
    assert len(state["orders"]) == 2

    # The billing state is lost in Salesforce; the failure says what to do.
    remotes.org.update("Account", ACCOUNT, BillingState=None)
    _open_account(page)
    page.get_by_role("button", name="Sync", exact=True).click()
    _status(page, "Failed")
    expect(page.get_by_text("has no billing state").first).to_be_visible()
    expect(page.get_by_text("Fill BillingState in Salesforce and resync").first).to_be_visible()
    _picture(page, "7-failure")

    # Repaired, and pressed again on the failure's own page.
    remotes.org.update("Account", ACCOUNT, BillingState="CA")
    page.get_by_role("button", name="Resync").first.click()
    _status(page, "Succeeded")
    _picture(page, "8-resync")
    _open_account(page)
    _picture(page, "9-account")
    _menu(page, "Overview")
    _picture(page, "10-overview")

    _assert_nothing_twice(remotes)


def test_a_second_sync_writes_nothing(console: Page, remotes: Remotes) -> None:
    page = console
    _enter_salesforce(page, remotes)
    _enter_zuora(page, remotes)
    _pair(page)
    _add_account(page)
    for _ in range(2):
        _open_account(page)
        remotes.zuora.forget_requests()
        page.get_by_role("button", name="Sync", exact=True).click()
        _status(page, "Succeeded")

    assert remotes.zuora.writes() == []
    last = SyncRun.objects.latest("created_at")
    assert set(last.entries.filter(step=LogEntry.Step.APPLY).values_list("action", flat=True)) == {
        "unchanged"
    }
    _assert_nothing_twice(remotes)


def _assert_nothing_twice(remotes: Remotes) -> None:
    state = remotes.zuora.state()
    for kind, name in (("accounts", "crmId"), ("contacts", "crmId__c"), ("orders", "orderNumber")):
        found = [record[name] for record in state[kind] if record.get(name)]
        assert len(found) == len(set(found)), f"{kind} exist twice"
    assert not WriteIntent.objects.exclude(state=WriteIntent.State.SETTLED).exists()
    assert RecordLink.objects.filter(noun="order").count() == len(state["orders"])
