"""Small copies of the project, so that a test may have its own `.env`, `var/` and `.venv`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from syncadmin import keys
from syncadmin.test_settings import OPERATOR_VARIABLES

PROJECT = Path(__file__).resolve().parent.parent.parent


def checkout(folder: Path) -> Path:
    """A copy of what starts and configures the project, beside the real app and its templates."""
    folder.mkdir(exist_ok=True)
    shutil.copy(PROJECT / "manage.py", folder)
    shutil.copytree(PROJECT / "syncadmin", folder / "syncadmin", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("connector", "templates"):
        (folder / name).symlink_to(PROJECT / name)
    return folder


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without any setting of ours, then the given ones."""
    ours = {*OPERATOR_VARIABLES, *(f"{name}_FILE" for name in OPERATOR_VARIABLES)}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("SYNCADMIN_", "PYTEST_", "DJANGO_"))
    }
    return {**kept, "SYNCADMIN_BOOTSTRAP": "0", **variables}


def production(**variables: str) -> dict[str, str]:
    """The least that a production sets, then the given ones."""
    return environment(**{**keys.throwaway_keys(), "ALLOWED_HOSTS": "sync.example.com", **variables})


def manage(
    folder: Path, *arguments: str, variables: Mapping[str, str], patience: float = 60
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=folder,
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
    )
