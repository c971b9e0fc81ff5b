"""How a work-horse hears that its worker shall stop: it ends the remote call it is in, and hands its run back.

SIGTERM reaches it from its worker, and directly where systemd or a container's runtime signals the whole group. Nothing is
torn: the signal only sets a mark, and the run looks at it where it looks for everything that may end it, between two calls.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

from connector.sync.journal import Halted

_asked = threading.Event()


class HandedBack(Halted):
    """The worker is stopping: another one carries this run on."""


def listen() -> None:
    """From now on SIGTERM asks this process to hand back what it is at."""
    _asked.clear()
    signal.signal(signal.SIGTERM, _ask)


def check() -> None:
    """Raises HandedBack."""
    if _asked.is_set():
        raise HandedBack


def is_asked() -> bool:
    return _asked.is_set()


def wait(seconds: float) -> None:
    """A pause that ends early where the process is asked to stop; whoever waited beats next."""
    _asked.wait(seconds)


def pause(seconds: float) -> None:
    """A pause between two calls. Raises HandedBack where the process is asked to stop, at once or meanwhile."""
    wait(seconds)
    check()


def _ask(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
