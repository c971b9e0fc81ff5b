"""Worker processes within a tenth of a second: a process that has imported everything forks a worker for each order it reads.

Started for itself, this file is that process. An order is a line of JSON: {"log": file, "death": null or the fields of
`tests.matrix.dying_worker.Death`}; the answer is a line with the worker's process id. A worker is as `run_worker` starts it, with
leases and pauses as short as a test's patience, and has a session of its own, whose processes end with the nursery's user.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

PROJECT = Path(__file__).resolve().parent.parent.parent


class Nursery:
    """Its process, started with the first worker: database, queue and sandboxes are those of that environment from then on."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._environment: Mapping[str, str] = {}

    def start_worker(
        self, environment: Mapping[str, str], *, log: Path, death: Mapping[str, Any] | None = None
    ) -> psutil.Process:
        process = self._for(environment)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"log": str(log), "death": death}) + "\n")
        process.stdin.flush()
        return psutil.Process(int(process.stdout.readline()))

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _for(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        wanted = {name: environment[name] for name in ("DATABASE_URL", "REDIS_URL", "SANDBOX_ROUTES")}
        if self._process is None or wanted != self._environment:
            self.close()
            self._environment = wanted
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                cwd=PROJECT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


def family_of(worker: psutil.Process) -> list[psutil.Process]:
    """What lives of a worker's session, also after the worker's own end."""
    return _session(worker.pid)


def _session(number: int) -> list[psutil.Process]:
    return [process for process in map(_process, psutil.pids()) if process and _is_of(process, number)]


def end(worker: psutil.Process) -> None:
    _end_session(worker.pid)


def _end_session(number: int) -> None:
    for process in _session(number):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _is_of(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and not is_gone(process)
    except ProcessLookupError:
        return False


def main() -> None:
    import django

    django.setup()
    from connector.jobs import worker as worker  # imported for the forks
    from tests.matrix import dying_worker as dying_worker

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    started = []
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _work(order)
        started.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in started:  # also where the tests were killed, which end nothing then
        _end_session(pid)


def _work(order: Mapping[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        _run_worker(order["death"])
    finally:
        sys.stderr.flush()
        os._exit(0)


def _run_worker(death: Mapping[str, str] | None) -> None:
    from django.core.management import call_command

    from connector.domain import open_writes
    from connector.jobs import worker
    from connector.sync import creating
    from tests.matrix.dying_worker import Death

    worker.BEAT_SECONDS, worker.LEASE_SECONDS, worker.MAINTENANCE_SECONDS, worker.TTL_SECONDS = 1, 3, 1, 5
    worker.AccountWorker.lease_seconds = worker.LEASE_SECONDS
    worker.CLEANING_SECONDS = 1
    open_writes.IN_FLIGHT = timedelta(seconds=1)
    creating.PAUSE, creating.BUSY_PAUSE, creating.BUSY_LOOKS = 0.1, 0.1, 200
    if death is not None:
        Death(**death).arrange()
    try:
        call_command("run_worker", verbosity=1)
    except Exception:
        import traceback

        traceback.print_exc()


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
