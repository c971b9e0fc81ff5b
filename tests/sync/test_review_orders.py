"""An order is left alone only where Zuora stands by it: what it has deleted, cancelled or keeps pending is said each time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from connector.domain.operations import Noun, Severity
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, account, line, order
from tests.sync.world import World, outcome_of, results


def _second() -> object:
    return order("00000102", lines=[line("0000000012")], EffectiveDate="2026-02-01")


def _change_order(world: World, number: str, **fields: object) -> None:
    (found,) = [each for each in world.state("orders") if each["orderNumber"] == number]
    with world.tenant.writing() as store:
        store.change("orders", found["id"], **fields)


def _link(world: World, number: str) -> Mapping[str, str]:
    (found,) = [
        link for key, link in world.memory.links.items() if (key.noun, key.value) == (Noun.ORDER, number)
    ]
    return found


def _forget_status(world: World, number: str) -> None:
    """A link as it stands after the answer to a create held another status than Completed."""
    for key, link in world.memory.links.items():
        if (key.noun, key.value) == (Noun.ORDER, number):
            link["status"] = "Pending"


def test_a_pending_order_is_a_warning_on_every_run_until_it_is_completed(world: World) -> None:
    world.tenant.change_settings({"service_activation_required": True})
    world.seed(account(orders=[order()]))
    world.sync()
    report = world.sync()
    assert results(report)["order:00000101"] == "unchanged"
    assert report.status is Status.SUCCEEDED
    assert any(
        "00000101 (801000000000101AAA) is pending in Zuora" in text
        for text in world.messages(Severity.WARNING)
    )
    _change_order(world, "00000101", status="Completed")
    assert world.sync().status is Status.SUCCEEDED
    assert world.messages(Severity.WARNING) == []
    assert _link(world, "00000101")["status"] == "Completed"
    world.forget_requests()
    world.sync()
    assert not any(sent["path"].startswith("/v1/orders") for sent in world.zuora.requests())


@pytest.mark.parametrize("status", ["Draft", "Cancelled", "Failed", "Scheduled"])
@pytest.mark.parametrize("linked", [True, False], ids=["linked", "looked up"])
def test_an_order_zuora_does_not_carry_out_is_an_error(world: World, status: str, linked: bool) -> None:
    world.seed(account(orders=[order(), _second()]))
    world.sync()
    _change_order(world, "00000101", status=status)
    _forget_status(world, "00000101")
    if not linked:
        world.lose_database()
    world.forget_requests()
    report = world.sync()
    assert world.writes() == []
    assert report.status is Status.PARTIAL
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert f"has the status {status} in Zuora" in refused.message
    assert refused.who_acts == "The billing administrator, in Zuora"
    assert results(report)["order:00000102"] == "unchanged"


def test_an_order_deleted_in_zuora_is_not_sent_again_by_itself(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.sync()
    _forget_status(world, "00000101")
    (made,) = world.state("orders")
    with world.tenant.writing() as store:
        store.remove("orders", made["id"])
    world.forget_requests()
    report = world.sync()
    assert world.writes() == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert "was synced to Zuora, which no longer has it" in refused.message
    assert _link(world, "00000101")


@pytest.mark.parametrize("status", [400, 403])
def test_one_order_that_cannot_be_looked_up_does_not_stop_the_account(world: World, status: int) -> None:
    world.seed(account(orders=[order(), _second()]))
    world.zuora.fault("status", "GET", "/v1/orders/00000101", status=status, times=9)
    report = world.sync()
    world.zuora.heal()
    assert len(world.accounts(ACME_CORP)) == 1
    assert world.orders() == ["00000102"]
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert "Order 00000101 (801000000000101AAA) cannot be looked up: " in refused.message
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000102", "00000101"]
