"""Custom fields of orders that Zuora has follow Salesforce: only what differs is sent, and nothing that was sold is touched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.domain.drift import drift
from connector.domain.operations import Action, Noun, Severity
from connector.domain.rules import Mode, Pair, Rule
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.zuora.orders import custom_fields
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, account, line, one_time_line, order, schedule, usage_line
from tests.cpq import amendment, order_product_id
from tests.sync.judging import judge_bodies
from tests.sync.world import World, outcome_of, results

LINE, ITEM, ORDER = line()["Id"], one_time_line()["Id"], order().salesforce_id
SUBSCRIPTION = "SUB-0000001"
OF_SUBSCRIPTION = f"PUT /v1/subscriptions/{SUBSCRIPTION}/customFields"
OF_ORDER = "PUT /v1/orders/00000101/customFields"
OBJECTS = ("Order", "OrderLineItem", "Subscription", "RatePlan", "RatePlanCharge")
OF_LINES = (Pair.ORDER_LINE_ITEM, Pair.SUBSCRIPTION, Pair.SUBSCRIPTION_RATE_PLAN, Pair.SUBSCRIPTION_CHARGE)
ROWS = (
    Rule(Pair.ORDER, "PoNumber", "Note__c"),
    Rule(Pair.ORDER, "OrderNumber", "Kept__c"),
    *(Rule(pair, "Description", "Note__c") for pair in OF_LINES),
    *(Rule(pair, "OrderItemNumber", "Kept__c") for pair in OF_LINES),
)


def sold(world: World, *rows: Rule, orders: Any = None, **of_order: Any) -> World:
    """The orders of Acme Corp, by default one with a subscription and a one-time line, are in Zuora with what the rows say of them."""
    fields = {"Note__c": {}, "Kept__c": {}, "Count__c": {"type": "decimal"}, "Whole__c": {"type": "integer"}}
    world.tenant.change_settings({"custom_fields": dict.fromkeys(OBJECTS, fields)})
    world.rules = (*world.rules, *rows)
    lines = [line(Description="lab"), one_time_line(Description="once")]
    world.seed(account(orders=orders or [order(lines=lines, **{"PoNumber": "po-7", **of_order})]))
    assert world.sync().status is Status.SUCCEEDED
    world.forget_requests()
    return world


@pytest.fixture
def synced(world: World) -> World:
    return sold(world, *ROWS)


def sent(world: World) -> dict[str, Any]:
    """Every body that was written since, which Zuora's document must bear."""
    calls = world.written()
    judge_bodies(calls)
    found = {f"{call['method']} {call['path']}": call["body"] for call in calls}
    assert len(found) == len(calls)
    return found


def item(world: World) -> dict[str, Any]:
    (found,) = world.state("order_line_items")
    return found


def amended(number: str = "00000102", *, lines: Any = None, **fields: Any) -> OrderSnapshot:
    """Three more seats from April on."""
    more = line(
        "0000000002",
        Quantity=3,
        ServiceDate="2026-04-01",
        UnitPrice=90,
        TotalPrice=270,
        SBQQ__ProrateMultiplier__c="0.75",
        SBQQ__RevisedOrderProduct__c=LINE,
        SBQQ__Subscription__r=None,
        **fields,
    )
    return amendment(int(number), lines or [more], on=date(2026, 4, 1), PoNumber="po-8")


def test_what_was_created_with_the_mapping_is_in_step_with_it(synced: World) -> None:
    before = synced.tenant.snapshot()
    report = synced.sync()
    assert synced.writes() == []
    assert synced.tenant.snapshot() == before
    assert results(report)["order:00000101"] == "unchanged"


