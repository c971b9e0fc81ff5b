"""Orders that were sent without an answer and that Salesforce shows no more: no plan has them, and Zuora may bill them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.domain import JSON
from connector.domain.operations import Key, Noun, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sync import vanished_orders
from connector.sync.journal import Entry
from connector.sync.outcome import OPERATOR, Report, Result, Status
from tests import cpq
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


def _set_status(world: World, status: str, number: str = NUMBER) -> None:
    with world.tenant.writing() as store:
        held = store.first("orders", orderNumber=number)
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
        assert "If that is not wanted, cancel SUB-0000001 or delete the order in Zuora." in told.message
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
        (
            "Draft",
            "with the status Draft: nothing is billed by it yet. Delete the draft in Zuora, or complete it",
        ),
        (
            "Scheduled",
            "with the status Scheduled: Zuora will carry it out by itself and bill it on its date. If that is not wanted, cancel it",
        ),
        ("Failed", "with the status Failed: nothing is billed by it. Delete it in Zuora, or complete it"),
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


@pytest.mark.parametrize("sells_more", [False, True])
def test_what_an_amendment_did_is_to_be_taken_back_and_no_right_subscription_is_ended(
    world: World, sells_more: bool
) -> None:
    orders = _with_an_amendment(world, sells_more=sells_more)
    _lose_the_answer_to(world, orders[1])

    world.sync()

    told = _told(world).message
    assert (
        "It changed SUB-0000001, which other orders opened. If that is not wanted, take its change back there"
        in told
    )
    assert "delete this order in Zuora; do not cancel SUB-0000001." in told
    assert (
        "What it opened itself (SUB-0000004) may be cancelled." in told
        if sells_more
        else "SUB-0000004" not in told
    )


def _with_an_amendment(world: World, *, sells_more: bool = False) -> list[OrderSnapshot]:
    """Order 101 is in Zuora; 102 and 103, in this order, are still to change what it sold."""
    world.option(money_rule=MoneyRule.WARN)
    sold = cpq.sold(1, start=date(2026, 1, 1), last_day=date(2026, 12, 31), quantity="5")
    first = cpq.first(101, [sold], on=date(2026, 1, 1))
    world.seed(account(orders=[first]))
    assert world.sync().status is Status.SUCCEEDED
    more = (
        [cpq.sold(4, start=date(2026, 7, 1), last_day=date(2026, 12, 31), quantity="1")] if sells_more else []
    )
    return [
        first,
        cpq.more_of(sold, 2, on=date(2026, 7, 1), others=more),
        cpq.more_of(sold, 3, on=date(2026, 9, 1)),
    ]


def _lose_the_answer_to(world: World, order: OrderSnapshot, *, is_carried_out: bool = True) -> None:
    """It is sent, and vanishes from Salesforce before its answer is known."""
    world.add(account(orders=[order]))
    world.zuora.fault("drop_after" if is_carried_out else "drop_before", "POST", "^/v1/orders$", times=None)
    world.zuora.fault("drop_before", "GET", "^/v1/orders/", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.cool_down()
    world.change("Order", order.salesforce_id, IsDeleted=True)


def _results(report: Report) -> dict[str, Result]:
    return {each.key.value: each.result for each in report.outcomes if each.key.noun is Noun.ORDER}


@pytest.mark.parametrize(
    ("is_in_background", "waits_s", "resync"),
    [
        (False, 300, "Resync after 2026-03-02 09:06 UTC."),
        (True, 24 * 3600, "Resync after 2026-03-03 09:01 UTC."),
    ],
)
def test_orders_wait_while_zuora_may_still_make_one_that_vanished(
    world: World, is_in_background: bool, waits_s: int, resync: str
) -> None:
    """A change would be made without it, and a new sale may be what it was, deleted and entered anew."""
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1], is_carried_out=False)
    (kept,) = world.memory.live_intents
    kept.is_asynchronous = is_in_background
    world.add(account(orders=[orders[2], order("00000105", lines=[line("0000000015")])]))

    report = world.sync()

    assert world.orders() == ["00000101"]
    for told, number in zip(report.failures, ("103", "105"), strict=True):
        assert told.message.startswith(f"Order 00000{number} (")
        assert "waits: Order 00000102 (801000000000102AAA), which Salesforce does not show" in told.message
        assert told.message.endswith(f"heard no answer, and Zuora may still make it. {resync}")
    assert (report.status, report.who_acts) == (Status.PARTIAL, OPERATOR)

    world.memory.clock += waits_s - 1
    assert _results(world.sync())["00000103"] is Result.FAILED
    world.memory.clock += 1
    assert _results(world.sync())["00000103"] is Result.CREATED
    assert "may still make it" not in _told(world).message
    assert world.orders() == ["00000101", "00000103", "00000105"]


def test_a_change_waits_also_where_one_that_vanished_is_carried_out_after_the_subscriptions_were_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made from what Zuora held before."""
    orders = _with_an_amendment(world)
    sent: list[JSON] = []
    create = ZuoraClient.create_order

    def keeping(client: ZuoraClient, body: JSON, **how: Any) -> Any:
        sent.append(body)
        return create(client, body, **how)

    with monkeypatch.context() as patch:
        patch.setattr(ZuoraClient, "create_order", keeping)
        _lose_the_answer_to(world, orders[1], is_carried_out=False)
    find = ZuoraClient.find_subscriptions

    def carrying_out(client: ZuoraClient, number: str) -> Any:
        found = find(client, number)
        if sent:
            create(client, sent.pop(), idempotency_key="the-first-request")
            sent.clear()
        return found

    monkeypatch.setattr(ZuoraClient, "find_subscriptions", carrying_out)
    world.add(account(orders=[orders[2]]))

    report = world.sync()

    assert world.orders() == ["00000101", "00000102"]
    assert _results(report)["00000103"] is Result.FAILED
    world.option(money_rule=MoneyRule.STOP)
    assert "its quantity there is 7, by Salesforce 5" in world.sync().message


