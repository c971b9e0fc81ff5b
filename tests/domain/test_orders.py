from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Action, Key, Noun, OrderMoney, Ref, Severity
from connector.domain.order_gates import gate
from connector.domain.orders import OrderPlan, plan_order
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from connector.errors import RecordError
from tests.cast import ACME_CORP, SEATS, account, line, one_time_line, order, product

ACCOUNT = Key(Noun.ACCOUNT, ACME_CORP)


def _plan(
    this: OrderSnapshot, *, currency: str = "USD", state: ZuoraState | None = None, **options: Any
) -> OrderPlan:
    return plan_order(
        this,
        account=account(),
        account_currency=currency,
        state=state or ZuoraState(),
        options=Options(**options),
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"StatusCode": "Draft", "Status": "Draft"}, "status is Draft"),
        ({"SBQQ__PriceCalcStatus__c": "Queued"}, "still calculating"),
        ({"SBQQ__PriceCalcStatus__c": "Failed", "SBQQ__PriceCalcStatusMessage__c": "LOCK"}, r"\(LOCK\)"),
        ({"SBQQ__Contracted__c": False}, "not contracted"),
    ],
)
def test_an_order_that_is_not_whole_is_skipped_with_its_reason(fields: dict[str, Any], reason: str) -> None:
    (skipped,) = _plan(order(**fields)).operations
    assert skipped.action is Action.SKIP
    assert re.search(reason, skipped.decision)


def test_one_time_lines_alone_need_no_contract() -> None:
    assert gate(order(SBQQ__Contracted__c=False, lines=[one_time_line()])) == ""


def test_an_order_zuora_has_is_left_alone() -> None:
    (kept,) = _plan(order(), state=ZuoraState(orders={"00000101": {}})).operations
    assert kept.action is Action.UNCHANGED


def test_a_new_order_is_one_subscription_a_line_and_one_item_a_one_time_line() -> None:
    plan = _plan(order(lines=[line(), line("0000000002"), one_time_line()]))
    created = plan.operations[-1]
    assert created.key == Key(Noun.ORDER, "00000101")
    assert created.payload["orderNumber"] == "00000101"
    assert created.payload["existingAccountNumber"] == Ref(ACCOUNT, "accountNumber")
    assert len(created.payload["subscriptions"]) == 2
    assert len(created.payload["orderLineItems"]) == 1
    assert [money.zuora_total for money in created.money] == ["1200.00", "1200.00", "750.00"]
    assert plan.problems == ()
    assert created.sums == OrderMoney("USD", "3150.00", "3150.00", "3150.00", "0.25", "3150.00", "0.25")


def test_an_order_never_bills_or_collects_by_itself() -> None:
    created = _plan(order()).operations[-1]
    assert created.payload["processingOptions"] == {"runBilling": False, "collectPayment": False}


def test_a_product_on_two_lines_is_created_once() -> None:
    operations = _plan(order(lines=[line(), line("0000000002")])).operations
    assert [operation.key.noun for operation in operations].count(Noun.PRODUCT) == 1


def test_products_come_before_the_order_that_needs_them() -> None:
    operations = _plan(order()).operations
    assert operations[-1].key.noun is Noun.ORDER
    assert Key(Noun.CHARGE, SEATS) in operations[-1].requirements()


def test_a_product_sold_in_two_ways_at_once_is_refused() -> None:
    with pytest.raises(RecordError, match="one-time in one order"):
        _plan(order(lines=[line(), one_time_line(Product2=product())]))


HINTS = {
    "the type of an amendment": ({"Type": "Amendment"}, {}, "an amendment", "Type is Amendment"),
    "the type of a renewal": ({"Type": "Renewal"}, {}, "a renewal", "Type is Renewal"),
    "an amendment's quote": (
        {"SBQQ__Quote__r": {"SBQQ__Type__c": "Amendment"}},
        {},
        "an amendment",
        "quote is of the type Amendment",
    ),
    "a renewal's quote": (
        {"SBQQ__Quote__r": {"SBQQ__Type__c": "Renewal"}},
        {},
        "a renewal",
        "quote is of the type Renewal",
    ),
}


