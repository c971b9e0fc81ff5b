"""The first start makes `.venv`, later ones use it, and whatever stands in the way is told in a sentence."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncadmin.bootstrap import (
    RUN_LOCK,
    STAMP,
    TEST_LOCK,
    BootstrapError,
    Checkout,
    install,
    is_satisfied,
    make_ready,
)

from .checkouts import PROJECT, environment

AS_NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}

COMMAND_LINE = """
import sys

def run(argv):
    print("inside" if sys.prefix.endswith(".venv") else "outside", *argv[1:])
    return 0
"""


def bare_checkout(folder: Path) -> Checkout:
    """A project that needs no packages, and whose only command says where it runs."""
    (folder / "syncadmin").mkdir(parents=True)
    for name in ("manage.py", "syncadmin/__init__.py", "syncadmin/bootstrap.py"):
        (folder / name).write_bytes((PROJECT / name).read_bytes())
    (folder / "syncadmin" / "command_line.py").write_text(COMMAND_LINE)
    for lock in (RUN_LOCK, TEST_LOCK):
        (folder / lock).write_text("# nothing\n")
    return Checkout(folder)


def with_python(checkout: Checkout, script: str = "exit 0", **stamp: str) -> Checkout:
    """Give it an environment whose Python is a shell script, stamped as complete for `stamp`."""
    (checkout.venv / "bin").mkdir(parents=True)
    checkout.python.write_text(f"#!/bin/sh\n{script}\n")
    checkout.python.chmod(0o755)
    checkout.write_stamp({**checkout.built_with(), **stamp})
    return checkout


def start(checkout: Checkout, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = environment(PIP_NO_INDEX="1")
    del variables["SYNCADMIN_BOOTSTRAP"]
    return subprocess.run(
        [getattr(sys, "_base_executable", sys.executable), "manage.py", *arguments],
        cwd=checkout.folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return bare_checkout(tmp_path / "checkout")


def test_the_first_start_installs_and_later_ones_do_not(checkout: Checkout) -> None:
    first = start(checkout, "check", "--deploy")
    assert first.stdout == "inside check --deploy\n", first.stderr
    assert first.stderr == "Installing dependencies (once, about a minute)…\n"

    again = start(checkout, "check")
    assert (again.stdout, again.stderr) == ("inside check\n", "")

    for_tests = start(checkout, "test")
    assert for_tests.stdout == "inside test\n"
    assert for_tests.stderr == "Installing dependencies (once, about a minute)…\n"
    assert is_satisfied(checkout, RUN_LOCK)
    assert is_satisfied(checkout, TEST_LOCK)


def test_only_the_test_command_asks_for_the_test_tools(checkout: Checkout) -> None:
    with_python(checkout, 'echo "$@"', **{RUN_LOCK: checkout.digest(RUN_LOCK)})

    assert start(checkout, "demo", "test").stdout == "manage.py demo test\n"
    assert "pip" not in start(checkout, "check").stdout
    assert start(checkout, "test").stderr.startswith("Installing dependencies")


def test_an_environment_with_the_test_tools_serves_every_command(checkout: Checkout) -> None:
    with_python(checkout, 'echo "$@"')

    install_by_hand = {lock: checkout.digest(lock) for lock in (RUN_LOCK, TEST_LOCK)}
    checkout.write_stamp({**checkout.built_with(), **install_by_hand})

    assert start(checkout, "check").stdout == "manage.py check\n"
    assert start(checkout, "test").stdout == "manage.py test\n"


def test_a_changed_lock_is_installed_anew(checkout: Checkout) -> None:
    with_python(checkout, **{RUN_LOCK: checkout.digest(RUN_LOCK)})
    assert is_satisfied(checkout, RUN_LOCK)

    (checkout.folder / RUN_LOCK).write_text("# changed\n")

    assert not is_satisfied(checkout, RUN_LOCK)


def test_an_interrupted_attempt_is_made_anew(checkout: Checkout) -> None:
    with_python(checkout)
    checkout.write_stamp({})
    assert not is_satisfied(checkout, RUN_LOCK)

    (checkout.venv / STAMP).write_text('{"requirements')
    assert checkout.stamp() == {}
    assert not is_satisfied(checkout, RUN_LOCK)


def test_an_environment_that_was_moved_is_made_anew(checkout: Checkout, tmp_path: Path) -> None:
    with_python(checkout, **{RUN_LOCK: checkout.digest(RUN_LOCK)})

    moved = Checkout(checkout.folder.rename(tmp_path / "moved"))

    assert not is_satisfied(moved, RUN_LOCK)


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    with_python(checkout, **{RUN_LOCK: checkout.digest(RUN_LOCK)})

    checkout.python.unlink()

    assert not is_satisfied(checkout, RUN_LOCK)


def test_an_environment_of_somebody_else_is_not_removed(checkout: Checkout) -> None:
    with_python(checkout)
    (checkout.venv / STAMP).unlink()

    with pytest.raises(BootstrapError, match=r"\.venv was not made by manage\.py: remove it, or "):
        install(checkout, RUN_LOCK)
    assert checkout.python.exists()


def test_a_failure_of_pip_is_shown_by_the_end_of_its_output(checkout: Checkout) -> None:
    script = 'for line in $(seq 100); do echo "line $line"; done; echo "hashes do not match" >&2; exit 1'
    with_python(checkout, script, **{RUN_LOCK: checkout.digest(RUN_LOCK)})

    with pytest.raises(BootstrapError) as caught:
        install(checkout, TEST_LOCK)

    lines = str(caught.value).splitlines()
    assert lines[-1] == (
        "pip could not install the packages of requirements-test.lock: see the lines above, then start again."
    )
    assert lines[-3] == "hashes do not match"
    assert "line 100" in lines
    assert "line 80" not in lines
    assert not is_satisfied(checkout, TEST_LOCK)


def test_a_full_disk_is_told(checkout: Checkout) -> None:
    script = 'echo "OSError: [Errno 28] No space left on device"; exit 1'
    with_python(checkout, script, **{RUN_LOCK: checkout.digest(RUN_LOCK)})

    with pytest.raises(BootstrapError, match="The disk is full: make about 500 MB of room, then start again"):
        install(checkout, TEST_LOCK)


def test_a_python_without_ensurepip_names_the_package(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(BootstrapError, match=r"apt-get install python3\.\d+-venv"):
        install(checkout, RUN_LOCK)
    assert not checkout.venv.exists()


def test_a_folder_of_another_user_is_told() -> None:
    script = "from syncadmin.bootstrap import make_ready; make_ready(['manage.py', 'check'])"
    variables = environment(PYTHONDONTWRITEBYTECODE="1")
    del variables["SYNCADMIN_BOOTSTRAP"]
    # Not pytest's folder, which is closed to other users.
    with tempfile.TemporaryDirectory() as name:
        checkout = bare_checkout(Path(name) / "checkout")
        Path(name).chmod(0o755)
        checkout.folder.chmod(0o555)

        done = subprocess.run(
            ["/usr/bin/env", "python3", "-c", script],
            cwd=checkout.folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            **(AS_NOBODY if os.geteuid() == 0 else {}),
        )
        checkout.folder.chmod(0o755)

    assert done.returncode == 1
    assert f"{checkout.venv} must be made or updated, but this user may not write there" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_lock_is_told(checkout: Checkout) -> None:
    (checkout.folder / RUN_LOCK).unlink()

    with pytest.raises(SystemExit, match=r"^requirements\.lock cannot be read"):
        make_ready(["manage.py", "check"], checkout=with_python(checkout, **{RUN_LOCK: "0"}))


def test_two_at_once_wait_for_each_other(checkout: Checkout) -> None:
    with_python(checkout, 'echo "$@"')
    variables = environment()
    del variables["SYNCADMIN_BOOTSTRAP"]
    with held_lock(checkout):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "check"],
            cwd=checkout.folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        waiting = process.stderr.readline()
        # What the other one installs meanwhile is good for this one.
        checkout.write_stamp({**checkout.built_with(), RUN_LOCK: checkout.digest(RUN_LOCK)})
    out, errors = process.communicate(timeout=30)

    assert waiting == "Another manage.py is installing the dependencies; waiting for it…\n"
    assert (out, errors) == ("manage.py check\n", "")


@contextlib.contextmanager
def held_lock(checkout: Checkout) -> Iterator[None]:
    handle = os.open(checkout.folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def test_an_image_may_bring_its_own_packages(monkeypatch: pytest.MonkeyPatch, checkout: Checkout) -> None:
    monkeypatch.setenv("SYNCADMIN_BOOTSTRAP", "0")

    make_ready(["manage.py", "check"], checkout=checkout)

    assert not checkout.venv.exists()


def test_the_stamp_names_what_it_was_made_from(checkout: Checkout) -> None:
    with_python(checkout, **{RUN_LOCK: "1"})

    assert json.loads((checkout.venv / STAMP).read_text()) == {
        "folder": str(checkout.folder),
        "python": str(checkout.python.resolve()),
        RUN_LOCK: "1",
    }


def test_what_is_tested_is_what_is_installed() -> None:
    """The test lock holds every package of the run lock, in the same version and with the same hashes."""
    run, test = (
        {line for line in (PROJECT / lock).read_text().splitlines() if not line.strip().startswith("#")}
        for lock in (RUN_LOCK, TEST_LOCK)
    )

    assert run
    assert {line.rstrip(" \\") for line in run} <= {line.rstrip(" \\") for line in test}
