"""Turns DATABASE_URL and REDIS_URL into Django's settings, with the options this application relies on.

SQLite is the default because it makes the first run need nothing; its write lock is taken when a transaction
begins (IMMEDIATE), since a lock taken half-way cannot be waited for and fails at once instead.
Redis gets short timeouts: pages must still render, and say so, while it is down.
"""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import Any

import environ
import redis

from syncadmin import private_files
from syncadmin.environment import SettingsError

SQLITE_BUSY_SECONDS = 20
POSTGRES_CONNECT_SECONDS = 5
POSTGRES_CONNECTION_AGE = 60  # seconds a web process keeps a connection
REDIS_CONNECT_SECONDS = 2
REDIS_ANSWER_SECONDS = 5

DATABASE_REMEDY = "use sqlite:///var/db.sqlite3 or postgres://user:password@host:5432/name."
REDIS_REMEDY = "use redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket."


def database(url: str, *, base_dir: Path) -> dict[str, Any]:
    """Django's settings of one database; a relative SQLite path starts at the checkout."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return _sqlite(url, base_dir=base_dir)
    if scheme in {"postgres", "postgresql"}:
        return _postgres(url)
    raise SettingsError(f"DATABASE_URL has the scheme {scheme!r}, which is not supported: {DATABASE_REMEDY}")


def _sqlite(url: str, *, base_dir: Path) -> dict[str, Any]:
    path = urllib.parse.unquote(url.removeprefix("sqlite:///"))
    if path == url or not path or path == ":memory:":
        # The worker is another process, so a database in memory would never meet it.
        raise SettingsError(f"DATABASE_URL names no SQLite file: {DATABASE_REMEDY}")
    file = base_dir / path
    if file.parent == base_dir / "var":
        private_files.make_folder(file.parent)
    if not file.parent.is_dir():
        raise SettingsError(f"DATABASE_URL points into {file.parent}, which is not a folder: make it first.")
    return {
        "ENGINE": "syncadmin.private_sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "timeout": SQLITE_BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError as error:  # a port that is no number, brackets that do not close
        raise SettingsError(f"DATABASE_URL is not a valid address: {DATABASE_REMEDY}") from error
    if not config["NAME"]:
        raise SettingsError(f"DATABASE_URL names no database: {DATABASE_REMEDY}")
    options = {"connect_timeout": POSTGRES_CONNECT_SECONDS, **config.get("OPTIONS", {})}
    return {
        "CONN_MAX_AGE": POSTGRES_CONNECTION_AGE,
        "CONN_HEALTH_CHECKS": True,
        **config,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
    }


def redis_url(url: str) -> str:
    """The address with timeouts, which stay as given where the operator set them."""
    try:
        given = redis.connection.parse_url(url)
    except ValueError as error:
        raise SettingsError(f"REDIS_URL is not a valid address: {REDIS_REMEDY}") from error
    timeouts = {
        "socket_connect_timeout": REDIS_CONNECT_SECONDS,
        "socket_timeout": REDIS_ANSWER_SECONDS,
    }
    missing = {name: seconds for name, seconds in timeouts.items() if name not in given}
    if not missing:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urllib.parse.urlencode(missing)}"
