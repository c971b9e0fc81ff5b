"""What is read in Zuora so that a mapping can follow: only what its rows are about, in few calls, and nothing that stops an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.domain.operations import Severity
from connector.domain.rules import Mode, Pair, Rule
from connector.domain.snapshot import OrderSnapshot
from connector.errors import ConnectorError, RemoteUnavailable
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_LABS, account, line, one_time_line, order
from tests.sync.test_mapping_updates import ITEM, LINE, ROWS, amended, sold
from tests.sync.world import World

LIST = "zuora GET /v1/orders/subscriptionOwner/A00000001"
REFUSED = {
    "status": 403,
    "body": {"success": False, "reasons": [{"code": 58000030, "message": "Not yours."}]},
}


@pytest.fixture
def synced(world: World) -> World:
    return sold(world, *ROWS)


def test_without_a_row_that_follows_not_one_call_more_is_made(world: World) -> None:
    rows = (
        Rule(Pair.SUBSCRIPTION, "Description", "Note__c", mode=Mode.CREATE_ONLY),
        Rule(Pair.SUBSCRIPTION_CHARGE, "Description", "name"),
        Rule(Pair.ORDER_LINE_ITEM, "Description", "itemName"),
        Rule(Pair.PRODUCT, "Name", "Description"),
    )
    synced = sold(world, *rows)
    synced.sync()
    assert (len(synced.salesforce.requests()), len(synced.zuora.requests())) == (3, 2)


@pytest.mark.parametrize(
    ("row", "looks"),
    [
        (Rule(Pair.ORDER, "PoNumber", "Note__c"), ["orders/00000101"]),
        (Rule(Pair.ORDER_LINE_ITEM, "Description", "Note__c"), ["orders/00000101"]),
        (Rule(Pair.SUBSCRIPTION_CHARGE, "Description", "Note__c"), ["subscriptions/accounts/A00000001"]),
    ],
)
def test_zuora_is_asked_only_for_what_the_rows_are_about(world: World, row: Rule, looks: list[str]) -> None:
    synced = sold(world, row)
    synced.sync()
    asked = [call["path"].removeprefix("/v1/") for call in synced.zuora.requests()]
    assert [path for path in asked if path.startswith(("orders", "subscriptions"))] == looks


def of_number(number: int) -> OrderSnapshot:
    return order(
        f"{number:08d}", lines=[one_time_line(f"{number:010d}", Description="once")], PoNumber="po-7"
    )


def test_sixty_orders_are_read_in_two_pages(world: World) -> None:
    sixty = [of_number(number) for number in range(101, 161)]
    synced = sold(world, *ROWS, orders=sixty)
    for each in (sixty[0], sixty[-1]):
        synced.change("Order", each.salesforce_id, PoNumber="po-8")
    plan = synced.preview()
    assert [each.key.value for each in plan.writes()] == ["00000101-fields", "00000160-fields"]
    assert synced.call_counts()[LIST] == 2
    assert len(synced.zuora.requests()) < 8


def test_three_orders_are_read_one_by_one(world: World) -> None:
    synced = sold(world, *ROWS, orders=[of_number(number) for number in range(101, 104)])
    synced.sync()
    assert LIST not in synced.call_counts()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "body": {"success": True, "orders": []}},
        {"status": 403, "body": {"success": False, "reasons": [{"code": 58000030, "message": "No."}]}},
        {"status": 200, "body": {"success": True}},
    ],
    ids=["empty", "refused", "unreadable"],
)
def test_what_the_list_does_not_show_is_asked_for_singly(world: World, answer: dict[str, Any]) -> None:
    numbers = range(101, 105)
    synced = sold(world, *ROWS, orders=[of_number(number) for number in numbers])
    synced.change("Order", of_number(104).salesforce_id, PoNumber="po-8")
    synced.zuora.fault("status", "GET", "subscriptionOwner", times=None, **answer)
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == ["PUT /v1/orders/00000104/customFields"]
    looks = [f"zuora GET /v1/orders/{number:08d}" for number in numbers]
    assert [synced.call_counts()[each] for each in looks] == [1] * 4


@pytest.mark.parametrize("part", ["order", "line item"])
def test_an_order_that_is_listed_without_its_custom_fields_does_not_pass_for_empty(
    world: World, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    plain = ZuoraClient.order_pages

    def bare(zuora: ZuoraClient, account_number: str) -> Iterator[dict[str, Any]]:
        for page in plain(zuora, account_number):
            for each in page.values():
                del (each if part == "order" else each["orderLineItems"][0])["customFields"]
            yield page

    synced = sold(world, *ROWS, orders=[of_number(number) for number in range(101, 105)])
    monkeypatch.setattr(ZuoraClient, "order_pages", bare)
    synced.forget_requests()
    assert synced.preview().writes() == ()
    assert synced.call_counts()[LIST] == 1


def test_a_list_of_other_orders_is_not_read_to_its_end(world: World) -> None:
    """Where it would take more pages than single look-ups; here the list is made to go on for ever."""
    synced = sold(world, *ROWS, orders=[of_number(number) for number in range(101, 105)])
    body = {"success": True, "orders": [], "nextPage": "https://zuora.test/v1/orders"}
    synced.zuora.fault("status", "GET", "subscriptionOwner", times=None, status=200, body=body)
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.call_counts()[LIST] == 4


def test_looking_orders_up_is_a_sign_of_life(world: World) -> None:
    synced = sold(world, *ROWS, orders=[of_number(number) for number in range(101, 104)])
    keepers = synced.memory.open_run()
    synced.sync(keepers=keepers)
    assert keepers.calls.count("beat") == 3


def test_an_order_without_one_time_lines_is_not_read_for_line_items(world: World) -> None:
    synced = sold(world, Rule(Pair.ORDER_LINE_ITEM, "Description", "Note__c"), orders=[order()])
    synced.sync()
    assert "zuora GET /v1/orders/00000101" not in synced.call_counts()


def test_subscriptions_that_only_the_mapping_wants_stop_nothing_where_they_cannot_be_listed(
    synced: World,
) -> None:
    synced.change("OrderItem", LINE, Description="field")
    synced.change("OrderItem", ITEM, Description="twice")
    synced.add(account(orders=[order("00000102", lines=[one_time_line("0000000102")])]))
    synced.zuora.fault("status", "GET", "/v1/subscriptions/accounts", times=None, **REFUSED)
    assert synced.sync().status is Status.SUCCEEDED
    assert [call.split("/")[2] for call in synced.writes()] == ["order-line-items", "orders"]
    assert synced.orders() == ["00000101", "00000102"]
    (told,) = synced.messages(Severity.WARNING)
    assert told.startswith(
        f"Account Acme Corp ({ACME_CORP}): mapped fields of subscriptions are not compared"
    )
    assert "Not yours (" in told
    assert "A00000001" in told


def test_an_owner_whose_subscriptions_cannot_be_listed_is_named(world: World) -> None:
    world.option(subscription_owner_field="SubscriptionOwner__c")
    world.seed(account(ACME_LABS, Name="Acme Labs"))
    world.sync(ACME_LABS)
    fields = {"lines": [line(Description="lab")], "SubscriptionOwner__c": ACME_LABS}
    world.add(account(orders=[order(**fields)]))
    world.tenant.change_settings({"custom_fields": {"Subscription": {"Note__c": {}}}})
    world.rules = (*world.rules, Rule(Pair.SUBSCRIPTION, "Description", "Note__c"))
    assert world.sync().status is Status.SUCCEEDED
    number = world.account(ACME_LABS)["accountNumber"]
    world.zuora.fault("status", "GET", f"/v1/subscriptions/accounts/{number}", times=None, **REFUSED)
    assert world.sync().status is Status.SUCCEEDED
    (told,) = world.messages(Severity.WARNING)
    assert f"those of {number} cannot be read" in told


def test_subscriptions_that_an_order_needs_stop_the_account_where_they_cannot_be_listed(
    synced: World,
) -> None:
    """What cannot be seen may be sold already."""
    synced.add(account(orders=[amended()]))
    synced.zuora.fault("status", "GET", "/v1/subscriptions/accounts", times=None, **REFUSED)
    with pytest.raises(ConnectorError, match="Not yours"):
        synced.sync()
    assert synced.writes() == []


def test_a_list_that_zuora_cannot_serve_is_worth_another_run(synced: World) -> None:
    synced.zuora.fault("status", "GET", "/v1/subscriptions/accounts", times=None, status=500)
    with pytest.raises(RemoteUnavailable):
        synced.sync()
