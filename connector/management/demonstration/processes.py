"""The demo's other processes: started with its environment, started again where one dies, ended by their own process id when
the demo ends. In production a service manager does the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings

MANAGE = Path(settings.BASE_DIR) / "manage.py"
END_SECONDS = 10
FORCED_SECONDS = 5


@dataclass(slots=True)
class Family:
    """Processes beside the commands that started them, in the same order."""

    commands: Sequence[Sequence[str]]
    output: IO[bytes]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        for command in self.commands:
            self.started.append(self._process(command))

    def revive(self) -> list[str]:
        """Start again what has died; for each a sentence that says so."""
        told = []
        for place, process in enumerate(self.started):
            if (status := process.poll()) is None:
                continue
            how = f"by signal {-status}" if status < 0 else f"with status {status}"
            self.started[place] = self._process(self.commands[place])
            told.append(
                f"{_called(self.commands[place])} (process {process.pid}) ended {how}; another one was started."
            )
        return told

    def _process(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env={**os.environ, "SYNCADMIN_BOOTSTRAP": "0"},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
        )


@contextlib.contextmanager
def running(*commands: Sequence[str], log: Path, end_seconds: float = END_SECONDS) -> Iterator[Family]:
    """Run Python with each of `commands` until the block ends, and then `end_seconds` longer for what they are at. What they
    say goes to the file `log`."""
    with log.open("ab") as output:
        family = Family(commands, output)
        try:
            family.start()
            yield family
        finally:
            _end(family.started, end_seconds)


def _end(started: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Ask twice before killing: a worker waits for its run first, and ends the run's process, which is in a group of its own,
    when it is asked again. Killed, it would leave that process behind."""
    for allowed in (seconds, FORCED_SECONDS):
        left = [process for process in started if process.poll() is None]
        for process in left:
            process.terminate()
        _wait(left, allowed)
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(started: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for process in started:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))


def _called(command: Sequence[str]) -> str:
    return "A worker" if "run_worker" in command else "The console"


def worker() -> list[str]:
    return [str(MANAGE), "run_worker", "--verbosity", "0"]


def web(port: int) -> list[str]:
    return [
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "warning",
        "syncadmin.wsgi:application",
    ]
