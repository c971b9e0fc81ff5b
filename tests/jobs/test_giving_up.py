"""What a run says that gave up: how often it was tried, who acts, and what was reached all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models.signals import post_save
from rq.timeouts import JobTimeoutException

from connector.errors import RemotePaused
from connector.jobs import ending
from connector.jobs.keepers import RowJournal
from connector.jobs.running import carry_out, run_now
from connector.models import Account, LogEntry, SyncRun
from connector.sync.order_jobs import StillAtIt
from tests.cast import ADA, GRACE, contact
from tests.services.world import World


def _sync(world: World) -> SyncRun:
    run = run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    run.refresh_from_db()
    return run


def test_a_run_that_was_tried_once_does_not_say_more(world: World) -> None:
    world.zuora.fail(path="/object-query/accounts", action="status", status=503, times=None)

    run = _sync(world)

    assert "Zuora was not reached" in run.message
    assert "tried" not in run.message
    assert run.who_acts == "An operator of this connector"


def test_a_run_that_used_up_its_attempts_counts_them(world: World) -> None:
    busy = {"success": False, "reasons": [{"code": 50000061, "message": "Temporarily unavailable."}]}
    world.zuora.fail(path="/object-query/accounts", action="status", status=500, body=busy, times=None)
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)
    for left in (2, 1, 0):
        carry_out(run, retries_left=left)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.FAILED
    assert "It was tried 3 times; press Resync once the system is back" in run.message
    assert run.who_acts == "An operator of this connector"
    last = run.entries.order_by("-sequence")[0]
    assert (last.message, last.who_acts) == (run.message, run.who_acts)


def test_a_remote_that_wants_hours_is_not_waited_for_and_the_run_says_so(world: World) -> None:
    world.zuora.fail(
        path="/object-query/accounts",
        action="status",
        status=429,
        headers={"Retry-After": "7200"},
        times=None,
    )
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)

    assert carry_out(run, retries_left=3) is None

    run.refresh_from_db()
    assert run.status == SyncRun.Status.FAILED
    assert "Zuora asks to be left alone for 120 minutes; press Resync then" in run.message


def test_a_job_of_zuora_that_a_command_does_not_wait_for_is_not_called_unreachable(world: World) -> None:
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    run.start(now=datetime.now(UTC))
    busy = StillAtIt("Order 1 is not finished yet.", system="Zuora")

    assert ending.later(run, RowJournal(run), busy, retries_left=0) is None

    run.refresh_from_db()
    assert run.message == "Order 1 is not finished yet. Press Resync in a few minutes."
    assert run.who_acts == "An operator of this connector"


def test_a_job_of_zuora_that_takes_long_is_asked_again_in_a_few_minutes(world: World) -> None:
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)
    run.start(now=datetime.now(UTC))
    run.count_try()
    run.start(now=datetime.now(UTC))
    busy = StillAtIt("Zuora is still creating it. It is tried again by itself.", system="Zuora")

    assert ending.later(run, RowJournal(run), busy, retries_left=0) is None

    run.refresh_from_db()
    assert run.message == "Zuora is still creating it. It was tried 2 times; press Resync in a few minutes."


@pytest.mark.parametrize(
    ("hold", "shown"),
    [
        (timedelta(minutes=5), "2026-03-01 12:06"),
        (timedelta(minutes=9, seconds=30), "2026-03-01 12:10"),
        (timedelta(hours=23, minutes=59), "2026-03-02 12:00"),
    ],
)
def test_a_write_that_is_held_says_until_when(world: World, hold: timedelta, shown: str) -> None:
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    run.start(now=datetime.now(UTC))
    held = StillAtIt("Order 1 is not finished yet.", system="Zuora")
    held.held_s = hold.total_seconds()

    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        assert ending.later(run, RowJournal(run), held, retries_left=0) is None

    run.refresh_from_db()
    told = f"Press Resync after {shown} UTC; before then it is only looked up."
    assert run.message == f"Order 1 is not finished yet. {told}"


def test_a_run_that_the_queue_ends_is_tried_again_and_is_no_error_of_the_connector(world: World) -> None:
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)

    def end(instance: LogEntry, **_: object) -> None:
        if instance.step == "gather":
            raise JobTimeoutException("Task exceeded maximum timeout value (600 seconds)")

    post_save.connect(end, sender=LogEntry)
    try:
        assert carry_out(run, retries_left=1) is not None
        assert run.status == SyncRun.Status.RETRYING
        assert carry_out(run, retries_left=0) is None
    finally:
        post_save.disconnect(end, sender=LogEntry)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.FAILED
    assert run.message == (
        "The queue ended the run after 10 minutes, the longest that one may take. What was written to Zuora stays, and is found "
        "again. It was tried 2 times; press Resync in a few minutes."
    )


def test_an_account_that_was_synced_stays_partly_synced_when_a_record_could_not_be_reached(
    world: World,
) -> None:
    world.org.seed({"Contact": [contact(GRACE, FirstName="Grace", LastName="Hopper")]})
    world.zuora.fail(method="POST", path="/v1/contacts$", action="status", status=503, times=None)

    run = _sync(world)

    assert len(world.zuora_accounts()) == 1
    assert run.status == SyncRun.Status.PARTIAL
    assert run.message.startswith("Contact Grace Hopper")
    assert "by itself" not in run.message
    assert "press Resync once the system is back" in run.message
    assert run.who_acts == "An operator of this connector"
    world.account.refresh_from_db()
    assert world.account.last_outcome == Account.Outcome.PARTIAL


def test_what_a_person_can_mend_is_told_before_what_only_waits(world: World) -> None:
    grace, ada = contact(GRACE, FirstName="Grace", LastName="Hopper"), contact(ADA, MailingCountry="Atlantis")
    world.org.seed({"Contact": [grace, ada]})
    world.zuora.fail(method="POST", path="/v1/contacts$", action="status", status=503, times=None)

    run = _sync(world)

    assert run.status == SyncRun.Status.PARTIAL
    assert run.message.startswith("Contact Ada Lovelace")
    assert "Atlantis" in run.message
    assert "(1 more)" in run.message
    assert "press Resync once the system is back" in run.message
    assert run.who_acts == "The owner of the record in Salesforce"


@pytest.mark.parametrize(
    ("trigger", "is_repeated"), [(SyncRun.Trigger.COMMAND, False), (SyncRun.Trigger.QUEUED, True)]
)
def test_a_command_that_queued_a_run_leaves_it_to_the_queue(
    world: World, trigger: str, is_repeated: bool
) -> None:
    """Carried out by the command itself, a run is over with it."""
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=trigger)
    paused = RemotePaused("Zuora is left alone for a while.", system="Zuora")

    assert ending.is_repeated(paused, run=run, retries_left=0) is is_repeated
