"""A worker is killed by signal 9 at numbered points of the family's flow; another one carries on, and all ends as if nothing had been."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from connector.jobs import enqueue_sync
from connector.models import LogEntry, SyncRun
from tests.cast import ACME_CORP, ACME_HOLDING, ADA
from tests.matrix.disturbing import Flow, birth, change
from tests.matrix.dying_worker import ENDS, STAGES, UPDATE_STAGES, WAYS, Death
from tests.matrix.family import ACME_WORKS, JSON, Home, assert_whole
from tests.matrix.living import Workers, all_is_done, let_leases_run_out, wait_for
from tests.services.databases import ON_POSTGRES
from tests.services.nursery import end, family_of, is_gone

pytestmark = [pytest.mark.postgres, pytest.mark.worker, pytest.mark.matrix("crash")]

CREATED = (
    f"account {ACME_HOLDING}",
    f"contact {ADA}",
    f"account {ACME_CORP}",
    "product SEAT",
    "rate plan 01t000000000001AAA",
    "charge 01t000000000001AAA",
    "order 00000101",
    "order 00000104",
)
UPDATED = ("update Acme Corporation", "update lovelace@acme.example")
POINTS: list[tuple[Flow, str, str]] = [
    *((birth, stage, record) for record in CREATED for stage in STAGES),
    *((birth, stage, f"run {record}") for record in (ACME_CORP, ACME_WORKS) for stage in ENDS),
    *((change, stage, record) for record in UPDATED for stage in UPDATE_STAGES),
]
CASES = [
    pytest.param(flow, stage, record, WAYS[number % 3], id=f"{number}-{stage}-{record}-{WAYS[number % 3]}")
    for number, (flow, stage, record) in enumerate(POINTS, start=1)
    if number % 2 != ON_POSTGRES  # the other half of them on the other database
]
_undisturbed: dict[str, JSON] = {}


@pytest.fixture
def expected(open_home: Home, flow: Flow) -> JSON:
    """What the flow of this case ends in where nothing disturbs it: found once a process. The home is empty afterwards."""
    if flow.__name__ not in _undisturbed:
        flow(open_home)
        assert {run.status for run in open_home.sync_all()} == {SyncRun.Status.SUCCEEDED}
        _undisturbed[flow.__name__] = open_home.portrait()
        open_home.move_out()
    return _undisturbed[flow.__name__]


@pytest.mark.parametrize(("flow", "stage", "record", "way"), CASES)
def test_another_worker_carries_on_what_a_killed_one_was_at(
    open_home: Home,
    expected: JSON,
    workers: Workers,
    flow: Flow,
    stage: str,
    record: str,
    way: str,
    tmp_path: Path,
) -> None:
    flow(open_home)
    runs = [enqueue_sync(child, trigger=SyncRun.Trigger.ADMIN) for child in open_home.children]
    mark = tmp_path / "death"

    doomed = workers.start(death=asdict(Death(stage, record, way, str(mark), open_home.zuora.url)))
    wait_for(mark.exists, "death to come")
    if way != "horse":
        wait_for(lambda: is_gone(doomed), "the worker to be gone")
        let_leases_run_out()
    if way == "both":
        end(doomed)  # its scheduler
    for _ in runs:  # what the dead run had claimed, the others wait for
        workers.start()
    open_home.zuora.change_settings(processing_ms=0)

    wait_for(all_is_done, "the runs to end")
    assert {_status(run) for run in runs} == {SyncRun.Status.SUCCEEDED}, workers.told()
    if stage != "finished":
        assert LogEntry.objects.filter(message__contains="disappeared before it was finished").count() == 1
    told = LogEntry.objects.count()
    if way == "worker":
        wait_for(lambda: len(family_of(doomed)) < 2, "the orphan to end")
        assert LogEntry.objects.count() == told
    workers.end()
    assert_whole(open_home, expected)


def _status(run: SyncRun) -> str:
    run.refresh_from_db()
    return run.status
