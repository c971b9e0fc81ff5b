"""Which subscriptions an order opens and which of others it changes."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.order_reach import changed, opened, stands_alone, touched


def _entry(number: str, *actions: str) -> dict[str, Any]:
    return {"subscriptionNumber": number or None, "orderActions": [{"type": each} for each in actions]}


NEW = _entry("SUB-2", "CreateSubscription", "UpdateProduct")
CHANGED = _entry("SUB-1", "UpdateProduct")
ITEM = {"itemNumber": "1"}


@pytest.mark.parametrize(
    ("order", "own", "others", "all_of_them"),
    [
        ({"subscriptions": [NEW]}, ("SUB-2",), (), {"SUB-2"}),
        ({"subscriptions": [CHANGED, NEW]}, ("SUB-2",), ("SUB-1",), {"SUB-1", "SUB-2"}),
        ({"subscriptions": [_entry("", "CreateSubscription")]}, (), (), set()),
        ({"subscriptions": [_entry("", "UpdateProduct")]}, (), (), None),
        ({"subscriptions": [{"subscriptionNumber": "SUB-1"}]}, (), ("SUB-1",), {"SUB-1"}),
        ({"subscriptions": None, "orderLineItems": [ITEM]}, (), (), set()),
        ({}, (), (), None),
    ],
    ids=["new", "both", "unnamed", "changes an unnamed one", "does not say how", "items alone", "nothing"],
)
def test_what_an_order_reaches(
    order: dict[str, Any], own: tuple[str, ...], others: tuple[str, ...], all_of_them: set[str] | None
) -> None:
    assert (opened(order), changed(order), touched(order)) == (own, others, all_of_them)


def test_an_order_that_changes_what_others_opened_does_not_stand_alone() -> None:
    assert stands_alone({"subscriptions": [NEW]})
    assert not stands_alone({"subscriptions": [NEW, CHANGED]})
