"""An administrator maps a new field of both systems: offered, checked, tried, saved, synced; broken, refused, and put back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from connector.jobs import run_now
from connector.models import FieldMapping
from tests.cast import ACME_CORP
from tests.services.world import PROJECT, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = PROJECT / "test-results" / "mapping"


@pytest.fixture
def console(page: Page, live_server: LiveServer, world: World) -> Page:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.set_default_timeout(10_000)
    page.goto(
        f"{live_server.url}{reverse('admin:connector_integration_change', args=[world.integration.pk])}"
    )
    return page


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def test_a_new_field_is_mapped_tried_synced_broken_and_put_back(console: Page, world: World) -> None:
    page = console
    world.org.add_described_field({"object": "Account", "name": "Tier__c", "type": "string", "length": 20})
    world.org.update("Account", ACME_CORP, Tier__c="gold")
    world.tenant.change_settings({"custom_fields": {"Account": {"Level__c": {"length": 40}}}})

    page.get_by_role("link", name="Add row").first.click()
    expect(page.locator("#mapping-sources option[value=Tier__c]")).to_have_count(1)
    expect(page.locator("#mapping-targets option[value=Level__c]")).to_have_count(1)
    page.locator("[name=source]").fill("Tier__c")
    page.locator("[name=target]").fill("Levle__c")
    expect(page.get_by_text("Zuora has no custom field “Levle__c” on Account.")).to_be_visible()
    picture(page, "1-a-typing-error")
    page.locator("[name=target]").fill("Level__c")
    page.locator("select[name=transform]").select_option("upper")
    expect(page.get_by_text("This row can be saved.")).to_be_visible()
    expect(page.locator("dd", has_text="(string, up to 20 characters)")).to_be_visible()
    page.get_by_role("button", name="Test on this account").click()
    expect(page.locator("#trial").get_by_text("GOLD", exact=True)).to_be_visible()
    picture(page, "2-tried")
    assert world.tenant.snapshot()["accounts"] == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Added “")).to_be_visible()

    assert _synced(world) == "GOLD"

    page.get_by_role("link", name="Change Level__c").click()
    page.locator("[name=source]").fill("Teir__c")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Please correct the error").first).to_be_visible()
    expect(
        page.get_by_text("Salesforce shows the integration user no field “Teir__c” of Account.").first
    ).to_be_visible()
    picture(page, "3-refused")
    assert FieldMapping.objects.get(target="Level__c").source == "Tier__c"

    page.locator("[name=source]").fill("Name")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved “")).to_be_visible()
    assert _synced(world) == "ACME CORP"

    page.get_by_role("link", name="Change Level__c").click()
    page.locator("a[href$='/history/']").click()
    expect(page.locator("#acts > tbody > tr")).to_have_count(2)
    picture(page, "4-history")
    page.get_by_role("button", name="Put this version back").click()
    expect(page.get_by_text("Put back “Account → account: Tier__c → Level__c”.")).to_be_visible()
    expect(page.locator("#acts > tbody > tr")).to_have_count(3)
    picture(page, "5-put-back")
    assert _synced(world) == "GOLD"


def _synced(world: World) -> str:
    """What Zuora holds in the new field after a sync."""
    run_now(world.account, kind="sync", trigger="command")
    (account,) = world.tenant.snapshot()["accounts"]
    return str(account["Level__c"])
