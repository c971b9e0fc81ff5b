"""`preview_account`: the plan on a terminal; nothing is written to Zuora, whatever it says."""

from __future__ import annotations

from connector import jobs
from connector.models import SyncRun
from tests.cast import ACME_CORP, ACME_LABS
from tests.services.world import World

from .conftest import Manage


def test_the_plan_is_printed_and_nothing_is_written(world: World, manage: Manage) -> None:
    done = manage("preview_account", ACME_CORP)

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"Plan for Acme Corp ({ACME_CORP})"
    assert any(line.startswith("  create ") for line in lines)
    assert world.zuora.writes() == []
    assert world.zuora_accounts() == []


def test_a_problem_comes_first_and_ends_with_status_1(world: World, manage: Manage) -> None:
    world.org.update("Account", ACME_CORP, BillingState=None)

    done = manage("preview_account", ACME_CORP)

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1].startswith("  ERROR: ")
    assert "BillingState" in lines[1]
    assert lines[2].startswith("    Who acts: ")
    assert world.zuora.writes() == []


def test_an_id_that_salesforce_does_not_know_is_told(world: World, manage: Manage) -> None:
    done = manage("preview_account", ACME_LABS)

    assert done.returncode == 1
    assert f"{ACME_LABS} cannot be found in Salesforce" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_account_may_be_looked_at_while_a_sync_waits(world: World, manage: Manage) -> None:
    jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    done = manage("preview_account", ACME_CORP)

    assert done.returncode == 0, done.stderr
    assert world.zuora.writes() == []


def test_a_system_that_does_not_answer_is_told_without_a_traceback(world: World, manage: Manage) -> None:
    world.zuora.fail(path="/object-query/accounts", action="status", status=401, times=None)

    done = manage("preview_account", ACME_CORP)

    assert done.returncode == 1
    assert "Zuora" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
