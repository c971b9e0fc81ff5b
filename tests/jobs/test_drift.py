"""A drift report over both sandboxes: exactly what differs, with the right fields, and nothing written."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoCaptureOnCommitCallbacks

from connector import jobs
from connector.domain.drift import drift
from connector.jobs import drift as drift_job
from connector.jobs.doorbell import RUN
from connector.jobs.drift import carry_on
from connector.jobs.drift_keepers import looking
from connector.jobs.queueing import ring
from connector.jobs.running import run_now
from connector.models import (
    Account,
    DriftDifference,
    DriftReport,
    Integration,
    LogEntry,
    SyncRun,
    WriteIntent,
)
from connector.models.drift import FindingKind
from connector.sandbox import demo_org
from connector.sync import engine
from tests.cast import account, account_record, contact, order
from tests.services.world import World, storable
from tests.sync.dataset import dataset

Found = dict[str, set[tuple[str, str]]]
"""By account name, what differs: record kind and field."""


def _id(number: int) -> str:
    return f"0010000000001{number:02d}AAA"


def _contact_id(number: int) -> str:
    return f"0030000000001{number:02d}AAA"


@pytest.fixture(autouse=True)
def _no_retries(settings: LazySettings) -> None:
    settings.REMOTE_RETRIES = 0


def _synced(world: World, count: int) -> World:
    """So many accounts with a contact each, all of them synced."""
    world.account.delete()
    numbers = range(1, count + 1)
    records = [storable(account_record(_id(number), Name=f"Customer {number}")) for number in numbers]
    people = [contact(_contact_id(number), AccountId=_id(number)) for number in numbers]
    world.org.seed({"Account": records, "Contact": people})
    for number in numbers:
        known = Account.objects.remember(world.integration, _id(number), name=f"Customer {number}")
        run = run_now(known, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
        assert run.status == SyncRun.Status.SUCCEEDED, run.message
    world.zuora.forget_requests()
    return world


@pytest.fixture
def twelve(world_in_transaction: World) -> World:
    return _synced(world_in_transaction, 12)


@pytest.fixture
def three(world_in_transaction: World) -> World:
    return _synced(world_in_transaction, 3)


def _report(world: World) -> DriftReport:
    report, _ = DriftReport.objects.request(world.integration)
    assert carry_on(report) is None
    report.refresh_from_db()
    return report


def _found(report: DriftReport) -> Found:
    rows = report.findings.filter(kind__in=(FindingKind.DIFFERS, FindingKind.MISSING)).order_by("account_id")
    return {
        row.account.name: {(each.noun, each.field) for each in row.differences.all()}
        for row in rows.select_related("account")
    }


def _change_seven(world: World) -> Found:
    """Seven accounts in Salesforce, each in another way; the answer is what a report has to say."""
    org = world.org
    org.update("Account", _id(1), Description="Pays late")
    org.update("Account", _id(3), BillingCity="Oakland")
    org.update("Account", _id(4), BillingStreet="2 Market Street", BillingPostalCode="94106")
    org.update("Contact", _contact_id(6), Email="ada@new.example")
    org.update("Contact", _contact_id(8), LastName="King", MailingCity="London")
    org.update(
        "Account",
        _id(9),
        ShippingStreet="500 Harbor Drive",
        ShippingCity="Portland",
        ShippingState="OR",
        ShippingPostalCode="97201",
        ShippingCountry="USA",
    )
    org.update("Account", _id(12), Name="Customer Twelve")
    return {
        "Customer 1": {("account", "notes")},
        "Customer 3": {("contact", "city")},
        "Customer 4": {("contact", "address1"), ("contact", "zipCode")},
        "Customer 6": {("contact", "workEmail")},
        "Customer 8": {("contact", "lastName"), ("contact", "city")},
        "Customer 9": {("contact", ""), ("account", "soldToContactId")},
        "Customer 12": {("account", "name"), ("contact", "firstName"), ("contact", "lastName")},
    }


def test_after_a_sync_nothing_differs_and_after_seven_changes_exactly_those_seven(twelve: World) -> None:
    before = _report(twelve)
    assert (before.status, before.message) == ("finished", "12 accounts checked: 12 in step.")
    assert not before.findings.exists()

    wanted = _change_seven(twelve)
    report = _report(twelve)

    assert _found(report) == wanted
    assert report.message == "12 accounts checked: 5 in step, 7 differ."
    assert (report.total, report.checked, report.differs, report.in_step) == (12, 12, 7, 5)
    assert twelve.zuora.writes() == []
    city = DriftDifference.objects.get(
        finding__report=report, field="city", finding__account__name="Customer 3"
    )
    assert (city.before, city.after) == ("San Francisco", "Oakland")

    for found in Account.objects.filter(drift_findings__report=report):
        run_now(found, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    assert _report(twelve).message == "12 accounts checked: 12 in step."


def test_what_zuora_only_writes_in_another_way_is_no_difference(twelve: World) -> None:
    org = twelve.org
    org.update("Account", _id(1), BillingCountry="US", BillingState="CA")
    org.update("Account", _id(2), BillingCountry="USA", BillingStreet="1 Market Street  ")
    org.update("Account", _id(3), Name="  Customer 3 ")
    org.update("Contact", _contact_id(4), MailingCountry="United States", MailingState="California")
    org.update("Contact", _contact_id(5), Email="ada@ACME.example")

    assert _report(twelve).message == "12 accounts checked: 12 in step."


def test_one_reading_of_twelve_costs_hardly_more_calls_than_one_of_one(twelve: World) -> None:
    _report(twelve)

    asked = [each for each in twelve.zuora.requests() if not each["path"].endswith("/token")]
    assert len(asked) < 12
    assert {each["method"] for each in asked} <= {"GET", "POST"}
    assert [each for each in asked if each["method"] == "POST" and "/action/query" not in each["path"]] == []


def test_a_report_leaves_no_trace_of_a_run(three: World) -> None:
    kept = (SyncRun.objects.count(), LogEntry.objects.count(), WriteIntent.objects.count())
    accounts = list(Account.objects.values())

    _report(three)

    assert kept == (SyncRun.objects.count(), LogEntry.objects.count(), WriteIntent.objects.count())
    assert accounts == list(Account.objects.values())


def test_an_account_that_zuora_lacks_would_be_created(three: World) -> None:
    three.org.seed({"Account": [storable(account_record(_id(20), Name="Newcomer"))]})
    Account.objects.remember(three.integration, _id(20), name="Newcomer")

    report = _report(three)

    found = report.findings.get()
    assert (found.kind, report.missing) == (FindingKind.MISSING, 1)
    assert [(each.noun, each.field, each.record) for each in found.differences.all()] == [
        ("account", "", f"Account Newcomer ({_id(20)})")
    ]


def test_what_cannot_be_planned_says_why_and_who_acts(three: World) -> None:
    three.org.update("Account", _id(2), BillingState=None)
    three.org.update("Account", _id(3), IsDeleted=True)

    report = _report(three)

    stopped = {row.account.name: row for row in report.findings.filter(kind=FindingKind.STOPPED)}
    assert "has no billing state" in stopped["Customer 2"].message
    assert stopped["Customer 2"].who_acts == "The owner of the record in Salesforce"
    assert "is deleted in Salesforce" in stopped["Customer 3"].message
    assert report.message == "3 accounts checked: 1 in step, 2 cannot be planned."


def test_a_report_tells_nothing_personal_where_that_is_hidden(twelve: World) -> None:
    Integration.objects.update(hide_personal_data=True)
    twelve.integration.refresh_from_db()
    _change_seven(twelve)

    report = _report(twelve)

    kept = str(list(DriftDifference.objects.filter(finding__report=report).values()))
    kept += str(list(report.findings.values()))
    assert [value for value in ("Ada", "Lovelace", "King", "ada@", "Market Street") if value in kept] == []
    assert "Oakland" in kept
    assert "[e-mail]" in kept


def test_a_job_stops_between_accounts_and_the_next_one_goes_on_where_it_was(
    twelve: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = _change_seven(twelve)
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
    assert _found(report) == wanted
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
    wanted = _change_seven(twelve)
    sold = account(_id(5), Name="Customer 5", orders=[order("00000555", AccountId=_id(5))])
    twelve.org.seed({name: rows for name, rows in dataset([sold]).items() if name not in ("Account", "User")})
    twelve.zuora.fail(path="/v1/orders/00000555", action="status", status=500, times=None)

    report = _report(twelve)

    assert _found(report) == wanted
    unread = report.findings.get(kind=FindingKind.UNREAD)
    assert (unread.account.name, "00000555" in unread.message) == ("Customer 5", True)
    assert report.message == "12 accounts checked: 4 in step, 7 differ, 1 could not be read."

    twelve.zuora.heal()
    assert _found(_report(twelve))["Customer 5"] >= {("order", ""), ("product", "")}
    assert twelve.zuora.writes() == []


def test_accounts_read_together_are_planned_as_each_is_alone(world_in_transaction: World) -> None:
    world = world_in_transaction
    demo = demo_org.build()
    world.org.seed(demo)
    ids = [str(row["Id"]) for row in demo["Account"]][:40]
    for number, key in enumerate(ids):
        known = Account.objects.remember(world.integration, key)
        if number % 8 == 0:
            run_now(known, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    report, _ = DriftReport.objects.request(world.integration)
    given: Any = {"rules": world.integration.rules(), "options": world.integration.options()}

    with looking(report) as services:
        together = engine.survey(services, ids, **given)
        alone = [engine.preview(services, key, **given) for key in ids]

    assert [drift(plan) for plan in together] == [drift(plan) for plan in alone]


def test_a_setting_that_cannot_be_used_ends_the_report(three: World) -> None:
    Integration.objects.update(money_rule="nonsense")
    three.integration.refresh_from_db()

    report = _report(three)

    assert (report.status, report.checked) == ("failed", 0)
    assert f"Look for drift report {report.pk}" in report.message


def test_an_error_of_the_connector_at_one_account_does_not_end_the_report(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all = drift_job.engine.survey

    def survey(services: Any, keys: Any, **given: Any) -> Any:
        if _id(2) in keys:
            raise ZeroDivisionError
        return of_all(services, keys, **given)

    monkeypatch.setattr(drift_job.engine, "survey", survey)

    report = _report(three)

    assert report.message == "3 accounts checked: 2 in step, 1 cannot be planned."
    assert "ZeroDivisionError" in report.findings.get().message


def test_a_remote_that_is_away_makes_the_report_wait_and_end_in_a_sentence(twelve: World) -> None:
    twelve.zuora.fail(path="/object-query", action="status", status=500, times=None)
    report, _ = DriftReport.objects.request(twelve.integration)

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
    assert "The report ends here, with 0 of 12 accounts checked. Start a new one" in report.message
    assert not report.findings.exists()


def test_a_report_that_waited_finds_everything_once_the_remote_is_back(twelve: World) -> None:
    wanted = _change_seven(twelve)
    twelve.zuora.fail(path="/object-query", action="status", status=500, times=None)
    report, _ = DriftReport.objects.request(twelve.integration)
    assert carry_on(report) is not None

    twelve.zuora.heal()
    assert carry_on(report) is None

    report.refresh_from_db()
    assert _found(report) == wanted
    assert (report.checked, report.unread, report.tries) == (12, 0, 0)


def test_wrong_credentials_end_the_report_at_once(three: World) -> None:
    zuora = three.integration.zuora
    zuora.client_secret = type(zuora.client_secret).encrypt("not the secret")
    zuora.save()

    report = _report(three)

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
