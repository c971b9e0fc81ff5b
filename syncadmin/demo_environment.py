"""The environment of the demo: chosen before the settings are read, and written down for commands beside it.

The demo never touches an installation that is configured on the same machine: every variable that says where data is, or
who may read it, is replaced. Its keys are made once for each checkout and kept in a file only this user can read.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import MutableMapping
from pathlib import Path
from typing import IO

from syncadmin import keys, private_files
from syncadmin.environment import SettingsError, write_env_file

SALESFORCE_HOST = "salesforce.sandbox.test"
ZUORA_HOST = "zuora.sandbox.test"
PREFERRED_PORTS = {"DEMO_SALESFORCE_PORT": 8801, "DEMO_ZUORA_PORT": 8802, "DEMO_WEB_PORT": 8000}
FILE = "demo.env"
VALKEY_SOCKET = "valkey.sock"
QUEUE_PREFIX = "syncadmin-demo-"
SOCKET_PATH_BYTES = 107

_locks: list[IO[str]] = []


def prepare(environ: MutableMapping[str, str], folder: Path) -> None:
    """Set every variable of the demo in `environ` and write them to `folder`/demo.env.

    Raises SettingsError where the folder cannot be used, or another demo runs from this checkout.
    """
    try:
        private_files.make_folder(folder.parent)
        private_files.make_folder(folder)
        _hold(folder)
        file = folder / FILE
        made = _keys(file)
        values = {**made, **_ports(), **_places(folder)}
        values["SANDBOX_ROUTES"] = ",".join(
            f"{host}=http://127.0.0.1:{values[port]}"
            for host, port in ((SALESFORCE_HOST, "DEMO_SALESFORCE_PORT"), (ZUORA_HOST, "DEMO_ZUORA_PORT"))
        )
        write_env_file(file, values)
    except PermissionError:
        raise SettingsError(
            f"{folder} belongs to another user: remove it, or run the demo from a checkout of your own."
        ) from None
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS"):
        environ.pop(f"{name}_FILE", None)
    environ.update(values, SYNCADMIN_DOTENV="0")


def _hold(folder: Path) -> None:
    """Keep other demos out for as long as this process lives."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SettingsError(
            "A demo of this checkout is running already: end it first, with Ctrl+C."
        ) from None
    _locks.append(lock)


def is_running(folder: Path) -> bool:
    """Whether a demo of this checkout runs now."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there never was one, or it is another user's
        return False
    return False


def _keys(file: Path) -> dict[str, str]:
    """The keys of the last demo here, so that its database stays readable; made where there are none."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    kept = {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}
    return {name: kept.get(name) or fresh for name, fresh in keys.throwaway_keys().items()}


def _ports() -> dict[str, str]:
    return {name: str(_free(port)) for name, port in PREFERRED_PORTS.items()}


def _free(preferred: int) -> int:
    """The preferred port, or any free one. Between looking and listening another program may take it; then the demo says so."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SettingsError("No port is free on 127.0.0.1: the demo needs three.")


def _queue_folder() -> Path:
    """A folder for the queue's socket, gone with this process: what is in a checkout may have too long a path for a socket."""
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > SOCKET_PATH_BYTES - len(f"/{QUEUE_PREFIX}12345678/{VALKEY_SOCKET}"):
        parent = "/tmp"  # noqa: S108 - what is made there is private
    made = Path(tempfile.mkdtemp(prefix=QUEUE_PREFIX, dir=parent))
    atexit.register(_remove, made, os.getpid())
    return made


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:  # a fork of it inherits what is to be done at its end
        shutil.rmtree(folder, ignore_errors=True)


def _places(folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "REDIS_URL": f"unix://{_queue_folder() / VALKEY_SOCKET}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "WEB_SECURE": "off",
        "DEBUG": "off",
        "LOG_FORMAT": "console",
        "LOG_LEVEL": "WARNING",
        "EXTRA_REMOTE_HOSTS": "",
        "CSRF_TRUSTED_ORIGINS": "",
    }
