"""`manage.py lock` writes both lock files from pyproject.toml, with uv from an environment that lasts as long.

The run lock is made first and binds the test lock, so that the packages of a production are those that were
tested. The files name no package index: whoever installs uses their own.
Like the bootstrap, this knows nothing but the standard library.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from syncadmin.bootstrap import BASE_DIR, RUN_LOCK, TEST_LOCK

COMPILE = (
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--python-version=3.11",
    "pyproject.toml",
)
OF_TESTS = ("--group", "test", "--constraint", RUN_LOCK)


def write_locks(options: Sequence[str]) -> int:
    """Write the locks and return the exit status; `options` go to uv, such as --upgrade."""
    with tempfile.TemporaryDirectory(prefix="syncadmin-lock-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        for step in (
            ["pip", "--disable-pip-version-check", "--quiet", "install", "uv"],
            ["uv", *COMPILE, *options, "--output-file", RUN_LOCK],
            ["uv", *COMPILE, *options, *OF_TESTS, "--output-file", TEST_LOCK],
        ):
            status = subprocess.run([python, "-m", *step], cwd=BASE_DIR, check=False).returncode  # noqa: S603
            if status:
                sys.stderr.write("The locks were not written: see the lines above.\n")
                return status
    return 0
