"""Orders: carried once, oldest first, each with an outcome of its own."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, account, line, one_time_line, order
from tests.sync.world import World, outcome_of, results


def later(
    number: str, *, start: str = "2026-02-01", item: str = "0000000011", **fields: Any
) -> OrderSnapshot:
    """A further order of the same seats up to the end of the year."""
    months = 13 - int(start[5:7])
    lines = [line(item, ServiceDate=start, EndDate="2026-12-31", SBQQ__ProrateMultiplier__c=months / 12)]
    return order(number, **{"EffectiveDate": start, "lines": lines, **fields})


def test_a_new_account_brings_its_orders_with_subscriptions_and_line_items(world: World) -> None:
    world.seed(account(orders=[order(lines=[line(), one_time_line()])]))
    report = world.sync()
    (made,) = world.state("orders")
    assert (made["orderNumber"], made["orderDate"], made["status"]) == ("00000101", "2026-01-01", "Completed")
    assert made["accountId"] == world.account()["id"]
    seats = world.subscription("SUB-0000001")
    assert (seats["termStartDate"], seats["termEndDate"]) == ("2026-01-01", "2027-01-01")
    assert (seats["initialTerm"], seats["initialTermPeriodType"], seats["autoRenew"]) == (12, "Month", False)
    assert seats["plan"]["externallyManagedPlanId"] == seats["plan"]["subscriptionRatePlanNumber"]
    assert seats["plan"]["externallyManagedPlanId"] == "802000000000001AAA"
    (onboarding,) = world.state("order_line_items")
    assert (onboarding["itemName"], onboarding["itemState"]) == ("Onboarding", "SentToBilling")
    assert (onboarding["quantity"], onboarding["amountPerUnit"]) == (1, 750)
    assert (onboarding["billTargetDate"], onboarding["transactionStartDate"]) == ("2026-01-02", "2026-01-01")
    assert onboarding["purchaseOrderNumber"] == "802000000000009AAA"
    assert report.status is Status.SUCCEEDED
    assert world.messages()[-2:] == [
        "Order 00000101 (801000000000101AAA) created in Zuora as a new order with 1 new subscription and 1 line item.",
        "Created 1 account, 2 products, 2 rate plans, 2 charges, 1 order.",
    ]


def test_a_second_sync_carries_no_order_again(world: World) -> None:
    world.seed(account(orders=[order(), later("00000102")]))
    world.sync()
    world.forget_requests()
    report = world.sync()
    assert world.writes() == []
    assert results(report)["order:00000101"] == results(report)["order:00000102"] == "unchanged"
    assert not any(sent["path"].startswith("/v1/orders") for sent in world.zuora.requests())


def test_orders_go_in_the_sequence_of_their_activation(world: World) -> None:
    world.seed(
        account(
            orders=[
                later(
                    "00000103",
                    start="2026-03-01",
                    item="0000000013",
                    ActivatedDate="2026-03-02T09:00:00.000+0000",
                ),
                order("00000102"),
                later("00000101", ActivatedDate="2026-02-02T09:00:00.000+0000"),
            ]
        )
    )
    world.sync()
    assert world.orders() == ["00000102", "00000101", "00000103"]


def test_an_existing_account_takes_only_what_zuora_lacks(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.sync()
    world.add(account(orders=[order(), later("00000102")]))
    world.forget_requests()
    report = world.sync()
    assert world.orders() == ["00000101", "00000102"]
    assert world.writes() == ["POST /v1/orders"]
    assert results(report)["order:00000101"] == "unchanged"
    assert results(report)["order:00000102"] == "created"


def test_orders_are_found_again_when_the_database_is_lost(world: World) -> None:
    world.seed(account(orders=[order(lines=[line(), one_time_line()]), later("00000102")]))
    world.sync()
    links = dict(world.memory.links)
    world.lose_database()
    world.forget_requests()
    report = world.sync()
    assert world.writes() == []
    assert set(results(report).values()) == {"unchanged"}
    orders = {key: value["id"] for key, value in links.items() if key.noun is Noun.ORDER}
    assert orders == {key: value["id"] for key, value in world.memory.links.items() if key.noun is Noun.ORDER}


def test_one_order_that_fails_does_not_stop_the_others(world: World) -> None:
    ended = line("0000000021", EndDate="2025-06-30")
    world.seed(account(orders=[order(), order("00000102", lines=[ended]), later("00000103")]))
    report = world.sync()
    assert world.orders() == ["00000101", "00000103"]
    assert report.status is Status.PARTIAL
    (error,) = world.messages(Severity.ERROR)
    assert error == (
        "Order 00000102, line 0000000021 (Seats) ends on 2025-06-30, before its start on 2026-01-01. "
        "Correct Start Date or End Date in Salesforce and resync."
    )
    world.change("OrderItem", ended["Id"], EndDate="2026-12-31")
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000101", "00000103", "00000102"]


def test_an_order_that_is_stopped_is_no_change_to_make(world: World) -> None:
    world.seed(account(orders=[order(lines=[line(TotalPrice=9)])]))
    world.preview()
    assert (
        f"Plan for Acme Corp ({ACME_CORP}): 1 change to make in Zuora, 1 stopped; 1 error."
        in world.messages()
    )
    world.sync()
    world.preview()
    told = f"Plan for Acme Corp ({ACME_CORP}): nothing to change in Zuora, 1 stopped; 1 error."
    assert told in world.messages()


def test_an_order_zuora_refuses_does_not_stop_the_others(world: World) -> None:
    taken = line("0000000021", SBQQ__Subscription__r={"Name": "SUB-0000001"})
    world.seed(account(orders=[order(), order("00000102", lines=[taken]), later("00000103")]))
    report = world.sync()
    assert world.orders() == ["00000101", "00000103"]
    refused = outcome_of(report, Noun.ORDER, "00000102")
    assert refused.result is Result.FAILED
    assert refused.message.startswith(
        "Order 00000102 (801000000000102AAA) could not be created: Zuora did not"
    )
    assert "SUB-0000001" in refused.message


GATES: list[tuple[str, dict[str, Any], str]] = [
    (
        "draft",
        {"Status": "Draft", "StatusCode": "Draft"},
        "its status is Draft, not activated. Activate it in Salesforce and resync.",
    ),
    (
        "queued",
        {"SBQQ__PriceCalcStatus__c": "Queued"},
        "Salesforce is still calculating its prices. Resync in a few minutes.",
    ),
    (
        "failed",
        {"SBQQ__PriceCalcStatus__c": "Failed", "SBQQ__PriceCalcStatusMessage__c": "UNABLE_TO_LOCK_ROW"},
        "Salesforce could not calculate its prices (UNABLE_TO_LOCK_ROW). Recalculate it in Salesforce and resync.",
    ),
    (
        "not contracted",
        {"SBQQ__Contracted__c": False},
        "it has subscription lines and is not contracted. Tick Contracted in Salesforce and resync.",
    ),
]


@pytest.mark.parametrize(("fields", "reason"), [gate[1:] for gate in GATES], ids=[gate[0] for gate in GATES])
def test_an_order_that_is_not_whole_is_skipped_with_its_reason(
    world: World, fields: dict[str, Any], reason: str
) -> None:
    world.seed(account(orders=[order(**fields), later("00000102")]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    assert report.status is Status.SUCCEEDED
    assert outcome_of(report, Noun.ORDER, "00000101").result is Result.SKIPPED
    assert f"Order 00000101 (801000000000101AAA) skipped. Not carried: {reason}" in world.messages()


def test_an_order_number_zuora_has_under_another_account_is_refused(world: World) -> None:
    world.seed(account(ACME_LABS, Name="Acme Labs", orders=[order()]))
    world.sync(ACME_LABS)
    number = world.account(ACME_LABS)["accountNumber"]
    world.add(account())
    world.change("Order", "801000000000101AAA", AccountId=ACME_CORP)
    world.lose_database()
    report = world.sync()
    assert world.orders() == ["00000101"]
    assert world.state("orders")[0]["accountId"] == world.account(ACME_LABS)["id"]
    assert outcome_of(report, Noun.ORDER, "00000101").message == (
        f"Order 00000101 (801000000000101AAA) is already in Zuora under another account, {number}. "
        "Move or delete it in Zuora, or correct the account of the order in Salesforce, and resync."
    )
    assert outcome_of(report, Noun.ORDER, "00000101").who_acts == "The billing administrator, in Zuora"


def test_orders_stay_in_salesforce_where_the_integration_says_so(world: World) -> None:
    world.option(sync_orders=False)
    world.seed(account(orders=[order()]))
    report = world.sync()
    assert world.orders() == []
    assert world.state("products") == []
    assert results(report) == {f"account:{ACME_CORP}": "created"}
    assert not any("FROM+Order" in sent["query"] for sent in world.salesforce.requests())


def test_a_missing_parent_is_created_without_its_orders(world: World) -> None:
    holding: AccountSnapshot = account(ACME_HOLDING, Name="Acme Holding", orders=[order()])
    world.seed(holding, account(ParentId=ACME_HOLDING, orders=[later("00000102")]))
    world.sync()
    assert world.orders() == ["00000102"]
    world.sync(ACME_HOLDING)
    assert world.orders() == ["00000102", "00000101"]


def test_the_orders_of_an_account_without_address_wait_and_say_why(world: World) -> None:
    world.seed(account(BillingCountry=None, orders=[order()]))
    report = world.sync()
    assert world.orders() == []
    assert world.state("products") == []
    waiting = outcome_of(report, Noun.ORDER, "00000101")
    assert waiting.result is Result.WAITING
    assert "waits: Account Acme Corp" in waiting.message
    assert "has no billing country" in waiting.message


def test_the_orders_of_a_closed_account_are_not_carried_into_a_new_one(world: World) -> None:
    """A canceled account made room for a new one: who bills its orders is for a person to say."""
    world.seed(account(orders=[order()]))
    world.sync()
    old = world.account()
    with world.tenant.writing() as store:
        store.change("accounts", old["id"], status="Canceled", crmId=None)
    report = world.sync()
    assert world.orders() == ["00000101"]
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert f"already in Zuora under another account, {old['accountNumber']}" in refused.message


def test_an_order_zuora_keeps_pending_is_told(world: World) -> None:
    world.tenant.change_settings({"service_activation_required": True})
    world.seed(account(orders=[order()]))
    report = world.sync()
    assert world.state("orders")[0]["status"] == "Pending"
    assert report.status is Status.SUCCEEDED
    assert any(
        "Zuora keeps it pending: set its activation dates in Zuora" in text for text in world.messages()
    )


def test_an_order_in_another_currency_than_its_account_is_refused(world: World) -> None:
    world.seed(account(orders=[order(CurrencyIsoCode="EUR")]))
    report = world.sync()
    assert world.orders() == []
    assert outcome_of(report, Noun.ORDER, "00000101").message == (
        "Order 00000101 (801000000000101AAA) is in EUR, but Zuora bills its account in USD. Correct the order's "
        "currency in Salesforce, or bill it through another account; or, where Zuora's multi-currency is on, switch on the "
        "integration's option “Orders in other currencies”. Then resync."
    )
