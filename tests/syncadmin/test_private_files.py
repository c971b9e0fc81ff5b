"""What stands in `var` is for this user alone: a session in a readable database is somebody's login."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from syncadmin import private_files

from .checkouts import checkout, manage, production


def _mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:03o}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkout(tmp_path / "checkout")


def test_the_database_and_its_folder_are_made_private(folder: Path) -> None:
    assert manage(folder, "migrate", "auth", "-v", "0", variables=production()).returncode == 0

    assert _mode(folder / "var") == "700"
    assert _mode(folder / "var" / "db.sqlite3") == "600"


def test_the_files_beside_an_open_database_are_private_too(folder: Path) -> None:
    script = """
import django, pathlib
django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE a (b)")
for file in sorted(pathlib.Path("var").iterdir()):
    print(f"{file.name} {file.stat().st_mode & 0o777:03o}")
"""

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=production(DJANGO_SETTINGS_MODULE="syncadmin.settings"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout.splitlines() == ["db.sqlite3 600", "db.sqlite3-shm 600", "db.sqlite3-wal 600"], done


def test_what_an_earlier_version_left_readable_is_closed(folder: Path) -> None:
    (folder / "var").mkdir(mode=0o755)
    database = folder / "var" / "db.sqlite3"
    sqlite3.connect(database).close()
    database.touch()
    for path in (folder / "var", database):
        path.chmod(path.stat().st_mode | 0o044)

    assert manage(folder, "migrate", "auth", "-v", "0", variables=production()).returncode == 0

    assert (_mode(folder / "var"), _mode(database)) == ("700", "600")


def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    monkeypatch.setattr("os.geteuid", lambda: shared.stat().st_uid + 1)

    private_files.make_folder(shared)

    assert _mode(shared) == "755"


@pytest.mark.parametrize("name", [":memory:", "file:memorydb_default?mode=memory&cache=shared"])
def test_a_database_in_memory_leaves_no_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    private_files.make_database(name)

    assert list(tmp_path.iterdir()) == []


def test_an_open_database_keeps_its_locks(tmp_path: Path) -> None:
    """Closing any handle on a file drops all locks of the process on it: another process would write into our transaction."""
    file = tmp_path / "db.sqlite3"
    ours = sqlite3.connect(file, isolation_level=None)
    ours.execute("PRAGMA journal_mode=DELETE")
    ours.execute("CREATE TABLE note (text)")
    ours.execute("BEGIN EXCLUSIVE")

    private_files.make_database(str(file))

    program = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('INSERT INTO note VALUES (1)')"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False
    )
    ours.close()
    assert "database is locked" in other.stderr
