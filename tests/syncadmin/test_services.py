"""DATABASE_URL and REDIS_URL become settings with our options, or a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from syncadmin.environment import SettingsError
from syncadmin.services import database, redis_url


def test_sqlite_waits_for_its_lock_from_the_start_of_a_transaction(tmp_path: Path) -> None:
    settings = database("sqlite:///var/db.sqlite3", base_dir=tmp_path)

    assert settings["NAME"] == str(tmp_path / "var" / "db.sqlite3")
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]
    assert settings["OPTIONS"]["timeout"] > 0
    assert (tmp_path / "var").is_dir()


def test_an_absolute_sqlite_path_stays(tmp_path: Path) -> None:
    file = tmp_path / "a b.sqlite3"

    settings = database(f"sqlite:///{str(file).replace(' ', '%20')}", base_dir=Path("/elsewhere"))

    assert settings["NAME"] == str(file)


def test_postgres_is_given_up_on_soon_and_keeps_its_connections() -> None:
    settings = database("postgres://ada:p%40ss@db.example.com:5433/sync?sslmode=require", base_dir=Path("/"))

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example.com", 5433, "sync")
    assert (settings["USER"], settings["PASSWORD"]) == ("ada", "p@ss")
    assert settings["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert settings["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://db.example.com/sync", "has the scheme 'mysql', which is not supported"),
        ("db.sqlite3", "which is not supported"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite:///:memory:", "names no SQLite file"),
        ("sqlite:///none/such/db.sqlite3", "which is not a folder: make it first"),
        ("postgres://db.example.com:port/sync", "is not a valid address"),
        ("postgres://db.example.com", "names no database"),
    ],
)
def test_a_database_that_cannot_work_is_refused(url: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^DATABASE_URL .*{words}"):
        database(url, base_dir=tmp_path)


def test_redis_gets_short_timeouts() -> None:
    given = redis.connection.parse_url(redis_url("rediss://:p%40ss@redis.example.com:6380/2?protocol=2"))

    assert given["socket_connect_timeout"] == 2
    assert given["socket_timeout"] == 5
    assert (given["host"], given["port"], given["db"], given["password"]) == (
        "redis.example.com",
        6380,
        2,
        "p@ss",
    )
    assert given["protocol"] == 2


def test_timeouts_of_the_operator_stay() -> None:
    url = "unix:///run/redis.sock?db=3&socket_timeout=9&socket_connect_timeout=1"

    assert redis_url(url) == url


@pytest.mark.parametrize(
    "url", ["http://redis.example.com", "redis.example.com:6379", "redis://h:port/0", "redis://h?db=x"]
)
def test_a_redis_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^REDIS_URL is not a valid address: use redis://"):
        redis_url(url)
