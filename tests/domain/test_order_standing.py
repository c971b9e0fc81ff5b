from __future__ import annotations

from typing import Any

import pytest

from connector.domain import order_standing
from connector.domain.matching import SettledInZuora
from connector.domain.operations import Action, Key, Noun, Severity
from connector.domain.orders import OrderPlan, plan_order
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraState
from connector.errors import ConfigError, RecordError
from tests.cast import account, order


def _plan(found: dict[str, Any]) -> OrderPlan:
    return plan_order(
        order(),
        account=account(),
        account_currency="USD",
        state=ZuoraState(orders={"00000101": found}),
        options=Options(),
    )


@pytest.mark.parametrize("found", [{}, {"status": "Completed"}], ids=["linked", "looked up"])
def test_a_completed_order_is_there_and_nothing_more_is_said(found: dict[str, Any]) -> None:
    plan = _plan(found)
    (kept,) = plan.operations
    assert (kept.action, kept.decision) == (Action.UNCHANGED, "Zuora already has this order")
    assert plan.problems == ()


def test_a_pending_order_is_there_and_a_warning_every_time() -> None:
    plan = _plan({"status": "Pending"})
    assert [operation.action for operation in plan.operations] == [Action.UNCHANGED]
    (warning,) = plan.problems
    assert (warning.severity, warning.key) == (Severity.WARNING, Key(Noun.ORDER, "00000101"))
    assert "Order 00000101 (801000000000101AAA) is pending in Zuora" in warning.message
    assert "activation dates" in warning.message
    assert warning.who_acts == "The billing administrator, in Zuora"


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("Draft", "Complete the draft or delete it in Zuora"),
        ("Scheduled", "carries it out by itself"),
        ("Executing", "Resync in a few minutes"),
        ("Cancelled", "If that was on purpose, leave it"),
        ("Reverted", "If that was on purpose, leave it"),
        ("Failed", "See in Zuora why"),
        ("Something New", "Look the order up in Zuora"),
        ("", "Look the order up in Zuora"),
    ],
)
def test_an_order_that_bills_nothing_is_not_passed_off_as_there(status: str, advice: str) -> None:
    with pytest.raises(SettledInZuora, match=advice) as caught:
        _plan({"orderNumber": "00000101", "status": status})
    named = status or "unknown"
    assert f"Order 00000101 (801000000000101AAA) has the status {named} in Zuora" in str(caught.value)


def test_an_order_zuora_no_longer_has_is_a_choice() -> None:
    with pytest.raises(RecordError) as caught:
        _plan(order_standing.gone())
    assert str(caught.value) == (
        "Order 00000101 (801000000000101AAA) was synced to Zuora, which no longer has it. If it was deleted on purpose, leave "
        "it; to send it again, remove its record under “Records in Zuora” and resync."
    )


def test_an_order_that_cannot_be_looked_up_is_never_created() -> None:
    with pytest.raises(ConfigError, match=r"Order 00000101 \(.*\) cannot be looked up: Zuora said no"):
        _plan(order_standing.refused("Zuora said no."))
