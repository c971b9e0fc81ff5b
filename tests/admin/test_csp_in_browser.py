"""Every page of the console in a real browser: the policy stops nothing, no script breaks, and nothing is missing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response
from pytest_django.live_server_helper import LiveServer

from tests.admin.endpoints import EXPECTED, FOUND, endpoints
from tests.admin.installation import Installation, populate
from tests.services.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRAVE = ("error", "warning")
LEFT = "net::ERR_ABORTED"
"""What the browser says of something that was still on its way when the next page was opened."""


@pytest.fixture
def installed(world: World) -> Installation:
    return populate(world.integration, world.account)


@pytest.fixture
def faults(page: Page) -> list[str]:
    """What the browser complains about, with the page that was open."""
    told: list[str] = []

    def keep_message(message: ConsoleMessage) -> None:
        if message.type in GRAVE:
            told.append(f"{page.url}: {message.text}")

    def keep_error(error: Error) -> None:
        told.append(f"{page.url}: {error}")

    def keep_refusal(response: Response) -> None:
        if response.status >= 400:
            told.append(f"{page.url}: {response.status} {response.url}")

    def keep_failure(request: Request) -> None:
        if request.failure != LEFT:
            told.append(f"{page.url}: {request.failure} {request.url}")

    page.on("console", keep_message)
    page.on("pageerror", keep_error)
    page.on("response", keep_refusal)
    page.on("requestfailed", keep_failure)
    return told


def _pages(installed: Installation) -> list[str]:
    """What a superuser can open: each endpoint that shows a page, and what some show besides."""
    known = [endpoint for endpoint in endpoints() if endpoint.key in EXPECTED]
    shown = [each for each in known if each.expected.is_page and each.expected.root == FOUND]
    unconfirmed = installed.spare["connector_salesforceconnection"]
    return [
        *(each.address(installed) for each in shown),
        reverse("admin:connector_salesforceconnection_change", args=[unconfirmed.pk]),
        reverse("admin:connector_syncrun_change", args=[installed.open_run.pk]),
        reverse("admin:connector_syncrun_change", args=[installed.preview.pk]),
        reverse("admin:connector_account_change", args=[installed.account.pk]) + "?level=error",
        reverse("admin:connector_account_changelist") + "?q=nothing-like-it",
        reverse("admin:connector_writeintent_changelist") + "?state=all",
        reverse("error_help") + "?system=Zuora&code=53100020&status=400",
    ]


def _open(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status == 200, address
    assert "script-src 'self'" in response.headers["content-security-policy"], address


def test_no_page_breaks_the_policy_or_misses_anything(
    page: Page, live_server: LiveServer, installed: Installation, faults: list[str]
) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    addresses = _pages(installed)
    assert len(addresses) > 60

    for address in addresses:
        _open(page, f"{live_server.url}{address}")

    assert not faults, "\n".join(faults)


def test_neither_does_the_login(page: Page, live_server: LiveServer, faults: list[str]) -> None:
    _open(page, f"{live_server.url}{reverse('admin:login')}")

    assert not faults, "\n".join(faults)