def test_a_changed_order_is_one_call_with_the_difference_alone(synced: World) -> None:
    synced.change("Order", ORDER, PoNumber="po-8")
    report = synced.sync()
    assert sent(synced) == {OF_ORDER: {"customFields": {"Note__c": "po-8"}}}
    (held,) = synced.state("orders")
    assert (held["Note__c"], held["Kept__c"]) == ("po-8", "00000101")
    (entry,) = [each for each in synced.log if each.action == "updated"]
    assert entry.message == f"Custom fields of Order 00000101 ({ORDER}) updated in Zuora: Note__c."
    assert entry.detail["changes"] == [{"field": "Note__c", "before": "po-7", "after": "po-8"}]
    assert outcome_of(report, Noun.ORDER, "00000101-fields").result is Result.UPDATED
    assert outcome_of(report, Noun.ORDER, "00000101").result is Result.UNCHANGED
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_changed_one_time_line_is_one_call_for_its_line_item(synced: World) -> None:
    synced.change("OrderItem", ITEM, Description="twice")
    synced.sync()
    path = f"PUT /v1/order-line-items/{item(synced)['id']}"
    assert sent(synced) == {path: {"customFields": {"Note__c": "twice"}}}
    assert item(synced)["Note__c"] == "twice"
    (entry,) = [each for each in synced.log if each.action == "updated"]
    assert (
        "line item of Order 00000101, line 0000000009 (Onboarding) updated in Zuora: Note__c."
        in entry.message
    )
    assert entry.noun == Noun.ORDER_LINE_ITEM
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_changed_subscription_line_is_one_call_for_the_subscription_its_rate_plan_and_its_charge(
    synced: World,
) -> None:
    before, billed = synced.subscription(SUBSCRIPTION), synced.billed()
    synced.change("OrderItem", LINE, Description="field")
    synced.sync()
    note = {"customFields": {"Note__c": "field"}}
    charge = {"chargeNumber": before["charge"]["number"], **note}
    body = {**note, "ratePlans": [{"ratePlanId": before["plan"]["id"], **note, "charges": [charge]}]}
    assert sent(synced) == {OF_SUBSCRIPTION: body}
    after = synced.subscription(SUBSCRIPTION)
    assert [each["Note__c"] for each in (after, after["plan"], after["charge"])] == ["field"] * 3
    assert [each["Kept__c"] for each in (after, after["plan"], after["charge"])] == ["0000000001"] * 3
    assert (after["version"], synced.billed()) == (before["version"], billed)
    (entry,) = [each for each in synced.log if each.action == "updated"]
    assert entry.message.endswith("updated in Zuora: Note__c, ratePlan.Note__c, charge.Note__c.")
    assert SUBSCRIPTION in entry.message
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_difference_of_a_charge_alone_names_the_rate_plan_and_leaves_the_rest(world: World) -> None:
    synced = sold(world, Rule(Pair.SUBSCRIPTION_CHARGE, "Description", "Note__c"))
    synced.change("OrderItem", LINE, Description="field")
    synced.sync()
    held = synced.subscription(SUBSCRIPTION)
    charge = {"chargeNumber": held["charge"]["number"], "customFields": {"Note__c": "field"}}
    assert sent(synced) == {
        OF_SUBSCRIPTION: {"ratePlans": [{"ratePlanId": held["plan"]["id"], "charges": [charge]}]}
    }


def test_a_value_that_zuora_only_writes_otherwise_is_no_difference(world: World) -> None:
    rows = [Rule(pair, "Quantity", "Count__c") for pair in (Pair.SUBSCRIPTION, Pair.ORDER_LINE_ITEM)]
    synced = sold(world, *rows, Rule(Pair.ORDER, "PoNumber", "Note__c"), PoNumber=" po-7\r\nand more ")
    with synced.tenant.writing() as store:
        custom_fields.change_order(
            synced.tenant, store, "00000101", {"customFields": {"Note__c": "po-7\nand more"}}
        )
        custom_fields.change_subscription(
            synced.tenant, store, SUBSCRIPTION, {"customFields": {"Count__c": "10.00"}}
        )
        custom_fields.change_line_item(
            synced.tenant, store, item(synced)["id"], {"customFields": {"Count__c": 1}}
        )
    synced.sync()
    assert synced.writes() == []
    synced.change("OrderItem", ITEM, Quantity=2)
    synced.sync()
    assert [body["customFields"] for body in sent(synced).values()] == [{"Count__c": 2}]


