"""Orders that Zuora has although nobody heard its answer: whether somebody must compare them, told so that nobody misses it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.domain.operations import Key, Noun, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sync.creating import create
from connector.sync.journal import Entry
from connector.sync.order_jobs import Patience
from connector.sync.outcome import OPERATOR, Status
from connector.sync.rendering import digest
from tests import cpq
from tests.cast import ADA, GRACE, account, contact, line, one_time_line, order, usage_line
from tests.sync.keepers import Kept, WorkerDied
from tests.sync.test_order_products import hand_made
from tests.sync.test_trigger_dates import ramp_year
from tests.sync.world import World

FOUND = "had been sent by an earlier run that heard no answer"
SAME = "What was sent is what would be sent now."
NUMBER, ORDER_ID = "00000101", order().salesforce_id
ORDER = Key(Noun.ORDER, NUMBER)
COMPARE = "compare the two, and enter the difference in Zuora by hand"


def _lose_the_answer(world: World) -> Kept:
    """The order is in Zuora, and the run that sent it has ended without knowing."""
    world.zuora.fault("drop_after", "POST", "^/v1/orders$", times=1)
    world.zuora.fault("drop_before", "GET", "^/v1/orders/", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.cool_down()
    (kept,) = world.memory.live_intents
    return kept


def _told_of_the_order(world: World) -> Entry:
    """A run that told somebody to compare it does not count as succeeded, and says why."""
    report = world.sync()
    assert len(world.state("orders")) == 1
    assert world.memory.live_intents == []
    (told,) = [each for each in world.log if FOUND in each.message]
    is_to_be_compared = told.level is Severity.WARNING
    assert report.status is (Status.PARTIAL if is_to_be_compared else Status.SUCCEEDED)
    assert (report.message == told.message, report.who_acts) == (is_to_be_compared, told.who_acts)
    return told


ADDRESS = {
    "BillingStreet": "5 Elm Street",
    "BillingCity": "Boston",
    "BillingState": "MA",
    "BillingPostalCode": "02110",
    "BillingCountry": "United States",
}


@pytest.mark.parametrize(
    ("fields", "sync_contacts"),
    [
        ({}, True),
        ({"lines": [line(), one_time_line()], "BillToContactId": ADA, "ShipToContactId": GRACE}, True),
        ({"BillToContactId": ADA, **ADDRESS}, False),
        ({"lines": [line(), usage_line()], **ADDRESS}, True),
    ],
)
def test_an_order_found_as_it_would_be_sent_now_needs_nothing(
    world: World, fields: dict[str, Any], sync_contacts: bool
) -> None:
    world.option(sync_contacts=sync_contacts)
    people = [contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]
    world.seed(account(contacts=people, orders=[order(**fields)]))
    _lose_the_answer(world)

    told = _told_of_the_order(world)

    assert told.message.endswith(SAME)
    assert (told.level, told.who_acts) == (Severity.NOTICE, "")


def _lose_the_answer_to_an_amendment(world: World) -> list[OrderSnapshot]:
    world.option(money_rule=MoneyRule.WARN)
    sold = cpq.sold(1, start=date(2026, 1, 1), last_day=date(2026, 12, 31), quantity="5")
    first = cpq.first(101, [sold], on=date(2026, 1, 1))
    world.seed(account(orders=[first]))
    assert world.sync().status is Status.SUCCEEDED
    orders = [first, cpq.more_of(sold, 2, on=date(2026, 7, 1), quantity="2")]
    world.add(account(orders=orders))
    _lose_the_answer(world)
    return orders


@pytest.mark.parametrize(("looks", "rule"), [(1, MoneyRule.STOP), (2, MoneyRule.WARN)])
def test_an_amendment_that_zuora_carries_out_while_it_is_planned_again_is_no_alarm(
    world: World, looks: int, rule: MoneyRule
) -> None:
    """The order does not show at the first looks, and its subscription is read when it had been changed."""
    _lose_the_answer_to_an_amendment(world)
    world.option(money_rule=rule)
    _hide(world, "00000102", looks=looks)

    assert world.sync().status is Status.SUCCEEDED

    assert not any(COMPARE in each for each in world.messages())
    assert any("Where it was changed in Salesforce since, enter" in each for each in world.messages())
    assert len(world.state("orders")) == 2
    assert world.memory.live_intents == []


def test_an_amendment_that_zuora_carries_out_between_two_looks_at_it_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its subscription was read as it had been before, and the next order builds on what it has become."""
    plain, seen = ZuoraClient.find_subscriptions, list[Any]()

    def keeping(client: ZuoraClient, number: str) -> Any:
        seen.append(plain(client, number))
        return seen[-1]

    def late(client: ZuoraClient, number: str) -> Any:
        return seen.pop() if seen else plain(client, number)

    monkeypatch.setattr(ZuoraClient, "find_subscriptions", keeping)
    orders = _lose_the_answer_to_an_amendment(world)
    more = cpq.more_of(orders[0].lines[0], 3, on=date(2026, 9, 1), quantity="3")
    world.add(account(orders=[*orders, more]))
    world.option(money_rule=MoneyRule.STOP)
    del seen[:-1]
    monkeypatch.setattr(ZuoraClient, "find_subscriptions", late)
    _hide(world, "00000102", looks=1)

    report = world.sync()

    assert (report.status, seen) == (Status.SUCCEEDED, []), report.message
    assert world.orders() == ["00000101", "00000102", "00000103"]


