"""A real browser for tests marked `browser`.

A page fails its test when a script breaks or the content security policy stops something, because neither
shows in what a test looks at. A machine without Chromium skips these tests and says so; CI=true makes that an
error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from syncadmin.embedded.chromium import chromium_path

POLICY_WORDS = ("Content Security Policy", "Content-Security-Policy")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; without one the test is skipped, or fails in CI."""
    path = chromium_path()
    if path is None:
        reason = "Chromium is not installed; run manage.py test as root once, or install the package chromium"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright's synchronous face keeps an event loop in this thread, where Django then suspects async code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Chromium's own sandbox does not work for root; the pages are ours, from loopback.
        browser = playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a fresh session; fails the test when one of its scripts did."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", timezone_id="UTC")
    page = context.new_page()
    problems: list[str] = []

    def keep_error(error: Error) -> None:
        problems.append(str(error))

    def keep_refusal(message: ConsoleMessage) -> None:
        if any(words in message.text for words in POLICY_WORDS):
            problems.append(message.text)

    page.on("pageerror", keep_error)
    page.on("console", keep_refusal)
    yield page
    context.close()
    assert not problems, f"The browser reported: {problems}"


@pytest.fixture
def visit(page: Page, live_server: LiveServer) -> Callable[[str], None]:
    """Opens in a browser an address of the console as somebody who may do everything."""
    from django.contrib.auth.models import User  # needs the apps, which not every user of this file has

    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])

    def go(address: str) -> None:
        response = page.goto(f"{live_server.url}{address}")
        assert response is not None
        assert response.status == 200

    return go
