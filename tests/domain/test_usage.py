from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.domain.catalog import ChargeSetup
from connector.domain.operations import Key, Noun, Ref
from connector.domain.rules import Options
from connector.domain.usage import UsagePlan, catalog_products, read_usage
from connector.errors import ConfigError, RecordError
from tests.cast import CALLS, CALLS_BY_RATE, SEATS, line, order, rate, schedule, usage_line

LINE = "Order 00000101, line 0000000005 (API calls)"
SCHEDULE = f"{LINE}, schedule Calls by the month"
START = {"triggerEvent": "ContractEffective"}
OTHER_PLACE = "0Mq000000000002CAA"


def read(record: Any, **options: Any) -> tuple[UsagePlan, ...]:
    return read_usage(order(lines=[record]), record, currency="USD", options=Options(**options))


def refusal(record: Any, **options: Any) -> str:
    with pytest.raises(RecordError) as caught:
        read(record, **options)
    return str(caught.value)


def rated(*rates: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return usage_line(schedules=[schedule(rates=list(rates), **fields)])


def test_a_schedule_becomes_a_rate_plan_with_its_tiers() -> None:
    (plan,) = read(usage_line())
    assert plan.rate_plan(start=START) == {
        "productRatePlanId": Ref(Key(Noun.RATE_PLAN, CALLS_BY_RATE)),
        "externallyManagedPlanId": "a07000000000001AAA",
        "externalCatalogPlanId": CALLS_BY_RATE,
        "subscriptionRatePlanNumber": "a07000000000001AAA",
        "chargeOverrides": [
            {
                "productRatePlanChargeId": Ref(Key(Noun.CHARGE, CALLS_BY_RATE)),
                "pricing": {
                    "usageVolume": {
                        "tiers": [
                            {
                                "tier": 1,
                                "startingUnit": 0,
                                "endingUnit": 184,
                                "price": Decimal("0.5"),
                                "priceFormat": "PerUnit",
                            },
                            {
                                "tier": 2,
                                "startingUnit": 185,
                                "price": Decimal("0.4"),
                                "priceFormat": "PerUnit",
                            },
                        ]
                    }
                },
                "billing": {
                    "billingPeriod": "Month",
                    "billCycleType": "ChargeTriggerDay",
                    "billingPeriodAlignment": "AlignToCharge",
                },
                "startDate": START,
                "endDate": {"endDateCondition": "Subscription_End"},
            }
        ],
    }


def test_its_catalog_entry_is_the_schedule_on_the_product() -> None:
    (plan,) = read(usage_line(), catalog_currencies=("EUR",))
    assert plan.use.external_id == CALLS_BY_RATE
    assert plan.use.setup is ChargeSetup.USAGE_VOLUME
    assert plan.use.currencies == ("USD", "EUR")
    assert plan.use.product["Id"] == CALLS


def test_every_schedule_of_a_line_is_a_plan_of_its_own() -> None:
    second = schedule(2, product_schedule_id=OTHER_PLACE, SBQQ__Type__c="Slab")
    plans = read(usage_line(schedules=[schedule(), second]))
    assert [plan.use.external_id for plan in plans] == [CALLS_BY_RATE, OTHER_PLACE]
    kinds = [next(iter(plan.rate_plan(start=START)["chargeOverrides"][0]["pricing"])) for plan in plans]
    assert kinds == ["usageVolume", "usageTiered"]


@pytest.mark.parametrize(
    ("term", "unit", "period", "months"),
    [
        ("1", "Month", "Month", None),
        ("3.0", "Month", "Quarter", None),
        ("1", "Quarter", "Quarter", None),
        ("2", "Quarter", "Semi_Annual", None),
        ("12", "Month", "Annual", None),
        ("1", "Year", "Annual", None),
        ("2", "Month", "Specific_Months", 2),
        ("2", "Year", "Specific_Months", 24),
    ],
)
def test_the_billing_term_is_the_billing_period(
    term: str, unit: str, period: str, months: int | None
) -> None:
    fields = {"SBQQ__BillingTerm__c": Decimal(term), "SBQQ__BillingTermUnit__c": unit}
    (plan,) = read(usage_line(schedules=[schedule(**fields)]))
    billing = plan.rate_plan(start=START)["chargeOverrides"][0]["billing"]
    assert (billing["billingPeriod"], billing.get("specificBillingPeriod")) == (period, months)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("GB", "GB"), (None, "Unit"), ("", "Unit"), ("None", "Unit"), ("x" * 26, "Unit")],
)
def test_the_unit_is_the_schedules_where_zuora_could_know_it(unit: str | None, expected: str) -> None:
    (plan,) = read(usage_line(schedules=[schedule(SBQQ__UnitOfMeasure__c=unit)]), unit_of_measure="Unit")
    assert plan.use.schedule is not None
    assert plan.use.schedule.unit_of_measure == expected


def test_rates_are_sorted_and_keep_their_pricing_method() -> None:
    (plan,) = read(rated(rate("10", None, "3", SBQQ__PricingMethod__c="FlatFee"), rate("0", "10", "5")))
    assert [(each["startingUnit"], each["priceFormat"]) for each in plan.tiers] == [
        (0, "PerUnit"),
        (10, "FlatFee"),
    ]


