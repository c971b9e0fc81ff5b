"""The body of an order preview: what creates the order, less what a preview has no field for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Action, Key, LineMoney, Noun, Operation, OrderMoney
from connector.domain.order_preview import (
    changes_existing,
    difference,
    lists_whole_life,
    planned_sums,
    preview_body,
    previewed_total,
    stated,
    why_not_previewed,
)
from tests.sync.judging import findings, judge

D = Decimal
RECURRING: dict[str, Any] = {
    "productRatePlanChargeId": "8ad0c1",
    "pricing": {"recurringPerUnit": {"listPrice": D("10.00"), "quantity": D(10)}},
    "billing": {"billingPeriod": "Month"},
    "startDate": {"triggerEvent": "ContractEffective"},
}
USAGE: dict[str, Any] = {
    "productRatePlanChargeId": "8ad0c2",
    "pricing": {"usageVolume": {"tiers": [{"tier": 1, "price": D("0.5"), "startingUnit": D(0)}]}},
}
PLAN: dict[str, Any] = {
    "productRatePlanId": "8ad0a1",
    "externallyManagedPlanId": "802000000000001AAA",
    "externalCatalogPlanId": "01t000000000001AAA",
    "subscriptionRatePlanNumber": "802000000000001AAA",
    "chargeOverrides": [RECURRING, USAGE],
}
CREATE: dict[str, Any] = {
    "type": "CreateSubscription",
    "triggerDates": [{"name": "ContractEffective", "triggerDate": "2026-01-01"}],
    "createSubscription": {
        "subscriptionNumber": "SUB-1",
        "paymentProfile": {"paymentMethodId": "8ad0d1"},
        "terms": {"initialTerm": {"termType": "TERMED", "startDate": "2026-01-01", "period": 12}},
        "subscribeToRatePlans": [PLAN],
    },
}
ADD: dict[str, Any] = {"type": "AddProduct", "addProduct": PLAN}
UPDATE: dict[str, Any] = {
    "type": "UpdateProduct",
    "updateProduct": {
        "subscriptionRatePlanNumber": "802000000000001AAA",
        "externalCatalogPlanId": "SEAT",
        "chargeUpdates": [{"chargeNumber": "C-1", "pricing": {"recurringPerUnit": {"quantity": D(5)}}}],
    },
}
CANCEL: dict[str, Any] = {
    "type": "CancelSubscription",
    "cancelSubscription": {
        "cancellationPolicy": "SpecificDate",
        "cancellationEffectiveDate": "2026-06-01",
    },
}
ITEM: dict[str, Any] = {"itemName": "Onboarding", "itemType": "Product", "quantity": D(1)}


def payload(*actions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "orderNumber": "00000101",
        "orderDate": "2026-01-01",
        "existingAccountNumber": "A00000001",
        "subscriptions": [{"orderActions": list(actions)}],
        "orderLineItems": [ITEM],
        "description": "For the lab",
        "processingOptions": {"runBilling": False, "collectPayment": False},
        **fields,
    }


def operation(given: dict[str, Any] | None = None, **fields: Any) -> Operation:
    return Operation(
        Action.CREATE,
        Key(Noun.ORDER, "00000101"),
        "Order 00000101",
        "create it",
        payload=payload(CREATE) if given is None else given,
        **fields,
    )


def money(**fields: Any) -> LineMoney:
    values: dict[str, Any] = {
        "line": "1",
        "per_period": "10.00",
        "periods": "12",
        "quantity": "10",
        "zuora_total": "1200.00",
        "salesforce_total": "1200.05",
        "difference": "-0.05",
        "within_bound": True,
    }
    return LineMoney(**(values | fields))


def test_a_body_holds_what_the_amount_depends_on() -> None:
    body = preview_body(payload(CREATE))
    assert body["previewOptions"]["previewThruType"] == "TermEnd"
    assert body["orderLineItems"] == [ITEM]
    (made,) = body["subscriptions"][0]["orderActions"]
    assert made["triggerDates"] == CREATE["triggerDates"]
    (plan,) = made["createSubscription"]["subscribeToRatePlans"]
    assert plan["chargeOverrides"] == [RECURRING, {"productRatePlanChargeId": "8ad0c2"}]
    assert plan["subscriptionRatePlanNumber"] == "802000000000001AAA"


@pytest.mark.parametrize("action", [CREATE, ADD, UPDATE, CANCEL], ids=lambda action: action["type"])
def test_a_body_leaves_out_what_only_creation_knows(action: dict[str, Any]) -> None:
    given = payload(action)
    before = repr(given)
    text = repr(preview_body(given))
    for name in (
        "description",
        "processingOptions",
        "paymentProfile",
        "externallyManagedPlanId",
        "externalCatalogPlanId",
        "usageVolume",
    ):
        assert name not in text
    assert repr(given) == before


@pytest.mark.skipif(judge() is None, reason="Zuora's document is not part of this checkout")
@pytest.mark.parametrize("action", [CREATE, ADD, UPDATE, CANCEL], ids=lambda action: action["type"])
def test_zuoras_document_has_nothing_against_a_body(action: dict[str, Any]) -> None:
    entry = {"subscriptionNumber": "SUB-1"} if action is not CREATE else {}
    given = payload(action, subscriptions=[{**entry, "orderActions": [action]}])
    assert findings("POST", "/v1/orders/preview", {**given, "previewOptions": {}})
    assert findings("POST", "/v1/orders/preview", preview_body(given)) == []


def test_an_order_of_line_items_alone_has_no_subscriptions_to_preview() -> None:
    given = {name: value for name, value in payload().items() if name != "subscriptions"}
    assert "subscriptions" not in preview_body(given)


def with_charge(**fields: Any) -> dict[str, Any]:
    plan = {**PLAN, "chargeOverrides": [{**RECURRING, **fields}]}
    return payload({"type": "AddProduct", "addProduct": plan})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (operation(is_asynchronous=True), "too large for Zuora's preview"),
        (operation(is_evergreen=True), "no end to preview up to"),
        (operation(with_charge(startDate={"periodsAfterChargeStart": 3})), "“periodsAfterChargeStart”"),
        (operation(payload(CREATE, newAccount={"name": "Acme"})), "“newAccount”"),
    ],
    ids=["large", "evergreen", "a later start", "a new account"],
)
def test_what_cannot_be_previewed_says_why(given: Operation, reason: str) -> None:
    assert reason in why_not_previewed(given)


def test_an_ordinary_order_can_be_previewed() -> None:
    assert why_not_previewed(operation()) == ""


@pytest.mark.parametrize(
    ("result", "total"),
    [
        ({"invoices": [{"amountWithoutTax": D("10.5")}, {"amountWithoutTax": 2}], "creditMemos": []}, "12.5"),
        ({"invoices": [], "creditMemos": [{"amountWithoutTax": D("-3")}]}, "-3"),
        ({"invoices": None, "creditMemos": [{"amountWithoutTax": D("3")}]}, "-3"),
        ({"invoices": []}, "0"),
        ({}, None),
        ({"invoices": [{"amount": D("10.5")}]}, None),
        ({"invoices": [{"amountWithoutTax": "10.5"}]}, None),
    ],
)
def test_the_total_is_invoices_less_credits(result: dict[str, Any], total: str | None) -> None:
    assert previewed_total(result) == (None if total is None else D(total))


def test_an_order_without_sums_is_compared_by_its_lines() -> None:
    sums = planned_sums(operation(money=(money(), money(periods="1", zuora_total="750.00"))))
    assert (sums.zuora_total, sums.salesforce_total, sums.bound) == ("1950.00", "2400.10", "0.13")


@pytest.mark.parametrize(
    ("verified", "told"), [("1200.12", ""), ("1199.88", ""), ("1200.13", "0.13"), ("0", "1200.00")]
)
def test_a_difference_is_told_beyond_the_bound_alone(verified: str, told: str) -> None:
    sums = OrderMoney("USD", "1200.00", "1200.05", "1200.00", "0.12")
    text = difference(operation(sums=sums), D(verified))
    assert bool(text) == bool(told)
    assert told in text


WHOLE = OrderMoney("USD", "600.00", "600.00", "600.00", "0.06", whole_total="1800.00", whole_bound="0.18")


@pytest.mark.parametrize(
    ("verified", "is_difference", "is_whole"),
    [
        ("600.06", False, False),
        ("1800.18", False, True),
        ("1799.82", False, True),
        ("600.07", True, False),
        ("1800.19", True, False),
        ("1200.00", True, False),  # part is billed and the rest is listed: looks like any other difference
    ],
)
def test_zuora_may_list_the_change_or_the_whole_life(
    verified: str, is_difference: bool, is_whole: bool
) -> None:
    changing = operation(payload(UPDATE), sums=WHOLE)
    assert bool(difference(changing, D(verified))) is is_difference
    assert lists_whole_life(changing, D(verified)) is is_whole


def test_a_difference_of_a_change_names_what_its_whole_life_comes_to() -> None:
    text = difference(operation(payload(UPDATE), sums=WHOLE), D("1200.00"))
    assert "this plan reckons with 600.00" in text
    assert "the difference of 600.00 is more than rounding (0.06)" in text
    assert "the whole life of what it changes comes to 1800.00 (0.18)" in text


def test_an_amount_is_stated_with_the_decimals_of_the_plan() -> None:
    yen = replace(operation(), sums=OrderMoney("JPY", "1200", "1200", "1200", "12"))
    assert stated(D("1200.0"), yen) == "1200"
    assert stated(D("1200.5"), yen) == "1200.5"
    assert stated(D("1950.0"), operation(money=(money(),))) == "1950.00"


@pytest.mark.parametrize(
    ("action", "changes"), [(CREATE, False), (ADD, True), (UPDATE, True), (CANCEL, True)]
)
def test_an_order_that_changes_subscriptions_is_known(action: dict[str, Any], changes: bool) -> None:
    assert changes_existing(payload(action)) is changes


def test_a_ramp_changes_what_it_makes_itself_and_nothing_else() -> None:
    ramp = payload(CREATE, UPDATE)
    assert changes_existing(ramp) is False
    changed = {"subscriptionNumber": "SUB-2", "orderActions": [UPDATE]}
    assert changes_existing({**ramp, "subscriptions": [*ramp["subscriptions"], changed]}) is True
