"""Runs: who may change their status, what shows on the account, and the fence between attempts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from connector.errors import ConfigError
from connector.models import CLOSED, OPEN, Account, RunAlreadyOpen, RunSuperseded, SyncRun
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LATER = NOW + timedelta(minutes=1)


def again(run: SyncRun) -> SyncRun:
    """The same run as another process loads it."""
    return SyncRun.objects.get(pk=run.pk)


def shown(run: SyncRun) -> tuple[str, str, object]:
    account = Account.objects.get(pk=run.account_id)
    return account.last_outcome, account.last_message, account.last_run_id


def test_states_are_open_or_closed() -> None:
    assert set(OPEN) | set(CLOSED) == set(SyncRun.Status)
    assert not set(OPEN) & set(CLOSED)


def test_a_requested_run_is_queued_under_the_id_of_its_job() -> None:
    ada = User.objects.create(username="ada")
    run = SyncRun.objects.request(rows.account(), kind="sync", trigger="admin", requested_by=ada)
    stored = again(run)
    assert (stored.status, stored.attempt, stored.is_open, stored.requested_by) == ("queued", 0, True, ada)
    assert stored.pk.version == 4
    assert str(stored) == "Sync of Acme Corp"


def test_a_second_sync_of_an_account_is_refused_and_named() -> None:
    acme = rows.account()
    first = SyncRun.objects.request(acme, kind="sync", trigger="admin")
    with pytest.raises(RunAlreadyOpen, match="Acme Corp is being synced already") as caught:
        SyncRun.objects.request(acme, kind="sync", trigger="command")
    assert caught.value.run == first == SyncRun.objects.open_sync(acme)
    SyncRun.objects.request(acme, kind="preview", trigger="admin")
    first.start(now=NOW)
    first.finish(message="Done", now=NOW)
    assert SyncRun.objects.open_sync(acme) is None
    SyncRun.objects.request(acme, kind="sync", trigger="admin")


def test_an_integration_switched_off_syncs_nothing_but_previews() -> None:
    acme = rows.account(of=rows.integration(is_active=False))
    with pytest.raises(ConfigError, match="“Acme” is switched off"):
        SyncRun.objects.request(acme, kind="sync", trigger="admin")
    assert SyncRun.objects.request(acme, kind="preview", trigger="admin").is_open


def test_a_run_from_start_to_finish() -> None:
    run = rows.sync_run()
    run.start(now=NOW)
    assert shown(run) == ("running", "", run.pk)
    run.beat(now=LATER)
    run.store_plan({"operations": []})
    run.add_calls(salesforce=3, zuora=5, salesforce_tokens=1, zuora_tokens=1)
    run.add_calls(zuora=2)
    assert run.zuora_calls == 7
    run.finish(message="Everything is in step.", now=LATER)

    stored = again(run)
    assert (stored.status, stored.attempt, stored.is_open) == ("succeeded", 1, False)
    assert (stored.started_at, stored.heartbeat_at, stored.finished_at) == (NOW, LATER, LATER)
    assert (stored.salesforce_calls, stored.zuora_calls) == (3, 7)
    assert (stored.salesforce_token_calls, stored.zuora_token_calls) == (1, 1)
    assert (stored.plan, stored.message) == ({"operations": []}, "Everything is in step.")
    assert shown(run) == ("succeeded", "Everything is in step.", run.pk)
    assert Account.objects.get().last_synced_at == LATER


def test_a_retried_run_goes_on_with_the_next_attempt() -> None:
    run = rows.started_run()
    run.retry_later(message="Zuora is busy.", who_acts="Nobody", now=NOW)
    assert (again(run).status, shown(run)) == ("retrying", ("running", "Zuora is busy.", run.pk))
    second = again(run)
    second.start(now=LATER)
    assert (second.attempt, second.started_at, second.message, second.who_acts) == (2, NOW, "", "")
    assert (again(run).status, again(run).message) == ("running", "")


def test_a_failed_run_says_who_acts() -> None:
    run = rows.started_run()
    run.fail(message="Acme Corp has no billing country.", who_acts="The owner of the record", now=LATER)
    stored = again(run)
    assert (stored.status, stored.finished_at, stored.who_acts) == (
        "failed",
        LATER,
        "The owner of the record",
    )
    assert shown(run) == ("failed", "Acme Corp has no billing country.", run.pk)
    assert Account.objects.get().last_synced_at is None


def test_a_partial_run_counts_as_synced() -> None:
    run = rows.started_run()
    run.finish(status="partial", message="1 of 2 orders failed.", now=LATER)
    assert shown(run)[0] == "partial"
    assert Account.objects.get().last_synced_at == LATER


@pytest.mark.parametrize(
    ("before", "outcome"), [(None, "never"), ("failed", "failed"), ("partial", "partial")]
)
def test_a_cancelled_run_leaves_the_outcome_before_it(before: str | None, outcome: str) -> None:
    acme = rows.account()
    if before:
        rows.sync_run(acme, status=before, finished_at=NOW)
    run = rows.sync_run(acme)
    run.finish(status="cancelled", message="Cancelled by Ada.", now=LATER)
    assert (again(run).status, shown(run)[0]) == ("cancelled", outcome)
    assert Account.objects.get().last_synced_at is None


def test_a_preview_says_nothing_about_the_account() -> None:
    run = rows.started_run(kind="preview")
    run.finish(message="Would create 3 records.", now=LATER)
    assert shown(run) == ("never", "", None)


@pytest.mark.parametrize("status", ["queued", "running", "retrying", "failed"])
def test_finish_takes_no_other_status(status: str) -> None:
    with pytest.raises(ValueError, match="does not finish as"):
        rows.started_run().finish(status=status, message="", now=NOW)


WRITES: dict[str, Callable[[SyncRun], None]] = {
    "start": lambda run: run.start(now=LATER),
    "beat": lambda run: run.beat(now=LATER),
    "store_plan": lambda run: run.store_plan({"stale": True}),
    "add_calls": lambda run: run.add_calls(zuora=99),
    "retry_later": lambda run: run.retry_later(message="stale", now=LATER),
    "finish": lambda run: run.finish(message="stale", now=LATER),
    "fail": lambda run: run.fail(message="stale", who_acts="", now=LATER),
}


@pytest.mark.parametrize("name", WRITES)
def test_an_overtaken_attempt_can_write_nothing(name: str) -> None:
    orphan = rows.started_run()
    successor = again(orphan)
    successor.start(now=LATER)
    before, on_account = vars(again(orphan)), shown(orphan)
    with pytest.raises(RunSuperseded):
        WRITES[name](orphan)
    after = vars(again(orphan))
    assert {**after, "_state": None} == {**before, "_state": None}
    assert shown(orphan) == on_account
    successor.finish(message="Done", now=LATER)


@pytest.mark.parametrize("name", [name for name in WRITES if name != "add_calls"])
@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_run_stays_as_it_is(name: str, status: str) -> None:
    run = rows.sync_run(status=status, message="as it was")
    with pytest.raises(RunSuperseded):
        WRITES[name](run)
    assert (again(run).status, again(run).message, again(run).plan) == (status, "as it was", None)


def test_calls_are_counted_although_the_same_attempt_closed_the_run() -> None:
    run = rows.started_run()
    run.finish(message="Done", now=LATER)
    run.add_calls(salesforce=2)
    assert (again(run).salesforce_calls, again(run).status) == (2, "succeeded")


def test_of_two_workers_that_start_a_run_one_wins() -> None:
    run = rows.sync_run()
    first, second = again(run), again(run)
    first.start(now=NOW)
    with pytest.raises(RunSuperseded):
        second.start(now=NOW)
    assert again(run).attempt == 1
