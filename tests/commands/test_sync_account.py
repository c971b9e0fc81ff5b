"""`sync_account`: the log of one account on a terminal, and an exit status that scripts can trust."""

from __future__ import annotations

from connector import jobs
from connector.models import Account, Integration, SyncRun
from tests.cast import ACME_CORP, ACME_LABS
from tests.services.world import World

from .conftest import Manage


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
