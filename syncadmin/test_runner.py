"""`manage.py test` runs pytest: first everything on SQLite, then what is marked `postgres` on PostgreSQL.

Each of the two is a pytest process of its own, because a process has one set of databases. Both share one
Valkey, which lives as long as the run, like the PostgreSQL. The closing lines say what became of either.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from syncadmin.embedded.chromium import ensure_chromium
from syncadmin.embedded.postgres import running_postgres
from syncadmin.embedded.valkey import running_valkey

BASE_DIR = Path(__file__).resolve().parent.parent
RESULTS = BASE_DIR / "test-results"
NOTHING_COLLECTED = 5  # pytest's exit status
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Pass:
    """One run of pytest over one kind of database."""

    database: str
    environment: Mapping[str, str]
    folder: Path
    labels: Sequence[str]

    @property
    def report(self) -> Path:
        """Among the files of this run; two runs in one checkout must not read each other's."""
        return self.folder / f"{self.database.lower()}.xml"


class PytestRunner:
    """What Django's test command asks of a runner; labels are pytest's: files, folders, node ids."""

    def __init__(
        self,
        *,
        keyword: str = "",
        processes: str = "2",
        database: str = "all",
        storms: int = 0,
        **_: object,
    ) -> None:
        self.keyword = keyword
        self.processes = processes
        self.database = database
        self.storms = storms

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        parser.usage = "manage.py test [options] [file, folder or node id ...] [-- pytest options]"
        parser.add_argument("-k", dest="keyword", default="", help="Only tests that match this expression.")
        parser.add_argument(
            "-n", dest="processes", default="3", help="Processes to share the tests; 0: none."
        )
        parser.add_argument(
            "--database",
            choices=["all", "sqlite", "postgresql"],
            default="all",
            help="Only one of the two passes.",
        )
        parser.add_argument(
            "--storms",
            type=int,
            default=0,
            help="How many random storms the fault matrix goes through on each database; 0: the usual number.",
        )
        parser.add_argument("--keepdb", action="store_true", help="Accepted and ignored.")

    def run_tests(self, test_labels: Sequence[str], **_: object) -> int:
        """Run the passes; the count of those that failed."""
        signal.signal(signal.SIGTERM, _leave)
        on_postgres = [] if self.database == "sqlite" else _mentioning(test_labels, r"\bmark\.postgres\b")
        if _mentioning(test_labels, r"\bmark\.browser\b"):
            ensure_chromium()
        with ExitStack() as services:
            folder = Path(services.enter_context(TemporaryDirectory(prefix="syncadmin-test-")))
            environment = {
                **compiled_once(os.environ, folder / "compiled"),
                "SYNCADMIN_TEST_VALKEY_URL": services.enter_context(running_valkey()),
                "SYNCADMIN_TEST_STORMS": str(self.storms or ""),
            }
            passes = (
                [] if self.database == "postgresql" else [Pass("SQLite", environment, folder, test_labels)]
            )
            if on_postgres:
                url = services.enter_context(running_postgres())
                on_it = {**environment, "SYNCADMIN_TEST_DATABASE_URL": url}
                passes.append(Pass("PostgreSQL", on_it, folder, narrowed(test_labels, on_postgres)))
            statuses = [self._run(one) for one in passes]
            for one, status in zip(passes, statuses, strict=True):
                _say(f"{one.database}: {_outcome(one.report, status)}")
                if matrix := _matrix(one.report):
                    _say(f"{one.database}, fault matrix: {matrix}")
            _keep_reports([one.report for one in passes])
        if all(status == NOTHING_COLLECTED for status in statuses):
            _say("No test was run.")
            return 1
        return sum(status not in {0, NOTHING_COLLECTED} for status in statuses)

    def _run(self, one: Pass) -> int:
        command = [sys.executable, "-m", "pytest", f"--junitxml={one.report}", *one.labels]
        command += ["-n", self.processes, "--dist", "worksteal"] if self.processes != "0" else []
        command += ["-k", self.keyword] if self.keyword else []
        _say(f"\n{one.database}")
        with subprocess.Popen(command, env=dict(one.environment), cwd=BASE_DIR) as process:  # noqa: S603
            try:
                return process.wait()
            except KeyboardInterrupt:  # pytest got it as well, and wants to close and to sum up
                return process.wait(timeout=PATIENCE_SECONDS)
            except SystemExit:
                process.terminate()
                process.wait(timeout=PATIENCE_SECONDS)
                raise


