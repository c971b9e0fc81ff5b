"""A ramp: the segments of one line are one subscription whose quantity and price are agreed to move."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from connector.domain.operations import Operation
from connector.domain.orders import plan_order
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from tests import cpq
from tests.cast import account, order

_YEARS = ((2026, "10", "120"), (2027, "15", "132"), (2028, "20", "144"))


def _segment(number: int, year: int, quantity: str, price: str, **fields: Any) -> dict[str, Any]:
    return cpq.sold(
        number,
        start=date(year, 1, 1),
        last_day=date(year, 12, 31),
        quantity=quantity,
        price=price,
        **{
            "SBQQ__SegmentIndex__c": Decimal(number),
            "SBQQ__SegmentKey__c": "K1",
            "SBQQ__DimensionType__c": "Year",
            **fields,
        },
    )


def _ramp() -> OrderSnapshot:
    return cpq.first(101, [_segment(i, *year) for i, year in enumerate(_YEARS, 1)], on=date(2026, 1, 1))


def _planned(*orders: OrderSnapshot) -> list[Operation]:
    history, planned = None, []
    for each in orders:
        plan = plan_order(
            each,
            account=account(),
            account_currency="USD",
            state=ZuoraState(),
            options=Options(),
            history=history,
        )
        assert [problem for problem in plan.problems if problem.severity != "notice"] == []
        history = plan.history
        planned.append(plan.operations[-1])
    return planned


def _actions(operation: Operation) -> list[tuple[str, str]]:
    return [
        (action["type"], action["triggerDates"][0]["triggerDate"])
        for entry in operation.payload["subscriptions"]
        for action in entry["orderActions"]
    ]


def _pricing(operation: Operation) -> list[tuple[Decimal, Decimal]]:
    found = []
    for entry in operation.payload["subscriptions"]:
        for action in entry["orderActions"]:
            for update in action.get("updateProduct", {}).get("chargeUpdates", ()):
                pricing = update["pricing"]["recurringPerUnit"]
                found.append((pricing["quantity"], pricing["listPrice"]))
    return found


def test_three_segments_are_one_subscription_of_three_years() -> None:
    (operation,) = _planned(_ramp())
    assert _actions(operation) == [
        ("CreateSubscription", "2026-01-01"),
        ("UpdateProduct", "2027-01-01"),
        ("UpdateProduct", "2028-01-01"),
    ]
    created = operation.payload["subscriptions"][0]["orderActions"][0]["createSubscription"]
    assert created["terms"]["initialTerm"]["period"] == 36
    assert _pricing(operation) == [(Decimal(15), Decimal("11.00")), (Decimal(20), Decimal("12.00"))]
    # 10 x 120 + 15 x 132 + 20 x 144
    assert [row.zuora_total for row in operation.money] == ["1200.00", "1980.00", "2880.00"]
    assert all(row.within_bound for row in operation.money)


def test_an_amendment_of_the_second_segment_leaves_the_others_as_they_are() -> None:
    added = _segment(4, 2027, "3", "132", SBQQ__SegmentIndex__c=None, SBQQ__SegmentKey__c=None)
    added |= {
        "SBQQ__RevisedOrderProduct__c": cpq.order_product_id(2),
        "SBQQ__ContractAction__c": "Quantity Increase",
    }
    _, amended = _planned(_ramp(), cpq.amendment(102, [added], on=date(2027, 1, 1)))
    assert _actions(amended) == [("UpdateProduct", "2027-01-01"), ("UpdateProduct", "2028-01-01")]
    assert _pricing(amended) == [(Decimal(18), Decimal("11.00")), (Decimal(20), Decimal("12.00"))]
    assert amended.money[0].zuora_total == "396.00"


def test_cancelling_every_segment_ends_the_subscription() -> None:
    lines = [
        _segment(3 + i, year, f"-{quantity}", price, SBQQ__SegmentKey__c=None)
        | {"SBQQ__RevisedOrderProduct__c": cpq.order_product_id(i), "SBQQ__ContractAction__c": "Cancel"}
        for i, (year, quantity, price) in enumerate(_YEARS, 1)
        if i > 1
    ]
    _, cancelled = _planned(_ramp(), cpq.amendment(102, lines, on=date(2027, 1, 1)))
    assert _actions(cancelled) == [("CancelSubscription", "2027-01-01")]
    assert [row.zuora_total for row in cancelled.money] == ["-1980.00", "-2880.00"]


def test_the_one_time_dimension_is_a_line_item_without_a_charge_of_the_catalog() -> None:
    once = _segment(4, 2026, "1", "500", SBQQ__DimensionType__c="One Time", SBQQ__SegmentIndex__c=Decimal(0))
    sold = order("00000101", lines=[*_ramp().lines, once])
    (operation,) = _planned(sold)
    (item,) = operation.payload["orderLineItems"]
    assert item["amountPerUnit"] == Decimal("500.00")
    assert "productRatePlanChargeId" not in item
    assert len(operation.payload["subscriptions"]) == 1
