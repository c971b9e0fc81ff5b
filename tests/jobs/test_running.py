"""One run from its row to its end, whatever happens on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import redis
from django.conf import LazySettings

from connector.jobs.running import carry_out, run_now
from connector.models import Account, LogEntry, RecordLink, SyncRun, WriteIntent
from tests.cast import ACME_CORP, ADA, contact
from tests.services.world import World


def _sync(world: World) -> SyncRun:
    run = run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    run.refresh_from_db()
    return run


def _now() -> datetime:
    return datetime.now(UTC)


def test_a_sync_creates_the_account_and_tells_its_story(world: World) -> None:
    run = _sync(world)

    (created,) = world.zuora_accounts()
    assert created["crmId"] == ACME_CORP
    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    world.account.refresh_from_db()
    assert world.account.zuora_id == created["id"]
    assert world.account.zuora_account_number == created["accountNumber"]
    assert world.account.last_outcome == Account.Outcome.SUCCEEDED
    steps = list(run.entries.order_by("sequence").values_list("step", flat=True))
    assert steps == ["gather", "plan", "apply", "finish"]
    assert WriteIntent.objects.get().state == WriteIntent.State.SETTLED
    assert run.plan["operations"][0]["action"] == "create"


def test_a_second_sync_writes_nothing_and_says_unchanged(world: World) -> None:
    _sync(world)
    world.zuora.forget_requests()

    run = _sync(world)

    assert world.zuora.writes() == []
    assert run.status == SyncRun.Status.SUCCEEDED
    assert "unchanged" in run.message.lower()
    assert {entry.action for entry in run.entries.filter(step="apply")} == {"unchanged"}


def test_a_sync_without_changes_leaves_what_is_remembered_as_it_is(world: World) -> None:
    """Also of an account that was owed its contacts once, whose link says more than the plan knows."""
    _sync(world)
    RecordLink.objects.remember(world.integration, noun="account", key=ACME_CORP, attributes={"contacts": ""})
    stored = list(RecordLink.objects.values("pk", "attributes", "updated_at"))

    _sync(world)

    assert list(RecordLink.objects.values("pk", "attributes", "updated_at")) == stored


def test_without_local_rows_everything_is_found_again(world: World) -> None:
    _sync(world)
    RecordLink.objects.all().delete()
    Account.objects.update(zuora_id="", zuora_account_number="")
    world.zuora.forget_requests()

    run = _sync(world)

    assert world.zuora.writes() == []
    assert run.status == SyncRun.Status.SUCCEEDED
    assert RecordLink.objects.attributes(world.integration, noun="account", key=ACME_CORP) is not None


def test_a_preview_writes_nothing_and_keeps_its_plan(world: World) -> None:
    run = run_now(world.account, kind=SyncRun.Kind.PREVIEW, trigger=SyncRun.Trigger.COMMAND)

    run.refresh_from_db()
    assert world.zuora.writes() == []
    assert run.plan["operations"][0]["title"] == f"Account Acme Corp ({ACME_CORP})"
    assert not RecordLink.objects.exists()
    assert not WriteIntent.objects.exists()
    world.account.refresh_from_db()
    assert world.account.last_outcome == Account.Outcome.NEVER


def test_a_preview_counts_what_is_stopped_apart_from_what_is_planned(world: World) -> None:
    world.org.seed({"Contact": [contact(ADA, MailingCountry="Atlantis")]})

    run = run_now(world.account, kind=SyncRun.Kind.PREVIEW, trigger=SyncRun.Trigger.COMMAND)

    run.refresh_from_db()
    assert run.message == "1 change planned, 1 stopped, 1 error."


def test_calls_are_counted_and_tokens_are_shared_between_runs(world: World) -> None:
    first, second = _sync(world), _sync(world)

    assert (first.salesforce_token_calls, first.zuora_token_calls) == (1, 1)
    assert (second.salesforce_token_calls, second.zuora_token_calls) == (0, 0)
    asked = [each for each in world.zuora.requests() if not each["path"].endswith("/token")]
    assert first.zuora_calls + second.zuora_calls == len(asked)


def test_tokens_lie_encrypted_in_the_shared_cache(world: World, redis_url: str) -> None:
    _sync(world)

    with redis.Redis.from_url(redis_url) as client:
        kept = [client.get(key) for key in client.scan_iter("*token*")]
    assert len(kept) == 2
    assert all(value and b"gAAAA" in value for value in kept)


def test_a_run_goes_on_without_redis(world: World, settings: LazySettings) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}

    assert _sync(world).status == SyncRun.Status.SUCCEEDED


def test_a_fault_of_the_record_names_the_record_and_who_acts(world: World) -> None:
    world.org.update("Account", ACME_CORP, BillingState=None)

    run = _sync(world)

    assert world.zuora_accounts() == []
    assert run.status == SyncRun.Status.FAILED
    assert f"Account Acme Corp ({ACME_CORP}) has no billing state" in run.message
    assert run.who_acts == "The owner of the record in Salesforce"
    world.account.refresh_from_db()
    assert world.account.last_outcome == Account.Outcome.FAILED

    world.org.update("Account", ACME_CORP, BillingState="California")
    assert _sync(world).status == SyncRun.Status.SUCCEEDED
    assert len(world.zuora_accounts()) == 1


def test_wrong_credentials_are_the_operators_business(world: World) -> None:
    zuora = world.integration.zuora
    zuora.client_secret = type(zuora.client_secret).encrypt("not the secret")
    zuora.save()

    run = _sync(world)

    assert run.status == SyncRun.Status.FAILED
    assert run.who_acts == "The operator of this connector"
    assert "Acme tenant" in run.message
    assert "not the secret" not in json.dumps(list(LogEntry.objects.values("message", "detail")))


def test_a_remote_that_is_down_means_another_attempt(world: World) -> None:
    world.zuora.fail(path="/object-query/accounts", action="status", status=503, times=None)
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)

    assert carry_out(run, retries_left=1) is not None
    run.refresh_from_db()
    assert run.status == SyncRun.Status.RETRYING
    assert "tried again by itself" in run.message

    world.zuora.heal()
    assert carry_out(run, retries_left=0) is None
    run.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED
    assert run.attempt == 2
    assert len(world.zuora_accounts()) == 1
    sequences = list(run.entries.values_list("sequence", flat=True))
    assert len(sequences) == len(set(sequences))


def test_the_last_attempt_says_that_a_person_must_resync(world: World) -> None:
    world.zuora.fail(path="/object-query/accounts", action="status", status=503, times=None)

    run = _sync(world)

    assert run.status == SyncRun.Status.FAILED
    assert "press Resync once the system is back" in run.message


def test_an_unexpected_error_ends_the_run_and_names_it(world: World) -> None:
    type(world.integration).objects.update(money_rule="nonsense")
    world.account.refresh_from_db()

    run = _sync(world)

    assert run.status == SyncRun.Status.FAILED
    assert f"Look for run {run.pk}" in run.message


def test_an_overtaken_attempt_writes_nothing_more(world: World) -> None:
    run = SyncRun.objects.request(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)
    run.fail(message="cancelled by hand", who_acts="", now=_now())

    assert carry_out(run, retries_left=0) is None

    run.refresh_from_db()
    assert run.message == "cancelled by hand"
    assert world.zuora_accounts() == []
