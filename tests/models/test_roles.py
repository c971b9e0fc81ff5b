"""The three groups on a fresh database, and what they may do."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from connector.models.roles import ADMINISTRATOR, OPERATOR, ROLES, VIEWER, ensure_roles
from tests.models.migrating import migrate

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def rights(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


@pytest.mark.parametrize("name", [VIEWER, OPERATOR, ADMINISTRATOR])
def test_each_group_stands_after_migrating_with_every_right_it_should_have(name: str) -> None:
    assert rights(name) == ROLES[name]


def test_a_viewer_only_looks() -> None:
    assert all(codename.startswith("view_") for codename in rights(VIEWER))


def test_an_operator_runs_and_tests_but_changes_no_settings() -> None:
    grace = User.objects.create(username="grace")
    grace.groups.add(Group.objects.get(name=OPERATOR))
    for right in ("sync_account", "preview_account", "test_salesforceconnection", "test_zuoraconnection"):
        assert grace.has_perm(f"connector.{right}")
    assert grace.has_perm("connector.resolve_writeintent")
    assert not grace.has_perm("connector.change_integration")
    assert not grace.has_perm("connector.change_zuoraconnection")


def test_an_administrator_changes_settings_but_not_what_was_recorded() -> None:
    assert {"add_integration", "change_fieldmapping", "delete_zuoraconnection"} <= rights(ADMINISTRATOR)
    recorded = ("syncrun", "logentry", "writeintent")
    assert not [
        right
        for right in rights(ADMINISTRATOR)
        if right.endswith(recorded) and right.split("_")[0] not in ("view", "resolve")
    ]


def test_no_group_may_manage_users() -> None:
    apps_of_rights = Permission.objects.filter(group__name__in=ROLES).values_list("content_type__app_label")
    assert set(apps_of_rights) == {("connector",)}


def test_a_group_that_exists_is_left_alone() -> None:
    viewer = Group.objects.get(name=VIEWER)
    viewer.permissions.clear()
    Group.objects.get(name=OPERATOR).delete()
    ensure_roles(apps.get_app_config("connector"), using="default", verbosity=0)
    assert rights(VIEWER) == set()
    assert rights(OPERATOR) == ROLES[OPERATOR]


def test_the_groups_do_not_wait_for_djangos_own_permissions() -> None:
    Group.objects.all().delete()
    Permission.objects.filter(content_type__app_label="connector").delete()
    ensure_roles(apps.get_app_config("connector"), using="default", verbosity=0)
    assert rights(ADMINISTRATOR) == ROLES[ADMINISTRATOR]


@pytest.mark.django_db(transaction=True)
def test_groups_of_the_release_before_may_resolve_open_writes_too() -> None:
    try:
        migrate("0019")
        for name in (OPERATOR, ADMINISTRATOR):
            kept = Group.objects.get(name=name)
            kept.permissions.set(kept.permissions.exclude(codename="resolve_writeintent"))
        Permission.objects.filter(codename="resolve_writeintent").delete()
        administrator = Group.objects.get(name=ADMINISTRATOR)
        administrator.permissions.remove(administrator.permissions.get(codename="delete_account"))
    finally:
        migrate()
    assert rights(OPERATOR) == ROLES[OPERATOR]
    assert rights(ADMINISTRATOR) == ROLES[ADMINISTRATOR] - {"delete_account"}
    assert rights(VIEWER) == ROLES[VIEWER]


@pytest.mark.django_db(transaction=True)
def test_migrating_back_and_forth_leaves_the_groups_complete() -> None:
    Group.objects.all().delete()
    try:
        migrate("0003")
        assert not Group.objects.filter(name=VIEWER).exists()
    finally:
        migrate()
    assert rights(ADMINISTRATOR) == ROLES[ADMINISTRATOR]
