"""Order products charged by usage inside an order, and set-ups that contradict themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.orders import OrderPlan, plan_order
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import ZuoraState
from connector.errors import ConfigError, RecordError
from tests.cast import account, line, one_time_line, order, schedule, usage_line

OTHER_PLACE = "0Mq000000000002CAA"


def plan(*lines: dict[str, Any], **options: Any) -> OrderPlan:
    return plan_order(
        order(lines=list(lines)),
        account=account(),
        account_currency="USD",
        state=ZuoraState(),
        options=Options(**options),
    )


def test_a_usage_line_is_a_subscription_with_a_rate_plan_for_each_schedule() -> None:
    second = schedule(2, product_schedule_id=OTHER_PLACE)
    *catalog, created = plan(usage_line(schedules=[schedule(), second])).operations
    (subscription,) = created.payload["subscriptions"]
    made = subscription["orderActions"][0]["createSubscription"]
    assert made["subscriptionNumber"] == "SUB-0000005"
    assert made["terms"]["initialTerm"]["period"] == 12
    planned = [each["subscriptionRatePlanNumber"] for each in made["subscribeToRatePlans"]]
    assert planned == ["a07000000000001AAA", "a07000000000002AAA"]
    nouns = [operation.key.noun for operation in catalog]
    assert nouns == [Noun.PRODUCT, Noun.RATE_PLAN, Noun.CHARGE, Noun.RATE_PLAN, Noun.CHARGE]


def test_usage_begins_with_its_line_although_the_contract_began_before() -> None:
    late = usage_line(ServiceDate="2026-03-01", SBQQ__Contract__r={"StartDate": "2026-01-01"})
    created = plan(late, use_subscription_start=False).operations[-1]
    made = created.payload["subscriptions"][0]["orderActions"][0]["createSubscription"]
    assert made["terms"]["initialTerm"]["startDate"] == "2026-01-01"
    (rate_plan,) = made["subscribeToRatePlans"]
    assert rate_plan["chargeOverrides"][0]["startDate"] == {
        "triggerEvent": "SpecificDate",
        "specificTriggerDate": "2026-03-01",
    }


def test_usage_bills_nothing_in_advance() -> None:
    made = plan(usage_line())
    (row,) = made.operations[-1].money
    assert (row.per_period, row.periods, row.zuora_total, row.salesforce_total) == (
        "0.00",
        "0",
        "0.00",
        "0.00",
    )
    assert row.within_bound
    assert made.problems == ()


@pytest.mark.parametrize(
    ("rule", "severity"), [(MoneyRule.STOP, Severity.ERROR), (MoneyRule.WARN, Severity.WARNING)]
)
def test_a_price_sold_with_usage_is_a_problem(rule: MoneyRule, severity: Severity) -> None:
    sold = usage_line(UnitPrice=Decimal("99.0"), TotalPrice=Decimal("99.0"))
    (problem,) = plan(sold, money_rule=rule).problems
    assert problem.severity is severity
    assert problem.message == (
        "Order 00000101, line 0000000005 (API calls): usage is billed as it is used, nothing in advance, but Salesforce sold "
        "99.00; Zuora would never bill that. Set the price of the order product to 0 in Salesforce, or sell the fixed part as "
        "a line of its own, and resync."
    )


def test_usage_without_a_subscription_is_refused() -> None:
    """Vendor rule U8."""
    with pytest.raises(RecordError) as caught:
        plan(usage_line(SBQQ__SubscriptionPricing__c=None))
    assert str(caught.value) == (
        "Order 00000101, line 0000000005 (API calls) is charged by usage and has no subscription (Subscription Pricing is empty); "
        "Zuora's order line items cannot carry usage. Fill Subscription Pricing of the order product in Salesforce, contract "
        "the order, and resync."
    )


@pytest.mark.parametrize("build", [line, one_time_line])
@pytest.mark.parametrize(("charge_type", "shown"), [("One-Time", "One-Time"), (None, "empty")])
def test_schedules_on_a_line_that_is_not_charged_by_usage_are_not_dropped(
    build: Any, charge_type: str | None, shown: str
) -> None:
    with pytest.raises(
        RecordError, match=f"its Charge Type is {shown}; its usage would go unbilled. Set Charge Type"
    ):
        plan(build(SBQQ__ChargeType__c=charge_type, consumption_schedules=(schedule(),)))


def test_schedules_that_could_not_be_read_stop_their_order() -> None:
    with pytest.raises(
        ConfigError, match="consumption schedules cannot be read, so its usage would go unbilled: hidden"
    ):
        plan(usage_line(schedules=[], consumption_unread="hidden"))


def test_a_recurring_line_without_subscription_pricing_is_no_one_time_line() -> None:
    """Vendor rule P4."""
    with pytest.raises(RecordError, match="has the Charge Type Recurring and no Subscription Pricing"):
        plan(one_time_line(SBQQ__ChargeType__c="Recurring"))


def test_a_line_without_a_charge_type_is_told_by_its_subscription_pricing() -> None:
    (created,) = plan(line(SBQQ__ChargeType__c=None), one_time_line(SBQQ__ChargeType__c=None)).operations[-1:]
    assert len(created.payload["subscriptions"]) == len(created.payload["orderLineItems"]) == 1


def test_one_schedule_on_two_lines_is_one_rate_plan_in_the_catalog() -> None:
    other = usage_line("0000000006", schedules=[schedule(2)])
    nouns = [operation.key.noun for operation in plan(usage_line(), other).operations]
    assert nouns == [Noun.PRODUCT, Noun.RATE_PLAN, Noun.CHARGE, Noun.ORDER]


def test_one_schedule_cannot_be_range_and_slab_in_one_order() -> None:
    other = usage_line("0000000006", schedules=[schedule(2, SBQQ__Type__c="Slab")])
    with pytest.raises(RecordError, match="is sold as usage by volume and as usage by tiers in one order"):
        plan(usage_line(), other)