def test_an_amendment_that_was_sent_in_several_versions_is_to_be_compared_also_where_it_shows_late(
    world: World,
) -> None:
    _lose_the_answer_to_an_amendment(world)
    (kept,) = world.memory.live_intents
    kept.was_changed = True
    _hide(world, "00000102")

    report = world.sync()

    assert report.status is Status.PARTIAL
    assert COMPARE in report.message
    assert world.memory.live_intents == []


@pytest.mark.parametrize("is_read", [False, True])
def test_an_amendment_found_that_nobody_changed_is_no_alarm(world: World, is_read: bool) -> None:
    """What it would be now is made from subscriptions, read or not, that it has changed itself."""
    orders = _lose_the_answer_to_an_amendment(world)
    if is_read:  # for the sake of another order
        world.add(account(orders=[*orders, order("00000103", lines=[line("0000000013")])]))

    assert world.sync().status is Status.SUCCEEDED

    (told,) = [each for each in world.log if FOUND in each.message]
    assert (told.level, told.who_acts) == (Severity.NOTICE, "")
    assert len(world.state("orders")) == 2 + is_read


@pytest.mark.parametrize("is_reverted", [False, True])
def test_an_order_found_that_was_changed_since_is_told_to_be_compared(
    world: World, is_reverted: bool
) -> None:
    """Also where it is again as it was sent first: which of two requests Zuora carried out is not known."""
    world.seed(account(orders=[order()]))
    kept = _lose_the_answer(world)
    if is_reverted:
        kept.was_changed = True
    else:
        (line,) = world.org.snapshot()["records"]["OrderItem"]
        world.change(
            "OrderItem", line["Id"], Quantity=line["Quantity"] * 2, TotalPrice=line["TotalPrice"] * 2
        )

    told = _told_of_the_order(world)

    assert COMPARE in told.message
    assert (told.level, told.who_acts) == (Severity.WARNING, OPERATOR)


