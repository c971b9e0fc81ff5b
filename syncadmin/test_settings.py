"""The settings of a test run: the real ones, over an environment of which nothing is left to chance.

What the developer's shell or `.env` says is set aside, so that no test can reach a database or a Redis that
somebody works with. The values go into the process environment, because xdist's workers and the processes
that tests start (a job worker, a web server) read their settings from there as well.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from syncadmin import keys

OPERATOR_VARIABLES = (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "EXTRA_REMOTE_HOSTS",
    "FIELD_ENCRYPTION_KEYS",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "REDIS_URL",
    "SANDBOX_ROUTES",
    "SECRET_KEY",
    "TIME_ZONE",
    "WEB_SECURE",
)
NOBODY_LISTENS = "redis://127.0.0.1:1/0"  # a test that needs Redis asks for the fixture `redis_url`


def _run_directory() -> str:
    """The folder of this run; made here when pytest was started without `manage.py test`."""
    if "SYNCADMIN_TEST_DIR" not in os.environ:
        os.environ["SYNCADMIN_TEST_DIR"] = tempfile.mkdtemp(prefix="syncadmin-test-")
        atexit.register(shutil.rmtree, os.environ["SYNCADMIN_TEST_DIR"], ignore_errors=True)
    return os.environ["SYNCADMIN_TEST_DIR"]


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
        or f"sqlite:///{_run_directory()}/unused.sqlite3",
        REDIS_URL=NOBODY_LISTENS,
        WEB_SECURE="0",
        LOG_FORMAT="console",
        LOG_LEVEL="WARNING",
    )


_prepare_environment()

from syncadmin.settings import *  # noqa: E402, F403 - only now is there something to read
from syncadmin.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, because other processes of a test open it too. Losing it in a power cut does not matter.
    DATABASES["default"]["TEST"] = {"NAME": f"{_run_directory()}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
