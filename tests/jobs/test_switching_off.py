"""An integration that is switched off stops its runs, also those that were requested before."""

from __future__ import annotations

from django.db.models.signals import post_save

from connector import jobs
from connector.jobs.running import carry_out
from connector.models import Account, Integration, LogEntry, SyncRun, WriteIntent
from tests.cast import ACME_CORP
from tests.services.world import World


def _switch_off(world: World) -> None:
    Integration.objects.filter(pk=world.integration.pk).update(is_active=False)


def _assert_cancelled(world: World, run: SyncRun) -> None:
    run.refresh_from_db()
    assert world.zuora.writes() == []
    assert run.status == SyncRun.Status.CANCELLED
    assert "“Acme” is switched off" in run.message
    assert run.who_acts == "An operator of this connector"
    last = run.entries.order_by("-sequence")[0]
    assert (last.step, last.message) == ("finish", run.message)


def test_a_queued_sync_of_an_integration_switched_off_is_cancelled(world: World) -> None:
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    _switch_off(world)

    assert carry_out(run, retries_left=3) is None

    _assert_cancelled(world, run)
    assert world.salesforce.requests() == []
    world.account.refresh_from_db()
    assert world.account.last_outcome == Account.Outcome.NEVER


def test_a_sync_that_waits_to_be_tried_again_is_cancelled_too(world: World) -> None:
    world.zuora.fail(path="/object-query/accounts", action="status", status=503, times=None)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    assert carry_out(run, retries_left=3) is not None
    world.zuora.heal()
    _switch_off(world)

    assert carry_out(run, retries_left=2) is None

    _assert_cancelled(world, run)


def test_a_sync_switched_off_while_it_reads_writes_nothing(world: World) -> None:
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    def switch_off(instance: LogEntry, **_: object) -> None:
        if instance.step == "gather":
            _switch_off(world)

    post_save.connect(switch_off, sender=LogEntry)
    try:
        assert carry_out(run, retries_left=3) is None
    finally:
        post_save.disconnect(switch_off, sender=LogEntry)

    _assert_cancelled(world, run)
    assert run.entries.filter(step="plan").exists()
    assert not WriteIntent.objects.exists()


def test_a_preview_of_an_integration_switched_off_is_carried_out(world: World) -> None:
    run = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)
    _switch_off(world)

    carry_out(run, retries_left=0)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED
    assert run.plan["operations"][0]["salesforce_id"] == ACME_CORP
