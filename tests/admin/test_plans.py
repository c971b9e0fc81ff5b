"""A stored plan, as its page shows it."""

from __future__ import annotations

import pytest

from connector.admin.plan_money import ShownSums
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
    assert money.sums is not None
    assert (money.sums.zuora.amount, money.sums.salesforce_total) == ("13,199.88", "13,250.00")
    assert (money.sums.zuora.difference, money.sums.zuora.within_bound) == ("-50.12", False)


def test_a_sum_of_what_is_no_number_is_left_out() -> None:
    """An earlier release stored no sums: they are made of the lines."""
    (money,) = _shown(told.plan(told.operation(money=[told.money(), told.money(zuora_total="?")]))).money

    assert money.sums is not None
    assert money.lines[1].zuora_total == "?"
    assert (money.sums.zuora.amount, money.sums.zuora.difference) == ("", "0.00")


def test_one_line_of_an_earlier_release_needs_no_sum() -> None:
    old = told.operation(money=[told.money()])
    del old["sums"]

    (money,) = _shown(told.plan(old)).money

    assert (money.sums, len(money.lines)) == (None, 1)


def test_an_order_does_not_repeat_its_number_in_every_line() -> None:
    (money,) = _shown(told.plan(told.operation(key="00000101", money=[told.money()]))).money

    assert money.lines[0].line == "Line 0000000001 (Seats)"


def _totals(**fields: str) -> ShownSums:
    (money,) = _shown(told.plan(told.operation(money=[told.money()], sums=told.sums(**fields)))).money
    assert money.sums is not None
    return money.sums


def test_three_totals_stand_side_by_side() -> None:
    sums = _totals(zuora="12749.95", order="12750.00", verified="12749.90")

    assert sums.order is not None
    assert sums.verified is not None
    assert (sums.zuora.amount, sums.salesforce_total) == ("12,749.95", "12,750.00")
    assert (sums.order.amount, sums.order.difference, sums.order.is_equal) == ("12,750.00", "0.00", True)
    assert (sums.verified.amount, sums.verified.difference) == ("12,749.90", "-0.10")
    assert sums.zuora.within_bound
    assert sums.verified.within_bound
    assert not sums.zuora.is_equal


@pytest.mark.parametrize("name", ["zuora", "order", "verified"])
@pytest.mark.parametrize(("amount", "within"), [("12750.13", True), ("12749.87", True), ("12750.14", False)])
def test_a_total_beyond_the_bound_stands_out(name: str, amount: str, within: bool) -> None:
    total = getattr(_totals(**{"verified": "12750.00", name: amount}), name)

    assert total.within_bound is within


def test_a_total_that_nobody_stated_is_not_shown() -> None:
    sums = _totals(order="", note="The order changes a subscription that Zuora does not have yet.")

    assert (sums.order, sums.verified) == (None, None)
    assert sums.note == "The order changes a subscription that Zuora does not have yet."


def test_a_total_that_is_no_number_agrees_with_nothing() -> None:
    sums = _totals(order="?")

    assert sums.order is not None
    assert (sums.order.amount, sums.order.difference, sums.order.within_bound) == ("?", "", False)


@pytest.mark.parametrize("budget", [400, 2_000])
def test_a_plan_that_was_cut_says_so(budget: int) -> None:
    plan = told.plan(*(told.operation(key=str(number)) for number in range(30)))

    shown = _shown(sanitise.json_object(plan, budget=budget))

    assert shown.is_cut
    assert len(shown.operations) < 30


def test_a_whole_plan_is_not_called_cut() -> None:
    assert not _shown(sanitise.json_object(told.plan(problems=(told.problem(),)))).is_cut


def test_an_order_says_its_kind_and_what_it_does() -> None:
    effects = [told.effect(), told.effect(what="cancelled", quantity="", price="", quantity_before="15")]
    (operation,) = _shown(
        told.plan(told.operation(noun="order", kind="amendment", effects=effects))
    ).operations

    changed, cancelled = operation.effects
    assert operation.kind == "amendment"
    assert (changed.what, changed.quantity_before, changed.quantity) == ("Changed", "10", "15")
    assert (changed.price_before, changed.price) == ("", "1,200.00")
    assert (cancelled.what, cancelled.quantity_before, cancelled.quantity) == ("Cancelled", "15", "0")
    assert (cancelled.price_before, cancelled.price) == ("", "")


