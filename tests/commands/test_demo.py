"""`demo --once`, the project's first promise: from nothing to a synced org, in a checkout of its own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.sandbox import demo_org
from tests.syncadmin.checkouts import checkout, environment, manage

pytestmark = pytest.mark.worker


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short path: a socket must fit under it, which one of pytest's is too deep for."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


def test_the_demo_syncs_its_org_and_every_account_ends_as_it_must(tmp_path: Path, temporary: Path) -> None:
    folder = checkout(tmp_path / "checkout")

    done = manage(folder, "demo", "--once", variables=environment(TMPDIR=str(temporary)), patience=180)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "not as expected" not in done.stdout
    shown = demo_org.showcase()["healthy"]
    found = re.search(
        rf"^Sync of Acme Corp.* \({shown}\): succeeded\n((?:  .+\n)+)", done.stdout, re.MULTILINE
    )
    assert found is not None, done.stdout
    steps = [line[4:11].strip() for line in found[1].splitlines()]
    assert [steps[0], steps[1], steps[-2]] == ["Read", "Decide", "Finish"]
    assert "Write" in steps
    flaws = demo_org.flaws()
    accounts = len(demo_org.build()["Account"])
    assert (
        f"{accounts - len(flaws)} of {accounts} accounts are in step; "
        f"{len(flaws)} have flaws put there to be seen." in done.stdout
    )
    assert re.search(r"^Log in as admin with the password \S{12}$", done.stdout, re.MULTILINE)
    assert list(temporary.glob("syncadmin-demo-*")) == []
