"""A real Valkey for tests: one server per run, one emptied database of it per worker.

`manage.py test` starts the server and hands its address down; a bare `pytest` starts one when first asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis
from django.conf import LazySettings

from syncadmin import services
from syncadmin.embedded.valkey import running_valkey


@pytest.fixture(scope="session")
def valkey_server_url() -> Iterator[str]:
    """The server's address, without a database number."""
    if given := os.environ.get("SYNCADMIN_TEST_VALKEY_URL"):
        yield given
        return
    with running_valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_server_url: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> str:
    """This worker's database, emptied; settings, queue, cache and processes to be started all point at it."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{valkey_server_url}?db={number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    with_timeouts = services.redis_url(url)
    settings.REDIS_URL = with_timeouts
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": with_timeouts}}
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": with_timeouts}}
    monkeypatch.setenv("REDIS_URL", url)
    return url
