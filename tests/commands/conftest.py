"""What every test of a command needs: to run it as an operator does, as a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.nursery import Nursery
from tests.services.world import World

Manage = Callable[..., subprocess.CompletedProcess[str]]
PATIENCE_SECONDS = 60


@pytest.fixture
def manage(world: World, nursery: Nursery, process_environment: dict[str, str], tmp_path: Path) -> Manage:
    """Run manage.py on this test's database, queue and sandboxes, and wait for its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        output, errors = tmp_path / "output", tmp_path / "errors"
        for file in (output, errors):
            file.unlink(missing_ok=True)
        process = nursery.start(process_environment, *arguments, output=output, errors=errors)
        status = process.wait(PATIENCE_SECONDS)
        return subprocess.CompletedProcess(arguments, status, output.read_text(), errors.read_text())

    return run
