"""The shared cache holds JSON: nothing read from Redis can run code."""

from __future__ import annotations

import pytest
import redis
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _shared(redis_url: str) -> None:
    """Every test here uses the real cache."""


@pytest.mark.parametrize("value", ["é", 7, None, {"token": "t", "expires": 1.5}, ["a", 2], True])
def test_a_value_comes_back(value: object) -> None:
    cache.set("key", value)

    assert cache.get("key", default="absent") == value


def test_a_number_counts_up() -> None:
    cache.set("count", 1)

    assert cache.incr("count") == 2


def test_what_is_stored_is_json(redis_url: str) -> None:
    cache.set("key", {"a": 1})

    with redis.Redis.from_url(redis_url) as client:
        (name,) = client.keys()
        assert client.get(name) == b'{"a":1}'


def test_an_object_is_refused() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        cache.set("key", object())
