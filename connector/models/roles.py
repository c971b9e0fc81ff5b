"""Who may do what: three groups that stand after the first migration.

Permissions exist only once `post_migrate` has run, so the groups are made there and not in a migration. A group that exists is
left alone: an administrator who took a right away must not get it back with the next release.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions

VIEWER = "Viewer"
OPERATOR = "Operator"
ADMINISTRATOR = "Administrator"

_ENTERED = ("salesforceconnection", "zuoraconnection", "integration", "fieldmapping")
_RECORDED = ("account", "recordlink", "syncrun", "logentry", "writeintent", "driftreport")

_VIEWS = frozenset(f"view_{model}" for model in (*_ENTERED, *_RECORDED))
_RUNS = frozenset({"sync_account", "preview_account", "add_account", "change_account"})
_TESTS = frozenset({"test_salesforceconnection", "test_zuoraconnection"})
_RESOLVES = frozenset({"resolve_writeintent"})
_REPORTS = frozenset({"start_driftreport"})
_OPERATES = _RUNS | _TESTS | _RESOLVES | _REPORTS
_SETTINGS = frozenset(f"{verb}_{model}" for verb in ("add", "change", "delete") for model in _ENTERED)

ROLES: dict[str, frozenset[str]] = {
    VIEWER: _VIEWS,
    OPERATOR: _VIEWS | _OPERATES,
    ADMINISTRATOR: _VIEWS | _OPERATES | _SETTINGS | {"delete_account", "delete_recordlink"},
}
"""Permission codenames of this app, per group. Nobody is given the right to change what a run recorded."""


def ensure_roles(
    sender: AppConfig, *, using: str, apps: Any = installed_apps, verbosity: int = 1, **_: object
) -> None:
    """Make the groups that are missing. Receiver of `post_migrate`."""
    try:
        group_model = apps.get_model("auth", "Group")
        apps.get_model("connector", "WriteIntent")
    except LookupError:
        return  # migrated only in part, or backwards: there is nothing to give rights on
    # Whether Django's own receiver, which makes the permissions, runs before this one depends on INSTALLED_APPS.
    create_permissions(sender, verbosity=verbosity, using=using, apps=apps)
    groups = group_model.objects.using(using)
    for name, codenames in ROLES.items():
        group, is_new = groups.get_or_create(name=name)
        if is_new:
            group.permissions.set(_permissions(apps, using, codenames))


def _permissions(apps: Any, using: str, codenames: Iterable[str]) -> Any:
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    return permissions.filter(content_type__app_label="connector", codename__in=codenames)
