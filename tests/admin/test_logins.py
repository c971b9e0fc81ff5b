"""Guessing passwords is slow, locks nobody else out, keeps no password, and is seen by superusers."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.admin.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PASSWORD = "analytical-engine-1843"
WRONG = "canary-7d1f0c"


@pytest.fixture(autouse=True)
def ada(db: None) -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


def _try(
    password: str = WRONG, *, name: str = "ada", address: str = "192.0.2.1", **headers: str
) -> HttpResponse:
    form = {"username": name, "password": password}
    client = Client(REMOTE_ADDR=address, **headers)
    return client.post(reverse("admin:login"), form)  # type: ignore[return-value]


def _lock(*, name: str = "ada", address: str = "192.0.2.1") -> HttpResponse:
    for _ in range(django_settings.AXES_FAILURE_LIMIT - 1):
        assert _try(name=name, address=address).status_code == 200
    return _try(name=name, address=address)


def test_five_failures_lock_the_name_from_that_address_and_say_for_how_long() -> None:
    response = _lock()
    page = Page(response)

    assert response.status_code == 429
    assert 840 < int(response.headers["Retry-After"]) <= 900
    assert "5 attempts failed" in page.text
    assert "Try again in 15 minutes" in page.text
    assert "Syncadmin" in page.text
    assert _try(PASSWORD).status_code == 429


def test_nobody_else_is_locked_out() -> None:
    User.objects.create_superuser("grace", password=PASSWORD)
    _lock()

    assert _try(PASSWORD, address="192.0.2.2").status_code == 302
    assert _try(PASSWORD, name="grace").status_code == 302


def _try_names(count: int, *, prefix: str = "name", address: str = "192.0.2.1") -> list[int]:
    return [_try(name=f"{prefix}-{number}", address=address).status_code for number in range(count)]


@pytest.fixture
def ten_lock_an_address(settings: Settings) -> None:
    """A tenth of a second for each try is much for fifty."""
    settings.ADDRESS_FAILURE_LIMIT = 10


@pytest.mark.usefixtures("ten_lock_an_address")
def test_an_address_that_tries_many_names_is_locked_and_no_other() -> None:
    assert _try_names(12) == [200] * 9 + [429] * 3

    locked = _try(PASSWORD)
    assert locked.status_code == 429
    assert (
        "10 attempts failed from this address (192.0.2.1), so nobody can log in from it" in Page(locked).text
    )
    assert "manage.py axes_reset_ip 192.0.2.1" in Page(locked).text
    assert "Try again in 15 minutes" in Page(locked).text
    assert _try(PASSWORD, address="192.0.2.2").status_code == 302


@pytest.mark.usefixtures("ten_lock_an_address")
def test_the_page_names_a_locked_network_and_the_command_that_frees_it() -> None:
    """As it is kept, which is not as the client knows its own."""
    _try_names(10, address="2001:db8:1:2:aaaa::1")

    text = Page(_try(PASSWORD, address="2001:db8:1:2:bbbb::2")).text
    assert "10 attempts failed from this network (2001:db8:1:2::/64), so nobody can log in from it" in text
    command = re.search(r"manage\.py (axes_reset_ip) ([0-9a-f:]+)”", text)
    assert command is not None
    call_command(*command.groups(), stdout=StringIO())

    assert _try(PASSWORD, address="2001:db8:1:2:bbbb::2").status_code == 302


def test_no_address_is_locked_where_the_limit_is_off(settings: Settings) -> None:
    settings.ADDRESS_FAILURE_LIMIT = 0

    assert _try_names(3) == [200] * 3
    assert _try(PASSWORD).status_code == 302


@pytest.mark.usefixtures("ten_lock_an_address")
def test_the_lock_of_an_address_ends_with_its_oldest_failures_although_somebody_keeps_trying() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _try_names(4)
        clock.shift(timedelta(minutes=5))
        assert _try_names(6, prefix="other")[-1] == 429
        for _ in range(3):
            clock.shift(timedelta(minutes=3))
            response = _try(PASSWORD)
            assert response.status_code == 429
        assert "Try again in 1 minute;" in Page(response).text
        clock.shift(timedelta(minutes=1, seconds=1))

        assert _try(PASSWORD).status_code == 302


@pytest.mark.usefixtures("ten_lock_an_address")
def test_behind_a_proxy_an_address_is_the_one_it_saw(settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    for number in range(10):
        _try(
            name=f"name-{number}",
            address="10.0.0.1",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7",
        )

    locked = _try(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7", address="10.0.0.1")
    free = _try(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8", address="10.0.0.1")

    assert (locked.status_code, free.status_code) == (429, 302)


@pytest.mark.usefixtures("ten_lock_an_address")
def test_clients_without_an_address_are_not_locked_together() -> None:
    assert _try_names(11, address="") == [200] * 11
    assert _try(PASSWORD, address="").status_code == 302


@pytest.mark.usefixtures("ten_lock_an_address")
def test_the_lock_of_an_address_is_taken_away_by_command() -> None:
    assert _try_names(10)[-1] == 429

    call_command("axes_reset_ip", "192.0.2.1", stdout=StringIO())

    assert _try(PASSWORD).status_code == 302


def test_other_browsers_and_forged_headers_are_no_way_around() -> None:
    for number in range(5):
        _try(HTTP_USER_AGENT=f"browser {number}", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")

    assert _try(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.1").status_code == 429


def test_behind_a_proxy_only_the_address_it_saw_counts(settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    for number in range(5):
        _try(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7", address="10.0.0.1")

    locked = _try(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7", address="10.0.0.1")
    free = _try(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8", address="10.0.0.1")

    assert (locked.status_code, free.status_code) == (429, 302)


def test_the_lock_ends_although_somebody_keeps_trying() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _lock()
        for _ in range(14):
            clock.shift(timedelta(minutes=1))
            response = _try()
            assert response.status_code == 429
        assert "Try again in 1 minute;" in Page(response).text
        clock.shift(timedelta(minutes=1, seconds=1))

        assert _try(PASSWORD).status_code == 302


def test_a_login_forgets_the_failures_before_it() -> None:
    for _ in range(4):
        _try()
    assert _try(PASSWORD).status_code == 302

    assert _try().status_code == 200
    assert _try(PASSWORD).status_code == 302


def test_a_lock_is_taken_away_by_command() -> None:
    _lock()

    call_command("axes_reset_username", "ada", stdout=StringIO())

    assert _try(PASSWORD).status_code == 302


def test_a_name_that_nobody_has_is_locked_likewise() -> None:
    """Else the lock would tell which names there are."""
    known, unknown = _lock(), _lock(name="nobody")

    assert known.status_code == unknown.status_code == 429
    assert Page(known).text == Page(unknown).text
    assert _try(name="somebody").status_code == 200


def test_no_password_is_kept_wherever_it_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _try()
    _try(name=WRONG)
    Client().post(reverse("admin:login"), {"username": "ada", "passwort": WRONG, "password": "x"})
    _try(PASSWORD)
    _try(WRONG)
    out = StringIO()
    call_command("dumpdata", "axes", "sessions", "admin", stdout=out)

    assert AccessFailureLog.objects.count() == 4
    assert "unknown name " in out.getvalue()
    for kept in (out.getvalue(), caplog.text):
        assert WRONG not in kept
        assert PASSWORD not in kept


@pytest.mark.parametrize("name", ["", "\x00", "a" * 5_000, "<script>alert(1)</script>", "ada\x00"])
def test_a_hostile_name_is_only_wrong(name: str) -> None:
    assert _try(name=name).status_code == 200
    assert AccessAttempt.objects.filter(username="ada").count() == 0


def test_superusers_read_who_came_in_and_who_did_not() -> None:
    _lock()
    _try(name="<script>alert(1)</script>")
    client = Client(REMOTE_ADDR="192.0.2.2", HTTP_USER_AGENT="<img src=x>")
    client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})

    came = Page(client.get(reverse("admin:axes_accesslog_changelist")))
    failed = Page(client.get(reverse("admin:axes_accessfailurelog_changelist")))
    one = Page(client.get(reverse("admin:axes_accesslog_change", args=[AccessLog.objects.get().pk])))

    assert "192.0.2.2" in came.text
    assert "192.0.2.1" in failed.text
    assert failed.text.count("unknown name") == 1
    assert "Locked out" in failed.text
    assert "Failed logins" in failed.text
    assert "<img src=x>" not in came.html + one.html
    assert "Save" not in one.buttons


@pytest.mark.parametrize("model", ["accesslog", "accessfailurelog"])
def test_nobody_else_reads_logins_and_nobody_changes_them(
    administrator: Client, superuser: Client, model: str
) -> None:
    _try()
    _try(PASSWORD)
    kept = {"accesslog": AccessLog, "accessfailurelog": AccessFailureLog}[model].objects
    row = kept.get(username="ada")
    pages = [
        reverse(f"admin:axes_{model}_changelist"),
        *(reverse(f"admin:axes_{model}_{view}", args=[row.pk]) for view in ("change", "history", "delete")),
        reverse(f"admin:axes_{model}_add"),
    ]

    assert [administrator.get(page).status_code for page in pages] == [403] * 5
    assert [superuser.get(page).status_code for page in pages] == [200, 200, 200, 403, 403]
    for page in pages[1:]:
        superuser.post(page, {"username": "changed", "post": "yes"})
    assert kept.filter(username="ada").count() == 1
    assert "Failed logins" not in Page(administrator.get(reverse("admin:index"))).text


def test_a_session_begins_anew_with_the_login_and_ends_with_the_password(ada: User) -> None:
    client, other = Client(), Client()
    client.get(reverse("admin:login"))
    for each in (client, other):
        each.cookies["sessionid"] = "a" * 32
        each.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a" * 32
    assert other.get(reverse("admin:index")).status_code == 200

    change = {
        "old_password": PASSWORD,
        "new_password1": "difference-1822",
        "new_password2": "difference-1822",
    }
    assert client.post(reverse("admin:password_change"), change).status_code == 302

    assert client.get(reverse("admin:index")).status_code == 200
    assert other.get(reverse("admin:index")).status_code == 302
    assert _try(PASSWORD).status_code == 200


def test_the_cookies_of_a_login_are_closed_to_scripts_and_to_other_sites(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get(reverse("admin:login"))
    client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})

    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax"), name
    assert client.cookies["sessionid"]["max-age"] == 12 * 3600
