"""`drift_report`: what differs over all accounts, and an exit status for whoever watches it."""

from __future__ import annotations

import subprocess

import pytest

from connector.jobs.running import run_now
from connector.models import DriftReport, SyncRun
from tests.services.world import World

from .conftest import Manage


@pytest.mark.worker
def test_what_differs_is_printed_and_an_account_in_step_is_not(
    world: World, manage: Manage, worker: subprocess.Popen[bytes]
) -> None:
    run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    done = manage("drift_report", "--wait")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["1 account checked: 1 in step."])

    world.org.update("Account", world.account.salesforce_id, Description="Pays late")
    done = manage("drift_report", "--integration", "Acme", "--wait")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[1:] == [
        "1 account checked: 1 differs.",
        "       1  account notes",
        f"  Differs: Acme Corp ({world.account.salesforce_id})",
    ]


def test_without_waiting_a_report_is_queued_once(world: World, manage: Manage) -> None:
    first, again = manage("drift_report"), manage("drift_report")

    report = DriftReport.objects.get()
    assert first.stdout == f"Drift of Acme: report {report.pk} is queued.\n"
    assert again.stdout == f"Drift of Acme: report {report.pk} is open already.\n"
    assert "No worker is running" in first.stderr