def test_a_field_emptied_in_salesforce_is_emptied_in_zuora(synced: World) -> None:
    synced.change("Order", ORDER, PoNumber=None)
    synced.sync()
    assert sent(synced) == {OF_ORDER: {"customFields": {"Note__c": ""}}}
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_row_only_when_creating_never_updates_and_one_if_empty_only_fills(world: World) -> None:
    rows = [Rule(Pair.SUBSCRIPTION, "Description", "Note__c", mode=Mode.CREATE_ONLY)]
    rows += [Rule(pair, "Description", "Kept__c", mode=Mode.IF_EMPTY) for pair in OF_LINES]
    synced = sold(
        world, *rows, orders=[order(lines=[line(Description="lab"), one_time_line(Description=None)])]
    )
    synced.change("OrderItem", LINE, Description="field")
    synced.change("OrderItem", ITEM, Description="late")
    synced.sync()
    path = f"PUT /v1/order-line-items/{item(synced)['id']}"
    assert sent(synced) == {path: {"customFields": {"Kept__c": "late"}}}
    held = synced.subscription(SUBSCRIPTION)
    assert (held["Note__c"], held["plan"]["Kept__c"]) == ("lab", "lab")


def test_standard_fields_stay_as_they_were_given(world: World) -> None:
    rows = (
        Rule(Pair.SUBSCRIPTION, "Description", "notes"),
        Rule(Pair.SUBSCRIPTION_RATE_PLAN, "Description", "ratePlanName"),
        Rule(Pair.ORDER_LINE_ITEM, "Description", "itemName"),
        Rule(Pair.ORDER, "PoNumber", "reasonCode"),
    )
    synced = sold(world, *rows)
    synced.change("OrderItem", LINE, Description="field")
    synced.change("OrderItem", ITEM, Description="twice")
    synced.change("Order", ORDER, PoNumber="po-8")
    synced.sync()
    assert synced.writes() == []


def test_a_subscription_follows_the_line_that_opened_it_and_no_amendment(world: World) -> None:
    synced = sold(world, *ROWS, orders=[order(lines=[line(Description="lab")]), amended(Description="more")])
    synced.sync()
    assert synced.writes() == []
    synced.change("OrderItem", order_product_id(2), Description="other")
    synced.sync()
    assert synced.writes() == []
    synced.change("OrderItem", LINE, Description="field")
    synced.sync()
    assert list(sent(synced)) == [OF_SUBSCRIPTION]
    held = synced.subscription(SUBSCRIPTION)
    assert [each["Note__c"] for each in (held, held["plan"], held["charge"])] == ["field"] * 3
    assert (held["version"], held["charge"]["segments"][-1]["quantity"]) == (2, 13)


def test_what_changed_goes_before_an_amendment_of_the_same_run(world: World) -> None:
    synced = sold(world, *ROWS, orders=[order(lines=[line(Description="lab")])])
    synced.change("OrderItem", LINE, Description="field")
    synced.add(account(orders=[amended()]))
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == [OF_SUBSCRIPTION, "POST /v1/orders"]
    held = synced.subscription(SUBSCRIPTION)
    assert (held["version"], held["charge"]["Note__c"]) == (2, "field")
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_cancelled_subscription_is_left_alone(world: World) -> None:
    synced = sold(world, *ROWS, orders=[order(lines=[line(Description="lab")])])
    with synced.tenant.writing() as store:
        held = store.first("subscriptions", subscriptionNumber=SUBSCRIPTION)
        assert held is not None
        store.change("subscriptions", held["id"], status="Cancelled")
    synced.change("OrderItem", LINE, Description="field")
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == []


@pytest.mark.parametrize("live", [SUBSCRIPTION, "SUB-AGAIN"])
def test_a_cancelled_subscription_never_stands_for_the_live_one(world: World, live: str) -> None:
    """Sold again by hand under the same externally managed plan id; whichever Zuora lists first."""
    synced = sold(world, *ROWS, orders=[order(lines=[line(Description="lab")])])
    with synced.tenant.writing() as store:
        held = store.first("subscriptions", subscriptionNumber=SUBSCRIPTION)
        assert held is not None
        store.put("subscriptions", {**held, "id": "8ad0again", "subscriptionNumber": "SUB-AGAIN"})
        store.change("subscriptions", held["id"] if live == "SUB-AGAIN" else "8ad0again", status="Cancelled")
    synced.change("OrderItem", LINE, Description="field")
    synced.add(account(orders=[amended()]))
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == [f"PUT /v1/subscriptions/{live}/customFields", "POST /v1/orders"]
    assert synced.written()[1]["body"]["subscriptions"][0]["subscriptionNumber"] == live


