"""The browser of the tests: the system's own Chromium, driven by Playwright.

Playwright's download is not used, since it comes from no package registry and carries no signature. Where
Chromium is missing and this is root on Debian, apt installs it, once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TAIL_LINES = 10


def chromium_path() -> str | None:
    """Where the browser is, if this machine has one."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def ensure_chromium() -> str | None:
    """As `chromium_path`, installing it where this user can; the reason for a failure goes to stderr."""
    path = chromium_path()
    if path or os.geteuid() != 0 or not shutil.which("apt-get"):
        return path
    sys.stderr.write("Installing Chromium for the browser tests (once, about a minute)…\n")
    sys.stderr.flush()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        done = subprocess.run(  # noqa: S603
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode:
            tail = "\n".join(done.stdout.splitlines()[-TAIL_LINES:])
            sys.stderr.write(f"{tail}\nChromium could not be installed: {' '.join(command)} failed.\n")
            return None
    return chromium_path()
