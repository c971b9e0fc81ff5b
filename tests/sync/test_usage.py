"""Usage: read where a line asks for it, carried with its tiers, and told where it cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun
from connector.sync.outcome import Result, Status
from tests.cast import (
    CALLS,
    CALLS_BY_RATE,
    account,
    line,
    one_time_line,
    order,
    product,
    rate,
    schedule,
    usage_line,
)
from tests.sync.world import World, outcome_of

SLAB_ORIGINAL, SLAB_PLACE = "0Mh000000000002CAA", "0Mq000000000002CAA"


def slab(**fields: Any) -> dict[str, Any]:
    """Storage by the quarter, in whole gigabytes: each tier's part at its own price."""
    return schedule(
        2,
        rates=[
            rate("0", "10", "2"),
            rate("10", "100", "1.5"),
            rate("100", None, "50", SBQQ__PricingMethod__c="FlatFee"),
        ],
        SBQQ__ConsumptionSchedule__c=SLAB_ORIGINAL,
        SBQQ__ConsumptionSchedule__r={"Name": "Storage"},
        SBQQ__Type__c="Slab",
        SBQQ__BillingTermUnit__c="Quarter",
        SBQQ__UnitOfMeasure__c="GB",
        product_schedule_id=SLAB_PLACE,
        **fields,
    )


def test_usage_is_carried_with_every_schedule_and_tier(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line(schedules=[schedule(), slab()])])]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    (subscription,) = world.state("subscriptions")
    calls, storage = subscription["ratePlans"]
    assert (calls["externallyManagedPlanId"], calls["externalCatalogPlanId"]) == (
        "a07000000000001AAA",
        CALLS_BY_RATE,
    )
    assert (storage["name"], storage["subscriptionRatePlanNumber"]) == (
        "API calls Storage",
        "a07000000000002AAA",
    )
    assert [tier_of(each) for each in tiers(calls)] == [
        (0, 184, "0.5", "PerUnit"),
        (185, None, "0.4", "PerUnit"),
    ]
    assert [tier_of(each) for each in tiers(storage)] == [
        (0, 9, "2", "PerUnit"),
        (10, 99, "1.5", "PerUnit"),
        (100, None, "50", "FlatFee"),
    ]
    periods = [plan["charges"][0]["billingPeriod"] for plan in subscription["ratePlans"]]
    assert periods == ["Month", "Quarter"]


def tiers(plan: Any) -> Any:
    return plan["charges"][0]["segments"][0]["tiers"]


def tier_of(tier: Any) -> tuple[Any, ...]:
    return tier["startingUnit"], tier.get("endingUnit"), str(tier["price"]), tier["priceFormat"]


def test_its_catalog_has_a_rate_plan_for_each_schedule_under_one_sku(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line(schedules=[schedule(), slab()])])]))
    world.sync()
    (made,) = world.state("products")
    plans, charges = world.state("product_rate_plans"), world.state("product_rate_plan_charges")
    assert made["SKU"] == "CALLS"
    assert [plan["ExternalRatePlanIds"] for plan in plans] == [[CALLS_BY_RATE], [SLAB_PLACE]]
    assert [(each["Name"], each["ChargeModel"], each["UOM"]) for each in charges] == [
        ("Calls by the month", "Volume Pricing", "API Call"),
        ("Storage", "Tiered Pricing", "GB"),
    ]


def test_a_second_run_writes_nothing(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line(), line()])]))
    world.sync()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []
    world.lose_database()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []


def test_a_later_order_of_the_schedule_finds_its_rate_plan(world: World) -> None:
    later = order(
        "00000102", lines=[usage_line("0000000012", schedules=[schedule(3)])], EffectiveDate="2026-02-01"
    )
    world.seed(account(orders=[order(lines=[usage_line()])]))
    world.sync()
    world.add(account(orders=[order(lines=[usage_line()]), later]))
    world.lose_database()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == ["POST /v1/orders"]
    assert len(world.state("product_rate_plans")) == 1