def test_every_rate_plan_of_a_line_charged_by_usage_follows_its_line(world: World) -> None:
    rows = (Rule(Pair.SUBSCRIPTION_RATE_PLAN, "Description", "Note__c"),)
    other = {"Id": "0Mh000000000002CAA", "Name": "Calls at night"}
    at_night = schedule(
        2,
        SBQQ__ConsumptionSchedule__c=other["Id"],
        SBQQ__ConsumptionSchedule__r=other,
        product_schedule_id="0Mq000000000002CAA",
    )
    calls = usage_line(Description="lab", schedules=[schedule(), at_night])
    synced = sold(world, *rows, orders=[order(lines=[calls])])
    synced.change("OrderItem", calls["Id"], Description="field")
    synced.sync()
    ((_, body),) = sent(synced).items()
    assert [plan["customFields"] for plan in body["ratePlans"]] == [{"Note__c": "field"}] * 2
    (entry,) = [each for each in synced.log if each.action == "updated"]
    assert entry.message.endswith("updated in Zuora: ratePlan 1.Note__c, ratePlan 2.Note__c.")
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_required_value_that_is_gone_is_left_in_zuora_and_fails_nothing(world: World) -> None:
    rows = (
        Rule(Pair.SUBSCRIPTION, "Description", "Note__c", required=True),
        Rule(Pair.SUBSCRIPTION_CHARGE, "OrderItemNumber", "Note__c"),
        Rule(Pair.ORDER, "PoNumber", "Note__c"),
    )
    synced = sold(world, *rows, orders=[order(lines=[line(Description="lab")], PoNumber="po-7")])
    synced.change("OrderItem", LINE, Description=None)
    synced.change("Order", ORDER, PoNumber="po-8")
    synced.add(account(orders=[amended(Description="more")]))
    assert synced.sync().status is Status.SUCCEEDED
    (told,) = synced.messages(Severity.WARNING)
    assert "Order 00000101, line 0000000001 (Seats) has no Description; Zuora requires Note__c" in told
    assert synced.writes() == [OF_ORDER, "POST /v1/orders"]
    assert synced.subscription(SUBSCRIPTION)["Note__c"] == "lab"


def test_a_refused_value_is_told_with_its_record_and_field_and_stops_nothing_else(world: World) -> None:
    rows = (*ROWS, Rule(Pair.ORDER_LINE_ITEM, "Description", "Whole__c"))
    lines = [line(Description="7"), one_time_line(Description="7")]
    synced = sold(world, *rows, orders=[order(lines=lines)])
    synced.change("OrderItem", ITEM, Description="many")
    synced.change("OrderItem", LINE, Description="field")
    report = synced.sync()
    assert report.status is Status.PARTIAL
    (told,) = synced.messages(Severity.ERROR)
    assert told.startswith("Custom fields of the line item of Order 00000101, line 0000000009 (Onboarding)")
    assert "could not be updated (Note__c, Whole__c)" in told
    assert "customFields.Whole__c" in told
    assert synced.subscription(SUBSCRIPTION)["Note__c"] == "field"
    assert outcome_of(report, Noun.ORDER_LINE_ITEM, ITEM).who_acts


def test_a_lost_answer_is_made_up_for_by_the_next_sync(synced: World) -> None:
    synced.change("OrderItem", LINE, Description="field")
    synced.change("Order", ORDER, PoNumber="po-8")
    synced.zuora.fault("drop_after", "PUT", "customFields$", times=None)
    report = synced.sync()
    assert report.unavailable is not None
    synced.zuora.heal()
    synced.forget_requests()
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == []
    held = synced.subscription(SUBSCRIPTION)
    assert (held["Note__c"], synced.state("orders")[0]["Note__c"]) == ("field", "po-8")


