"""Custom fields changed without an order: of an order, of a subscription with its rate plan and charge, of a line item."""

from __future__ import annotations

from typing import Any

import pytest

JSON = Any
DECLARED = ("Order", "OrderLineItem", "Subscription", "RatePlan", "RatePlanCharge")


@pytest.fixture
def placed(zuora: Any, bodies: Any) -> Any:
    """Order O-1 with subscription SUB-1 and one line item; every object has the field Note__c, a whole number Seats__c and no other."""
    kinds = {"Note__c": {"length": 10}, "Seats__c": {"type": "integer"}}
    zuora.settings(custom_fields=dict.fromkeys(DECLARED, kinds))
    plans = [bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")]
    body = bodies.order(bodies.create(plans=plans), number="O-1", orderLineItems=[bodies.item()])
    zuora.done("POST", "/v1/orders", body)
    return zuora


def order(zuora: Any) -> JSON:
    return zuora.done("GET", "/v1/orders/O-1")["order"]


def item(zuora: Any) -> JSON:
    (found,) = order(zuora)["orderLineItems"]
    return found


def subscription(zuora: Any) -> JSON:
    return zuora.done("GET", "/v1/subscriptions/SUB-1")


def body_of_subscription(zuora: Any, **custom: Any) -> JSON:
    (plan,) = subscription(zuora)["ratePlans"]
    (charge,) = plan["ratePlanCharges"]
    charges = [{"chargeNumber": charge["number"], "customFields": custom}]
    return {
        "customFields": custom,
        "ratePlans": [{"ratePlanId": plan["id"], "customFields": custom, "charges": charges}],
    }


def test_each_is_changed_where_it_is_read(placed: Any) -> None:
    placed.done("PUT", "/v1/orders/O-1/customFields", {"customFields": {"Note__c": "first"}})
    placed.done("PUT", f"/v1/order-line-items/{item(placed)['id']}", {"customFields": {"Seats__c": 7}})
    placed.done("PUT", "/v1/subscriptions/SUB-1/customFields", body_of_subscription(placed, Note__c="sold"))
    assert order(placed)["customFields"] == {"Note__c": "first"}
    assert item(placed)["customFields"] == {"Seats__c": 7}
    found = subscription(placed)
    (plan,) = found["ratePlans"]
    (charge,) = plan["ratePlanCharges"]
    assert [each["Note__c"] for each in (found, plan, charge)] == ["sold"] * 3
    (listed,) = placed.done("GET", f"/v1/subscriptions/accounts/{found['accountNumber']}")["subscriptions"]
    assert listed["ratePlans"][0]["ratePlanCharges"][0]["Note__c"] == "sold"


def test_no_version_is_added_and_nothing_that_is_billed_changes(placed: Any) -> None:
    before, billed = subscription(placed), placed.control("GET", "billing")
    placed.done("PUT", "/v1/subscriptions/SUB-1/customFields", body_of_subscription(placed, Note__c="sold"))
    after = subscription(placed)
    assert (after["version"], after["id"]) == (before["version"], before["id"])
    assert len(placed.state()["subscriptions"]) == 1
    assert placed.control("GET", "billing") == billed


def test_what_is_not_named_stays_and_an_empty_text_empties(placed: Any) -> None:
    path = "/v1/orders/O-1/customFields"
    placed.done("PUT", path, {"customFields": {"Note__c": "first", "Seats__c": 3}})
    placed.done("PUT", path, {"customFields": {"Note__c": ""}})
    assert order(placed)["customFields"] == {"Note__c": None, "Seats__c": 3}


@pytest.mark.parametrize("value", [{"Other__c": "x"}, {"Note__c": "longer than ten"}, {"Seats__c": "many"}])
def test_an_unknown_field_and_a_value_of_another_kind_are_refused_and_nothing_is_kept(
    placed: Any, value: JSON
) -> None:
    before = placed.state()
    body = body_of_subscription(placed, **value)
    assert len(placed.refused("PUT", "/v1/subscriptions/SUB-1/customFields", body)) == 3
    of_item = f"/v1/order-line-items/{item(placed)['id']}"
    for path in ("/v1/orders/O-1/customFields", of_item):
        [(category, message)] = placed.refused("PUT", path, {"customFields": value})
        assert category in (20, 21)
        assert f"customFields.{next(iter(value))}" in message
    assert placed.state() == before


def test_what_does_not_exist_is_refused(placed: Any) -> None:
    body = {"customFields": {"Note__c": "x"}}
    for path in (
        "/v1/orders/O-2/customFields",
        "/v1/subscriptions/SUB-2/customFields",
        "/v1/order-line-items/8ad0",
    ):
        [(category, _)] = placed.refused("PUT", path, body, status=404)
        assert category == 40
    good = body_of_subscription(placed, Note__c="x")
    (plan,) = good["ratePlans"]
    for wrong in (
        {"ratePlanId": "8ad0"},
        {"customFields": {"Note__c": "x"}},
        {**plan, "charges": [{"chargeNumber": "C-404"}]},
        {**plan, "charges": [{"customFields": {"Note__c": "x"}}]},
    ):
        assert placed.refused("PUT", "/v1/subscriptions/SUB-1/customFields", {"ratePlans": [wrong]})


def test_the_id_of_a_rate_plan_holds_after_the_next_version(placed: Any, ledger: Any) -> None:
    body = body_of_subscription(placed, Note__c="kept")
    ledger.quantity(12, "2024-03-01")
    placed.done("PUT", "/v1/subscriptions/SUB-1/customFields", body)
    assert subscription(placed)["version"] == 2
    assert subscription(placed)["ratePlans"][0]["Note__c"] == "kept"
    ledger.quantity(14, "2024-04-01")
    assert subscription(placed)["ratePlans"][0]["Note__c"] == "kept"


def test_of_a_line_item_nothing_else_is_changed_here(placed: Any) -> None:
    [(_, message)] = placed.refused("PUT", f"/v1/order-line-items/{item(placed)['id']}", {"quantity": 2})
    assert "'quantity'" in message
