"""Makes `.venv` with exactly the locked packages, and goes on inside it: the first command just works.

Knows nothing but the standard library, since nothing else is there yet. A stamp in `.venv` says which locks
it was made from, so that a changed lock rebuilds it and an unchanged one costs a hash. There are two locks:
one to run, and for the command `test` one that holds the same packages and the test tools besides.
SYNCADMIN_BOOTSTRAP=0 turns all of this off, for images that bring their packages.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
STAMP = "syncadmin-stamp.json"
TAIL_LINES = 15


class BootstrapError(Exception):
    """One sentence for whoever started manage.py."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """One copy of the project and the virtual environment in it."""

    folder: Path

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    def digest(self, lock: str) -> str:
        try:
            return hashlib.sha256((self.folder / lock).read_bytes()).hexdigest()
        except OSError as error:
            raise BootstrapError(
                f"{lock} cannot be read ({error.strerror}): check the project out again."
            ) from error

    def stamp(self) -> dict[str, str] | None:
        """What `.venv` was made from; empty when that was interrupted, None when we did not make it."""
        try:
            content = json.loads((self.venv / STAMP).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write_stamp(self, content: dict[str, str]) -> None:
        partial = self.venv / f"{STAMP}.partial"
        partial.write_text(json.dumps(content), encoding="utf-8")
        partial.replace(self.venv / STAMP)

    def built_with(self) -> dict[str, str]:
        """The part of a stamp that says where, and with which interpreter, the environment was made."""
        return {"folder": str(self.folder), "python": os.path.realpath(self.python)}


def make_ready(argv: Sequence[str], *, checkout: Checkout | None = None) -> None:
    """Return when this process runs on the locked packages; otherwise install them and start over there."""
    if os.environ.get("SYNCADMIN_BOOTSTRAP") == "0":
        return
    checkout = checkout or Checkout(BASE_DIR)
    inside = _runs_inside(checkout)
    if inside and checkout.stamp() is None:
        return  # somebody's own environment, started by its own Python: theirs to keep up to date
    lock = TEST_LOCK if argv[1:2] == ["test"] else RUN_LOCK
    try:
        if not is_satisfied(checkout, lock):
            _install_alone(checkout, lock)
        elif inside:
            return
        _start_over(checkout)
    except BootstrapError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the next start takes up from here.\n")
        sys.exit(130)


def is_satisfied(checkout: Checkout, lock: str) -> bool:
    """Whether `.venv` holds what the lock lists and still stands where it was made."""
    stamp = checkout.stamp()
    if not stamp or not checkout.python.exists():
        return False
    expected = {**checkout.built_with(), lock: checkout.digest(lock)}
    return all(stamp.get(name) == value for name, value in expected.items())


def _runs_inside(checkout: Checkout) -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(checkout.venv)


def _install_alone(checkout: Checkout, lock: str) -> None:
    """Install, unless another process does or just did."""
    with _exclusive(checkout.folder):
        if is_satisfied(checkout, lock):
            return
        sys.stderr.write("Installing dependencies (once, about a minute)…\n")
        sys.stderr.flush()
        try:
            install(checkout, lock)
        except OSError as error:
            raise BootstrapError(_sentence_for(error, checkout)) from error


def install(checkout: Checkout, lock: str) -> None:
    """Bring `.venv` to the lock; an environment that only lacks the test tools is kept and completed."""
    completes = lock == TEST_LOCK and is_satisfied(checkout, RUN_LOCK)
    if not completes:
        _make_venv(checkout)
    _run_pip(checkout, lock)
    stamp = {**checkout.built_with(), lock: checkout.digest(lock)}
    if lock == TEST_LOCK:  # which holds everything that the other one lists
        stamp[RUN_LOCK] = checkout.digest(RUN_LOCK)
    checkout.write_stamp(stamp)


def _make_venv(checkout: Checkout) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise BootstrapError(
            f"This Python has no ensurepip, which makes virtual environments: on Debian or Ubuntu run "
            f"'apt-get install python{version}-venv' as root, then start again."
        )
    if checkout.venv.exists():
        if checkout.stamp() is None:
            raise BootstrapError(
                f"{checkout.venv} was not made by manage.py: remove it, or start manage.py with its Python."
            )
        shutil.rmtree(checkout.venv)
    checkout.venv.mkdir()
    checkout.write_stamp({})  # from here on an interrupted attempt is recognised and made anew
    # The interpreter outside of any environment: this one may be the Python that was just removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    _run([python, "-m", "venv", str(checkout.venv)], failure="The virtual environment could not be made")


def _run_pip(checkout: Checkout, lock: str) -> None:
    pip = [str(checkout.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    options = ["--require-hashes", "--no-compile", "--only-binary", ":all:"]
    _run(
        [*pip, "install", *options, "--requirement", str(checkout.folder / lock)],
        failure=f"pip could not install the packages of {lock}",
    )
    # All cores, where pip uses one; a file that does not compile is none that we import.
    subprocess.run(  # noqa: S603
        [str(checkout.python), "-m", "compileall", "-q", "-j", "0", str(checkout.venv / "lib")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _run(command: Sequence[str], *, failure: str) -> None:
    """Run quietly; raises BootstrapError with the end of the output."""
    environment = {**os.environ, "PIP_USER": "0"}
    environment.pop("PYTHONHOME", None)
    done = subprocess.run(  # noqa: S603 - our own commands
        command,
        env=environment,
        close_fds=False,  # it holds the lock as well: should this process be killed, the next one waits for it
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    tail = "\n".join(done.stdout.rstrip().splitlines()[-TAIL_LINES:])
    if "No space left on device" in done.stdout:
        raise BootstrapError(f"{tail}\n\nThe disk is full: make about 500 MB of room, then start again.")
    raise BootstrapError(f"{tail}\n\n{failure}: see the lines above, then start again.")


def _sentence_for(error: OSError, checkout: Checkout) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full: make about 500 MB of room, then start again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{checkout.venv} must be made or updated, but this user may not write there ({error.filename}): "
            f"start manage.py once as the user who owns {checkout.folder}."
        )
    return f"The virtual environment could not be made: {error}."


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder itself, which leaves no file behind and ends with the last holder."""
    handle = os.open(folder, os.O_RDONLY)
    os.set_inheritable(handle, True)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("Another manage.py is installing the dependencies; waiting for it…\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _start_over(checkout: Checkout) -> None:
    """Replace this process by the same command under the environment's Python."""
    # A process keeps its number when it starts over, so this number shows that it already did.
    if os.environ.get("SYNCADMIN_STARTED_OVER") == str(os.getpid()) and not _runs_inside(checkout):
        raise BootstrapError(
            f"{checkout.python} does not run inside its own environment: "
            f"unset PYTHONHOME, remove {checkout.venv} and start again."
        )
    os.environ["SYNCADMIN_STARTED_OVER"] = str(os.getpid())
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(checkout.python, [str(checkout.python), *sys.orig_argv[1:]])  # noqa: S606 - no shell
