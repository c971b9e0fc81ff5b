"""The fixture `page` drives a real browser, and fails its test when a script or the policy does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_the_login_page_works_under_its_policy(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/admin/")

    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_text("Please enter the correct username and password")).to_be_visible()


BROKEN = """
def test_script_error(page):
    with page.expect_event("pageerror"):
        page.goto("data:text/html,<script>setTimeout(() => none_such(), 0)</script>")

def test_refused_script(page):
    policy = "<meta http-equiv=Content-Security-Policy content=\\"script-src 'none'\\">"
    with page.expect_console_message():
        page.goto(f"data:text/html,{policy}<script>1</script>")

def test_sound_page(page):
    page.goto("data:text/html,<p>sound</p>")
"""


@pytest.mark.usefixtures("chromium")
def test_a_broken_page_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text(BROKEN)
    options = ["-p", "tests.services.browser", "-p", "no:django", "-c", os.devnull, "--rootdir", tmp_path]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "3 passed, 2 errors" in done.stdout
    assert "none_such is not defined" in done.stdout
    assert "Content Security Policy" in done.stdout
