"""A plan as it is stored: what pages and commands read."""

from __future__ import annotations

from dataclasses import replace

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


@pytest.mark.parametrize(
    ("verified", "difference", "agrees"),
    [("1199.90", "-0.10", True), ("2400.20", "0.20", True), ("2400.30", "1200.30", False)],
)
def test_a_preview_of_the_whole_life_is_no_difference(verified: str, difference: str, agrees: bool) -> None:
    sums = replace(SUMS, whole_total="2400.00", whole_bound="0.24", verified_total=verified)

    told = sums_as_json(sums)["differences"]["verified_total"]
    assert told == {"difference": difference, "within_bound": agrees}


@pytest.mark.parametrize("wrong", ["", "?", "NaN"])
def test_what_cannot_be_compared_is_no_agreement(wrong: str) -> None:
    sums = OrderMoney("EUR", zuora_total="1.00", salesforce_total=wrong, order_amount="", bound="0.01")

    assert sums_as_json(sums)["differences"]["zuora_total"] == {"difference": "", "within_bound": False}


def test_problems_stand_before_operations_so_that_a_cut_never_takes_them() -> None:
    assert list(plan_as_json(Plan("001000000000001AAA", "Acme Corp", ()))) == [
        "salesforce_id",
        "account_name",
        "problems",
        "operations",
    ]
