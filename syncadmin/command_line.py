"""What manage.py does once its packages are there: choose the settings, then hand over to Django.

A problem with the settings ends in one sentence and exit status 2; a traceback would only hide it.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line

from syncadmin import demo_environment, keys
from syncadmin.environment import Environment, SettingsError, load_env_file

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO_ENV_FILE = BASE_DIR / "var" / "demo" / demo_environment.FILE
TEST_SETTINGS = "syncadmin.test_settings"

# Where one of these is given, somebody is configuring an installation: mixed with the demo's, its commands would work on
# the database of the one with the keys of the other.
INSTALLATION = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL")

# These sign and store nothing, so they work in a fresh checkout; `demo` makes lasting keys of its own.
COMMANDS_WITHOUT_KEYS = frozenset({"", "help", "version", "demo", "sandbox", "collectstatic"})


def run(argv: Sequence[str]) -> int:
    """Run the command and return the exit status."""
    command = argv[1] if len(argv) > 1 else ""
    try:
        _choose_settings(command, argv[2:])
        settings.configured or settings.INSTALLED_APPS  # noqa: B018 - reads the settings, or refuses them
        _name_the_database(command)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    execute_from_command_line(_without_pytest_options(argv) if command == "test" else list(argv))
    return 0


def _without_pytest_options(argv: Sequence[str]) -> list[str]:
    """Hand what follows "--" to pytest by its own variable: Django's parser does not carry it through."""
    if "--" not in argv:
        return list(argv)
    position = list(argv).index("--")
    given = os.environ.get("PYTEST_ADDOPTS", "")
    os.environ["PYTEST_ADDOPTS"] = f"{given} {shlex.join(argv[position + 1 :])}".strip()
    return list(argv[:position])


def _choose_settings(command: str, arguments: Sequence[str]) -> None:
    if command == "test" or os.environ.get("DJANGO_SETTINGS_MODULE") == TEST_SETTINGS:
        os.environ["DJANGO_SETTINGS_MODULE"] = TEST_SETTINGS
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")
    if command == "demo" and not {"-h", "--help"} & set(arguments):
        demo_environment.prepare(os.environ, DEMO_ENV_FILE.parent)
        return
    if os.environ.get("SYNCADMIN_DOTENV") != "0":
        load_env_file(BASE_DIR / ".env")
    environment = Environment(os.environ)
    if environment.has("SECRET_KEY"):
        return
    if _needs_no_keys(command):
        for name, key in keys.throwaway_keys().items():
            if not environment.has(name):
                os.environ[name] = key
    elif os.access(DEMO_ENV_FILE, os.R_OK) and not any(map(environment.has, INSTALLATION)):
        sys.stderr.write(f"SECRET_KEY is not set: using the settings of the demo, {DEMO_ENV_FILE}.\n")
        for name in INSTALLATION:
            os.environ.pop(name, None)  # an empty one counts as not set, but would win over the demo's
        load_env_file(DEMO_ENV_FILE)


def _needs_no_keys(command: str) -> bool:
    return command in COMMANDS_WITHOUT_KEYS or command.startswith("-")


def _name_the_database(command: str) -> None:
    """Whoever looks at a demo must not take a configured installation beside it for the demo."""
    if os.environ.get("SYNCADMIN_DOTENV") == "0" or command == "test" or _needs_no_keys(command):
        return
    database = settings.DATABASES["default"]
    if DEMO_ENV_FILE.parent not in Path(database["NAME"]).parents and demo_environment.is_running(
        DEMO_ENV_FILE.parent
    ):
        place = f"{database['NAME']} at {database['HOST']}" if database.get("HOST") else database["NAME"]
        sys.stderr.write(
            "A demo is running in this checkout, but other settings are given here: "
            f"the command works on the database {place}, not on the demo's.\n"
        )
