"""Somebody of each group, logged in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

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
