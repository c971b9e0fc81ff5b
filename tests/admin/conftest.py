"""Somebody of each group, logged in; one of them in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from connector.models.roles import ADMINISTRATOR, OPERATOR, VIEWER


def _logged_in(name: str, group: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    return _logged_in("vera", VIEWER)


@pytest.fixture
def operator(db: None) -> Client:
    return _logged_in("otto", OPERATOR)


@pytest.fixture
def administrator(db: None) -> Client:
    return _logged_in("anna", ADMINISTRATOR)


@pytest.fixture
def superuser(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def visit(page: Page, live_server: LiveServer) -> Callable[[str], None]:
    """Opens in a browser an address of the console as somebody who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])

    def go(address: str) -> None:
        response = page.goto(f"{live_server.url}{address}")
        assert response is not None
        assert response.status == 200

    return go
