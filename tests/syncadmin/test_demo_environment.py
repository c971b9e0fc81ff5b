"""The demo's environment: what it leaves behind, whatever ends it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .checkouts import PROJECT, environment

PREPARE = """
import os, pathlib, sys
from syncadmin import demo_environment
from syncadmin.environment import SettingsError
try:
    demo_environment.prepare(os.environ, pathlib.Path(sys.argv[1]))
except SettingsError as problem:
    sys.exit(str(problem))
print(pathlib.Path(os.environ["REDIS_URL"].removeprefix("unix://")).parent.is_dir(), flush=True)
if sys.argv[2:]:
    sys.stdin.read()
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where the demo makes its temporary folders; a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


def _prepare(folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PREPARE, str(folder)],
        cwd=PROJECT,
        env=environment(TMPDIR=str(temporary)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_queues_folder_goes_with_the_process(tmp_path: Path, temporary: Path) -> None:
    done = _prepare(tmp_path / "var" / "demo", temporary)

    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
    assert list(temporary.iterdir()) == []


def test_a_second_demo_leaves_nothing_behind_and_ends_in_a_sentence(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / "var" / "demo"
    first = subprocess.Popen(
        [sys.executable, "-c", PREPARE, str(folder), "stay"],
        cwd=PROJECT,
        env=environment(TMPDIR=str(temporary)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "True\n"
        left = list(temporary.iterdir())
        second = _prepare(folder, temporary)
        assert list(temporary.iterdir()) == left
        first.communicate("")

    assert second.returncode == 1
    assert second.stderr == "A demo of this checkout is running already: end it first, with Ctrl+C.\n"
    assert list(temporary.iterdir()) == []


def test_a_demo_that_cannot_be_written_down_leaves_nothing_behind(tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "var" / "demo" / "demo.env").mkdir(parents=True)  # nothing can be renamed onto a folder

    done = _prepare(tmp_path / "var" / "demo", temporary)

    assert done.returncode != 0
    assert list(temporary.iterdir()) == []


def test_a_deep_temporary_folder_does_not_keep_the_socket_from_fitting(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()

    script = PREPARE + "\nprint(len(os.fsencode(os.environ['REDIS_URL'].removeprefix('unix://'))))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "var" / "demo")],
        cwd=PROJECT,
        env=environment(TMPDIR=str(deep)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    exists, length = done.stdout.split()
    assert exists == "True"
    assert int(length) <= 107
    assert list(deep.iterdir()) == []
