"""Orders that were sent without an answer and that Salesforce shows no more: no plan has them, and Zuora may bill them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.domain.operations import Key, Noun, Severity
from connector.sync.journal import Entry
from connector.sync.outcome import OPERATOR, Status
from tests.cast import ACME_CORP, ACME_HOLDING, account, line, order
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


def _set_status(world: World, status: str) -> None:
    with world.tenant.writing() as store:
        held = store.first("orders", orderNumber=NUMBER)
        assert held is not None
        store.change("orders", held["id"], status=status)


def _told(world: World) -> Entry:
    (told,) = [each for each in world.log if HEARD_NOTHING in each.message]
    return told


@pytest.mark.parametrize(
    ("vanish", "why"),
    [(_delete, NOT_SHOWN), (_move, NOT_SHOWN), (_switch_off, "Orders are switched off in the integration")],
)
def test_every_sync_tells_of_an_order_that_zuora_has_until_a_person_resolves_it(
    world: World, vanish: Callable[[World], None], why: str
) -> None:
    _seed(world)
    _lose_the_answer(world)
    vanish(world)
    world.forget_requests()

    for _ in range(2):
        report = world.sync()

        told = _told(world)
        assert why in told.message
        assert "Zuora has it on account A00000001 (Completed) and bills it, or will." in told.message
        assert "choose “Resolve by looking up” under Open writes" in told.message
        assert (told.level, told.who_acts) == (Severity.WARNING, OPERATOR)
        assert (report.status, report.message, report.who_acts) == (Status.PARTIAL, told.message, OPERATOR)
        assert told.zuora_id
        assert [kept.key for kept in world.memory.live_intents] == [ORDER]
        assert world.writes() == []


def test_an_order_that_moved_is_not_taken_for_one_of_its_new_account(world: World) -> None:
    _seed(world)
    world.sync(ACME_HOLDING)
    _lose_the_answer(world)
    _move(world)
    world.sync()

    report = world.sync(ACME_HOLDING)

    assert report.status is Status.PARTIAL
    assert "already in Zuora under another account, A00000002" in report.message


def test_orders_switched_off_and_on_are_held_against_what_was_sent(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _switch_off(world)
    world.change("OrderItem", line()["Id"], UnitPrice=77)
    world.sync()
    world.option(sync_orders=True)

    report = world.sync()

    assert report.status is Status.PARTIAL
    assert "compare the two" in report.message
    assert world.memory.live_intents == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("Draft", "with the status Draft: nothing is billed by it yet."),
        ("Failed", "with the status Failed: nothing is billed by it."),
        ("Executing", "with the status Executing: Zuora is still at it."),
        ("Pending", "(Pending) and bills it, or will."),
        ("Odd", "with the status Odd: it is not known to be carried out."),
    ],
)
def test_the_advice_is_that_of_its_status(world: World, status: str, advice: str) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    _set_status(world, status)

    assert world.sync().status is Status.PARTIAL
    assert advice in _told(world).message


def test_an_order_that_was_cancelled_in_zuora_since_needs_nobody(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    _set_status(world, "Cancelled")

    assert world.sync().status is Status.SUCCEEDED
    assert "It was withdrawn in Zuora (Cancelled): nothing is billed by it." in _told(world).message
    assert world.memory.live_intents == []

    world.change("Order", ORDER_ID, IsDeleted=False)
    report = world.sync()
    assert report.status is Status.PARTIAL
    assert "has the status Cancelled in Zuora" in report.message


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


def test_an_order_of_another_account_is_its_own_business(world: World) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)

    assert world.sync(ACME_HOLDING).status is Status.SUCCEEDED
    assert not [each for each in world.log if HEARD_NOTHING in each.message]
    assert world.sync(ACME_CORP).status is Status.PARTIAL
