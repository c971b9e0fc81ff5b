"""The run page: every state of a run, and what is new while it is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from connector.admin.runs import duration
from connector.admin.stories import ENTRIES_SHOWN
from connector.models import LogEntry, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db

Status = SyncRun.Status
POLLING = 'hx-trigger="every 1s"'


def _address(run: SyncRun) -> str:
    return reverse("admin:connector_syncrun_change", args=[run.pk])


def _live(client: Client, run: SyncRun, after: LogEntry | None = None) -> Any:
    return client.get(
        reverse("admin:connector_syncrun_live", args=[run.pk]), {"after": after.pk if after else ""}
    )


def _in_state(status: str, **fields: Any) -> SyncRun:
    run = rows.sync_run(**fields)
    if status != Status.QUEUED:
        run.start(now=told.NOON)
    if status == Status.RETRYING:
        run.retry_later(message="Zuora does not answer.", now=told.NOON)
    elif status == Status.FAILED:
        run.fail(message="No billing state. Fill it in.", who_acts="The owner of the record", now=told.NOON)
    elif status in (Status.SUCCEEDED, Status.PARTIAL, Status.CANCELLED):
        run.finish(status=status, message="That is all.", now=told.NOON + timedelta(seconds=3))
    return run


@pytest.mark.postgres
@pytest.mark.parametrize("status", Status.values)
def test_every_state_has_its_page(operator: Client, status: str) -> None:
    run = _in_state(status)

    page = Page(operator.get(_address(run)))

    assert f"Sync of Acme Corp {Status(status).label}" in page.text
    assert (POLLING in page.html) is run.is_open
    assert ("Resync" in page.buttons) is (status in (Status.FAILED, Status.PARTIAL))


@pytest.mark.parametrize("status", Status.values)
def test_every_state_of_a_preview_has_its_page(operator: Client, status: str) -> None:
    run = _in_state(status, kind=SyncRun.Kind.PREVIEW)

    assert "Preview of Acme Corp" in Page(operator.get(_address(run))).text


def test_a_failure_says_what_happened_who_acts_and_offers_the_remedy(operator: Client) -> None:
    run = _in_state(Status.FAILED)

    page = Page(operator.get(_address(run)))

    assert "This run failed No billing state. Fill it in. Who acts: The owner of the record" in page.text
    assert reverse("admin:connector_account_sync", args=[run.account_id]) in page.forms


def test_the_head_says_who_when_how_long_and_how_many_calls(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    run.add_calls(salesforce=5, zuora=9, salesforce_tokens=1, zuora_tokens=0)
    run.finish(message="Done.", now=told.NOON + timedelta(seconds=3))

    text = Page(operator.get(_address(run))).text

    assert "Started from the admin page" in text
    for shown in (
        "Duration 3.0 s",
        "Attempts 1",
        "Calls to Salesforce 5 + 1 login",
        "Calls to Zuora 9 + 0 logins",
    ):
        assert shown in text
    assert "UTC" in text


@pytest.mark.parametrize(
    ("trigger", "told"),
    [("command", "Started from the command line,"), ("queued", "Started from the command line (queued),")],
)
def test_the_head_tells_what_a_command_carried_out_from_what_it_queued(
    operator: Client, trigger: str, told: str
) -> None:
    run = _in_state(Status.SUCCEEDED)
    SyncRun.objects.filter(pk=run.pk).update(trigger=trigger)

    assert told in Page(operator.get(_address(run))).text


def test_entries_are_grouped_by_step_with_their_details(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    told.entry(run, "Read Acme Corp.")
    told.entry(run, "Decided.", step="plan", detail={"operations": ["create: Account Acme Corp"]})
    told.entry(
        run,
        "Account Acme Corp could not be created.",
        step="apply",
        level="error",
        who_acts="The owner of the record",
        detail={
            "changes": [told.change()],
            "sent": {"name": "Acme Corp"},
            "system": "Zuora",
            "status": 400,
            "code": "58730020",
            "request_id": "req-1",
        },
    )

    text = Page(operator.get(_address(run))).text

    assert (
        text.index("Read Notice: Read Acme Corp.")
        < text.index("Decide Notice: Decided.")
        < text.index("Write Error.")
    )
    for shown in (
        "create: Account Acme Corp",
        "ada@old.example",
        "ada@acme.example",
        '"name": "Acme Corp"',
        "58730020",
        "req-1",
    ):
        assert shown in text
    assert "Who acts: The owner of the record" in text


def test_a_preview_shows_the_totals_of_an_order_side_by_side(viewer: Client) -> None:
    run = _in_state(Status.RUNNING, kind=SyncRun.Kind.PREVIEW)
    agreed = told.operation(noun="order", money=[told.money()], sums=told.sums(verified="12750.00"))
    off = told.operation(
        noun="order",
        money=[told.money()],
        sums=told.sums(zuora="12700.00", order="12800.00", note="It is off."),
    )
    run.store_plan(told.plan(agreed, off))
    run.finish(message="2 changes planned, 0 errors.", now=told.NOON)

    text = Page(viewer.get(_address(run))).text

    assert (
        "Sum of the order 12,750.00 12,750.00 0.00 Total amount of the order in Salesforce 12,750.00 0.00 "
        in text
    )
    assert "own preview 12,750.00 0.00 " in text
    assert (
        "Sum of the order 12,700.00 12,750.00 -50.00 too much, at most 0.13 "
        "Total amount of the order in Salesforce 12,800.00 50.00 too much Not verified with Zuora: It is off."
        in text
    )


def test_a_preview_shows_its_plan_and_offers_the_sync(operator: Client) -> None:
    run = _in_state(Status.RUNNING, kind=SyncRun.Kind.PREVIEW)
    run.store_plan(told.plan(problems=()))
    run.finish(message="3 changes planned, 0 errors.", now=told.NOON)

    page = Page(operator.get(_address(run)))

    assert "Sync now" in page.buttons
    assert "What a sync would do Create 2 Update 1 Unchanged 1 Skip 1" in page.text
    assert "Line 0000000001 (Seats) 10 100.00 12 12,000.00 12,000.00 0.00" in page.text
    assert "Sum of the order 12,750.00 12,750.00 0.00" in page.text
    assert "workEmail ada@old.example ada@acme.example" in page.text


def test_a_preview_puts_problems_first(operator: Client) -> None:
    run = _in_state(Status.RUNNING, kind=SyncRun.Kind.PREVIEW)
    run.store_plan(told.plan(problems=(told.problem("No billing state."),)))
    run.finish(message="0 changes planned, 1 error.", now=told.NOON)

    text = Page(operator.get(_address(run))).text

    assert text.index("No billing state.") < text.index("What a sync would do")


def test_a_sync_keeps_its_plan_below_its_log(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    told.entry(run, "Read Acme Corp.")
    run.store_plan(told.plan())
    run.finish(message="Done.", now=told.NOON)

    page = Page(operator.get(_address(run)))

    assert page.text.index("Read Acme Corp.") < page.text.index("What was planned")
    assert "Sync now" not in page.buttons


def test_a_live_page_gets_only_what_is_new(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    first = told.entry(run, "First line.")
    assert "First line." in Page(_live(operator, run)).text

    told.entry(run, "Second line.")
    page = Page(_live(operator, run, after=first))

    assert "First line." not in page.text
    assert "Second line." in page.text
    assert 'hx-swap-oob="beforeend:#entries"' in page.html
    assert POLLING in page.html


def test_a_live_page_with_nothing_new_appends_nothing(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    last = told.entry(run)

    html = Page(_live(operator, run, after=last)).html

    assert "hx-swap-oob" not in html
    assert f"?after={last.pk}" in html


def test_a_closed_run_is_not_asked_about_again(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    last = told.entry(run)
    run.store_plan(told.plan())
    run.fail(message="No billing state.", who_acts="The owner", now=told.NOON)

    page = Page(_live(operator, run, after=last))

    assert POLLING not in page.html
    assert "hx-get" not in page.html
    assert "Resync" in page.buttons
    assert "What was planned" in page.text


@pytest.mark.postgres
@pytest.mark.parametrize("after", ["", "x", "-1", "999999999", "1" * 30, "1" * 5_000])
def test_a_strange_place_to_go_on_from_is_no_error(operator: Client, after: str) -> None:
    run = _in_state(Status.RUNNING)
    told.entry(run, "First line.")

    response = operator.get(reverse("admin:connector_syncrun_live", args=[run.pk]), {"after": after})

    assert response.status_code == 200
    assert "First line." in Page(response).text


def test_a_run_that_is_none_is_not_found(operator: Client) -> None:
    assert operator.get(reverse("admin:connector_syncrun_change", args=[uuid4()])).status_code == 404
    assert operator.get(reverse("admin:connector_syncrun_live", args=[uuid4()])).status_code == 404
    assert operator.get(reverse("admin:connector_syncrun_change", args=["nonsense"])).status_code == 404


def test_an_endless_log_is_shown_in_part(operator: Client) -> None:
    run = _in_state(Status.RUNNING)
    LogEntry.objects.bulk_create(
        LogEntry(
            run=run,
            account=run.account,
            attempt=1,
            sequence=number,
            at=told.NOON,
            step="apply",
            message=f"Line {number}.",
        )
        for number in range(1, ENTRIES_SHOWN + 3)
    )
    run.finish(message="Done.", now=told.NOON)

    page = Page(operator.get(_address(run)))

    assert f"Line {ENTRIES_SHOWN}." in page.text
    assert f"Line {ENTRIES_SHOWN + 1}." not in page.text
    assert "Show all lines" in page.links


def test_the_list_of_runs_says_what_became_of_them(operator: Client) -> None:
    _in_state(Status.FAILED)

    text = Page(operator.get(reverse("admin:connector_syncrun_changelist"))).text

    for shown in ("Acme Corp", "Sync", "Failed", "No billing state. Fill it in.", "0 Salesforce", "0 Zuora"):
        assert shown in text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.04, "0.0 s"), (1.26, "1.3 s"), (41.2, "41 s"), (185, "3 min 5 s"), (-5, "0.0 s")],
)
def test_a_duration_is_short(seconds: float, shown: str) -> None:
    run = SyncRun(started_at=told.NOON, finished_at=told.NOON + timedelta(seconds=seconds))

    assert duration(run, now=told.NOON) == shown


def test_a_run_that_did_not_start_has_no_duration() -> None:
    assert duration(SyncRun(), now=told.NOON) == ""
