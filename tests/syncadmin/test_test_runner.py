"""`manage.py test` in a small checkout: what runs where, what the closing lines say, and the exit status."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from syncadmin.test_runner import compiled_once, narrowed

from .checkouts import PROJECT, checkout, environment, manage

TESTS = """
import pytest
from django.db import connection

def test_sound():
    assert connection.vendor == "sqlite"

def test_broken():
    assert "Acme Corp" == "Acme Holding"

@pytest.mark.postgres
def test_on_both():
    assert connection.vendor in {"sqlite", "postgresql"}

@pytest.mark.postgres(only=True)
def test_on_postgresql():
    assert connection.vendor == "postgresql"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = checkout(tmp_path / "checkout")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    (folder / "tests" / "services").mkdir(parents=True)
    shutil.copy(PROJECT / "tests" / "services" / "databases.py", folder / "tests" / "services")
    (folder / "tests" / "conftest.py").write_text('pytest_plugins = ["tests.services.databases"]')
    return folder


def run_tests(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return manage(folder, "test", *arguments, variables=environment())


def test_a_run_covers_both_databases_and_ends_with_what_became_of_them(folder: Path) -> None:
    (folder / "tests" / "test_it.py").write_text(TESTS)

    done = run_tests(folder, "-n", "0", "tests/test_it.py", "--", "-q", "-p", "no:randomly")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "assert 'Acme Corp' == 'Acme Holding'" in done.stdout
    sqlite, postgresql = done.stdout.splitlines()[-2:]
    assert sqlite.startswith("SQLite: failed: 3 tests, 1 failures, ")
    assert postgresql.startswith("PostgreSQL: passed: 2 tests, ")
    assert {report.name for report in (folder / "test-results").iterdir()} == {"sqlite.xml", "postgresql.xml"}


def test_postgresql_is_given_the_files_alone_that_ask_for_it(folder: Path) -> None:
    (folder / "tests" / "test_it.py").write_text(TESTS)
    (folder / "tests" / "test_plain.py").write_text("def test_plain(): pass")

    done = run_tests(folder, "-n", "0", "-k", "postgresql or plain", "--", "-v", "-p", "no:randomly")

    assert done.returncode == 0, done.stdout + done.stderr
    sqlite, postgresql = done.stdout.split("\nPostgreSQL\n")
    assert "test_plain.py::test_plain PASSED" in sqlite
    assert "test_it.py::test_on_postgresql PASSED" in postgresql
    assert "collected 4 items" in postgresql


@pytest.mark.parametrize(
    ("labels", "given"),
    [
        (["-q"], ["FILES", "-q"]),
        (["tests/models", "-q", "-p", "no:randomly"], ["FILES", "-q", "-p", "no:randomly"]),
        (["tests/models", "--ignore", "tests/admin"], ["tests/models", "--ignore", "tests/admin"]),
        (["--deselect", "tests/conftest.py::no"], ["--deselect", "tests/conftest.py::no"]),
        (["-c", "pyproject.toml", "tests/models"], ["-c", "pyproject.toml", "tests/models"]),
    ],
)
def test_what_an_option_names_is_left_to_pytest(labels: list[str], given: list[str]) -> None:
    assert narrowed(labels, ["FILES"]) == given


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"A": "b"}, {"A": "b"}),
        ({"A": "b", "PYTHONDONTWRITEBYTECODE": ""}, {"A": "b"}),
        ({"A": "b", "PYTHONDONTWRITEBYTECODE": "1"}, {"A": "b", "PYTHONPYCACHEPREFIX": "compiled"}),
    ],
)
def test_compiled_code_that_may_not_be_left_behind_lasts_as_long_as_the_run(
    given: dict[str, str], taken: dict[str, str]
) -> None:
    assert compiled_once(given, Path("compiled")) == taken


def test_selecting_nothing_is_a_failure(folder: Path) -> None:
    (folder / "tests" / "test_it.py").write_text(TESTS)

    done = run_tests(folder, "-n", "0", "-k", "none_such", "--database", "sqlite")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == ["SQLite: no test selected", "No test was run."]