@pytest.mark.parametrize(
    ("status", "waits"),
    [("Completed", True), ("Scheduled", True), ("Executing", True), ("Draft", False), ("Failed", False)],
)
def test_a_new_sale_waits_where_it_may_stand_for_one_that_vanished(
    world: World, status: str, waits: bool
) -> None:
    """Deleted in Salesforce and entered anew, it would be billed twice. One that bills nothing by itself holds nothing up."""
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    _set_status(world, status)
    world.add(account(orders=[order("00000105", lines=[line("0000000015")])]))

    report = world.sync()

    assert world.orders() == ([NUMBER] if waits else [NUMBER, "00000105"])
    assert ("waits: Order 00000101" in report.message) is waits
    if status == "Completed":
        assert "Where this one stands for it, take that one back in Zuora first." in report.message


def _deactivate(world: World, order: OrderSnapshot) -> None:
    world.change("Order", order.salesforce_id, Status="Draft", StatusCode="Draft", IsDeleted=False)


@pytest.mark.parametrize("is_carried_out", [False, True])
def test_a_new_sale_waits_also_where_one_that_was_deactivated_may_be_what_it_stands_for(
    world: World, is_carried_out: bool
) -> None:
    """Salesforce lets nobody delete an order that is activated: this comes first."""
    _seed(world)
    _lose_the_answer(world, is_carried_out=is_carried_out)
    _deactivate(world, order())
    world.add(account(orders=[order("00000105", lines=[line("0000000015")])]))

    report = world.sync()

    assert "00000105" not in world.orders()
    assert "waits: Order 00000101 (801000000000101AAA), which Salesforce holds back now," in report.message
    assert ("Then resync." in report.message) is is_carried_out

    world.memory.clock += 300
    assert _results(world.sync())["00000105"] is Result.CREATED


def test_a_change_waits_also_where_one_that_was_deactivated_may_still_come(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1], is_carried_out=False)
    _deactivate(world, orders[1])
    world.add(account(orders=[orders[2]]))

    assert _results(world.sync())["00000103"] is Result.FAILED
    world.memory.clock += 300
    assert _results(world.sync())["00000103"] is Result.CREATED


