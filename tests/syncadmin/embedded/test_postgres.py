"""The PostgreSQL of the tests starts for root as for anybody, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from syncadmin.embedded.postgres import running_postgres
from syncadmin.services import database


def test_it_serves_and_is_gone_afterwards() -> None:
    with running_postgres() as url:
        settings = database(url, base_dir=Path("/"))
        folder = Path(settings["HOST"])
        with psycopg.connect(host=str(folder), user=settings["USER"], dbname=settings["NAME"]) as connection:
            row = connection.execute("SELECT current_setting('listen_addresses'), upper('é')").fetchone()
        process = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, 0)

    assert row == ("", "É")
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_client_that_hangs_does_not_hold_it_up() -> None:
    with running_postgres() as url:
        settings = database(url, base_dir=Path("/"))
        client = psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"])

    with client, pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
