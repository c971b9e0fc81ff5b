"""The entry point of web servers: a wrong setting ends gunicorn with one sentence, instead of worker after worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .checkouts import checkout, production


def test_a_wrong_setting_ends_gunicorn_with_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "syncadmin.wsgi"],
        cwd=checkout(tmp_path / "checkout"),
        env=production(REDIS_URL="http://a"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 4
    assert [line for line in done.stderr.splitlines() if "REDIS_URL" in line] == [
        "REDIS_URL is not a valid address: "
        "use redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/socket."
    ]
    assert "Traceback" not in done.stderr
    assert done.stderr.count("Booting worker") == 1
