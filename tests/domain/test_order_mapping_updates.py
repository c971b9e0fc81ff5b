"""What a mapping changes of orders that Zuora has: which rows, which records, and under which names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.domain import order_standing
from connector.domain.operations import Action, Key, Noun, Operation, Problem, Severity
from connector.domain.order_mapping_updates import (
    follow_lines,
    follow_subscriptions,
    following,
    follows_order,
    mapping_updates,
)
from connector.domain.rules import Mode, Pair, Rule
from connector.domain.snapshot import OrderSnapshot, ZuoraState, ZuoraSubscription
from connector.errors import ConfigError
from tests.cast import CALLS, CALLS_BY_RATE, SEATS, line, one_time_line, order, schedule, usage_line

HERE = "A00000001"
LINE, ITEM = line()["Id"], one_time_line()["Id"]
THERE = ZuoraSubscription(
    number="SUB-0000001",
    order_number="00000101",
    status="Active",
    owner_number=HERE,
    invoice_owner_number=HERE,
    rate_plan_id="8ad0plan",
    charge_number="C-1",
    quantity=Decimal(10),
    price=Decimal(10),
    base_months=0,
    subscription_start="2026-01-01",
    term_start="2026-01-01",
    term_end="2027-01-01",
)
NOTE = Rule(Pair.ORDER, "PoNumber", "Note__c")


def held(**fields: Any) -> dict[str, Any]:
    return {"orderNumber": "00000101", "status": "Completed", "existingAccountNumber": HERE, **fields}


def line_item(**fields: Any) -> dict[str, Any]:
    return {"id": "8ad0item", "purchaseOrderNumber": ITEM, "itemState": "SentToBilling", **fields}


def updates(
    *rules: Rule,
    this: OrderSnapshot | None = None,
    found: dict[str, Any] | None = None,
    known: dict[str, Any] | None = None,
    **subscriptions: ZuoraSubscription,
) -> tuple[tuple[Operation, ...], tuple[Problem, ...]]:
    """Of one order that a link remembers as carried out, read in Zuora as `found`."""
    state = ZuoraState(
        orders={"00000101": known or {}},
        mapped_orders={} if found is None else {"00000101": found},
        subscriptions=subscriptions,
    )
    return mapping_updates([this or order(PoNumber="po-7")], state, rules, account_number=HERE)


def remembered(numbers: Sequence[str], **fields: Any) -> ZuoraState:
    """Orders that links remember as carried out, all with the same fields in Zuora."""
    return ZuoraState(
        orders={number: {} for number in numbers},
        mapped_orders={number: held(**fields) for number in numbers},
    )


@pytest.mark.parametrize(
    ("rule", "does"),
    [
        (NOTE, True),
        (replace(NOTE, mode=Mode.IF_EMPTY), True),
        (replace(NOTE, mode=Mode.CREATE_ONLY), False),
        (replace(NOTE, target="reasonCode"), False),
        (replace(NOTE, pair=Pair.ACCOUNT), False),
        (replace(NOTE, pair=Pair.PRODUCT), False),
        (replace(NOTE, pair=Pair.CHARGE), False),
        *((replace(NOTE, pair=pair), True) for pair in Pair if pair.startswith(("subscription", "order"))),
    ],
)
def test_custom_fields_of_orders_and_of_what_is_in_them_follow(rule: Rule, does: bool) -> None:
    assert following([rule]) == ((rule,) if does else ())


def test_nothing_is_read_that_no_row_is_about() -> None:
    of_item = replace(NOTE, pair=Pair.ORDER_LINE_ITEM)
    of_charge = replace(NOTE, pair=Pair.SUBSCRIPTION_CHARGE)
    assert [follow_lines([rule]) for rule in (NOTE, of_item, of_charge)] == [False, True, True]
    assert [follow_subscriptions([rule]) for rule in (NOTE, of_item, of_charge)] == [False, False, True]
    lines, once = order(), order(lines=[one_time_line()])
    assert [follows_order(lines, [rule]) for rule in (NOTE, of_item, of_charge)] == [True, False, False]
    assert [follows_order(once, [rule]) for rule in (NOTE, of_item, of_charge)] == [True, True, False]


@pytest.mark.parametrize(
    ("there", "sold"),
    [
        ({"Note__c": "po-7"}, " po-7 "),
        ({"Note__c": "a\nb"}, "a\r\nb"),
        ({"Note__c": 7}, "7.0"),
        ({"Note__c": "7.50"}, Decimal("7.5")),
        ({"Note__c": "true"}, True),
        ({"Note__c": None}, None),
        ({"Note__c": ""}, None),
        ({}, None),
        (None, ""),
    ],
)
def test_what_zuora_writes_otherwise_is_no_difference(there: Any, sold: object) -> None:
    assert updates(NOTE, this=order(PoNumber=sold), found=held(customFields=there)) == ((), ())


def test_a_field_that_zuora_does_not_show_is_a_difference() -> None:
    ((operation,), _) = updates(NOTE, found=held())
    assert operation.payload == {"customFields": {"Note__c": "po-7"}}


def test_an_update_of_an_order_has_a_key_of_its_own_and_goes_to_its_number() -> None:
    ((operation,), problems) = updates(NOTE, found=held(customFields={"Note__c": "po-6", "Other__c": "x"}))
    assert problems == ()
    assert (operation.action, operation.key) == (Action.UPDATE, Key(Noun.ORDER, "00000101-fields"))
    assert (operation.target, operation.requirements()) == ("00000101", ())
    assert [(each.field, each.before, each.after) for each in operation.changes] == [
        ("Note__c", "po-6", "po-7")
    ]


@pytest.mark.parametrize("state", ["Cancelled", "Canceled"])
def test_a_cancelled_line_item_is_left_alone(state: str) -> None:
    rule = Rule(Pair.ORDER_LINE_ITEM, "OrderItemNumber", "Note__c")
    this = order(lines=[one_time_line()])
    found = held(orderLineItems=[line_item(itemState=state)])
    assert updates(rule, this=this, found=found) == ((), ())
    ((operation,), _) = updates(rule, this=this, found=held(orderLineItems=[line_item()]))
    assert (operation.key, operation.target) == (Key(Noun.ORDER_LINE_ITEM, ITEM), "8ad0item")


@pytest.mark.parametrize("number", [None, "", "PO 7", LINE])
def test_a_line_item_of_no_line_of_the_order_is_left_alone(number: str | None) -> None:
    rule = Rule(Pair.ORDER_LINE_ITEM, "OrderItemNumber", "Note__c")
    found = held(orderLineItems=[line_item(purchaseOrderNumber=number)])
    assert updates(rule, this=order(lines=[one_time_line()]), found=found) == ((), ())


def test_the_parts_of_a_subscription_are_told_apart_by_their_names() -> None:
    pairs = (Pair.SUBSCRIPTION, Pair.SUBSCRIPTION_RATE_PLAN, Pair.SUBSCRIPTION_CHARGE)
    rules = [Rule(pair, "OrderItemNumber", "Note__c") for pair in pairs]
    there = replace(THERE, custom_fields={"Note__c": "x"}, charge_fields={"Note__c": "0000000001"})
    ((operation,), _) = updates(*rules, **{LINE: there})
    note = {"customFields": {"Note__c": "0000000001"}}
    assert operation.key == Key(Noun.SUBSCRIPTION, "SUB-0000001")
    assert operation.payload == {**note, "ratePlans": [{"ratePlanId": "8ad0plan", **note}]}
    assert [each.field for each in operation.changes] == ["Note__c", "ratePlan.Note__c"]


def test_a_rate_plan_of_several_charges_is_mapped_without_them() -> None:
    rule = Rule(Pair.SUBSCRIPTION_CHARGE, "OrderItemNumber", "Note__c")
    assert updates(rule, **{LINE: replace(THERE, charge_number="")}) == ((), ())


def test_a_cancelled_subscription_is_left_alone() -> None:
    rule = Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "Note__c")
    assert updates(rule, **{LINE: replace(THERE, status="Cancelled")}) == ((), ())


def test_a_subscription_that_only_its_number_names_is_left_alone() -> None:
    """As at creation it is told by the externally managed plan id of its rate plan."""
    rule = Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "Note__c")
    assert updates(rule, **{THERE.number: THERE}) == ((), ())


@pytest.mark.parametrize("name", [SEATS, CALLS, CALLS_BY_RATE])
def test_a_subscription_is_told_by_what_was_sold_and_not_by_its_product(name: str) -> None:
    """One made by hand may name its rate plan after the product in Salesforce."""
    rule = Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "Note__c")
    this = order(lines=[line(), usage_line()])
    found = updates(rule, this=this, **{name: THERE})
    assert found == ((), ())
    ((operation,), _) = updates(rule, this=this, **{schedule()["Id"]: THERE})
    assert operation.target == THERE.number


@pytest.mark.parametrize("status", ["Pending", "Draft", "Scheduled", "Cancelled"])
def test_an_order_that_zuora_has_not_carried_out_is_left_to_what_is_said_of_it(status: str) -> None:
    assert updates(NOTE, known=held(status=status)) == ((), ())


@pytest.mark.parametrize("found", [order_standing.gone(), held(status="Reverted")])
def test_an_order_that_is_not_as_its_link_says_is_told(found: dict[str, Any]) -> None:
    operations, (told,) = updates(NOTE, found=found)
    assert operations == ()
    assert told.severity is Severity.WARNING
    assert told.message.startswith("Order 00000101 (")
    assert told.message.endswith("Its mapped fields are not compared.")
    assert told.who_acts


def test_an_order_that_zuora_would_not_tell_of_is_told_without_stopping_anything() -> None:
    operations, (told,) = updates(NOTE, found=order_standing.refused("Zuora refused GET."))
    assert operations == ()
    assert (told.severity, told.key.value) == (Severity.WARNING, "00000101-fields")
    assert told.message == (
        f"Order 00000101 ({order().salesforce_id}) is in Zuora; its custom fields could not be compared: Zuora refused GET."
    )
    assert told.who_acts == ConfigError.who_acts


def test_an_order_that_zuora_lacks_is_no_update() -> None:
    assert mapping_updates([order()], ZuoraState(), [NOTE], account_number=HERE) == ((), ())


def test_orders_of_another_account_in_zuora_are_told_once_with_both_accounts() -> None:
    numbers = ("00000101", "00000102")
    state = remembered(numbers, existingAccountNumber="A-OTHER")
    these = [order(number, PoNumber="po-7") for number in numbers]
    operations, (told,) = mapping_updates(these, state, [NOTE], account_number=HERE)
    assert operations == ()
    assert (told.severity, told.key) == (Severity.WARNING, Key(Noun.ORDER, "00000101-fields"))
    assert all(text in told.message for text in (*numbers, "A-OTHER", HERE))


def test_an_order_of_another_account_that_no_link_knows_is_left_to_the_plan() -> None:
    assert updates(NOTE, known=held(existingAccountNumber="A-OTHER")) == ((), ())


def test_a_value_that_is_missing_or_does_not_fit_is_left_with_one_warning_for_its_row() -> None:
    """Thirty orders are older than the row."""
    numbers = [f"{number:08d}" for number in range(101, 131)]
    rules = [
        replace(NOTE, required=True),
        Rule(Pair.ORDER, "Type", "Kind__c", transform="lookup", arguments={"table": {"Old": "old"}}),
        Rule(Pair.ORDER, "OrderNumber", "Kept__c"),
    ]
    state = remembered(numbers, customFields={"Note__c": "x", "Kind__c": "y"})
    these = [order(number, PoNumber=None) for number in numbers]
    operations, (unfit, missing) = mapping_updates(these, state, rules, account_number=HERE)
    assert [each.payload for each in operations] == [
        {"customFields": {"Kept__c": number}} for number in numbers
    ]
    for told, row in ((missing, "PoNumber → Note__c (order)"), (unfit, "Type → Kind__c (order)")):
        assert (told.severity, told.key) == (Severity.WARNING, Key(Noun.ORDER, "00000101-fields"))
        assert f"Until then the mapping row {row} leaves what stands in Zuora." in told.message
        assert "meets 29 more like this: Order 00000102 (" in told.message
        assert told.message.endswith("; and 9 more.")
    assert "has no PoNumber; Zuora requires Note__c" in missing.message
    assert "“New” in Type, which is not in the table of the mapping row" in unfit.message


def test_a_single_record_that_cannot_be_mapped_is_told_as_it_is() -> None:
    rule = replace(NOTE, required=True)
    operations, (told,) = updates(rule, this=order(PoNumber=None), found=held(customFields={"Note__c": "x"}))
    assert operations == ()
    assert told.message.endswith("leaves what stands in Zuora.")


def test_a_line_that_breaks_the_comparison_is_told_and_the_next_order_follows() -> None:
    rule = Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "Note__c")
    broken, sound = order(lines=[line(Id="no id")]), order("00000102", lines=[line("0000000002")])
    state = ZuoraState(orders={"00000101": {}, "00000102": {}}, subscriptions={sound.lines[0]["Id"]: THERE})
    operations, (told,) = mapping_updates([broken, sound], state, [rule], account_number=HERE)
    assert [each.key.value for each in operations] == ["SUB-0000001"]
    assert (told.severity, told.key.value) == (Severity.ERROR, "00000101-fields")
