"""`drift_report`: what differs over all accounts, and an exit status for whoever watches it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from connector.jobs.running import run_now
from connector.models import DriftReport, SyncRun
from tests.services.nursery import Forked
from tests.services.world import World


@pytest.mark.worker
def test_what_differs_is_printed_and_an_account_in_step_is_not(
    world: World, worker: Forked, capsys: pytest.CaptureFixture[str]
) -> None:
    run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    call_command("drift_report", "--wait")
    assert capsys.readouterr().out.splitlines()[1:] == ["1 account checked: 1 in step."]

    world.org.update("Account", world.account.salesforce_id, Description="Pays late")
    with pytest.raises(SystemExit, match="1"):
        call_command("drift_report", "--integration", "Acme", "--wait")

    assert capsys.readouterr().out.splitlines()[1:] == [
        "1 account checked: 1 differs.",
        "       1  account notes",
        f"  Differs: Acme Corp ({world.account.salesforce_id})",
    ]


def test_without_waiting_a_report_is_queued_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("drift_report")
    call_command("drift_report")

    report = DriftReport.objects.get()
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        f"Drift of Acme: report {report.pk} is queued.",
        f"Drift of Acme: report {report.pk} is open already.",
    ]
    assert "No worker is running" in told.err
