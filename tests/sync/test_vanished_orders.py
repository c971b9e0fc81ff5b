"""Orders that were sent without an answer and that Salesforce shows no more: no plan has them, and Zuora may bill them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.domain.operations import Key, Noun, Severity
from connector.sync.journal import Entry
from connector.sync.outcome import OPERATOR, Status
from tests.cast import ACME_CORP, ACME_HOLDING, account, order
from tests.sync.keepers import WorkerDied
from tests.sync.world import World

NUMBER, ORDER_ID = "00000101", order().salesforce_id
ORDER = Key(Noun.ORDER, NUMBER)
HEARD_NOTHING = "had been sent by an earlier run that heard no answer"
NOT_SHOWN = "Salesforce does not show it among this account's orders any more"


def _delete(world: World) -> None:
    world.change("Order", ORDER_ID, IsDeleted=True)


def _move(world: World) -> None:
    world.change("Order", ORDER_ID, AccountId=ACME_HOLDING)


def _switch_off(world: World) -> None:
    world.option(sync_orders=False)


def _seed(world: World) -> None:
    world.seed(account(ACME_HOLDING, Name="Acme Holding"), account(orders=[order()]))


def _lose_the_answer(world: World, *, is_carried_out: bool = True) -> None:
    world.zuora.fault("drop_after" if is_carried_out else "drop_before", "POST", "^/v1/orders$", times=None)
    world.zuora.fault("drop_before", "GET", "^/v1/orders/", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.cool_down()
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]


def _told(world: World) -> Entry:
    (told,) = [each for each in world.log if HEARD_NOTHING in each.message]
    return told


@pytest.mark.parametrize(
    ("vanish", "why"),
    [(_delete, NOT_SHOWN), (_move, NOT_SHOWN), (_switch_off, "Orders are switched off in the integration")],
)
def test_an_order_that_zuora_has_is_told_once_and_settled(
    world: World, vanish: Callable[[World], None], why: str
) -> None:
    _seed(world)
    _lose_the_answer(world)
    vanish(world)
    world.forget_requests()

    report = world.sync()

    told = _told(world)
    assert why in told.message
    assert (
        "Zuora has it (Completed), and may bill it: if that is not wanted, cancel the order" in told.message
    )
    assert (told.level, told.who_acts) == (Severity.WARNING, OPERATOR)
    assert (report.status, report.message, report.who_acts) == (Status.PARTIAL, told.message, OPERATOR)
    assert told.zuora_id == world.memory.links[ORDER]["id"]
    assert world.memory.live_intents == []
    assert world.writes() == []

    assert world.sync().status is Status.SUCCEEDED
    assert not [each for each in world.messages() if HEARD_NOTHING in each]


def test_an_order_that_was_cancelled_in_zuora_since_needs_nobody(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    with world.tenant.writing() as store:
        held = store.first("orders", orderNumber=NUMBER)
        assert held is not None
        store.change("orders", held["id"], status="Cancelled")

    assert world.sync().status is Status.SUCCEEDED
    assert "Zuora has it (Cancelled): nothing is billed by it." in _told(world).message
    assert world.memory.live_intents == []


def test_an_order_that_zuora_does_not_show_stays_open_until_nothing_can_come_of_it(world: World) -> None:
    _seed(world)
    _lose_the_answer(world, is_carried_out=False)
    _delete(world)

    report = world.sync()

    assert report.status is Status.PARTIAL
    assert NOT_SHOWN in report.message
    assert "Zuora does not show it, and may still make it." in report.message
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]

    world.memory.clock = 24 * 3600.0
    assert world.sync().status is Status.SUCCEEDED
    assert "Zuora does not have it: nothing came of it." in _told(world).message
    assert world.memory.live_intents == []


def test_what_cannot_be_looked_up_stays_open(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    body = {"success": False, "reasons": [{"code": 58490020, "message": "No permission for this order."}]}
    world.zuora.fault("status", "GET", f"^/v1/orders/{NUMBER}", status=400, body=body, times=None)

    assert world.sync().status is Status.PARTIAL
    assert "It could not be looked up:" in _told(world).message
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]


def test_a_run_that_dies_before_it_settles_one_loses_no_warning(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    doomed = world.memory.open_run()
    doomed.dies_before = "put"
    with pytest.raises(WorkerDied):
        world.sync(keepers=doomed)
    assert "and may bill it" in _told(world).message

    world.sync()

    assert "and may bill it" in _told(world).message
    assert world.memory.live_intents == []


def test_an_order_of_another_account_is_its_own_business(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)

    assert world.sync(ACME_HOLDING).status is Status.SUCCEEDED
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]

    world.sync(ACME_CORP)
    assert world.memory.live_intents == []