def test_custom_fields_that_zuora_does_not_take_keep_no_order_from_being_billed(world: World) -> None:
    numbers = ("00000101", "00000102", "00000103")
    there = [order(each, lines=[one_time_line(f"{each[-3:]:>010}")], PoNumber="po-7") for each in numbers]
    synced = sold(world, Rule(Pair.ORDER, "PoNumber", "Note__c"), orders=there)
    for each in there:
        synced.change("Order", each.salesforce_id, PoNumber="po-8")
    synced.add(account(orders=[order("00000104", lines=[one_time_line("0000000104")])]))
    synced.zuora.fault("status", "PUT", "customFields$", times=None, status=500)
    report = synced.sync()
    assert synced.orders() == [*numbers, "00000104"]
    became = results(report)
    assert [became[f"order:{number}-fields"] for number in numbers] == ["waiting"] * 3
    assert became["order:00000104"] == "created"
    assert "was not tried" in outcome_of(report, Noun.ORDER, "00000103-fields").message
    assert report.unavailable is not None
    synced.zuora.heal()
    synced.forget_requests()
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == [f"PUT /v1/orders/{number}/customFields" for number in numbers]


def test_a_preview_and_a_drift_report_show_what_a_sync_would_change(synced: World) -> None:
    synced.change("OrderItem", LINE, Description="field")
    synced.change("OrderItem", ITEM, Description="twice")
    plan = synced.preview()
    assert synced.writes() == []
    assert [each.key.noun for each in plan.writes()] == [Noun.ORDER_LINE_ITEM, Noun.SUBSCRIPTION]
    assert {each.action for each in plan.writes()} == {Action.UPDATE}
    found = drift(plan)
    assert found is not None
    assert [(each.noun, each.field, each.before, each.after) for each in found.differences] == [
        ("order line item", "Note__c", "once", "twice"),
        ("subscription", "Note__c", "lab", "field"),
        ("subscription", "ratePlan.Note__c", "lab", "field"),
        ("subscription", "charge.Note__c", "lab", "field"),
    ]


def test_an_order_that_is_gone_from_zuora_is_told_and_the_others_follow(world: World) -> None:
    second = order("00000102", lines=[one_time_line("0000000019", Description="once")])
    synced = sold(world, *ROWS, orders=[order(lines=[one_time_line()]), second])
    with synced.tenant.writing() as store:
        gone = store.first("orders", orderNumber="00000101")
        assert gone is not None
        store.remove("orders", gone["id"])
    synced.change("OrderItem", second.lines[0]["Id"], Description="twice")
    assert synced.sync().status is Status.SUCCEEDED
    (told,) = synced.messages(Severity.WARNING)
    assert "was synced to Zuora, which no longer has it" in told
    assert len(sent(synced)) == 1


def test_a_hidden_field_is_told_once_for_each_row_and_left_as_it_is(world: World) -> None:
    lines = [line(Description="lab"), line("0000000002", Description="field"), one_time_line()]
    synced = sold(world, *ROWS, orders=[order(lines=lines)])
    synced.org.change_settings({"hidden_fields": {"OrderItem": ["Description"]}})
    synced.cool_down()
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == []
    told = [text for text in synced.messages() if "Description was not read" in text]
    assert len(told) == 2  # of the one-time line, and of the first of the others


def test_an_order_under_another_account_of_zuoras_is_left_alone(synced: World) -> None:
    with synced.tenant.writing() as store:
        held = store.first("orders", orderNumber="00000101")
        other = {**store.all("accounts")[0], "id": "8ad0other", "accountNumber": "A-OTHER", "crmId": None}
        assert held is not None
        store.put("accounts", other)
        store.change("orders", held["id"], accountId=other["id"])
    synced.change("Order", ORDER, PoNumber="po-8")
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == []
    (told,) = synced.messages(Severity.WARNING)
    assert told == (
        f"Zuora has Order 00000101 ({ORDER}) under account A-OTHER, and not under A00000001: custom fields are not compared. Correct the "
        "account in Salesforce or in Zuora, and resync."
    )


def test_a_lost_database_costs_no_write(synced: World) -> None:
    synced.lose_database()
    synced.sync()
    assert synced.writes() == []
    synced.change("Order", ORDER, PoNumber="po-8")
    synced.lose_database()
    assert synced.sync(ACME_CORP).status is Status.SUCCEEDED
    assert list(sent(synced)) == [OF_ORDER]
