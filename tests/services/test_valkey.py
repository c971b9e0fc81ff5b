"""The fixture `redis_url`: real, emptied, and known to everything that reads settings."""

from __future__ import annotations

import django_rq
import pytest
import redis
from django.conf import settings
from django.core.cache import cache


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_finds_it_empty(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", turn)


def test_settings_queue_and_cache_point_at_it(redis_url: str) -> None:
    cache.set("account", "Acme Corp")
    django_rq.get_queue("default").enqueue("builtins.len", [1])

    with redis.Redis.from_url(redis_url) as client:
        assert client.exists("rq:queue:default")
        assert client.exists("syncadmin:1:account")
    assert settings.REDIS_URL.startswith(redis_url)


def test_nobody_listens_without_it() -> None:
    with pytest.raises(redis.ConnectionError), redis.Redis.from_url(settings.REDIS_URL) as client:
        client.ping()
