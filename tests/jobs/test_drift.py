"""A drift report over both sandboxes: exactly what differs, with the right fields, and nothing written."""

from __future__ import annotations

from typing import Any

from connector.domain.drift import drift
from connector.jobs.drift_keepers import looking
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
from tests.cast import account_record
from tests.jobs.drifting import account_id, change_seven, contact_id, differing, reported
from tests.services.world import World, storable


def test_after_a_sync_nothing_differs_and_after_seven_changes_exactly_those_seven(twelve: World) -> None:
    before = reported(twelve)
    assert (before.status, before.message) == ("finished", "12 accounts checked: 12 in step.")
    assert not before.findings.exists()

    wanted = change_seven(twelve)
    report = reported(twelve)

    assert differing(report) == wanted
    assert report.message == "12 accounts checked: 5 in step, 7 differ."
    assert (report.total, report.checked, report.differs, report.in_step) == (12, 12, 7, 5)
    assert twelve.zuora.writes() == []
    city = DriftDifference.objects.get(
        finding__report=report, field="city", finding__account__name="Customer 3"
    )
    assert (city.before, city.after) == ("San Francisco", "Oakland")

    for found in Account.objects.filter(drift_findings__report=report):
        run_now(found, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    assert reported(twelve).message == "12 accounts checked: 12 in step."


def test_what_zuora_only_writes_in_another_way_is_no_difference(twelve: World) -> None:
    org = twelve.org
    org.update("Account", account_id(1), BillingCountry="US", BillingState="CA")
    org.update("Account", account_id(2), BillingCountry="USA", BillingStreet="1 Market Street  ")
    org.update("Account", account_id(3), Name="  Customer 3 ")
    org.update("Contact", contact_id(4), MailingCountry="United States", MailingState="California")
    org.update("Contact", contact_id(5), Email="ada@ACME.example")

    assert reported(twelve).message == "12 accounts checked: 12 in step."


def test_one_reading_of_twelve_costs_hardly_more_calls_than_one_of_one(twelve: World) -> None:
    reported(twelve)

    asked = [each for each in twelve.zuora.requests() if not each["path"].endswith("/token")]
    assert len(asked) < 12
    assert {each["method"] for each in asked} <= {"GET", "POST"}
    assert [each for each in asked if each["method"] == "POST" and "/action/query" not in each["path"]] == []


def test_a_report_leaves_no_trace_of_a_run(three: World) -> None:
    kept = (SyncRun.objects.count(), LogEntry.objects.count(), WriteIntent.objects.count())
    accounts = list(Account.objects.values())

    reported(three)

    assert kept == (SyncRun.objects.count(), LogEntry.objects.count(), WriteIntent.objects.count())
    assert accounts == list(Account.objects.values())


def test_an_account_that_zuora_lacks_would_be_created(three: World) -> None:
    three.org.seed({"Account": [storable(account_record(account_id(20), Name="Newcomer"))]})
    Account.objects.remember(three.integration, account_id(20), name="Newcomer")

    report = reported(three)

    found = report.findings.get()
    assert (found.kind, report.missing) == (FindingKind.MISSING, 1)
    assert [(each.noun, each.field, each.record) for each in found.differences.all()] == [
        ("account", "", f"Account Newcomer ({account_id(20)})")
    ]


def test_what_cannot_be_planned_says_why_and_who_acts(three: World) -> None:
    three.org.update("Account", account_id(2), BillingState=None)
    three.org.update("Account", account_id(3), IsDeleted=True)

    report = reported(three)

    stopped = {row.account.name: row for row in report.findings.filter(kind=FindingKind.STOPPED)}
    assert "has no billing state" in stopped["Customer 2"].message
    assert stopped["Customer 2"].who_acts == "The owner of the record in Salesforce"
    assert "is deleted in Salesforce" in stopped["Customer 3"].message
    assert report.message == "3 accounts checked: 1 in step, 2 cannot be planned."


def test_a_report_tells_nothing_personal_where_that_is_hidden(twelve: World) -> None:
    Integration.objects.update(hide_personal_data=True)
    twelve.integration.refresh_from_db()
    change_seven(twelve)

    report = reported(twelve)

    kept = str(list(DriftDifference.objects.filter(finding__report=report).values()))
    kept += str(list(report.findings.values()))
    assert [value for value in ("Ada", "Lovelace", "King", "ada@", "Market Street") if value in kept] == []
    assert "Oakland" in kept
    assert "[e-mail]" in kept


def test_accounts_read_together_are_planned_as_each_is_alone(world_in_transaction: World) -> None:
    world = world_in_transaction
    demo = demo_org.build()
    world.org.seed(demo)
    ids = [str(row["Id"]) for row in demo["Account"]][:16]
    for number, key in enumerate(ids):
        known = Account.objects.remember(world.integration, key)
        if number % 4 == 0:
            run_now(known, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    report, _ = DriftReport.objects.request(world.integration)
    given: Any = {"rules": world.integration.rules(), "options": world.integration.options()}

    with looking(report) as services:
        together = engine.survey(services, ids, **given)
        alone = [engine.preview(services, key, **given) for key in ids]

    assert [drift(plan) for plan in together] == [drift(plan) for plan in alone]
