"""Which database a run is on, and what that leaves to run.

A run is on SQLite unless `manage.py test` hands down a PostgreSQL; there, only tests marked `postgres` run.
A test marked `postgres(only=True)` asserts what SQLite does not do.
"""

from __future__ import annotations

import os
import urllib.parse

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer

ON_POSTGRES = "SYNCADMIN_TEST_DATABASE_URL" in os.environ


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that drive other processes come first: they take long, and would keep one process of the run busy after all others."""
    config.hook.pytest_deselected(items=[item for item in items if not _runs_here(item)])
    items[:] = sorted(filter(_runs_here, items), key=lambda item: not _drives_processes(item))


def _drives_processes(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("browser", "worker"))


def _runs_here(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("postgres")
    if ON_POSTGRES:
        return marker is not None
    return marker is None or not marker.kwargs.get("only", False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file of this worker, because other processes of a test open it too."""
    if not ON_POSTGRES:
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """Started only once the database is a file: a server that finds one in memory takes the tests' own connection into its
    threads, where SQLite crashes the process."""
    return live_server


@pytest.fixture
def process_environment(redis_url: str, transactional_db: None) -> dict[str, str]:
    """The environment for processes that shall work on this test's database and queue."""
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {
        **ours,
        "DJANGO_SETTINGS_MODULE": "syncadmin.settings",
        "DATABASE_URL": _database_url(),
        "REDIS_URL": redis_url,
        "SANDBOX_ROUTES": ",".join(f"{host}={url}" for host, url in django_settings.SANDBOX_ROUTES.items()),
        "SYNCADMIN_BOOTSTRAP": "0",
    }


def _database_url() -> str:
    """The address of the database that pytest-django made for this worker."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{urllib.parse.quote(str(database['NAME']))}"
    return f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}"
