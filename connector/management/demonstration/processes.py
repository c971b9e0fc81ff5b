"""The demo's other processes: started with its environment, ended by their own process id when it ends."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

MANAGE = Path(settings.BASE_DIR) / "manage.py"
END_SECONDS = 10
FORCED_SECONDS = 5


@contextlib.contextmanager
def running(
    *commands: Sequence[str], log: Path, end_seconds: float = END_SECONDS
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run Python with each of `commands` until the block ends, and then `end_seconds` longer for what they are at. What they
    say goes to the file `log`."""
    started: list[subprocess.Popen[bytes]] = []
    with log.open("ab") as output:
        try:
            for command in commands:
                started.append(
                    subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                        [sys.executable, *command],
                        cwd=settings.BASE_DIR,
                        env={**os.environ, "SYNCADMIN_BOOTSTRAP": "0"},
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=output,
                        start_new_session=True,
                    )
                )
            yield started
        finally:
            _end(started, end_seconds)


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
