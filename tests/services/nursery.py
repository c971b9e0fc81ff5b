"""Commands of manage.py within a tenth of a second: a process that has imported everything forks one for each order it reads.

Started for itself, this file is that process. An order is a line of JSON: {"arguments": as on the command line, "output" and
"errors": files, "status": the file that the exit status goes to, "is_quick": whether a worker's leases and pauses are as short as
a test's patience, "death": null or the fields of `tests.matrix.dying_worker.Death`}; the answer is a line with the process id. A
command has a session of its own, whose processes end with the nursery's user.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil

PROJECT = Path(__file__).resolve().parent.parent.parent


class Forked(psutil.Process):
    """A command that was started. Its parent is the nursery, so the exit status comes in a file."""

    def __init__(self, pid: int, *, status_file: Path) -> None:
        super().__init__(pid)
        self._status_file = status_file

    def wait(self, timeout: float | None = None) -> int:
        """The exit status; -9 where it was killed. Raises psutil.TimeoutExpired."""
        super().wait(timeout)
        return int(self._status_file.read_text()) if self._status_file.exists() else -signal.SIGKILL


class Nursery:
    """Its process, started with the first command: database, queue and sandboxes are those of that environment from then on."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._environment: Mapping[str, str] = {}

    def start(
        self,
        environment: Mapping[str, str],
        *arguments: str,
        output: Path,
        errors: Path,
        is_quick: bool = False,
        death: Mapping[str, Any] | None = None,
    ) -> Forked:
        process = self._for(environment)
        assert process.stdin is not None
        assert process.stdout is not None
        status_file = output.with_name(f"{uuid.uuid4().hex}.status")
        order = {
            "arguments": arguments,
            "output": str(output),
            "errors": str(errors),
            "status": str(status_file),
            "is_quick": is_quick,
            "death": death,
        }
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return Forked(int(process.stdout.readline()), status_file=status_file)

    def start_worker(
        self,
        environment: Mapping[str, str],
        *,
        log: Path,
        is_quick: bool = True,
        death: Mapping[str, Any] | None = None,
    ) -> Forked:
        return self.start(environment, "run_worker", output=log, errors=log, is_quick=is_quick, death=death)

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
    from connector.management.commands import run_worker as run_worker
    from connector.management.commands import sync_account as sync_account
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
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "output"), (2, "errors")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT), number)
    status = 1
    try:
        status = _run(order)
    except SystemExit as end_:
        status = end_.code if isinstance(end_.code, int) else int(end_.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        Path(order["status"]).write_text(str(status), encoding="utf-8")
        os._exit(status)


def _run(order: Mapping[str, Any]) -> int:
    from syncadmin import command_line
    from tests.matrix.dying_worker import Death

    if order["is_quick"]:
        _hurry()
    if order["death"] is not None:
        Death(**order["death"]).arrange()
    return command_line.run(["manage.py", *order["arguments"]])


def _hurry() -> None:
    from connector.domain import open_writes
    from connector.jobs import worker
    from connector.sync import creating

    worker.BEAT_SECONDS, worker.LEASE_SECONDS, worker.MAINTENANCE_SECONDS, worker.TTL_SECONDS = 1, 3, 1, 5
    worker.AccountWorker.lease_seconds = worker.LEASE_SECONDS
    worker.CLEANING_SECONDS = 1
    open_writes.IN_FLIGHT = timedelta(seconds=1)
    creating.PAUSE, creating.BUSY_PAUSE, creating.BUSY_LOOKS = 0.1, 0.1, 200


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
