"""An integration that is switched off stops its runs, also those that were requested before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models.signals import post_save

from connector import jobs
from connector.jobs.running import carry_out
from connector.models import Account, Integration, LogEntry, SyncRun, WriteIntent
from tests.cast import ACME_CORP, ADA, GRACE, account, contact, line, order
from tests.services.world import World
from tests.sync.dataset import dataset


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


@contextmanager
def _switched_off_when_told(world: World, words: str) -> Iterator[None]:
    """Somebody switches the integration off as soon as a line of the log says so."""

    def look(instance: LogEntry, **_: object) -> None:
        if instance.step == "apply" and words in instance.message:
            _switch_off(world)

    post_save.connect(look, sender=LogEntry)
    try:
        yield
    finally:
        post_save.disconnect(look, sender=LogEntry)


def _sell(world: World, **orders: int) -> None:
    """Orders by number, each of so many subscriptions."""
    sold = [
        order(
            number.removeprefix("no"),
            lines=[
                line(f"{place}{index:09}", SBQQ__Subscription__r={"Name": f"SUB-{place}-{index}"})
                | {"Id": f"80200000000{place}{index:03}AAA"}
                for index in range(count)
            ],
        )
        for place, (number, count) in enumerate(orders.items(), start=1)
    ]
    there = {row["Id"] for rows in world.org.snapshot()["records"].values() for row in rows}
    rows = dataset([account(orders=sold)])
    world.org.seed({name: [row for row in rows[name] if row["Id"] not in there] for name in rows})


def test_a_sync_switched_off_while_it_writes_goes_no_further_and_says_how_far_it_came(world: World) -> None:
    _sell(world, no00000101=1, no00000102=1, no00000103=1)
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    with _switched_off_when_told(world, "Order 00000101"):
        assert carry_out(run, retries_left=3) is None

    run.refresh_from_db()
    state = world.zuora.state()
    assert [each["orderNumber"] for each in state["orders"]] == ["00000101"]
    assert run.status == SyncRun.Status.CANCELLED
    for part in (
        "Cancelled: the integration “Acme” is switched off.",
        "Created 1 account, 1 product, 1 rate plan, 1 charge, 1 order.",
        "Nothing else was written to Zuora in this attempt",
        "Switch it on and sync",
    ):
        assert part in run.message
    assert run.who_acts == "An operator of this connector"
    last = run.entries.order_by("-sequence")[0]
    assert (last.step, last.message) == ("finish", run.message)
    assert not WriteIntent.objects.filter(state__in=("open", "unknown")).exists()
    world.account.refresh_from_db()
    assert world.account.zuora_account_number == world.zuora_accounts()[0]["accountNumber"]

    Integration.objects.update(is_active=True)
    again = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    carry_out(again, retries_left=3)
    again.refresh_from_db()
    assert again.status == SyncRun.Status.SUCCEEDED, again.message
    assert len(world.zuora.state()["orders"]) == 3


def test_an_update_is_not_written_either_once_it_is_switched_off(world: World) -> None:
    people = [contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]
    world.org.seed({"Contact": people})
    carry_out(jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN), retries_left=3)
    for person in people:
        world.org.update("Contact", person["Id"], FirstName="Changed")
    world.zuora.forget_requests()
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    with _switched_off_when_told(world, "updated in Zuora"):
        carry_out(run, retries_left=3)

    run.refresh_from_db()
    assert len(world.zuora.writes()) == 1
    assert run.status == SyncRun.Status.CANCELLED
    assert "Updated 1 contact." in run.message


def test_a_sync_switched_off_while_zuora_is_at_an_order_leaves_it_to_the_next(world: World) -> None:
    _sell(world, no00000101=51, no00000102=1)
    world.tenant.change_settings({"async_polls": 1000})
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    with _switched_off_when_told(world, "in the background"):
        carry_out(run, retries_left=3)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.CANCELLED
    assert "Zuora may still create order 00000101: the next sync looks it up first." in run.message
    assert [asked["path"] for asked in world.zuora.writes() if "orders" in asked["path"]] == [
        "/v1/async/orders"
    ]
    Integration.objects.update(is_active=True)
    world.account.refresh_from_db()
    world.tenant.change_settings({"async_polls": 1})
    again = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    carry_out(again, retries_left=3)
    again.refresh_from_db()
    assert again.status == SyncRun.Status.SUCCEEDED, again.message
    assert len(world.zuora.requests(path="/v1/async/orders")) == 1
    assert len(world.zuora.state()["orders"]) == 2


def test_a_preview_of_an_integration_switched_off_is_carried_out(world: World) -> None:
    run = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)
    _switch_off(world)

    carry_out(run, retries_left=0)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED
    assert run.plan["operations"][0]["salesforce_id"] == ACME_CORP
