"""The operations of a plan on a terminal: what an administrator reads before a sync, without what nobody needs."""

from __future__ import annotations

from typing import Any

from connector.management.operations import effect_lines, operation_lines
from tests.admin import rows as told


def order(**fields: Any) -> dict[str, Any]:
    values = {
        "noun": "order",
        "title": "Order 00000102",
        "decision": "Zuora has no order 00000102: create it",
    }
    return told.operation(**{**values, **fields})


def shown(*operations: Any) -> list[str]:
    return list(operation_lines(operations))


def test_an_order_says_its_kind_and_what_it_does_line_by_line() -> None:
    effects = [told.effect("SUB-1: quantity 10 to 15"), told.effect("SUB-2: cancelled")]

    assert shown(order(kind="amendment", effects=effects)) == [
        "  create    Order 00000102, amendment",
        "            Zuora has no order 00000102: create it",
        "            - SUB-1: quantity 10 to 15",
        "            - SUB-2: cancelled",
    ]


def test_the_catalogue_is_told_in_one_block() -> None:
    nouns = {"product": "Product Seats", "rate plan": "Rate plan of Product Seats"}
    made = [told.operation(noun=noun, title=title) for noun, title in nouns.items()]

    assert shown(*made, order())[:3] == [
        "  create    2 records of the product catalogue, which Zuora lacks",
        "            - Product Seats: product, rate plan",
        "  create    Order 00000102",
    ]


def test_what_stays_as_it_is_takes_one_line() -> None:
    unchanged = order(action="unchanged", decision="Zuora already has this order", kind="renewal")

    assert shown(unchanged) == ["  unchanged Order 00000102, renewal: Zuora already has this order"]


def test_a_problem_is_not_told_twice() -> None:
    stopped = order(action="skip", decision="Stopped: No product code.", stopped_by="No product code.")

    assert shown(stopped) == ["  skip      Order 00000102 (stopped)"]


def test_a_reason_of_another_record_keeps_the_decision() -> None:
    assert len(shown(order(stopped_by="The account has no billing state."))) == 2


def test_many_effects_are_cut_where_a_log_asks_for_it() -> None:
    effects = [told.effect(f"SUB-{number}") for number in range(5)]

    assert list(effect_lines(effects, most=2)) == [
        "            - SUB-0",
        "            - SUB-1",
        "            - and 3 more",
    ]


def test_what_an_earlier_release_stored_is_shown_as_far_as_it_goes() -> None:
    old = order()
    for name in ("kind", "effects"):
        old.pop(name, None)

    assert len(shown(old, "… [cut: too long]")) == 2
    assert list(effect_lines("…")) == []
    assert list(effect_lines(None)) == []
