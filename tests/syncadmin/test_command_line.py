"""manage.py with right, wrong and missing settings: a sentence and status 2, or the command."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from syncadmin import keys
from syncadmin.environment import write_env_file

from .checkouts import checkout, environment, manage, production


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkout(tmp_path / "checkout")


def test_a_wrong_setting_ends_in_one_sentence(folder: Path) -> None:
    done = manage(folder, "check", variables=production(FIELD_ENCRYPTION_KEYS="hunter2"))

    assert done.returncode == 2
    assert done.stderr.startswith("Key 1 of FIELD_ENCRYPTION_KEYS is not a Fernet key")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
    assert done.stdout == ""


def test_production_settings_pass_the_deployment_check(folder: Path) -> None:
    done = manage(folder, "check", "--deploy", "--fail-level", "WARNING", variables=production())

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n"), (
        done.stderr
    )


def test_the_env_file_of_the_checkout_is_read(folder: Path) -> None:
    write_env_file(folder / ".env", {**keys.throwaway_keys(), "DEBUG": "maybe"})

    done = manage(folder, "check", variables=environment())

    assert done.stderr.startswith("DEBUG must be one of ")


def test_the_env_file_can_be_left_out(folder: Path) -> None:
    write_env_file(folder / ".env", {"DEBUG": "maybe"})

    done = manage(folder, "check", variables=production(SYNCADMIN_DOTENV="0"))

    assert done.returncode == 0, done.stderr


def test_without_a_key_the_settings_of_the_demo_serve(folder: Path) -> None:
    write_env_file(folder / "var" / "demo" / "demo.env", {**keys.throwaway_keys(), "WEB_SECURE": "0"})

    done = manage(folder, "check", variables=environment())

    assert done.returncode == 0
    assert done.stderr.startswith("SECRET_KEY is not set: using the settings of the demo, ")
    assert done.stderr.count("\n") == 1


def test_with_a_key_the_settings_of_the_demo_are_left_alone(folder: Path) -> None:
    write_env_file(folder / "var" / "demo" / "demo.env", {"DEBUG": "maybe"})

    done = manage(folder, "check", variables=production())

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [(), ("help", "migrate")])
def test_help_needs_no_key(folder: Path, arguments: tuple[str, ...]) -> None:
    done = manage(folder, *arguments, variables=environment())

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_wrong_setting_is_told_even_where_no_key_is_needed(folder: Path) -> None:
    done = manage(folder, "help", variables=environment(DEBUG="maybe"))

    assert done.returncode == 2
    assert done.stderr.startswith("DEBUG must be one of ")


def test_an_old_python_gets_a_sentence(folder: Path) -> None:
    (folder / "manage.py").rename(folder / "start.py")
    (folder / "manage.py").write_text(
        "import runpy, sys; sys.version_info = (3, 10, 0); runpy.run_path('start.py', run_name='__main__')"
    )

    done = manage(folder, "check", variables=production())

    assert done.returncode == 1
    assert done.stderr.startswith("Syncadmin needs Python 3.11 or newer. ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL_FILE", "FIELD_ENCRYPTION_KEYS"])
def test_a_half_configured_installation_never_meets_the_demo(folder: Path, name: str) -> None:
    write_env_file(folder / "var" / "demo" / "demo.env", keys.throwaway_keys())

    done = manage(folder, "check", variables=environment(**{name: "postgres://db.example.com/billing"}))

    assert done.returncode == 2
    assert done.stderr.startswith("SECRET_KEY is not set: make one with ")
    assert done.stderr.count("\n") == 1


def test_an_empty_variable_does_not_stand_before_the_demos_own(folder: Path) -> None:
    database = folder / "var" / "demo" / "db.sqlite3"
    write_env_file(
        folder / "var" / "demo" / "demo.env",
        {**keys.throwaway_keys(), "DATABASE_URL": f"sqlite:///{database}"},
    )

    done = manage(folder, "migrate", "--check", variables=environment(DATABASE_URL="", SECRET_KEY=""))

    assert done.stderr.startswith("SECRET_KEY is not set: using the settings of the demo, ")
    assert database.is_file()


def test_beside_a_running_demo_a_configured_command_names_its_database(folder: Path) -> None:
    write_env_file(folder / ".env", keys.throwaway_keys())
    (folder / "var" / "demo").mkdir(parents=True)

    assert manage(folder, "check", variables=environment()).stderr == ""
    with (folder / "var" / "demo" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = manage(folder, "check", variables=environment())

    assert (done.returncode, done.stderr) == (
        0,
        "A demo is running in this checkout, but other settings are given here: "
        f"the command works on the database {folder / 'var' / 'db.sqlite3'}, not on the demo's.\n",
    )
