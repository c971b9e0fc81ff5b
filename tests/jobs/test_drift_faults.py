"""A drift report that is interrupted, or meets a remote, an account or a setting that fails."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoCaptureOnCommitCallbacks

from connector import jobs
from connector.jobs import drift as drift_job
from connector.jobs.doorbell import RUN
from connector.jobs.drift import carry_on
from connector.jobs.queueing import ring
from connector.models import (
    DriftReport,
    Integration,
)
from connector.models.drift import FindingKind
from tests.cast import account, order
from tests.jobs.drifting import account_id, change_seven, differing, reported
from tests.services.world import World
from tests.sync.dataset import dataset


@pytest.fixture(autouse=True)
def _no_retries(settings: LazySettings) -> None:
    settings.REMOTE_RETRIES = 0


def test_a_job_stops_between_accounts_and_the_next_one_goes_on_where_it_was(
    twelve: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = change_seven(twelve)
    monkeypatch.setattr(drift_job, "BATCH", 4)
    monkeypatch.setattr(drift_job, "WORK_SECONDS", 0)
    monkeypatch.setattr(drift_job, "TURN_SECONDS", 0)
    report, _ = DriftReport.objects.request(twelve.integration)
    assert carry_on(report) == 0
    report.refresh_from_db()
    assert (report.status, report.checked) == ("queued", 0)

    ticks = iter([0.0, 0.0, 0.0, 1e9])
    monkeypatch.setattr(drift_job, "WORK_SECONDS", 480)
    monkeypatch.setattr(drift_job, "_is_over", lambda worked: next(ticks) > 480)
    monkeypatch.setattr(drift_job, "BATCH", 3)
    assert carry_on(report) == 0
    report.refresh_from_db()
    assert (report.status, report.checked) == ("queued", 9)

    monkeypatch.undo()
    assert carry_on(report) is None
    report.refresh_from_db()
    assert differing(report) == wanted
    assert (report.checked, report.attempt) == (12, 3)


def test_runs_that_wait_go_first(
    three: World,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(drift_job, "BATCH", 1)
    monkeypatch.setattr(drift_job, "TURN_SECONDS", 0)
    report, _ = DriftReport.objects.request(three.integration)
    with django_capture_on_commit_callbacks(execute=True):
        ring(RUN, uuid.uuid4())

    assert carry_on(report) == 0


def test_one_account_that_cannot_be_read_is_told_and_the_others_are_read(twelve: World) -> None:
    """Zuora fails at an order of it, which no link settles."""
    wanted = change_seven(twelve)
    sold = account(account_id(5), Name="Customer 5", orders=[order("00000555", AccountId=account_id(5))])
    twelve.org.seed({name: rows for name, rows in dataset([sold]).items() if name not in ("Account", "User")})
    twelve.zuora.fail(path="/v1/orders/00000555", action="status", status=500, times=None)

    report = reported(twelve)

    assert differing(report) == wanted
    unread = report.findings.get(kind=FindingKind.UNREAD)
    assert (unread.account.name, "00000555" in unread.message) == ("Customer 5", True)
    assert report.message == "12 accounts checked: 4 in step, 7 differ, 1 could not be read."

    twelve.zuora.heal()
    assert differing(reported(twelve))["Customer 5"] >= {("order", ""), ("product", "")}
    assert twelve.zuora.writes() == []


def test_a_setting_that_cannot_be_used_ends_the_report(three: World) -> None:
    Integration.objects.update(money_rule="nonsense")
    three.integration.refresh_from_db()

    report = reported(three)

    assert (report.status, report.checked) == ("failed", 0)
    assert f"Look for drift report {report.pk}" in report.message


def test_an_error_of_the_connector_at_one_account_does_not_end_the_report(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all = drift_job.engine.survey

    def survey(services: Any, keys: Any, **given: Any) -> Any:
        if account_id(2) in keys:
            raise ZeroDivisionError
        return of_all(services, keys, **given)

    monkeypatch.setattr(drift_job.engine, "survey", survey)

    report = reported(three)

    assert report.message == "3 accounts checked: 2 in step, 1 cannot be planned."
    assert "ZeroDivisionError" in report.findings.get().message


def test_a_remote_that_is_away_makes_the_report_wait_and_end_in_a_sentence(six: World) -> None:
    six.zuora.fail(path="/object-query", action="status", status=500, times=None)
    report, _ = DriftReport.objects.request(six.integration)

    waits = []
    while (wait := carry_on(report)) is not None:
        waits.append(wait)
        report.refresh_from_db()
        if len(waits) == 1:
            assert (report.status, report.checked, report.findings.count()) == ("waiting", 0, 0)
            assert "goes on by itself" in report.message
    report.refresh_from_db()

    assert len(waits) == 3
    assert report.status == "failed"
    assert "The report ends here, with 0 of 6 accounts checked. Start a new one" in report.message
    assert not report.findings.exists()


def test_an_integration_of_few_accounts_waits_as_well(three: World) -> None:
    three.zuora.fail(path="/object-query", action="status", status=500, times=None)
    report, _ = DriftReport.objects.request(three.integration)

    assert carry_on(report) is not None

    report.refresh_from_db()
    assert (report.status, report.checked) == ("waiting", 0)


def test_accounts_that_are_refused_one_after_another_end_the_report(six: World) -> None:
    six.zuora.fail(path="/object-query/accounts", action="status", status=400, times=None)

    report = reported(six)

    assert (report.status, report.unread) == ("failed", 5)
    assert report.message.startswith("5 accounts in a row could not be read. The last: ")


def test_a_report_that_waited_finds_everything_once_the_remote_is_back(twelve: World) -> None:
    wanted = change_seven(twelve)
    twelve.zuora.fail(path="/object-query", action="status", status=500, times=None)
    report, _ = DriftReport.objects.request(twelve.integration)
    assert carry_on(report) is not None

    twelve.zuora.heal()
    assert carry_on(report) is None

    report.refresh_from_db()
    assert differing(report) == wanted
    assert (report.checked, report.unread, report.tries) == (12, 0, 0)


def test_wrong_credentials_end_the_report_at_once(three: World) -> None:
    zuora = three.integration.zuora
    zuora.client_secret = type(zuora.client_secret).encrypt("not the secret")
    zuora.save()

    report = reported(three)

    assert report.status == "failed"
    assert "Acme tenant" in report.message
    assert not report.findings.exists()


def test_a_report_that_was_cancelled_meanwhile_is_left_alone(three: World) -> None:
    report, _ = DriftReport.objects.request(three.integration)
    stale = DriftReport.objects.get(pk=report.pk)
    report.cancel(message="Stopped by otto.", now=drift_job.datetime.now(drift_job.UTC))

    assert carry_on(stale) is None

    report.refresh_from_db()
    assert (report.status, report.message, report.checked) == ("cancelled", "Stopped by otto.", 0)


def test_there_is_one_open_report_of_an_integration(world_in_transaction: World) -> None:
    first, is_new = jobs.enqueue_drift_report(world_in_transaction.integration)
    again, is_new_again = jobs.enqueue_drift_report(world_in_transaction.integration)

    assert (is_new, is_new_again) == (True, False)
    assert first == again
