"""`sandbox`: both servers until they are ended, with the words somebody needs to reach them."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from tests.services.world import PROJECT
from tests.syncadmin.checkouts import environment

PATIENCE_SECONDS = 30


@pytest.fixture
def sandbox() -> Iterator[subprocess.Popen[str]]:
    """The command with free ports, as it runs in a checkout without any setting."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox", "--salesforce-port", "0", "--zuora-port", "0"],
        cwd=PROJECT,
        env=environment(SYNCADMIN_DOTENV="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        yield process
        process.kill()


def _told(process: subprocess.Popen[str]) -> str:
    """What it says until it waits; a process that ended says what it said."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl+C" in line:
            break
    return "".join(lines)


def test_both_answer_where_it_says_until_it_is_ended(sandbox: subprocess.Popen[str]) -> None:
    told = _told(sandbox)

    urls = re.findall(r"^(\w+) sandbox: (http://127\.0\.0\.1:\d+)  ", told, re.MULTILINE)
    assert [name for name, _ in urls] == ["Salesforce", "Zuora"]
    salesforce, zuora = (url for _, url in urls)
    assert f"SANDBOX_ROUTES=salesforce.sandbox.test={salesforce},zuora.sandbox.test={zuora}\n" in told

    key, secret = re.findall(r"client credentials: (\S+) / (\S+)", told)[0]
    form = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    login = requests.post(f"{salesforce}/services/oauth2/token", data=form, timeout=10)
    assert login.status_code == 200
    key, secret = re.findall(r"  client: (\S+) / (\S+)", told)[0]
    form = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    assert requests.post(f"{zuora}/oauth/token", data=form, timeout=10).status_code == 200

    sandbox.send_signal(signal.SIGTERM)
    assert sandbox.wait(PATIENCE_SECONDS) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{salesforce}/__sandbox__/state", timeout=10)


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "sandbox", "--salesforce-port", str(port)],
            cwd=PROJECT,
            env=environment(SYNCADMIN_DOTENV="0"),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: Port {port} cannot be used (Address already in use).")
    assert done.stderr.count("\n") == 1
