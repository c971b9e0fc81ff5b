"""The settings of a test run: the real ones, over an environment of which nothing is left to chance.

What the developer's shell or `.env` says is set aside, so that no test can reach a database or a Redis that
somebody works with. The values go into the process environment, because xdist's workers and the processes
that tests start (a job worker, a web server) read their settings from there as well.
"""

from __future__ import annotations

import os
import tempfile

from syncadmin import keys

OPERATOR_VARIABLES = (
    "ADDRESS_FAILURE_LIMIT",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "EXTRA_REMOTE_HOSTS",
    "FIELD_ENCRYPTION_KEYS",
    "LOG_DAYS",
    "LOG_DETAIL_DAYS",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "REDIS_URL",
    "REMOTE_CONNECT_TIMEOUT",
    "REMOTE_READ_TIMEOUT",
    "REMOTE_RETRIES",
    "SANDBOX_ROUTES",
    "SECRET_KEY",
    "TIME_ZONE",
    "WEB_SECURE",
)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"  # a test that needs Redis asks for the fixture `redis_url`


def _prepare_environment() -> None:
    if "SYNCADMIN_TEST_KEYS" not in os.environ:  # the first process of the run: its children inherit the keys
        for name in OPERATOR_VARIABLES:
            os.environ.pop(name, None)
            os.environ.pop(f"{name}_FILE", None)
        os.environ.update(keys.throwaway_keys())
        os.environ["SYNCADMIN_TEST_KEYS"] = "made"
    os.environ.update(
        SYNCADMIN_DOTENV="0",
        DATABASE_URL=os.environ.get("SYNCADMIN_TEST_DATABASE_URL")
        or f"sqlite:///{tempfile.gettempdir()}/syncadmin-unused.sqlite3",
        REDIS_URL=NOBODY_LISTENS,
        WEB_SECURE="0",
        LOG_FORMAT="console",
        LOG_LEVEL="WARNING",
    )


_prepare_environment()

from syncadmin.settings import *  # noqa: E402, F403 - only now is there something to read
from syncadmin.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Only what `tests/services/databases.py` makes for a test run is ever a file, and none survives a power cut.
    DATABASES["default"]["NAME"] = ":memory:"
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
