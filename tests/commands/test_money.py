"""The money table on a terminal: what an accountant reads before a sync."""

from __future__ import annotations

from typing import Any

import pytest

from connector.management.money import WIDTH, money_lines
from connector.management.printing import plan_lines
from tests.admin import rows as told


def order(number: str = "00000101", **fields: Any) -> dict[str, Any]:
    lines = [told.money(), told.money("Order 00000101, line 0000000009 (Onboarding)", zuora_total="750.00")]
    values = {"noun": "order", "key": number, "title": f"Order {number} (801000000000101AAA)", "money": lines}
    return told.operation(**{**values, **fields})


def shown(*operations: dict[str, Any]) -> list[str]:
    return list(money_lines(told.plan(*operations)))


def test_an_order_is_headed_by_its_number_and_closed_by_its_sum() -> None:
    lines = shown(order(sums=told.sums()))

    assert lines[0].split() == (
        ["Line", "Quantity", "Per", "period", "Periods", "Zuora", "Salesforce", "Difference"]
    )
    assert lines[2] == "  Order 00000101 (801000000000101AAA), USD"
    assert lines[3].split()[:3] == ["0000000001", "Seats", "10"]
    assert lines[5].split() == ["Sum", "12750.00", "12750.00", "0.00"]
    assert lines[6].split() == ["Order", "amount", "12750.00", "0.00"]
    assert len(lines) == 7


def test_every_order_has_its_own_head() -> None:
    lines = shown(order(sums=told.sums()), told.operation(), order("00000102", sums=told.sums()))

    assert [line.split()[1] for line in lines if line.startswith("  Order ")] == ["00000101", "00000102"]


def test_figures_of_one_system_stand_below_each_other() -> None:
    lines = shown(order(sums=told.sums(verified="12750.00")))

    ends = {title: lines[0].index(title) + len(title) for title in ("Zuora", "Salesforce", "Difference")}
    (total, amount, preview) = lines[5:8]
    assert total[: ends["Zuora"]].endswith(" 12750.00")
    assert preview[: ends["Zuora"]].endswith(" 12750.00")
    assert amount[: ends["Salesforce"]].endswith(" 12750.00")
    assert {line[: ends["Difference"]][-5:] for line in (total, amount, preview)} == {" 0.00"}


def test_what_is_more_than_rounding_is_said_in_words() -> None:
    lines = shown(
        order(
            money=[told.money(), told.money(zuora_total="11949.88", difference="-50.12", within_bound=False)],
            sums=told.sums(zuora="12699.88", verified="12699.88"),
        )
    )

    said = [line.endswith("-50.12  <- too much") for line in lines[3:]]
    assert said == [False, True, True, False, True]


def test_why_zuora_was_not_asked_is_said() -> None:
    lines = shown(order(sums=told.sums(note="Zuora does not have the subscription yet.")))

    assert lines[-1] == "    Not verified with Zuora: Zuora does not have the subscription yet."
    verified = shown(order(sums=told.sums(verified="12750.00", note="It was asked.")))
    assert "Not verified" not in "\n".join(verified)


def test_a_plan_of_an_earlier_release_is_shown_without_totals() -> None:
    old = order()
    del old["sums"]

    assert len(shown(old)) == 5


@pytest.mark.parametrize(
    "sums", ["… [cut: too long]", {"…": "[cut: too long]"}, {"currency": "USD", "differences": "…"}]
)
def test_a_plan_that_was_cut_is_shown_as_far_as_it_goes(sums: object) -> None:
    cut = order(money=[{"line": "Seats", "…": "[cut: too long]"}, "… [cut: too long]"], sums=sums)

    assert shown(cut)[3].split()[0] == "Seats"
    assert shown(told.operation(), {}) == []


def test_nothing_is_shown_where_nothing_is_sold() -> None:
    assert shown(told.operation()) == []
    assert "" not in list(plan_lines(told.plan(told.operation())))


@pytest.mark.parametrize("amount", ["12.00", "-1234567.89"])
def test_a_long_name_does_not_push_the_figures_off_the_screen(amount: str) -> None:
    long = told.money(
        f"Order 00000101, line 0000000001 ({'Enterprise ' * 20})",
        per_period=amount,
        zuora_total=amount,
        salesforce_total=amount,
        within_bound=False,
    )

    lines = shown(order(money=[long], sums=told.sums(zuora=amount, lines=amount)))

    assert max(len(line) for line in lines) <= WIDTH
    assert "…" in lines[3]
    assert lines[3].endswith("0.00  <- too much")


def test_for_how_long_a_line_is_billed_is_said_in_words() -> None:
    lines = shown(
        order(
            kind="amendment",
            money=[
                told.money(
                    quantity="-3", per_period="125.20", periods="8.7", span="8.7 months", note="A part."
                ),
                told.money(per_period="0.00", span="as used"),
            ],
        )
    )

    assert lines[2] == "  Order 00000101 (801000000000101AAA), amendment"
    assert lines[3].split()[2:6] == ["-3", "125.20", "8.7", "months"]
    assert lines[4] == "      A part."
    assert lines[5].split()[2:4] == ["as", "used"]
