"""A stored plan, as its page shows it."""

from __future__ import annotations

import pytest

from connector.admin.plans import ShownPlan, shown_plan
from connector.models import sanitise
from tests.admin import rows as told


def _shown(plan: object) -> ShownPlan:
    shown = shown_plan(plan)
    assert shown is not None
    return shown


def test_no_plan_is_none() -> None:
    assert shown_plan(None) is None


def test_operations_are_counted_writes_first() -> None:
    shown = _shown(told.plan())

    assert [(badge.text, count) for badge, count in shown.counts] == [
        ("Create", 2),
        ("Update", 1),
        ("Unchanged", 1),
        ("Skip", 1),
    ]
    assert shown.has_writes


def test_a_write_that_an_error_stops_is_none() -> None:
    shown = _shown(told.plan(told.operation(stopped_by="No billing state.")))

    assert [(badge.text, count) for badge, count in shown.counts] == [("Stopped", 1)]
    assert shown.operations[0].stopped_by == "No billing state."
    assert not shown.has_writes


def test_problems_come_worst_first() -> None:
    problems = (
        told.problem("c", severity="notice"),
        told.problem("b", severity="warning"),
        told.problem("a", severity="error"),
    )

    shown = _shown(told.plan(problems=problems))

    assert [problem.message for problem in shown.problems] == ["a", "b", "c"]
    assert [bool(problem.who_acts) for problem in shown.problems] == [True, True, False]


def test_money_is_shown_per_line_and_summed_per_order() -> None:
    lines = [
        told.money(),
        told.money(
            "Support",
            zuora_total="1199.88",
            salesforce_total="1250.00",
            difference="-50.12",
            within_bound=False,
        ),
    ]

    (money,) = _shown(told.plan(told.operation(noun="order", title="Order 00000101", money=lines))).money

    assert money.title == "Order 00000101"
    assert [(line.zuora_total, line.is_equal, line.within_bound) for line in money.lines] == [
        ("12,000.00", True, True),
        ("1,199.88", False, False),
    ]
    assert (money.zuora_total, money.salesforce_total, money.difference) == (
        "13,199.88",
        "13,250.00",
        "-50.12",
    )


def test_a_sum_of_what_is_no_number_is_left_out() -> None:
    (money,) = _shown(told.plan(told.operation(money=[told.money(), told.money(zuora_total="?")]))).money

    assert (money.lines[1].zuora_total, money.zuora_total, money.difference) == ("?", "", "0.00")


@pytest.mark.parametrize("budget", [400, 2_000])
def test_a_plan_that_was_cut_says_so(budget: int) -> None:
    plan = told.plan(*(told.operation(key=str(number)) for number in range(30)))

    shown = _shown(sanitise.json_object(plan, budget=budget))

    assert shown.is_cut
    assert len(shown.operations) < 30


def test_a_whole_plan_is_not_called_cut() -> None:
    assert not _shown(sanitise.json_object(told.plan(problems=(told.problem(),)))).is_cut
