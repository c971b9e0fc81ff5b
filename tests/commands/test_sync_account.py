"""`sync_account`: the log of one account on a terminal, and an exit status that scripts can trust."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from django.core.management import CommandError, call_command
from django.utils import timezone

from connector import jobs
from connector.jobs.doorbell import run_queue
from connector.jobs.sweeping import Swept, sweep
from connector.models import Account, Integration, SyncRun
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS
from tests.services.world import World

from .conftest import Manage

READER = "only-reads"


def _second_integration(world: World) -> Integration:
    return Integration.objects.create(
        name="Acme Japan", salesforce=world.integration.salesforce, zuora=world.integration.zuora
    )


def test_a_sync_prints_its_log_and_ends_with_status_0(world: World, manage: Manage) -> None:
    done = manage("sync_account", ACME_CORP[:15])

    assert (done.returncode, done.stderr) == (0, "")
    assert Account.objects.get() == world.account
    assert SyncRun.objects.get().trigger == SyncRun.Trigger.COMMAND
    (created,) = world.zuora_accounts()
    assert created["crmId"] == ACME_CORP
    lines = done.stdout.splitlines()
    assert lines[0] == f"Sync of Acme Corp ({ACME_CORP}): succeeded"
    assert [line[4:11].strip() for line in lines[1:-1]] == ["Read", "Decide", "Write", "Finish"]
    assert lines[-1].startswith("  Calls: ")


def test_a_fault_in_the_record_says_who_acts_and_ends_with_status_1(world: World, manage: Manage) -> None:
    world.org.update("Account", ACME_CORP, BillingState=None)

    done = manage("sync_account", ACME_CORP)

    assert (done.returncode, done.stderr) == (1, "")
    assert world.zuora_accounts() == []
    lines = done.stdout.splitlines()
    failure = next(index for index, line in enumerate(lines) if line.startswith("  x "))
    assert "BillingState" in lines[failure]
    assert lines[failure + 1].startswith("            Who acts: ")
    assert lines[-1].startswith("  Failed: ")


def test_an_id_that_salesforce_does_not_know_ends_with_status_1(world: World, manage: Manage) -> None:
    done = manage("sync_account", ACME_LABS)

    assert done.returncode == 1
    assert f"{ACME_LABS} cannot be found in Salesforce" in done.stdout
    assert world.zuora_accounts() == []


def test_what_is_no_id_is_refused_before_anything_is_asked(world: World, manage: Manage) -> None:
    done = manage("sync_account", "Acme")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: Acme is not a Salesforce id: ")
    assert done.stderr.count("\n") == 1
    assert world.salesforce.requests() == []


def test_of_several_integrations_one_must_be_chosen(world: World, manage: Manage) -> None:
    _second_integration(world)

    done = manage("sync_account", ACME_CORP)

    assert done.returncode == 1
    assert (
        "There are several integrations: 'Acme', 'Acme Japan'. Choose one with --integration." in done.stderr
    )

    unknown = manage("sync_account", ACME_CORP, "--integration", "Nobody")
    assert unknown.returncode == 1
    assert unknown.stderr == "CommandError: There is no integration called 'Nobody'.\n"

    chosen = manage("sync_account", ACME_CORP, "--integration", "Acme")
    assert chosen.returncode == 0, chosen.stderr
    assert SyncRun.objects.get().account == world.account


def test_without_an_integration_it_says_how_to_get_one(manage: Manage) -> None:
    Account.objects.all().delete()
    Integration.objects.all().delete()

    done = manage("sync_account", ACME_CORP)

    assert done.returncode == 1
    assert "There is no integration yet. Create one in the admin" in done.stderr


def test_an_account_that_is_being_synced_is_left_alone(world: World, manage: Manage) -> None:
    open_run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    done = manage("sync_account", ACME_CORP)

    assert done.returncode == 1
    assert "Acme Corp" in done.stderr
    assert "is being synced already, since " in done.stderr
    assert world.zuora_accounts() == []
    assert SyncRun.objects.get() == open_run


def _queued_ids() -> set[str]:
    """Of the accounts for whose runs there is a job."""
    jobs_there = set(run_queue().job_ids)
    return {run.account.salesforce_id for run in SyncRun.objects.all() if str(run.pk) in jobs_there}


def test_several_accounts_are_queued_each_once_and_not_synced_here(world: World, manage: Manage) -> None:
    done = manage("sync_account", ACME_CORP[:15], ACME_CORP, ACME_LABS)

    assert (done.returncode, done.stdout) == (0, "2 syncs queued.\n")
    assert "No worker is running: start one with" in done.stderr
    assert _queued_ids() == {ACME_CORP, ACME_LABS}
    assert {run.trigger for run in SyncRun.objects.all()} == {SyncRun.Trigger.QUEUED}
    assert world.zuora_accounts() == []


@pytest.fixture
def redis_that_takes_nothing(redis_url: str, process_environment: dict[str, str]) -> Iterator[None]:
    """It can be asked how long the queue is; what is to be put there is refused."""
    with redis.Redis.from_url(redis_url) as client:
        client.acl_setuser(READER, enabled=True, nopass=True, categories=["+@all", "-@write"], keys=["*"])
        process_environment["REDIS_URL"] = f"{redis_url}&username={READER}&password=any"
        yield
        client.acl_deluser(READER)


@pytest.mark.usefixtures("redis_that_takes_nothing")
def test_those_that_redis_does_not_take_are_told_and_start_by_themselves(
    world: World, manage: Manage
) -> None:
    labs = Account.objects.remember(world.integration, ACME_LABS)

    done = manage("sync_account", "--all")

    assert (done.returncode, done.stdout) == (1, "2 syncs queued.\n")
    assert "CommandError: Redis did not take 2 of them, so no worker knows of them yet." in done.stderr
    assert "none of them has to be queued again" in done.stderr
    runs = SyncRun.objects.filter(status=SyncRun.Status.QUEUED)
    assert {run.account for run in runs} == {world.account, labs}
    assert _queued_ids() == set()

    runs.update(created_at=timezone.now() - timedelta(minutes=2))
    assert sweep() == Swept(rung=2)
    assert _queued_ids() == {ACME_CORP, ACME_LABS}


def test_one_id_that_is_none_keeps_all_from_being_queued(world: World, manage: Manage) -> None:
    done = manage("sync_account", ACME_LABS, "Acme")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("CommandError: Acme is not a Salesforce id: ")
    assert Account.objects.get() == world.account
    assert not SyncRun.objects.exists()


def test_those_that_failed_are_queued_and_those_under_way_are_named(world: World, manage: Manage) -> None:
    """All of the integration, and of no other."""
    labs, holding = (Account.objects.remember(world.integration, key) for key in (ACME_LABS, ACME_HOLDING))
    foreign = Account.objects.remember(_second_integration(world), ACME_CORP)
    Account.objects.filter(pk__in=(labs.pk, foreign.pk)).update(last_outcome=Account.Outcome.FAILED)
    Account.objects.filter(pk=holding.pk).update(last_outcome=Account.Outcome.PARTIAL)

    failed = manage("sync_account", "--failed", "--integration", "Acme")
    assert (failed.returncode, failed.stdout) == (0, "2 syncs queued.\n")
    assert _queued_ids() == {ACME_LABS, ACME_HOLDING}

    every = manage("sync_account", "--all", "--integration", "Acme")
    assert every.returncode == 0
    told, *busy = every.stdout.splitlines()
    assert told == "1 sync queued."
    assert len(busy) == 2
    assert all("is being synced already, since " in line for line in busy)
    assert not foreign.runs.exists()


def test_several_accounts_of_an_integration_that_is_switched_off_are_refused(
    world: World, manage: Manage
) -> None:
    Integration.objects.update(is_active=False)

    done = manage("sync_account", "--all")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "CommandError: The integration “Acme” is switched off. Switch it on to sync Acme Corp. No syncs queued.\n"
    )


@pytest.mark.parametrize("chosen", [(), ("--all", "--failed"), (ACME_CORP, "--all")])
@pytest.mark.django_db
def test_what_is_to_be_synced_is_said_in_one_way(chosen: tuple[str, ...]) -> None:
    with pytest.raises(
        CommandError, match="Name accounts by their Salesforce ids, or choose --failed or --all"
    ):
        call_command("sync_account", *chosen)