def test_an_order_whose_answer_is_lost_is_found_at_once_and_needs_nothing(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.zuora.fault("drop_after", "POST", "^/v1/orders$", times=1)

    assert world.sync().status is Status.SUCCEEDED

    (told,) = [each for each in world.log if "although no answer arrived" in each.message]
    assert told.message.endswith(SAME)
    assert told.level is Severity.NOTICE


def _change(world: World, **fields: Any) -> None:
    """The first line of the order in Salesforce."""
    world.change("OrderItem", world.org.snapshot()["records"]["OrderItem"][0]["Id"], **fields)


def test_a_ramp_found_that_was_changed_since_is_told_to_be_compared(world: World) -> None:
    """What follows on a subscription that the order opens itself is not made from what Zuora holds."""
    years = [ramp_year("0000000001", 2026, 1), ramp_year("0000000002", 2027, 2, Quantity=Decimal("15.0"))]
    years[1]["TotalPrice"] = Decimal("1800.0")
    world.seed(account(orders=[order(lines=years)]))
    _lose_the_answer(world)
    world.change("OrderItem", years[1]["Id"], Quantity=20, TotalPrice=2400)

    assert COMPARE in _told_of_the_order(world).message


DEACTIVATED = {"Status": "Draft", "StatusCode": "Draft"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (DEACTIVATED, "its status is Draft, not activated"),
        ({"SBQQ__PriceCalcStatus__c": "Queued"}, "Salesforce is still calculating its prices"),
        ({"SBQQ__Contracted__c": False}, "it has subscription lines and is not contracted"),
    ],
)
def test_an_order_that_salesforce_holds_back_since_is_found_and_to_be_compared(
    world: World, fields: dict[str, Any], reason: str
) -> None:
    """Zuora goes on billing it."""
    world.seed(account(orders=[order()]))
    _lose_the_answer(world)
    world.change("Order", ORDER_ID, **fields)

    told = _told_of_the_order(world)

    assert f"It would not be sent now ({reason}), and Zuora may hold what was sent: {COMPARE}" in told.message
    assert (told.level, told.who_acts) == (Severity.WARNING, OPERATOR)


@pytest.mark.parametrize(
    "fields", [{"Quantity": 0, "TotalPrice": 0}, {"EndDate": "2025-01-01"}], ids=["skipped", "refused"]
)
def test_an_order_that_would_not_be_sent_any_more_is_found_and_to_be_compared(
    world: World, fields: dict[str, Any]
) -> None:
    world.seed(account(orders=[order()]))
    _lose_the_answer(world)
    _change(world, **fields)

    told = _told_of_the_order(world)

    assert f"{COMPARE}." in told.message
    assert "It would not be sent now (" in told.message
    assert told.level is Severity.WARNING


def test_an_order_found_is_planned_anew_with_the_rate_plans_zuora_has(world: World) -> None:
    """Without them the product would need a code, which it never had."""
    hand_made(world, Name="Seat")
    sold = line()
    sold["Product2"] = {**sold["Product2"], "ProductCode": None}
    world.seed(account(orders=[order(lines=[sold])]))
    _lose_the_answer(world)

    assert _told_of_the_order(world).message.endswith(SAME)


def test_of_an_order_found_that_zuora_keeps_pending_nothing_is_called_done(world: World) -> None:
    world.tenant.change_settings({"service_activation_required": True})
    world.seed(account(orders=[order()]))
    _lose_the_answer(world)

    assert _told_of_the_order(world).message.endswith("heard no answer, and Zuora has it.")
    assert any("it bills nothing until its activation dates are set" in each for each in world.messages())


def test_of_an_order_that_is_pending_after_a_lost_answer_nothing_is_called_done(world: World) -> None:
    world.tenant.change_settings({"service_activation_required": True})
    world.seed(account(orders=[order()]))
    world.zuora.fault("drop_after", "POST", "^/v1/orders$", times=1)
    world.sync()

    (told,) = [each for each in world.messages() if "although no answer arrived" in each]
    assert SAME.rstrip(".") not in told
    assert "Zuora keeps it pending" in told


def test_a_run_that_dies_before_it_settles_an_order_loses_no_warning(world: World) -> None:
    world.seed(account(orders=[order()]))
    _lose_the_answer(world)
    _change(world, Quantity=20, TotalPrice=2400)
    dying = world.memory.open_run()
    dying.dies_before = "put"  # which settles
    with pytest.raises(WorkerDied):
        world.sync(keepers=dying)

    assert COMPARE in _told_of_the_order(world).message


