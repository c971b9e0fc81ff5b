"""Verify with Zuora where an order changes subscriptions: its preview lists the change, or all that is not billed yet.

Which of the two a tenant does is unverified; the sandbox does either. Both totals are known beforehand, and anything else stops the
order.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.domain.operations import Noun, Operation, OrderMoney, Plan, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sync.outcome import Result, Status
from tests import cast
from tests.cast import account
from tests.sync.casebook import JSON, Case, amendment, line, new, renewal
from tests.sync.test_whole_chain import CHAIN, activate, orders, seed
from tests.sync.test_worked_cases import CHAINS, give, prepare, titles
from tests.sync.world import World, outcome_of

D = Decimal
PREVIEW = "/v1/orders/preview"
SEATS = cast.product()
FIRST = new(101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120", total="1200.00"))
MORE = line(2, SEATS, "2026-07-01", "2026-12-31", "5", "120", total="300.00", changes=1)
LESS = line(2, SEATS, "2026-07-01", "2026-12-31", "-10", "120", total="-600.00", changes=1)
AGAIN = line(2, SEATS, "2027-01-01", "2027-12-31", "10", "144", total="1440.00", renews=1)
CHANGES = {
    "00000102": (amendment(102, "2026-07-01", MORE), "300.00", "1500.00"),
    "00000103": (amendment(103, "2026-07-01", LESS), "-600.00", "600.00"),
    "00000104": (renewal(104, "2027-01-01", AGAIN), "1440.00", "2640.00"),
}
every_change = pytest.mark.parametrize("number", CHANGES, ids=["more", "fewer", "renewal"])


@pytest.fixture
def sold(world: World) -> World:
    """Acme Corp's first order is in Zuora, and the integration verifies."""
    world.seed(account(orders=[FIRST]))
    assert world.sync().status is Status.SUCCEEDED
    world.option(verify_with_zuora=True)
    return world


def sell(world: World, number: str) -> OrderSnapshot:
    change = CHANGES[number][0]
    world.add(account(orders=[FIRST, change]))
    world.forget_requests()
    return change


def lists_unbilled(world: World) -> None:
    world.tenant.change_settings({"preview_lists_unbilled": True})


def zuora_bills(world: World, amount: str) -> None:
    result: JSON = {"invoices": [{"amountWithoutTax": float(amount)}], "creditMemos": []}
    body = {"success": True, "previewResult": result}
    world.zuora.fault("status", "POST", PREVIEW, times=None, status=200, body=body)


def sums_of(plan: Plan, number: str) -> OrderMoney:
    (found,) = [each for each in plan.operations if each.key.value == number]
    assert isinstance(found, Operation)
    assert found.sums is not None
    return found.sums


@every_change
def test_a_change_is_sent_where_zuora_lists_the_change_alone(sold: World, number: str) -> None:
    sell(sold, number)
    report = sold.sync()
    assert report.status is Status.SUCCEEDED
    sums = sums_of(report.plan, number)
    assert (sums.verified_total, sums.verified_note) == (CHANGES[number][1], "")
    assert any(f"own preview bills {CHANGES[number][1]}, as planned." in text for text in sold.messages())
    assert number in sold.orders()


@every_change
def test_a_change_is_sent_where_zuora_lists_all_that_is_not_billed(sold: World, number: str) -> None:
    lists_unbilled(sold)
    sell(sold, number)
    (stored,) = [each for each in sold.preview().operations if each.key.value == number]
    assert stored.sums is not None
    assert stored.sums.verified_total == CHANGES[number][2]
    report = sold.sync()
    assert report.status is Status.SUCCEEDED
    sums = sums_of(report.plan, number)
    assert sums.verified_total == CHANGES[number][2]
    assert "earlier orders included" in sums.verified_note
    (told,) = [text for text in sold.messages() if "own preview" in text]
    assert f"bills {CHANGES[number][2]}, as planned for the whole life" in told
    assert sold.messages(Severity.WARNING) == []
    assert number in sold.orders()


@every_change
def test_a_difference_stops_a_change_too(sold: World, number: str) -> None:
    sell(sold, number)
    zuora_bills(sold, "99.00")
    (problem,) = sold.preview().problems
    assert problem.severity is Severity.ERROR
    report = sold.sync()
    stopped = outcome_of(report, Noun.ORDER, number)
    assert stopped.result is Result.FAILED
    for part in (
        f"Zuora's own preview bills 99.00, this plan reckons with {CHANGES[number][1]}",
        "Zuora may have billed part of it already",
        "“When amounts differ”",
        "“Verify with Zuora”",
    ):
        assert part in stopped.message
    assert number not in sold.orders()
    assert sold.memory.live_intents == []


@every_change
def test_a_difference_of_a_change_is_told_where_the_integration_only_warns(sold: World, number: str) -> None:
    sold.option(money_rule=MoneyRule.WARN)
    sell(sold, number)
    zuora_bills(sold, "99.00")
    assert sold.sync().status is Status.SUCCEEDED
    (warning,) = sold.messages(Severity.WARNING)
    assert "Zuora's own preview bills 99.00" in warning
    assert number in sold.orders()


either_listing = pytest.mark.parametrize(
    "lists", [False, True], ids=["the change alone", "all that is not billed"]
)


@either_listing
@pytest.mark.parametrize("case", CHAINS, ids=titles(CHAINS))
def test_no_worked_case_is_taken_for_a_difference(world: World, case: Case, lists: bool) -> None:
    prepare(world, case)
    world.tenant.change_settings({"preview_lists_unbilled": lists})
    world.option(verify_with_zuora=True)
    for count in range(1, len(case.orders) + 1):
        give(world, case, case.orders[:count])
        report = world.sync()
        assert report.status is Status.SUCCEEDED, report.message


@either_listing
def test_the_whole_chain_of_the_demo_is_verified(world: World, lists: bool) -> None:
    """What cannot be previewed is sent all the same; nothing that can is taken for a difference."""
    world.tenant.change_settings({"preview_lists_unbilled": lists})
    world.option(verify_with_zuora=True)
    seed(world, activated=1)
    verified = 0
    for order in orders():
        activate(world, order)
        report = world.sync(CHAIN)
        assert report.status is Status.SUCCEEDED
        verified += bool(sums_of(report.plan, order["OrderNumber"]).verified_total)
    assert verified >= 5