def test_schedules_are_asked_for_in_three_queries_whatever_their_number(world: World) -> None:
    two = [usage_line(schedules=[schedule(), slab()]), usage_line("0000000006", schedules=[schedule(3)])]
    world.seed(account(orders=[order(lines=[*two, line()])]))
    world.preview()
    world.forget_requests()
    world.preview()
    with_usage = len(world.salesforce.requests())
    world.start_anew()
    world.seed(account(orders=[order(lines=[line()])]))
    world.preview()
    world.forget_requests()
    world.preview()
    assert with_usage == len(world.salesforce.requests()) + 3


def test_an_org_without_usage_that_hides_the_schedules_is_never_asked(world: World) -> None:
    hide_schedules(world)
    world.seed(account(orders=[order(lines=[line(), one_time_line()])]))
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000101"]


def test_hidden_schedules_stop_the_orders_with_usage_alone(world: World) -> None:
    hide_schedules(world)
    plain = order("00000102", lines=[line("0000000012")], EffectiveDate="2026-02-01")
    world.seed(account(orders=[order(lines=[usage_line()]), plain]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert "its consumption schedules cannot be read, so its usage would go unbilled" in refused.message
    assert "SBQQ__Type__c" in refused.message
    assert refused.who_acts == "The operator of this connector"


def hide_schedules(world: World) -> None:
    hidden = {"SBQQ__OrderItemConsumptionSchedule__c": ["SBQQ__Type__c"]}
    world.org.change_settings({"hidden_fields": hidden})


def test_a_product_with_schedules_sold_otherwise_is_told(world: World) -> None:
    """The charge type is often empty; the product's own flag is reason enough to look."""
    calls = product(CALLS, Name="API calls", ProductCode="CALLS", SBQQ__HasConsumptionSchedule__c=True)
    sold = line(SBQQ__ChargeType__c=None, Product2=calls, consumption_schedules=(schedule(),))
    world.seed(account(orders=[order(lines=[sold])]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert "has consumption schedules, but its Charge Type is empty" in refused.message
    world.change("OrderItem", sold["Id"], SBQQ__ChargeType__c="Usage", UnitPrice=0, TotalPrice=0)
    assert world.sync().status is Status.SUCCEEDED


def test_a_usage_line_is_looked_at_although_its_product_lost_its_flag(world: World) -> None:
    calls = product(CALLS, Name="API calls", ProductCode="CALLS", SBQQ__HasConsumptionSchedule__c=False)
    world.seed(account(orders=[order(lines=[usage_line(Product2=calls)])]))
    assert world.sync().status is Status.SUCCEEDED


def test_usage_adds_nothing_to_what_zuora_bills_in_advance(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line(), line()])]))
    world.sync()
    assert sum(world.billed()) == 1200


def test_zuora_verifies_an_order_with_usage(world: World) -> None:
    world.option(verify_with_zuora=True)
    world.seed(account(orders=[order(lines=[usage_line(), line()])]))
    assert world.sync().status is Status.SUCCEEDED
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_a_schedule_taken_off_its_product_is_told(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line(schedules=[schedule(product_schedule_id="")])])]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000101")
    assert "Product Consumption Schedule not found" in refused.message
    assert world.orders() == []


def test_a_cap_is_asked_for_where_the_integration_names_its_field(world: World) -> None:
    capped = schedule(rates=[rate("0", None, "0.5", Cap__c=Decimal("1000.0"))])
    world.seed(account(orders=[order(lines=[usage_line(schedules=[capped])])]))
    world.option(tier_caps_field="Cap__c")
    refused = outcome_of(world.sync(), Noun.ORDER, "00000101")
    assert "caps a tier at 1000" in refused.message
    assert world.orders() == []
    world.option(tier_caps_field="")
    assert world.sync().status is Status.SUCCEEDED


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("cap__c", "caps a tier at 1000"),
        ("NoSuch__c", "option “Tier cap field” names NoSuch__c, which does not exist"),
        ("Id", "option “Tier cap field” names Id, which holds"),
        ("sbqq__price__c", "caps a tier at 0.5"),
    ],
)
def test_whatever_is_written_as_cap_field_stops_only_what_is_sold_by_usage(
    world: World, option: str, told: str
) -> None:
    capped = schedule(rates=[rate("0", None, "0.5", Cap__c=Decimal("1000.0"))])
    usage = order(lines=[usage_line(schedules=[capped])])
    world.seed(account(orders=[usage, order("00000102", lines=[line()])]))
    world.option(tier_caps_field=option)
    report = world.sync()
    assert told in outcome_of(report, Noun.ORDER, "00000101").message
    assert world.orders() == ["00000102"]