def _hide(world: World, number: str = NUMBER, *, looks: int = 2) -> None:
    """The order shows only when it is about to be sent again."""
    gone = {"success": False, "reasons": [{"code": 50000040, "message": "Cannot find it."}]}
    world.zuora.fault("status", "GET", f"^/v1/orders/{number}$", times=looks, status=404, body=gone)


def test_an_order_found_where_it_would_be_sent_again_is_told_before_it_is_settled(world: World) -> None:
    world.seed(account(orders=[order()]))
    _lose_the_answer(world)
    _change(world, Quantity=20, TotalPrice=2400)
    _hide(world)
    dying = world.memory.open_run()
    dying.dies_before = "settle"
    with pytest.raises(WorkerDied):
        world.sync(keepers=dying)
    assert any(COMPARE in each for each in world.messages(Severity.WARNING))
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]
    _hide(world)

    report = world.sync()

    assert (report.status, report.who_acts) == (Status.PARTIAL, OPERATOR)
    assert COMPARE in report.message
    assert world.memory.live_intents == []
    assert len(world.state("orders")) == 1


@pytest.mark.parametrize("is_changed", [False, True])
def test_an_order_that_another_run_stored_meanwhile_is_compared_with_what_was_sent(
    world: World, is_changed: bool
) -> None:
    """What an earlier run of this account sent may be what Zuora carried out."""
    world.seed(account(orders=[order()]))
    operation = next(each for each in world.preview().operations if each.key == ORDER)
    dead = world.memory.open_run()
    intent = dead.claim(ORDER, digest({"orderNumber": NUMBER}))
    dead.sending(intent)
    dead.close()
    world.memory.links[ORDER] = {"id": "8a1", "orderNumber": NUMBER, "status": "Completed"}
    payload = {"orderNumber": NUMBER, **({"orderDate": "2026-02-01"} if is_changed else {})}
    keepers = world.memory.open_run()

    with world.services(keepers) as services:
        create(services, operation, payload, patience=Patience())

    assert any(COMPARE in each for each in keepers.to_check()) is is_changed
    assert world.memory.live_intents == []
    assert world.orders() == []


def _never_arrived(world: World) -> None:
    world.zuora.fault("drop_before", "POST", "^/v1/orders$", times=None)
    world.sync()
    world.zuora.heal()
    world.cool_down()


def test_an_order_held_back_since_that_zuora_does_not_show_stays_open_and_is_said_to(world: World) -> None:
    world.seed(account(orders=[order()]))
    _never_arrived(world)
    world.change("Order", ORDER_ID, **DEACTIVATED)
    world.forget_requests()

    report = world.sync()

    assert report.status is Status.PARTIAL
    assert f"Order {NUMBER}" in report.message
    assert "Zuora does not show it, and may still make it. Nothing of it is sent from here" in report.message
    assert [kept.key for kept in world.memory.live_intents] == [ORDER]
    assert world.writes() == []


def test_what_zuora_never_showed_of_an_order_held_back_is_closed_and_sent_once_when_it_may_be(
    world: World,
) -> None:
    world.seed(account(orders=[order()]))
    _never_arrived(world)
    world.change("Order", ORDER_ID, **DEACTIVATED)
    world.memory.clock = 24 * 3600.0

    report = world.sync()

    assert (report.status, world.memory.live_intents, world.orders()) == (Status.SUCCEEDED, [], [])
    assert any("Zuora does not have it: nothing came of it." in each for each in world.messages())
    world.change("Order", ORDER_ID, Status="Activated", StatusCode="Activated")
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == [NUMBER]


def test_a_draft_that_was_never_sent_is_not_asked_for(world: World) -> None:
    world.seed(account(orders=[order(**DEACTIVATED)]))
    assert world.sync().status is Status.SUCCEEDED
    assert not [each for each in world.call_counts() if "/v1/orders/" in each]
