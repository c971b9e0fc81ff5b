"""Fails when a test was skipped without a reason in `allowed-skips`: a skip nobody agreed to hides a failure."""

import fnmatch
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "test-results"


def allowed_patterns() -> list[str]:
    """The part before " : " of each line; the part after it, the reason, must not be missing."""
    patterns = []
    for line in (HERE / "allowed-skips").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, separator, reason = line.partition(" : ")
        if not separator or not reason.strip():
            sys.exit(f".ci/allowed-skips gives no reason for {line!r}: write 'pattern : reason'.")
        patterns.append(pattern.strip())
    return patterns


def skipped() -> Iterator[tuple[str, str]]:
    """Name and message of every test that the last run skipped."""
    reports = sorted(RESULTS.glob("*.xml"))
    if not reports:
        sys.exit("There is no report in test-results/: run python3 manage.py test first.")
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
            for skip in case.findall("skipped"):
                name = f"{case.get('classname') or ''}::{case.get('name')}".removeprefix("::")
                yield name, skip.get("message") or ""


def main() -> int:
    patterns = allowed_patterns()
    unlisted = [
        f"{name}: {message}"
        for name, message in skipped()
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
    for line in unlisted:
        sys.stderr.write(f"Skipped, and not listed in .ci/allowed-skips: {line}\n")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