def test_a_rate_of_another_currency_is_told(world: World) -> None:
    foreign = schedule(rates=[rate("0", None, "0.5", CurrencyIsoCode="EUR")])
    world.seed(account(orders=[order(lines=[usage_line(schedules=[foreign])])]))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000101")
    assert "has a rate in EUR (CurrencyIsoCode), but its order is in USD" in refused.message


def test_taxes_and_accounting_of_a_product_reach_its_charge(world: World) -> None:
    taxed = product(
        SBQQ__Taxable__c=True,
        SBQQ__TaxCode__c="SaaS",
        TaxMode__c="TaxInclusive",
        Z_Accounting_Code__c="Subscriptions",
    )
    world.seed(account(orders=[order(lines=[line(Product2=taxed)])]))
    assert world.sync().status is Status.SUCCEEDED
    (charge,) = world.state("product_rate_plan_charges")
    assert (charge["Taxable"], charge["TaxCode"], charge["TaxMode"]) == (True, "SaaS", "TaxInclusive")
    assert charge["AccountingCode"] == "Subscriptions"


def test_an_org_without_the_custom_fields_is_not_asked_for_them(world: World) -> None:
    hidden = {"Product2": ["TaxMode__c", "Z_Accounting_Code__c", "Z_Deferred_Revenue_Account__c"]}
    world.org.change_settings({"hidden_fields": hidden})
    taxed = product(SBQQ__Taxable__c=True, SBQQ__TaxCode__c="SaaS", TaxMode__c="TaxInclusive")
    world.seed(account(orders=[order(lines=[line(Product2=taxed)])]))
    assert world.sync().status is Status.SUCCEEDED
    (charge,) = world.state("product_rate_plan_charges")
    assert charge["TaxMode"] == "TaxExclusive"


def amendment(**fields: Any) -> Any:
    """Takes the usage of the first order away from July on."""
    ended = usage_line(
        "0000000021",
        schedules=[],
        **{
            "Quantity": Decimal("-1.0"),
            "ServiceDate": "2026-07-01",
            "SBQQ__RevisedOrderProduct__c": "802000000000005AAA",
            "SBQQ__ContractAction__c": "Cancel",
            "SBQQ__Subscription__r": {"Name": "SUB-0000005"},
            **fields,
        },
    )
    contract = {"SBQQ__AmendedContract__c": "800000000000001AAA", "SBQQ__RenewedContract__c": None}
    return order(
        "00000103", lines=[ended], EffectiveDate="2026-07-01", Type="Amendment", Opportunity=contract
    )


