"""A plan as it is stored: what pages and commands read."""

from __future__ import annotations

import pytest

from connector.domain.operations import Action, Key, Noun, Operation, OrderMoney, Plan
from connector.sync.rendering import plan_as_json, sums_as_json

SUMS = OrderMoney(
    currency="EUR", zuora_total="1199.95", salesforce_total="1200.00", order_amount="1250.00", bound="0.12"
)


def stored(sums: OrderMoney | None) -> object:
    operation = Operation(
        Action.CREATE, Key(Noun.ORDER, "00000101"), "Order 00000101", "Create it", sums=sums
    )
    plan = Plan(salesforce_id="001000000000001AAA", account_name="Acme Corp", operations=(operation,))
    return plan_as_json(plan)["operations"][0]["sums"]


def test_the_sums_of_an_order_reach_the_stored_plan() -> None:
    assert stored(SUMS) == {
        "currency": "EUR",
        "zuora_total": "1199.95",
        "salesforce_total": "1200.00",
        "order_amount": "1250.00",
        "bound": "0.12",
        "whole_total": "",
        "whole_bound": "",
        "verified_total": "",
        "verified_note": "",
        "differences": {
            "zuora_total": {"difference": "-0.05", "within_bound": True},
            "order_amount": {"difference": "50.00", "within_bound": False},
        },
    }


def test_what_is_no_order_has_no_sums() -> None:
    assert stored(None) is None


@pytest.mark.parametrize("wrong", ["", "?", "NaN"])
def test_what_cannot_be_compared_is_no_agreement(wrong: str) -> None:
    sums = OrderMoney("EUR", zuora_total="1.00", salesforce_total=wrong, order_amount="", bound="0.01")

    assert sums_as_json(sums)["differences"]["zuora_total"] == {"difference": "", "within_bound": False}
