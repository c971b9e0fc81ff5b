"""Where the browser of the tests comes from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncadmin.embedded.chromium import chromium_path, ensure_chromium

IS_ROOT = os.geteuid() == 0


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_the_browser_of_the_system_is_found(bin_folder: Path) -> None:
    assert chromium_path() is None

    browser = program(bin_folder, "chromium", "exit 0")

    assert chromium_path() == ensure_chromium() == str(browser)


def test_a_missing_browser_is_installed_by_root_alone(bin_folder: Path) -> None:
    browser = bin_folder / "chromium"
    calls = bin_folder / "calls"
    # As apt-get does: the second call, install, leaves the program behind.
    installs = f'[ "$1" = install ] && echo "#!/bin/sh" > {browser} && /bin/chmod 755 {browser}; exit 0'
    program(bin_folder, "apt-get", f'echo "$1 $DEBIAN_FRONTEND" >> {calls}; {installs}')

    found = ensure_chromium()

    assert found == (str(browser) if IS_ROOT else None)
    assert calls.exists() is IS_ROOT
    if IS_ROOT:
        assert calls.read_text().split() == ["update", "noninteractive", "install", "noninteractive"]


def test_a_failure_of_apt_is_shown(bin_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(bin_folder, "apt-get", 'echo "E: Unable to locate package"; exit 100')

    assert ensure_chromium() is None
    written = capfd.readouterr().err
    assert ("E: Unable to locate package\nChromium could not be installed" in written) is IS_ROOT
