"""Folders and database files for this user alone.

The database holds sessions: whoever can read it is logged in. Modes are set on the files rather than by the process's umask,
which would also close what others must read, such as collected static files.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make the folder, or close ours to others where it is there already."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _close(folder)


def make_database(name: str) -> None:
    """Make an empty SQLite file, or close ours to others. SQLite gives the files it makes beside it the same mode."""
    if name == ":memory:" or name.startswith("file:"):
        return
    with contextlib.suppress(OSError):  # what cannot be made, SQLite reports in its own words
        # Never a file that is there: closing it would drop every lock this process holds on it, and corrupt the database.
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    for file in (name, f"{name}-wal", f"{name}-shm"):
        _close(Path(file))


def _close(path: Path) -> None:
    with contextlib.suppress(OSError):  # not there, or on a file system without modes
        state = path.stat()
        mode = stat.S_IMODE(state.st_mode)
        if state.st_uid == os.geteuid() and mode & 0o077:
            path.chmod(mode & ~0o077)
