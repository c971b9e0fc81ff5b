"""What Zuora shows of a subscription, held against what its orders left there before another order builds on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.zuora.orders.placing import place_order
from connector.sync.outcome import Status
from tests import cpq
from tests.cast import account
from tests.sync.test_chains import NEXT, agrees, billed, first, renewed, standing, sync
from tests.sync.world import World, outcome_of

YEAR_AFTER = date(2028, 1, 1)
YEARLY = {"SBQQ__BillingFrequency__c": "Annual"}


def in_zuora(world: World, number: str, day: date, **action: Any) -> None:
    """An order that somebody enters there, with one action on the first subscription."""
    trigger = {"name": "ContractEffective", "triggerDate": day.isoformat()}
    entry = {"subscriptionNumber": "SUB-0000001", "orderActions": [{**action, "triggerDates": [trigger]}]}
    body = {
        "orderNumber": number,
        "orderDate": day.isoformat(),
        "existingAccountNumber": world.account()["accountNumber"],
        "subscriptions": [entry],
    }
    with world.tenant.writing() as store:
        place_order(world.tenant, store, body)


def renew_there(world: World) -> None:
    in_zuora(world, "RENEWED-BY-HAND", NEXT, type="RenewSubscription", renewSubscription={})


def cancel_there(world: World, day: date) -> None:
    policy = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": day.isoformat()}
    in_zuora(world, f"ENDED-ON-{day}", day, type="CancelSubscription", cancelSubscription=policy)


def opened_anew(**fields: Any) -> OrderSnapshot:
    """Another frequency: the renewal opens a subscription in place of the first."""
    return cpq.renewal(102, [renewed(2, NEXT, YEAR_AFTER, **YEARLY, **fields)], on=NEXT)


def writes_nothing(world: World) -> bool:
    world.forget_requests()
    return world.sync().status is Status.SUCCEEDED and not world.writes()


def test_a_subscription_that_runs_on_in_zuora_is_not_sold_beside(world: World) -> None:
    """Renewed there by hand, it would bill side by side with the one that the renewal opens."""
    orders = (first(), opened_anew())
    sync(world, orders[0])
    renew_there(world)
    world.add(account(orders=orders))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "opens another subscription in place of SUB-0000001" in refused
    assert "its term ends there on 2028-01-01, by Salesforce on 2027-01-01. Both would bill" in refused
    assert "End it in Zuora on 2027-01-01" in refused
    assert [number for number, *_ in standing(world)] == ["SUB-0000001"]
    cancel_there(world, NEXT)
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world) == [
        ("SUB-0000001", "Cancelled", "2027-01-01"),
        ("SUB-0000002", "Active", "2028-01-01"),
    ]
    assert agrees(world, orders)
    assert writes_nothing(world)


def test_where_the_integration_warns_only_a_subscription_that_runs_on_is_told(world: World) -> None:
    world.option(money_rule=MoneyRule.WARN)
    orders = (first(), opened_anew())
    sync(world, orders[0])
    renew_there(world)
    world.add(account(orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    (warning,) = world.messages(Severity.WARNING)
    assert "its term ends there on 2028-01-01, by Salesforce on 2027-01-01. Both would bill" in warning
    assert writes_nothing(world)


def test_a_subscription_that_was_ended_too_early_in_zuora_is_told_before_another_takes_its_place(
    world: World,
) -> None:
    orders = (first(), opened_anew())
    sync(world, orders[0])
    cancel_there(world, date(2026, 7, 1))
    world.add(account(orders=orders))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000102").message
    assert "it was cancelled there on 2026-07-01, by Salesforce it ends on 2027-01-01" in refused
    assert "Both would bill" not in refused
    world.option(money_rule=MoneyRule.WARN)
    assert world.sync().status is Status.SUCCEEDED
    assert any("it was cancelled there on 2026-07-01" in text for text in world.messages(Severity.WARNING))


def test_a_subscription_that_another_has_long_replaced_is_not_asked_for_again(world: World) -> None:
    """What somebody does with it afterwards is no hindrance to what comes after."""
    third = cpq.renewal(103, [renewed(3, YEAR_AFTER, date(2029, 1, 1), revises=2, **YEARLY)], on=YEAR_AFTER)
    orders = (first(), opened_anew(), third)
    sync(world, *orders[:2])
    renew_there(world)
    world.add(account(orders=orders))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message
    assert standing(world)[1] == ("SUB-0000002", "Active", "2029-01-01")


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one by one"])
def test_a_subscription_that_ended_as_sold_is_replaced_without_a_word(world: World, one_by_one: bool) -> None:
    orders = (first(), opened_anew())
    report = sync(world, *orders, one_by_one=one_by_one)
    assert report.status is Status.SUCCEEDED, report.message
    assert not world.messages(Severity.WARNING)
    assert billed(world) == 2400
    assert writes_nothing(world)