def test_what_was_resolved_while_others_were_read_is_not_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _seed(world)
    _lose_the_answer(world)
    _delete(world)
    (kept,) = world.memory.live_intents
    looked: list[str] = []
    get = ZuoraClient.get_order

    def looking(client: ZuoraClient, number: str) -> Any:
        looked.append(number)
        found = get(client, number)
        kept.state = "settled"
        return found

    monkeypatch.setattr(ZuoraClient, "get_order", looking)

    world.sync()

    assert looked == [NUMBER]
    assert not [each for each in world.log if HEARD_NOTHING in each.message]


def test_a_new_sale_goes_where_one_that_vanished_sold_nothing(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1])
    world.add(account(orders=[order("00000105", lines=[line("0000000015")])]))

    assert _results(world.sync())["00000105"] is Result.CREATED


def test_a_preview_says_what_the_sync_will_not_do(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1], is_carried_out=False)
    world.add(account(orders=[orders[2]]))
    world.forget_requests()

    plan = world.preview()

    assert [each.key.value for each in plan.stopped_writes()] == ["00000103"]
    assert plan.writes() == ()
    assert "waits: Order 00000102" in plan.errors()[0].message
    assert world.writes() == []


def test_a_job_that_is_known_may_be_asked_for(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1], is_carried_out=False)
    (kept,) = world.memory.live_intents
    kept.job_id = "0123456789abcdef"
    world.add(account(orders=[orders[2]]))

    report = world.sync()

    assert (
        "or choose “Resolve by looking up” under Open writes, which asks Zuora for its job." in report.message
    )
    assert (
        "under Open writes asks Zuora for its job, and closes it where that failed." in _told(world).message
    )


@pytest.mark.parametrize("status", ["Scheduled", "Executing", "Odd"])
def test_changes_of_what_one_that_vanished_may_still_change_wait(world: World, status: str) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1])
    _set_status(world, status, "00000102")
    world.add(account(orders=[orders[2]]))

    report = world.sync()

    assert world.orders() == ["00000101", "00000102"]
    waits = f"waits: Order 00000102 (801000000000102AAA), which Salesforce does not show any more, has the status {status} in Zuora"
    assert waits in report.message

    _set_status(world, "Cancelled", "00000102")
    assert _results(world.sync())["00000103"] is Result.CREATED


def test_changes_of_what_one_that_vanished_does_not_touch_go(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, order("00000105", lines=[line("0000000015")]))
    _set_status(world, "Scheduled", "00000105")
    world.add(account(orders=[orders[2]]))

    assert _results(world.sync())["00000103"] is Result.CREATED


def test_changes_of_subscriptions_wait_while_one_that_vanished_cannot_be_looked_up(world: World) -> None:
    orders = _with_an_amendment(world)
    _lose_the_answer_to(world, orders[1])
    body = {"success": False, "reasons": [{"code": 58490020, "message": "No permission for this order."}]}
    world.zuora.fault("status", "GET", "^/v1/orders/00000102", status=400, body=body, times=None)
    world.add(account(orders=[orders[2]]))

    report = world.sync()

    assert world.orders() == ["00000101", "00000102"]
    assert "could not be looked up in Zuora, which may bill it:" in report.message
    assert "(code 58490020)" in report.message


def test_of_many_subscriptions_some_are_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vanished_orders, "MOST_NAMED", 1)
    world.seed(account(orders=[order(lines=[line(), line("0000000013"), line("0000000014")])]))
    _lose_the_answer(world)
    _delete(world)

    world.sync()

    assert "cancel SUB-0000001 and 2 more or delete the order in Zuora." in _told(world).message


def test_an_order_knows_that_it_vanished_until_salesforce_shows_it_again(world: World) -> None:
    _seed(world)
    _lose_the_answer(world, is_carried_out=False)
    (kept,) = world.memory.live_intents
    _delete(world)
    world.sync()
    assert kept.is_vanished

    world.change("Order", ORDER_ID, IsDeleted=False, Status="Draft", StatusCode="Draft")
    world.sync()

    assert not kept.is_vanished
    assert world.memory.live_intents == [kept]
