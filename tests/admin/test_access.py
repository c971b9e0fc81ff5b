"""Users and groups in the console's frame."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from connector.models.roles import OPERATOR
from tests.admin.pages import Page, messages

pytestmark = pytest.mark.django_db


def test_users_and_groups_have_the_consoles_frame(superuser: Client) -> None:
    for address in ("admin:auth_user_changelist", "admin:auth_user_add", "admin:auth_group_changelist"):
        assert "Salesforce CPQ to Zuora Billing" in Page(superuser.get(reverse(address))).text


def test_a_user_is_made_and_given_a_role(superuser: Client) -> None:
    password = "analytical-engine-1843"
    form = {"username": "ada", "usable_password": "true", "password1": password, "password2": password}

    response = superuser.post(reverse("admin:auth_user_add"), form, follow=True)

    ada = User.objects.get(username="ada")
    assert messages(response) == ["Added “ada”."]
    assert response.redirect_chain[-1][0] == reverse("admin:auth_user_change", args=[ada.pk])
    joined = ada.date_joined
    group = Group.objects.get(name=OPERATOR)
    superuser.post(
        reverse("admin:auth_user_change", args=[ada.pk]),
        {
            "username": "ada",
            "is_active": "on",
            "is_staff": "on",
            "groups": [group.pk],
            "date_joined_0": f"{joined:%Y-%m-%d}",
            "date_joined_1": f"{joined:%H:%M:%S}",
        },
    )
    ada = User.objects.get(username="ada")
    assert ada.is_staff
    assert ada.has_perm("connector.sync_account")


def test_a_new_user_may_log_in_here_unless_somebody_says_no(superuser: Client) -> None:
    page = Page(superuser.get(reverse("admin:auth_user_add")))
    box = re.search(r'<input[^>]*name="is_staff"[^>]*>', page.html)
    assert box is not None
    assert "checked" in box.group()
    assert "Needed to log in here." in page.text

    password = "analytical-engine-1843"
    form = {"usable_password": "true", "password1": password, "password2": password}
    for name, ticked in (("ada", {"is_staff": "on"}), ("grace", {})):
        superuser.post(reverse("admin:auth_user_add"), {"username": name, **form, **ticked})

    assert [User.objects.get(username=name).is_staff for name in ("ada", "grace")] == [True, False]


def test_an_administrator_of_the_connector_makes_no_users(administrator: Client) -> None:
    assert administrator.get(reverse("admin:auth_user_changelist")).status_code == 403
    assert administrator.get(reverse("admin:auth_user_add")).status_code == 403
