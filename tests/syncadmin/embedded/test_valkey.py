"""The Valkey of the demo and the tests, reachable by its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import redis

from syncadmin.embedded.valkey import running_valkey


def test_it_serves_on_a_private_socket_and_is_gone_afterwards() -> None:
    with running_valkey() as url:
        socket = Path(url.removeprefix("unix://"))
        with redis.Redis.from_url(f"{url}?db=63") as client:
            assert client.ping()
            assert client.config_get("port") == {"port": "0"}
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700

    assert not socket.parent.exists()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()


def test_two_at_once_do_not_meet() -> None:
    with (
        running_valkey() as one,
        running_valkey() as other,
        redis.Redis.from_url(one) as client,
        redis.Redis.from_url(other) as other_client,
    ):
        client.set("account", "Acme Corp")

        assert other_client.get("account") is None
