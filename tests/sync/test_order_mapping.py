"""Mapping rows of products, orders and what is in an order: where each value lands in Zuora, and what stops it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connector.domain import fields
from connector.domain.operations import Severity
from connector.domain.rules import Pair, Rule
from connector.errors import ConfigError
from connector.sync.outcome import Status
from tests.cast import account, line, one_time_line, order, usage_line
from tests.sync.judging import findings, judge
from tests.sync.world import World

CUSTOM = {
    "Product": {"Family__c": {}},
    "ProductRatePlan": {"Family__c": {}},
    "ProductRatePlanCharge": {"Family__c": {}},
    "Order": {"Note__c": {}},
    "OrderLineItem": {"Line__c": {}},
    "Subscription": {"Line__c": {}},
    "RatePlan": {"Line__c": {}},
    "RatePlanCharge": {"Line__c": {}},
}


@pytest.fixture(autouse=True)
def tenant(world: World) -> None:
    world.tenant.change_settings({"custom_fields": CUSTOM})


def sync(world: World, *rules: Rule, lines: Any = None, **of_order: Any) -> Any:
    world.rules = (*world.rules, *rules)
    world.seed(account(orders=[order(lines=lines, **of_order)]))
    report = world.sync()
    for call in world.written():
        if judge() is not None:
            assert findings(call["method"], call["path"], call["body"]) == []
    return report


def sent(world: World, path: str = "/v1/orders") -> dict[str, Any]:
    (call,) = [call for call in world.written() if call["path"] == path]
    return dict(call["body"])


def test_custom_fields_of_an_order_and_of_what_is_in_it_land_where_their_endpoint_wants_them(
    world: World,
) -> None:
    report = sync(
        world,
        Rule(Pair.ORDER, "PoNumber", "Note__c", transform="upper"),
        Rule(Pair.ORDER, "", "reasonCode", default="R1"),
        Rule(Pair.ORDER_LINE_ITEM, "OrderItemNumber", "Line__c"),
        Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "Line__c"),
        Rule(Pair.SUBSCRIPTION, "Product2.Name", "notes"),
        Rule(Pair.SUBSCRIPTION_RATE_PLAN, "OrderItemNumber", "Line__c"),
        Rule(Pair.SUBSCRIPTION_CHARGE, "OrderItemNumber", "Line__c"),
        lines=[line(), one_time_line()],
        PoNumber="po-7",
    )
    assert report.status is Status.SUCCEEDED
    body = sent(world)
    assert (body["customFields"], body["reasonCode"]) == ({"Note__c": "PO-7"}, "R1")
    (entry,) = body["subscriptions"]
    assert entry["customFields"] == {"Line__c": "0000000001"}
    opened = entry["orderActions"][0]["createSubscription"]
    assert opened["notes"] == "Seats"
    assert "customFields" not in opened
    (plan,) = opened["subscribeToRatePlans"]
    assert plan["customFields"] == {"Line__c": "0000000001"}
    assert [each["customFields"] for each in plan["chargeOverrides"]] == [{"Line__c": "0000000001"}]
    assert [item["customFields"] for item in body["orderLineItems"]] == [{"Line__c": "0000000009"}]


def test_fields_of_a_product_and_its_parts_stand_at_the_top_of_their_requests(world: World) -> None:
    report = sync(
        world,
        *(Rule(pair, "Family", "Family__c") for pair in (Pair.PRODUCT, Pair.RATE_PLAN, Pair.CHARGE)),
        Rule(Pair.CHARGE, "", "RevRecCode", default="RR-1"),
        Rule(Pair.RATE_PLAN, "ProductCode", "Description"),
        lines=[line(Product2={**line()["Product2"], "Family": "Software"})],
    )
    assert report.status is Status.SUCCEEDED
    (product,), (plan,), (charge,) = (
        world.state(table) for table in ("products", "product_rate_plans", "product_rate_plan_charges")
    )
    assert [each["Family__c"] for each in (product, plan, charge)] == ["Software"] * 3
    assert (charge["RevRecCode"], plan["Description"]) == ("RR-1", "SEAT")


def test_each_schedule_of_a_line_charged_by_usage_is_mapped_from_its_line(world: World) -> None:
    report = sync(
        world,
        Rule(Pair.SUBSCRIPTION_RATE_PLAN, "OrderItemNumber", "Line__c"),
        Rule(Pair.RATE_PLAN, "ProductCode", "Description"),
        lines=[usage_line()],
    )
    assert report.status is Status.SUCCEEDED
    plans = sent(world)["subscriptions"][0]["orderActions"][0]["createSubscription"]["subscribeToRatePlans"]
    assert {plan["customFields"]["Line__c"] for plan in plans} == {"0000000005"}
    assert {plan["Description"] for plan in world.state("product_rate_plans")} == {"CALLS"}


def test_a_value_zuora_cannot_take_stops_the_order_and_names_the_row(world: World) -> None:
    report = sync(
        world,
        Rule(Pair.SUBSCRIPTION, "OrderItemNumber", "notes", transform="regex", arguments={"pattern": "("}),
    )
    assert report.status is not Status.SUCCEEDED
    (told,) = [message for message in world.messages(Severity.ERROR) if "OrderItemNumber → notes" in message]
    assert "cannot be used" in told
    assert world.orders() == []


def test_a_required_value_that_is_missing_stops_the_product_and_what_needs_it(world: World) -> None:
    report = sync(world, Rule(Pair.PRODUCT, "Family", "Family__c", required=True))
    assert report.status is not Status.SUCCEEDED
    assert any("has no Family; Zuora requires Family__c" in text for text in world.messages(Severity.ERROR))
    assert world.state("products") == []
    assert world.orders() == []


def test_a_field_of_the_order_product_itself_is_read_because_a_row_needs_it(world: World) -> None:
    report = sync(
        world, Rule(Pair.SUBSCRIPTION, "Description", "notes"), lines=[line(Description="For the lab")]
    )
    assert report.status is Status.SUCCEEDED
    assert sent(world)["subscriptions"][0]["orderActions"][0]["createSubscription"]["notes"] == "For the lab"


def test_a_field_of_the_order_product_that_is_hidden_is_told_and_left_out(world: World) -> None:
    report = sync(world, Rule(Pair.SUBSCRIPTION, "Secret__c", "notes"))
    assert report.status is Status.SUCCEEDED
    assert any(
        "Secret__c was not read, because it does not exist or is hidden from the integration user" in text
        for text in world.messages()
    )


def test_what_is_billed_is_no_mappings_to_say() -> None:
    for pair, name in [
        (Pair.SUBSCRIPTION_CHARGE, "pricing"),
        (Pair.SUBSCRIPTION_CHARGE, "billing"),
        (Pair.SUBSCRIPTION, "terms"),
        (Pair.SUBSCRIPTION, "subscriptionNumber"),
        (Pair.ORDER, "orderNumber"),
        (Pair.ORDER, "existingAccountNumber"),
        (Pair.ORDER_LINE_ITEM, "amountPerUnit"),
        (Pair.ORDER_LINE_ITEM, "quantity"),
        (Pair.PRODUCT, "SKU"),
        (Pair.CHARGE, "ChargeModel"),
        (Pair.SUBSCRIPTION_RATE_PLAN, "externallyManagedPlanId"),
    ]:
        assert fields.find(pair, name) is None


def test_zuoras_own_preview_is_asked_with_what_is_mapped(world: World) -> None:
    world.option(verify_with_zuora=True)
    report = sync(
        world,
        Rule(Pair.ORDER, "PoNumber", "Note__c"),
        *(
            Rule(pair, "OrderItemNumber", "Line__c")
            for pair in (
                Pair.SUBSCRIPTION,
                Pair.SUBSCRIPTION_RATE_PLAN,
                Pair.SUBSCRIPTION_CHARGE,
                Pair.ORDER_LINE_ITEM,
            )
        ),
        lines=[line(), one_time_line()],
        PoNumber="po-7",
    )
    assert report.status is Status.SUCCEEDED
    assert not any("cannot" in text for text in world.messages(Severity.WARNING))


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        (Rule(Pair.ACCOUNT, "Owner.Nothing__c", "notes"), "Owner.Nothing__c → notes (account)"),
        (Rule(Pair.SUBSCRIPTION, "Ordre.PoNumber", "notes"), "Ordre.PoNumber → notes (subscription)"),
    ],
)
def test_a_row_whose_field_cannot_be_read_through_a_relationship_is_named(
    world: World, rule: Rule, named: str
) -> None:
    world.rules = (*world.rules, rule)
    world.seed(account(orders=[order()]))
    with pytest.raises(ConfigError, match=re.escape(named)) as caught:
        world.sync()
    assert "make the field visible to the integration user" in caught.value.message