def test_bounds_with_decimals_follow_the_option() -> None:
    record = rated(rate("0", "185.00", "2"), rate("185.00", "999", "1"))
    for option, ends in ((False, "184.99"), (True, "185")):
        (plan,) = read(record, increment_tiers=option)
        assert plan.tiers[0]["endingUnit"] == Decimal(ends)


def test_whole_bounds_meet_as_finely_as_units_are_counted() -> None:
    (plan,) = read(usage_line(), unit_decimals=2)
    assert [each.get("endingUnit") for each in plan.tiers] == [Decimal("184.99"), None]


def test_a_line_without_schedules_says_where_they_come_from() -> None:
    assert refusal(usage_line(schedules=[])) == (
        f"{LINE} is charged by usage and has no consumption schedule, so nothing says what its usage costs. Add a "
        "consumption schedule to the product in Salesforce, let the order product have its copy with the rates, and resync."
    )


def test_a_schedule_that_left_its_product_is_told() -> None:
    assert refusal(usage_line(schedules=[schedule(product_schedule_id="")])) == (
        f"{SCHEDULE} has no counterpart on the product (Product Consumption Schedule not found). "
        "Add the schedule to the product again in Salesforce, and resync."
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"SBQQ__Type__c": "Other"}, "SBQQ__Type__c 'Other'; Zuora needs Range or Slab"),
        ({"SBQQ__RatingMethod__c": "Flat"}, "SBQQ__RatingMethod__c 'Flat'; Zuora needs Tier"),
        ({"SBQQ__BillingTermUnit__c": "Week"}, "SBQQ__BillingTermUnit__c 'Week'"),
        ({"SBQQ__BillingTerm__c": Decimal(0)}, "SBQQ__BillingTerm__c"),
        ({"SBQQ__BillingTerm__c": Decimal("1.5")}, "SBQQ__BillingTerm__c"),
        ({"SBQQ__BillingTerm__c": None}, "SBQQ__BillingTerm__c"),
        ({"rates": ()}, "has no consumption rates"),
    ],
)
def test_a_schedule_that_cannot_be_billed_names_its_field(fields: dict[str, Any], field: str) -> None:
    told = refusal(usage_line(schedules=[schedule(**fields)]))
    assert told.startswith(f"{SCHEDULE} has ")
    assert field in told
    assert told.endswith("resync.")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"SBQQ__LowerBound__c": None}, "has no usable SBQQ__LowerBound__c"),
        ({"SBQQ__LowerBound__c": Decimal(-1)}, "Lower Bound -1; a quantity cannot be negative"),
        ({"SBQQ__UpperBound__c": Decimal(0)}, "Upper Bound is not above its Lower Bound"),
        ({"SBQQ__UpperBound__c": Decimal(11)}, "has tiers that overlap"),
        ({"SBQQ__UpperBound__c": Decimal(9)}, "has a gap between tiers"),
        ({"SBQQ__Price__c": None}, "has no usable SBQQ__Price__c"),
        ({"SBQQ__PricingMethod__c": "Percent"}, "SBQQ__PricingMethod__c 'Percent'"),
        ({"CurrencyIsoCode": "EUR"}, "has a rate in EUR (CurrencyIsoCode), but its order is in USD"),
    ],
)
def test_rates_that_cannot_be_billed_name_their_field(fields: dict[str, Any], what: str) -> None:
    told = refusal(rated(rate("0", "10", "5", **fields), rate("10", None, "3")))
    assert told.startswith(SCHEDULE)
    assert what in told


def test_a_cap_is_refused_rather_than_dropped() -> None:
    record = rated(rate("0", None, "5", Cap__c=Decimal("99.0")))
    with pytest.raises(ConfigError) as caught:
        read(record, tier_caps_field="Cap__c")
    assert str(caught.value).startswith(
        f"{SCHEDULE} caps a tier at 99 (Cap__c), which an order in Zuora cannot say, so that"
    )
    assert read(record)
    assert read(rated(rate("0", None, "5", Cap__c=None)), tier_caps_field="Cap__c")


@pytest.mark.parametrize("option", ["cap__c", "CAP__C"])
def test_a_cap_field_is_found_in_whatever_case_it_is_written(option: str) -> None:
    with pytest.raises(ConfigError, match="caps a tier at 1000"):
        read(rated(rate("0", None, "5", Cap__c=Decimal("1000.0"))), tier_caps_field=option)


@pytest.mark.parametrize(
    ("rates", "option", "told"),
    [
        (
            (rate("0", None, "5"),),
            "NoSuch__c",
            "names NoSuch__c, which does not exist on the consumption rate",
        ),
        ((rate("0", None, "5", Cap__c="lots"),), "Cap__c", "names Cap__c, which holds “lots”"),
    ],
)
def test_a_cap_field_that_is_none_stops_the_order_and_names_the_option(
    rates: tuple[dict[str, Any], ...], option: str, told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(rated(*rates), tier_caps_field=option)
    assert str(caught.value).startswith(
        f"{SCHEDULE} is not carried: the integration's option “Tier cap field” {told}"
    )
    assert str(caught.value).endswith("and resync.")


def test_a_line_stands_in_the_catalog_under_its_product_or_its_schedules() -> None:
    gone = schedule(2, product_schedule_id="")
    assert list(catalog_products(usage_line(schedules=[schedule(), gone]))) == [CALLS_BY_RATE]
    assert list(catalog_products(line())) == [SEATS]
    assert catalog_products(line(Product2=None)) == {}