@pytest.mark.parametrize(("fields", "of_line", "kind", "why"), HINTS.values(), ids=HINTS)
def test_a_hint_that_contradicts_a_new_order_stops_it_and_is_named(
    fields: dict[str, Any], of_line: dict[str, Any], kind: str, why: str
) -> None:
    with pytest.raises(RecordError) as caught:
        _plan(order(lines=[line(**of_line)], **fields))
    assert f"Order 00000101 (801000000000101AAA) is {kind} order" in str(caught.value)
    assert why in str(caught.value)
    assert "Fill Revised Order Product, or correct that" in str(caught.value)


@pytest.mark.parametrize("action", ["Quantity Increase", "Cancel", "Renew"])
def test_a_line_that_changes_something_must_say_what(action: str) -> None:
    with pytest.raises(RecordError, match=f"has the contract action {action} but no Revised Order Product"):
        _plan(order(lines=[line(SBQQ__ContractAction__c=action)]))


def test_a_line_that_revises_nothing_known_has_no_rate_plan_to_amend() -> None:
    lost = line(SBQQ__RevisedOrderProduct__c="802000000000777AAA", SBQQ__ContractAction__c="Cancel")
    with pytest.raises(
        RecordError, match="revises the order product 802000000000777AAA, which is in no activated"
    ):
        _plan(order(lines=[lost]))


def test_other_types_and_empty_hints_contradict_nothing() -> None:
    plain = order(
        Type="Upsell EMEA",
        SBQQ__Quote__r={"SBQQ__Type__c": "Quote"},
        lines=[line(SBQQ__ContractAction__c=None)],
    )
    assert _plan(plain).problems == ()


def test_an_order_in_another_currency_than_its_account_is_stopped() -> None:
    with pytest.raises(RecordError, match="is in EUR, but Zuora bills its account in USD"):
        _plan(order(CurrencyIsoCode="EUR"))


def test_a_line_of_quantity_zero_is_left_out_and_said_so() -> None:
    plan = _plan(order(lines=[line(), line("0000000002", Quantity=Decimal(0), TotalPrice=Decimal(0))]))
    assert len(plan.operations[-1].payload["subscriptions"]) == 1
    (notice,) = plan.problems
    assert notice.severity is Severity.NOTICE
    assert "line 0000000002 (Seats) has quantity 0" in notice.message


def test_an_order_without_lines_is_refused() -> None:
    with pytest.raises(RecordError, match="no order products with a quantity"):
        _plan(order(lines=[]))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([line(f"{number:010}") for number in range(301)], "301 subscriptions with 301 order actions"),
        ([one_time_line(f"{number:010}") for number in range(101)], "101 line items"),
    ],
    ids=["subscriptions", "line items"],
)
def test_an_order_over_the_limits_is_refused_with_the_limit(lines: Any, message: str) -> None:
    with pytest.raises(
        RecordError, match="at most 300 subscriptions and actions and 100 line items"
    ) as caught:
        _plan(order(lines=lines))
    assert message in str(caught.value)
    assert "Split it into several orders in Salesforce, and resync." in str(caught.value)


@pytest.mark.parametrize(("count", "is_large"), [(50, False), (51, True), (300, True)])
def test_an_order_over_the_synchronous_limits_goes_asynchronously(count: int, is_large: bool) -> None:
    created = _plan(order(lines=[line(f"{number:010}") for number in range(count)])).operations[-1]
    assert created.is_asynchronous is is_large


def test_money_that_does_not_add_up_stops_the_order_with_both_figures() -> None:
    plan = _plan(order(lines=[line(TotalPrice=Decimal("1300"))]))
    (problem,) = plan.problems
    assert problem.severity is Severity.ERROR
    assert problem.key == Key(Noun.ORDER, "00000101")
    assert "Zuora would bill 1200.00" in problem.message
    assert "Salesforce sold 1300" in problem.message


def test_money_that_does_not_add_up_can_be_a_warning() -> None:
    plan = _plan(order(lines=[line(TotalPrice=Decimal("1300"))]), money_rule=MoneyRule.WARN)
    assert [problem.severity for problem in plan.problems] == [Severity.WARNING]
