"""Open writes: what they are, how old, what happens next, and looking them up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as History
from django.test import Client
from django.urls import reverse

from connector.models import SyncRun, WriteIntent
from tests.admin.pages import Page, messages
from tests.models import rows
from tests.services.world import World

pytestmark = pytest.mark.django_db

WRITES = reverse("admin:connector_writeintent_changelist")


@pytest.fixture
def run() -> SyncRun:
    return rows.started_run()


def _left(run: SyncRun, **fields: Any) -> WriteIntent:
    """An open write on which nobody works any more."""
    SyncRun.objects.filter(pk=run.pk).update(status=SyncRun.Status.FAILED)
    return rows.write_intent(run, **{"account": run.account, **fields})


def _address(view: str, intent: WriteIntent) -> str:
    return reverse(f"admin:connector_writeintent_{view}", args=[intent.pk])


def test_the_page_is_headed_as_the_menu_names_it(viewer: Client) -> None:
    text = Page(viewer.get(WRITES)).text
    assert "Write intents" not in text
    assert text.count("Open writes") > 1


def test_open_writes_are_shown_before_settled_ones(viewer: Client, run: SyncRun) -> None:
    for state, key in (
        ("open", "key-open"),
        ("unknown", "key-unknown"),
        ("settled", "key-settled"),
        ("failed", "key-failed"),
    ):
        rows.write_intent(run, key=key, state=state)

    text = Page(viewer.get(WRITES)).text
    assert [key for key in ("key-open", "key-unknown", "key-settled", "key-failed") if key in text] == [
        "key-open",
        "key-unknown",
    ]

    text = Page(viewer.get(f"{WRITES}?state=all")).text
    assert all(key in text for key in ("key-open", "key-unknown", "key-settled", "key-failed"))
    assert WriteIntent.objects.count() == 4


def test_the_choice_of_open_and_all_leads_both_ways(viewer: Client, run: SyncRun) -> None:
    rows.write_intent(run)

    page = Page(viewer.get(f"{WRITES}?state=all"))

    filters = [link for link in page.addresses if link.startswith("?")]
    assert "?state=all" in filters
    assert "?" in filters


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Should that end without an answer, its next attempt looks it up in Zuora"),
        (
            {"is_asynchronous": True},
            "It was sent to be created in the background. The run of Acme Corp is working on it.",
        ),
        ({"is_asynchronous": True, "job_id": "job-7"}, "its next attempt asks for its job (job-7)"),
    ],
)
def test_an_open_write_tells_what_happens_next(
    viewer: Client, run: SyncRun, fields: dict[str, Any], told: str
) -> None:
    now = datetime.now(UTC)
    rows.write_intent(run, key_issued_at=now, **fields)
    kept = run.intents.get()

    assert told in Page(viewer.get(WRITES)).text
    detail = Page(viewer.get(reverse("admin:connector_writeintent_change", args=[kept.pk]))).text
    assert told in detail
    assert kept.job_id in detail


def test_an_open_write_of_a_closed_run_waits_for_the_next_sync(viewer: Client, run: SyncRun) -> None:
    rows.write_intent(run, is_asynchronous=True, job_id="job-7")
    SyncRun.objects.filter(pk=run.pk).update(status=SyncRun.Status.FAILED)

    assert "The next sync of Acme Corp asks for its job (job-7)" in Page(viewer.get(WRITES)).text


def test_of_an_order_that_salesforce_does_not_show_no_page_says_that_it_is_sent(
    operator: Client, run: SyncRun
) -> None:
    intent = _left(run, noun="order", key="00000101", vanished_at=rows.NOW)

    for address in (WRITES, _address("change", intent)):
        text = Page(operator.get(address)).text
        assert "so nothing of it is sent. The next sync of Acme Corp looks it up" in text
        assert "it is sent: under the same key" not in text
    assert "Any other stays open, and every sync tells of it; nothing of it is sent again." in text
    assert "so that the next sync creates it" not in text


def test_an_intent_without_its_run_is_shown(viewer: Client, run: SyncRun) -> None:
    rows.write_intent(run)
    run.delete()

    assert viewer.get(WRITES).status_code == 200


def test_a_record_is_named_as_people_know_it_and_leads_to_its_account(viewer: Client, run: SyncRun) -> None:
    _left(
        run,
        noun="contact",
        key="003000000000001AAA",
        sought={"title": "Contact Ada Lovelace (003000000000001AAA)"},
    )

    page = Page(viewer.get(WRITES))

    assert "Contact Ada Lovelace (003000000000001AAA)" in page.text
    assert reverse("admin:connector_account_change", args=[run.account.pk]) in page.addresses


def test_what_is_open_for_longer_than_an_hour_stands_out(viewer: Client, run: SyncRun) -> None:
    now = datetime.now(UTC)
    _left(run, key="young", opened_at=now - timedelta(minutes=59), key_issued_at=now)
    page = Page(viewer.get(WRITES))
    assert ("59 minutes" in page.text, 'data-icon="schedule"' in page.html) == (True, False)

    _left(run, key="old", opened_at=now - timedelta(hours=3), key_issued_at=now)
    assert 'data-icon="schedule"></span>3 hours' in Page(viewer.get(WRITES)).html


def test_the_first_page_counts_those_nobody_works_on(viewer: Client, run: SyncRun) -> None:
    rows.write_intent(run, key="held")
    assert "whose end is open" not in Page(viewer.get(reverse("admin:index"))).text
    run.fail(message="", who_acts="", now=rows.NOW)
    other = rows.started_run(rows.account("001000000000009AAA", of=run.account.integration))
    rows.write_intent(other, key="held by another")

    page = Page(viewer.get(reverse("admin:index")))

    assert "1 create whose end is open, and nobody works on it" in page.text
    assert f"{WRITES}?state=alone" in page.addresses
    listed = Page(viewer.get(f"{WRITES}?state=alone")).text
    assert "Account held" in listed
    assert "held by another" not in listed


def test_a_viewer_looks_nothing_up(viewer: Client, run: SyncRun) -> None:
    intent = _left(run)

    assert "Resolve" not in Page(viewer.get(WRITES)).buttons
    assert "Resolve by looking up" not in Page(viewer.get(_address("change", intent))).buttons
    assert viewer.post(_address("resolve", intent)).status_code == 403
    viewer.post(WRITES, {"action": "resolve_selected", "_selected_action": [intent.pk]})
    intent.refresh_from_db()
    assert (intent.attempts, intent.resolved_at) == (1, None)


def test_a_get_looks_nothing_up(operator: Client, run: SyncRun) -> None:
    intent = _left(run)
    response = operator.get(_address("resolve", intent), follow=True)
    assert messages(response) == ["Press the button again; nothing was started."]


def test_what_a_run_works_on_has_no_button_and_is_refused(operator: Client, run: SyncRun) -> None:
    held = rows.write_intent(run)

    assert "Resolve" not in Page(operator.get(WRITES)).buttons
    assert "Resolve by looking up" not in Page(operator.get(_address("change", held))).buttons
    response = operator.post(_address("resolve", held), follow=True)

    assert "The run of Acme Corp has it and sees to it; nothing was asked." in messages(response)[0]
    assert not History.objects.exists()


def test_an_operator_has_the_button_on_the_row_and_on_the_page(operator: Client, run: SyncRun) -> None:
    intent = _left(run)
    assert _address("resolve", intent) in Page(operator.get(WRITES)).forms
    assert _address("resolve", intent) in Page(operator.get(_address("change", intent))).forms


def test_the_run_that_works_on_it_is_a_click_away(viewer: Client, run: SyncRun) -> None:
    rows.write_intent(run)

    assert reverse("admin:connector_syncrun_change", args=[run.pk]) in Page(viewer.get(WRITES)).addresses


def test_rows_that_are_chosen_are_looked_up_and_the_history_says_by_whom(
    operator: Client, world_in_transaction: World
) -> None:
    run = rows.started_run(world_in_transaction.account)
    intent = _left(run)

    response = operator.post(
        WRITES, {"action": "resolve_selected", "_selected_action": [intent.pk]}, follow=True
    )

    said = f"Account {intent.key}: Zuora does not have it. The next sync creates it, where it is still to be carried."
    assert messages(response) == [said]
    intent.refresh_from_db()
    assert (intent.state, intent.resolved_by.get_username() if intent.resolved_by else "") == (
        "failed",
        "otto",
    )
    kept = History.objects.get()
    assert (kept.user.get_username(), kept.object_id) == ("otto", str(intent.pk))
    assert said in kept.get_change_message()


def test_what_was_chosen_beyond_twenty_is_told(operator: Client, run: SyncRun) -> None:
    """Contacts of which nothing was noted are told without a call."""
    intents = [_left(run, noun="contact", key=f"contact {number}") for number in range(22)]
    chosen = {"action": "resolve_selected", "_selected_action": [each.pk for each in intents]}

    told = messages(operator.post(WRITES, chosen, follow=True))

    assert len(told) == 21
    assert told[-1] == "20 are looked up at a time: 2 of those chosen were not. Choose them again."