def test_usage_taken_away_by_an_amendment_ends(world: World) -> None:
    first = order(lines=[usage_line(schedules=[schedule(), slab()])])
    world.seed(account(orders=[first, amendment()]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, world.messages()
    (subscription,) = [each for each in world.state("subscriptions") if each["status"] == "Cancelled"]
    assert subscription["subscriptionNumber"] == "SUB-0000005"


def test_usage_taken_away_by_a_later_amendment_is_found_again(world: World) -> None:
    first = order(lines=[usage_line(schedules=[schedule(), slab()])])
    world.seed(account(orders=[first]))
    world.sync()
    world.lose_database()
    world.add(account(orders=[first, amendment()]))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, world.messages()
    assert world.orders() == ["00000101", "00000103"]


NEXT_YEAR = {"ServiceDate": "2027-01-01", "EndDate": "2027-12-31"}
REVISES = {"SBQQ__RevisedOrderProduct__c": "802000000000005AAA"}


def renewal(*schedules: Any) -> Any:
    again = usage_line(
        "0000000022", schedules=schedules, **NEXT_YEAR, **REVISES, SBQQ__ContractAction__c="Renew"
    )
    contract = {"SBQQ__AmendedContract__c": None, "SBQQ__RenewedContract__c": "800000000000001AAA"}
    return order("00000104", lines=[again], EffectiveDate="2027-01-01", Type="Renewal", Opportunity=contract)


def standing(world: World) -> list[tuple[str, str]]:
    latest = [each for each in world.state("subscriptions") if each["isLatestVersion"]]
    return sorted((each["subscriptionNumber"], each["termEndDate"]) for each in latest)


def test_usage_at_the_same_rates_is_renewed(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line()]), renewal(schedule(9))]))
    assert world.sync().status is Status.SUCCEEDED, world.messages()
    assert standing(world) == [("SUB-0000005", "2028-01-01")]


@pytest.mark.parametrize(
    "schedules",
    [(schedule(9, rates=[rate("0", None, "0.9")]),), (schedule(9), slab())],
    ids=["dearer", "one more"],
)
def test_usage_at_new_rates_is_another_subscription(world: World, schedules: Any) -> None:
    """What Zuora charges for usage is never left at the old rates in silence."""
    world.seed(account(orders=[order(lines=[usage_line()]), renewal(*schedules)]))
    assert world.sync().status is Status.SUCCEEDED, world.messages()
    assert standing(world) == [("SUB-0000005", "2027-01-01"), ("SUB-0000022", "2028-01-01")]
    renewed = world.state("subscriptions")[-1]
    assert len(renewed["ratePlans"]) == len(schedules)
    prices = [plan["charges"][0]["segments"][0]["tiers"][0]["price"] for plan in renewed["ratePlans"]]
    assert schedules[0]["rates"][0]["SBQQ__Price__c"] in [Decimal(str(price)) for price in prices]


def test_usage_renewed_without_rates_is_told(world: World) -> None:
    world.seed(account(orders=[order(lines=[usage_line()]), renewal()]))
    message = outcome_of(world.sync(), Noun.ORDER, "00000104").message
    assert "sells usage for another term and has no consumption schedule" in message


def test_new_rates_by_amendment_are_told(world: World) -> None:
    dearer = amendment(
        Quantity=Decimal("1.0"),
        SBQQ__ContractAction__c="Quantity Increase",
        consumption_schedules=(schedule(9, rates=[rate("0", None, "0.9")]),),
    )
    world.seed(account(orders=[order(lines=[usage_line()]), dearer]))
    message = outcome_of(world.sync(), Noun.ORDER, "00000103").message
    assert "is sold in another way than SUB-0000005, which it changes (consumption schedules)" in message
    assert "Cancel the old line and sell a new one" in message


@pytest.mark.parametrize(
    "fields",
    [{"Quantity": Decimal("0.0")}, {"SBQQ__SubscriptionType__c": "Evergreen", "EndDate": None}],
    ids=["of no quantity", "evergreen"],
)
def test_usage_is_sold_whatever_its_quantity_and_end(world: World, fields: dict[str, Any]) -> None:
    world.seed(account(orders=[order(lines=[usage_line(**fields)])]))
    assert world.sync().status is Status.SUCCEEDED, world.messages()
    (sold,) = world.state("subscriptions")
    assert sold["termEndDate"] == (None if "EndDate" in fields else "2027-01-01")
    assert sold["ratePlans"][0]["charges"][0]["type"] == "Usage"


def test_usage_at_the_head_of_a_bundle_is_sold(world: World) -> None:
    part = line("0000000006", SBQQ__RequiredBy__c=usage_line()["Id"])
    world.seed(account(orders=[order(lines=[usage_line(), part])]))
    assert world.sync().status is Status.SUCCEEDED, world.messages()
    assert len(world.state("subscriptions")) == 2
