"""What every test of a command needs: to run it as an operator does, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.services.world import PROJECT, World

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def manage(world: World, process_environment: dict[str, str]) -> Manage:
    """Run manage.py on this test's database, queue and sandboxes, and wait for its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=process_environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run