def test_another_account_billed_is_named() -> None:
    transfer = told.effect(what="transferred", billed_to=told.ADA, quantity="", price="", period="")
    (operation,) = _shown(told.plan(told.operation(effects=[transfer]))).operations

    assert [(effect.what, effect.billed_to) for effect in operation.effects] == [("Billed to", told.ADA)]


@pytest.mark.parametrize(("count", "is_long"), [(12, False), (13, True)])
def test_many_effects_are_folded(count: int, is_long: bool) -> None:
    (operation,) = _shown(told.plan(told.operation(effects=[told.effect()] * count))).operations

    assert operation.is_long is is_long


@pytest.mark.parametrize(
    "effects", [None, "…", ["… [cut: too long]"], [{"what": "another", "…": "[cut: too long]"}]]
)
def test_effects_of_another_release_are_shown_as_far_as_they_go(effects: object) -> None:
    (operation,) = _shown(told.plan(told.operation(effects=effects))).operations

    assert [effect.what for effect in operation.effects] in ([], ["another"])


def test_the_catalogue_is_one_row() -> None:
    nouns = {"product": "Product Seats (01t1)", "rate plan": "Rate plan of Product Seats (01t1)"}
    made = [told.operation(noun=noun, title=title) for noun, title in nouns.items()]

    catalogue, account = _shown(told.plan(*made, told.operation())).groups

    assert catalogue.subjects == (("Product Seats (01t1)", "product, rate plan"),)
    assert [operation.noun for operation in catalogue.operations] == ["Product", "Rate plan"]
    assert (account.subjects, len(account.operations)) == ((), 1)


def test_a_record_is_named_apart_from_its_id() -> None:
    (operation,) = _shown(told.plan(told.operation())).operations

    assert (operation.title, operation.salesforce_id) == ("Account Acme Corp", told.ACME_CORP)


def test_a_problem_is_not_told_twice_in_a_row() -> None:
    stopped = told.operation(decision="Stopped: No product code.", stopped_by="No product code.")
    (operation,) = _shown(told.plan(stopped)).operations

    assert (operation.decision, operation.stopped_by) == ("", "No product code.")


def test_notices_alone_are_no_problems() -> None:
    notice = told.problem("a", severity="notice")

    assert _shown(told.plan(problems=(notice,))).has_only_notices
    assert not _shown(told.plan(problems=(notice, told.problem("b", severity="warning")))).has_only_notices


def test_for_how_long_a_line_is_billed_is_said_in_words() -> None:
    lines = [told.money(span="36 months"), told.money(span="as used", note="By volume."), told.money()]
    (money,) = _shown(told.plan(told.operation(money=lines))).money

    termed, usage, old = money.lines
    assert (termed.quantity, termed.per_period, termed.periods) == ("10", "100.00", "36 months")
    assert (usage.quantity, usage.per_period, usage.periods, usage.note) == ("", "", "as used", "By volume.")
    assert old.periods == "12"


@pytest.mark.parametrize("name", ["zuora", "order", "verified"])
def test_an_order_agrees_where_all_its_totals_do(name: str) -> None:
    def money(**fields: str) -> bool:
        operation = told.operation(money=[told.money()], sums=told.sums(**fields))
        return _shown(told.plan(operation)).money[0].agrees

    assert money()
    assert not money(**{name: "12700.00"})
    off = told.operation(money=[told.money(within_bound=False)], sums=told.sums())
    assert not _shown(told.plan(off)).money[0].agrees


@pytest.mark.parametrize(("count", "is_long"), [(40, False), (41, True)])
def test_lines_of_a_long_plan_are_folded(count: int, is_long: bool) -> None:
    orders = [told.operation(money=[told.money()] * (count - 1)), told.operation(money=[told.money()])]

    assert _shown(told.plan(*orders)).is_long is is_long
