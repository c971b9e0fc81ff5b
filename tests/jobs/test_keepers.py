"""The engine's keepers in rows: what a long wait tells of its run, and what an overtaken attempt may not store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from connector.domain.operations import Key, Noun
from connector.jobs.keepers import RowJournal, RowLinks
from connector.models import RunSuperseded, SyncRun
from tests.cast import ACME_CORP
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


KEY = Key(Noun.ACCOUNT, ACME_CORP)
SEEN, KNOWN = {"id": "8a-old"}, {"id": "8a-new"}


@pytest.mark.parametrize(
    "write",
    [
        lambda links: links.put(KEY, SEEN),
        lambda links: links.forget(KEY, KNOWN),
        lambda links: links.confirm([KEY]),
    ],
    ids=["put", "forget", "confirm"],
)
def test_an_overtaken_attempt_moves_no_link(write: Callable[[RowLinks], None]) -> None:
    run = rows.started_run()
    links = RowLinks(run)
    links.put(KEY, KNOWN)
    SyncRun.objects.get(pk=run.pk).start(now=rows.NOW)

    with pytest.raises(RunSuperseded):
        write(links)

    assert links.get(KEY) == KNOWN


def test_the_attempt_that_is_on_moves_links() -> None:
    links = RowLinks(rows.started_run())
    links.put(KEY, SEEN)
    links.put(KEY, KNOWN)
    assert links.get(KEY) == KNOWN
    links.forget(KEY, SEEN)
    assert links.get(KEY) == KNOWN
    links.forget(KEY, KNOWN)
    assert links.get(KEY) is None
