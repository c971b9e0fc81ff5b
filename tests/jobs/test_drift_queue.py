"""Drift reports and their jobs: carried on by another worker, found again where a job is lost, pruned by age."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django_rq
import pytest

from connector import jobs
from connector.jobs.doorbell import DRIFT, QUEUE, RunJob, run_queue
from connector.jobs.drift_sweeping import sweep_reports
from connector.jobs.retention import Pruned, prune
from connector.jobs.sweeping import remove_stray_jobs
from connector.models import Account, DriftDifference, DriftFinding, DriftReport
from tests.cast import account_record
from tests.models import rows
from tests.services.world import StartWorker, World, storable

PATIENCE_SECONDS = 30


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def _lost(world: World, **fields: object) -> DriftReport:
    """An open report, silent for two minutes, of which Redis knows nothing."""
    then = datetime.now(UTC) - timedelta(minutes=2)
    report, _ = DriftReport.objects.request(world.integration)
    DriftReport.objects.filter(pk=report.pk).update(
        **{"status": "running", "attempt": 1, "created_at": then, "heartbeat_at": then, **fields}
    )
    report.refresh_from_db()
    return report


@pytest.mark.worker
def test_a_report_is_handed_back_by_a_worker_that_stops_and_finished_by_another(
    world: World, start_worker: StartWorker
) -> None:
    ids = [f"0010000000002{number:02d}AAA" for number in range(45)]
    world.org.seed({"Account": [storable(account_record(key, Name=f"Customer {key}")) for key in ids]})
    for key in ids:
        Account.objects.remember(world.integration, key, name=f"Customer {key}")
    world.zuora.fail(path="/object-query", action="delay", seconds=0.3, times=None)
    first = start_worker()
    report, _ = jobs.enqueue_drift_report(world.integration)

    def checked() -> int:
        report.refresh_from_db()
        return report.checked

    _wait(lambda: checked() >= 20, "the first batch")
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_SECONDS) == 0
    assert 20 <= checked() < 46
    assert report.status == "queued"

    start_worker()
    _wait(lambda: checked() == 46 and not report.is_open, "another worker to carry it on")
    assert (report.status, report.missing, report.findings.count(), report.losses) == ("finished", 46, 46, 0)
    assert world.zuora.writes() == []


def test_a_report_without_a_job_gets_one_under_its_own_id(world: World) -> None:
    report = _lost(world)

    assert [sweep_reports(), sweep_reports()] == [1, 0]

    job = RunJob.fetch(str(report.pk), connection=django_rq.get_connection(QUEUE))
    assert (job.func_name, job.args, job.fault()) == (DRIFT, [str(report.pk)], "")
    report.refresh_from_db()
    assert (report.status, report.losses) == ("running", 1)


def test_a_report_that_is_lost_again_and_again_is_closed(world: World) -> None:
    report = _lost(world, losses=3)

    assert sweep_reports() == 0

    report.refresh_from_db()
    assert (report.status, run_queue().get_job_ids()) == ("failed", [])
    assert "disappeared 4 times" in report.message


def test_a_report_whose_job_waits_is_left_alone_and_so_is_its_job(world: World) -> None:
    report, _ = jobs.enqueue_drift_report(world.integration)
    then = datetime.now(UTC) - timedelta(hours=2)
    DriftReport.objects.filter(pk=report.pk).update(created_at=then)

    assert (sweep_reports(), remove_stray_jobs()) == (0, 0)
    assert run_queue().get_job_ids() == [str(report.pk)]

    report.cancel(message="Stopped.", now=then)
    assert remove_stray_jobs() == 1


def test_a_job_that_gives_more_than_an_id_is_no_report(redis_url: str) -> None:
    run_queue().enqueue("connector.jobs.drift.carry_on", "x", job_id="intruder")

    assert "it calls" in RunJob.fetch("intruder", connection=django_rq.get_connection(QUEUE)).fault()


@pytest.mark.django_db
def test_old_reports_go_whole_and_the_newest_of_an_integration_stays() -> None:
    account = rows.account()
    old, last = rows.drift_report(account.integration), rows.drift_report(account.integration)
    for report, days in ((old, 200), (last, 150)):
        rows.drift_finding(report, account)
        DriftReport.objects.filter(pk=report.pk).update(created_at=rows.NOW - timedelta(days=days))

    assert prune(rows.NOW, is_dry=True) == Pruned(reports=1)
    assert prune(rows.NOW, batch=1) == Pruned(reports=1)

    assert (DriftReport.objects.get(), DriftFinding.objects.count(), DriftDifference.objects.count()) == (
        last,
        1,
        1,
    )
