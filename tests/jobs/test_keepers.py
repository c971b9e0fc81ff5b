"""The engine's keepers in rows: what a long wait tells of its run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.jobs.keepers import RowJournal
from connector.models import RunSuperseded, SyncRun
from tests.models import rows

pytestmark = pytest.mark.django_db


def test_a_sign_of_life_writes_no_line() -> None:
    run = rows.started_run()
    before = datetime.now(UTC)

    RowJournal(run).beat()

    run.refresh_from_db()
    assert run.heartbeat_at is not None
    assert run.heartbeat_at >= before
    assert not run.entries.exists()


def test_a_sign_of_life_of_an_overtaken_attempt_stops_it() -> None:
    run = rows.started_run()
    SyncRun.objects.get(pk=run.pk).start(now=rows.NOW)

    with pytest.raises(RunSuperseded):
        RowJournal(run).beat()