def compiled_once(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Where Python is told to leave no compiled code behind, this run keeps it in a folder of its own: each of its hundreds of
    processes would compile everything anew."""
    told = dict(environment)
    if told.pop("PYTHONDONTWRITEBYTECODE", ""):
        told["PYTHONPYCACHEPREFIX"] = str(folder)
    return told


def _keep_reports(reports: Sequence[Path]) -> None:
    """Leave this run's reports, and no older ones, where people and .ci/run look."""
    RESULTS.mkdir(exist_ok=True)
    for old in RESULTS.glob("*.xml"):
        old.unlink(missing_ok=True)
    for report in reports:
        if report.is_file():
            shutil.copy(report, RESULTS)


def _say(line: str) -> None:
    """Before and after pytest's own output, in the right order also where it goes to a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _leave(number: int, frame: FrameType | None) -> None:
    """End as by an exception, so that the services end too."""
    sys.exit(128 + number)


def _paths(labels: Sequence[str]) -> list[str]:
    """Those before the first of pytest's options, whose values may look like files, too."""
    return [
        label for label in takewhile(lambda label: not label.startswith("-"), labels) if _file(label).exists()
    ]


def _file(label: str) -> Path:
    return BASE_DIR / label.partition("::")[0]


def narrowed(labels: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The labels with `wanted` in place of their paths; as they are where an option comes before a path."""
    paths = _paths(labels)
    rest = labels[len(paths) :]
    return list(labels) if any(_file(label).exists() for label in rest) else [*wanted, *rest]


def _mentioning(labels: Sequence[str], pattern: str) -> list[str]:
    """The labels that ask for a test file in which `pattern` stands, a folder as its files: nothing is started, installed or
    collected for nothing. The marks of a test stand in its own file."""
    found: list[str] = []
    for label in _paths(labels) or ["tests"]:
        path = _file(label)
        if path.is_dir():
            found += [str(file) for file in sorted(path.rglob("test_*.py")) if _mentions(file, pattern)]
        elif _mentions(path, pattern):
            found.append(label)
    return found


def _mentions(file: Path, pattern: str) -> bool:
    return bool(re.search(pattern, file.read_text(encoding="utf-8")))


def _outcome(report: Path, status: int) -> str:
    """Such as "passed: 120 tests, 2 skipped, 31 s"."""
    if status == NOTHING_COLLECTED:
        return "no test selected"
    if not report.is_file():
        return f"failed: pytest ended with status {status} and no report"
    suite = ElementTree.parse(report).getroot()[0]  # noqa: S314 - written by our own pytest
    count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    details = [f"{count['tests']} tests"]
    details += [f"{count[name]} {name}" for name in ("failures", "errors", "skipped") if count[name]]
    return (
        f"{'passed' if status == 0 else 'failed'}: {', '.join(details)}, {float(suite.get('time', 0)):.0f} s"
    )


def _matrix(report: Path) -> str:
    """Such as "744 cases (bad input 502, grid 102, storms 140), 0 failed"; empty where none was run. A test may stand for several."""
    if not report.is_file():
        return ""
    cases: Counter[str] = Counter()
    failed = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        told = {each.get("name", ""): each.get("value", "") for each in case.iter("property")}
        if "matrix" in told:
            cases[told["matrix"]] += int(told.get("matrix_cases", "1"))
            failed += case.find("failure") is not None or case.find("error") is not None
    if not cases:
        return ""
    parts = ", ".join(f"{part} {count}" for part, count in sorted(cases.items()))
    return f"{cases.total()} cases ({parts}), {failed} failed"
