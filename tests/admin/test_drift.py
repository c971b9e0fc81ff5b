"""The pages of drift reports: who may start one, what they show, and *Sync these*."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connector.models import Account, DriftReport, Integration, SyncRun
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db

REPORTS = reverse("admin:connector_driftreport_changelist")


@pytest.fixture
def report() -> DriftReport:
    """Ada's differs in its city, Bob's in its name, Cleo's is missing, Dora's cannot be planned."""
    integration = rows.integration()
    report = rows.drift_report(integration, in_step=8)
    named = {
        name: rows.account(f"00100000000000{number}AAA", of=integration, name=name)
        for number, name in enumerate(("Ada's", "Bob's", "Cleo's", "Dora's"))
    }
    rows.drift_finding(report, named["Ada's"])
    rows.drift_finding(
        report,
        named["Bob's"],
        {"noun": "account", "field": "name", "record": "Account Bob's", "before": "Bob", "after": "=Bob's"},
    )
    rows.drift_finding(
        report, named["Cleo's"], {"noun": "account", "record": "Account Cleo's"}, kind="missing"
    )
    rows.drift_finding(
        report, named["Dora's"], kind="stopped", message="Dora's has no state.", who_acts="The owner"
    )
    return report


def _address(view: str, report: DriftReport, query: str = "") -> str:
    return reverse(f"admin:connector_driftreport_{view}", args=[report.pk]) + query


def _start(integration: Integration) -> str:
    return reverse("admin:connector_integration_drift", args=[integration.pk])


def _accounts(page: Page) -> list[str]:
    return [name for name in ("Ada's", "Bob's", "Cleo's", "Dora's") if name in page.links]


def _queued() -> list[str]:
    return sorted(run.account.name for run in SyncRun.objects.select_related("account"))


def test_a_report_counts_and_lists_what_differs(viewer: Client, report: DriftReport) -> None:
    page = Page(viewer.get(_address("change", report)))

    assert _accounts(page) == ["Ada's", "Bob's", "Cleo's", "Dora's"]
    for told in ("12 of 12", "San Francisco", "Oakland", "Missing in Zuora", "Dora's has no state."):
        assert told in page.text
    assert "Who acts: The owner" in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?noun=contact&field=city", ["Ada's"]),
        ("?noun=account&field=", ["Cleo's"]),
        ("?kind=stopped", ["Dora's"]),
        ("?kind=differs&noun=account&field=name", ["Bob's"]),
        ("?noun=contact&field=%00", []),
        ("?kind=x&noun=y&page=99999999999999999999", ["Ada's", "Bob's", "Cleo's", "Dora's"]),
    ],
)
def test_a_report_is_narrowed_by_field_and_finding(
    viewer: Client, report: DriftReport, query: str, shown: list[str]
) -> None:
    assert _accounts(Page(viewer.get(_address("change", report, query)))) == shown


def test_each_field_leads_to_its_accounts(viewer: Client, report: DriftReport) -> None:
    page = Page(viewer.get(_address("change", report)))

    assert {"?noun=contact&field=city", "?noun=account&field=name", "?noun=account&field="} <= set(
        page.addresses
    )


def test_fields_of_what_is_in_an_order_are_counted_and_narrowed_to_as_well(
    viewer: Client, report: DriftReport
) -> None:
    told = {"field": "charge.Note__c", "record": "Custom fields of subscription SUB-1", "before": "lab"}
    of_item = {"field": "Note__c", "record": "Custom fields of the line item", "after": "twice"}
    account = rows.account("001000000000009AAA", of=report.integration, name="Acme Corp")
    rows.drift_finding(
        report, account, {"noun": "subscription", **told}, {"noun": "order line item", **of_item}
    )
    page = Page(viewer.get(_address("change", report)))
    assert {
        "?noun=subscription&field=charge.Note__c",
        "?noun=order+line+item&field=Note__c",
    } <= set(page.addresses)
    assert "Order line item" in page.text
    assert "Custom fields of subscription SUB-1" in page.text
    narrowed = Page(viewer.get(_address("change", report, "?noun=order+line+item&field=Note__c")))
    assert ("Acme Corp" in narrowed.links, _accounts(narrowed)) == (True, [])


def test_a_long_report_has_pages(viewer: Client) -> None:
    integration = rows.integration()
    report = rows.drift_report(integration)
    for number in range(30):
        account = rows.account(f"001{number:012d}AAA", of=integration, name=f"Account {number:02}")
        rows.drift_finding(report, account)

    first, second = (Page(viewer.get(_address("change", report, query))) for query in ("", "?page=2"))

    assert ("Account 24" in first.text, "Account 25" in first.text) == (True, False)
    assert ("Account 25" in second.text, "?page=2" in first.addresses) == (True, True)


def test_the_export_has_a_line_for_each_difference_and_no_formula(
    viewer: Client, report: DriftReport
) -> None:
    response = viewer.get(_address("export", report))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, *lines = csv.reader(io.StringIO(text))

    told = [dict(zip(header, line, strict=True)) for line in lines]
    assert [(each["Account"], each["Field"], each["From Salesforce"]) for each in told] == [
        ("Ada's", "city", "Oakland"),
        ("Bob's", "name", "'=Bob's"),
        ("Cleo's", "(missing in Zuora)", ""),
        ("Dora's", "", ""),
    ]
    assert told[3]["Message"] == "Dora's has no state."

    narrowed = viewer.get(_address("export", report, "?noun=contact&field=city"))
    assert b"".join(narrowed.streaming_content).count(b"\r\n") == 2  # type: ignore[attr-defined]


def test_a_report_that_runs_renews_itself_and_a_finished_one_does_not(viewer: Client) -> None:
    running = rows.drift_report(status="running", in_step=3)

    page = Page(viewer.get(_address("change", running, "?kind=differs"))).html
    for view, trigger in (("live", "every 2s"), ("found", "every 15s")):
        assert f'hx-get="{_address(view, running)}?kind=differs" hx-trigger="{trigger}"' in page
        assert trigger in Page(viewer.get(_address(view, running))).html
    assert "3 of 12" in Page(viewer.get(_address("live", running))).text

    DriftReport.objects.update(status="finished")
    for view in ("change", "live", "found"):
        assert "hx-get" not in Page(viewer.get(_address(view, running))).html


def test_what_was_found_is_counted_for_its_own_part_and_at_the_end(
    viewer: Client, report: DriftReport
) -> None:
    DriftReport.objects.update(status="running")
    with CaptureQueriesContext(connection) as asked:
        live = Page(viewer.get(_address("live", report)))
    assert "Differ 2" in live.text
    assert [query["sql"] for query in asked if "driftdifference" in query["sql"]] == []
    assert _accounts(live) == []
    assert _accounts(Page(viewer.get(_address("found", report)))) == ["Ada's", "Bob's", "Cleo's", "Dora's"]

    DriftReport.objects.update(status="finished")
    over = Page(viewer.get(_address("live", report, "?kind=stopped")))
    assert _accounts(over) == ["Dora's"]
    assert ("div", "hx-swap-oob", "true") in over.attributes


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("failed", "This report could not be finished"),
        ("waiting", "It goes on by itself"),
        ("cancelled", "Zuora is away."),
        ("finished", "Nothing differs"),
    ],
)
def test_how_a_report_stands_is_said(viewer: Client, status: str, told: str) -> None:
    report = rows.drift_report(status=status, message="Zuora is away.")

    text = Page(viewer.get(_address("change", report))).text
    assert told in text
    assert "Zuora is away." in text


def test_a_viewer_looks_and_starts_nothing(viewer: Client, report: DriftReport) -> None:
    running = rows.drift_report(rows.integration(name="Other"), status="running")
    buttons = [
        button
        for address in (REPORTS, _address("change", report), _address("change", running))
        for button in Page(viewer.get(address)).buttons
    ]
    assert [each for each in buttons if "report" in each or "Sync" in each or "Stop" in each] == []

    for address in (_start(report.integration), _address("sync", report), _address("stop", running)):
        assert viewer.post(address).status_code == 403
    running.refresh_from_db()
    assert (DriftReport.objects.count(), running.status, _queued()) == (2, "running", [])


def test_a_get_starts_nothing(operator: Client, report: DriftReport) -> None:
    for address in (_start(report.integration), _address("sync", report), _address("stop", report)):
        assert messages(operator.get(address, follow=True)) == [
            "Press the button again; nothing was started."
        ]
    assert (DriftReport.objects.count(), _queued()) == (1, [])


@pytest.mark.usefixtures("redis_url")
def test_an_operator_starts_one_report_at_a_time(operator: Client) -> None:
    integration = rows.account().integration
    for address in (REPORTS, reverse("admin:connector_integration_change", args=[integration.pk])):
        assert _start(integration) in Page(operator.get(address)).forms

    response = operator.post(_start(integration))
    again = operator.post(_start(integration), follow=True)

    report = DriftReport.objects.get()
    assert response.headers["Location"] == again.redirect_chain[0][0] == _address("change", report)
    assert messages(again) == ["A drift report of Acme is open already."]
    assert (report.total, report.requested_by.get_username() if report.requested_by else "") == (1, "otto")


def test_an_operator_stops_a_report(operator: Client) -> None:
    report = rows.drift_report(status="running", in_step=3)

    operator.post(_address("stop", report))

    report.refresh_from_db()
    assert (report.status, report.message) == (
        "cancelled",
        "Stopped by otto, with 3 of 12 accounts checked.",
    )
    assert messages(operator.post(_address("stop", report), follow=True)) == ["The report was over already."]


@pytest.mark.usefixtures("redis_url")
def test_sync_these_queues_what_a_sync_settles_and_says_what_is_open(
    operator: Client, report: DriftReport
) -> None:
    rows.sync_run(Account.objects.get(name="Bob's"))
    page = Page(operator.get(_address("change", report)))
    assert "Sync these (3)" in page.buttons

    response = operator.post(_address("sync", report), follow=True)

    assert messages(response) == ["2 syncs queued. 1 of the accounts is being synced already."]
    assert _queued() == ["Ada's", "Bob's", "Cleo's"]
    again = operator.post(_address("sync", report), follow=True)
    assert messages(again) == ["0 syncs queued. 3 of the accounts are being synced already."]


@pytest.mark.usefixtures("redis_url")
def test_what_was_synced_since_is_not_synced_again(operator: Client, report: DriftReport) -> None:
    run = rows.started_run(Account.objects.get(name="Ada's"))
    SyncRun.objects.filter(pk=run.pk).update(created_at=rows.NOW + timedelta(minutes=1))
    run.finish(message="Updated.", now=rows.NOW + timedelta(minutes=1))
    assert "Since then Succeeded" in " ".join(Page(operator.get(_address("change", report))).text.split())

    response = operator.post(_address("sync", report), follow=True)

    assert messages(response) == ["2 syncs queued. 1 was synced since this report."]


@pytest.mark.usefixtures("redis_url")
def test_what_was_synced_since_and_is_to_be_looked_at_is_not_synced_again(
    operator: Client, report: DriftReport
) -> None:
    Account.objects.filter(name="Ada's").update(to_check="Order 00000101: compare the two.")
    rows.started_run(Account.objects.get(name="Ada's")).finish(
        message="Updated.", now=rows.NOW + timedelta(minutes=1)
    )
    assert Account.objects.get(name="Ada's").last_outcome == Account.Outcome.PARTIAL

    response = operator.post(_address("sync", report), follow=True)

    assert messages(response) == ["2 syncs queued. 1 was synced since this report."]


@pytest.mark.usefixtures("redis_url")
def test_sync_these_are_those_that_are_shown(operator: Client, report: DriftReport) -> None:
    query = "?noun=contact&field=city"
    page = Page(operator.get(_address("change", report, query)))
    assert "Sync these (1)" in page.buttons
    assert _address("sync", report, query) in page.forms

    operator.post(_address("sync", report, query))

    assert _queued() == ["Ada's"]


@pytest.mark.usefixtures("redis_url")
def test_nothing_is_synced_while_the_integration_is_switched_off(
    operator: Client, report: DriftReport
) -> None:
    Integration.objects.update(is_active=False)

    response = operator.post(_address("sync", report), follow=True)

    assert "is switched off" in messages(response)[0]
    assert _queued() == []


def test_the_integration_tells_its_latest_report(viewer: Client, report: DriftReport) -> None:
    DriftReport.objects.update(message="12 accounts checked: 8 in step.")

    page = Page(viewer.get(reverse("admin:connector_integration_change", args=[report.integration_id])))

    assert "12 accounts checked: 8 in step." in page.text
    assert _address("change", report) in page.addresses


def test_a_report_goes_with_an_integration_that_has_no_accounts(administrator: Client) -> None:
    report = rows.drift_report()

    administrator.post(
        reverse("admin:connector_integration_delete", args=[report.integration_id]), {"post": "yes"}
    )

    assert not Integration.objects.exists()
    assert not DriftReport.objects.exists()
