"""A skip that nobody agreed to fails the checks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="2" skipped="1">
<testcase classname="tests.domain.test_fields" name="test_fields"><skipped message="no document" /></testcase>
<testcase classname="tests.domain.test_ids" name="test_ids" />
</testsuite></testsuites>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    (tmp_path / "test-results").mkdir()
    shutil.copy(PROJECT / ".ci" / "unlisted_skips.py", tmp_path / ".ci")
    (tmp_path / "test-results" / "sqlite.xml").write_text(REPORT)
    return tmp_path


def judged(folder: Path, allowed: str) -> subprocess.CompletedProcess[str]:
    (folder / ".ci" / "allowed-skips").write_text(allowed)
    script = str(folder / ".ci" / "unlisted_skips.py")
    return subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)


def test_a_skip_with_a_reason_is_fine(folder: Path) -> None:
    done = judged(folder, "# a comment\n\ntests.domain.test_fields::* : the document is not published\n")

    assert (done.returncode, done.stderr) == (0, "")


def test_another_skip_is_named(folder: Path) -> None:
    done = judged(folder, "tests.domain.test_ids::* : why not\n")

    assert done.returncode == 1
    assert "tests.domain.test_fields::test_fields: no document" in done.stderr


def test_a_pattern_needs_its_reason(folder: Path) -> None:
    done = judged(folder, "tests.domain.test_fields::*\n")

    assert done.returncode == 1
    assert "gives no reason" in done.stderr


def test_without_a_run_there_is_nothing_to_judge(folder: Path) -> None:
    (folder / "test-results" / "sqlite.xml").unlink()

    done = judged(folder, "")

    assert done.returncode == 1
    assert "run python3 manage.py test first" in done.stderr


def test_the_list_of_this_project_gives_its_reasons(folder: Path) -> None:
    (folder / "test-results" / "sqlite.xml").write_text(
        REPORT.replace('<skipped message="no document" />', "")
    )

    done = judged(folder, (PROJECT / ".ci" / "allowed-skips").read_text())

    assert (done.returncode, done.stderr) == (0, "")
