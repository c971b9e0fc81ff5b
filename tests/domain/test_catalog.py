from __future__ import annotations

from typing import Any

import pytest

from connector.domain import catalog
from connector.domain.catalog import ChargeSetup, ProductUse, Schedule, known_keys
from connector.domain.operations import Action, Key, Noun, Operation, Ref
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraRatePlan, ZuoraState
from connector.errors import ConfigError, RecordError
from tests.cast import CALLS_BY_RATE, SEATS, product

PLAN = ZuoraRatePlan("8a0product", "8a0plan", "8a0charge", "Per Unit Pricing", "Recurring")


def product_operations(use: ProductUse, state: ZuoraState, **options: Any) -> list[Operation]:
    return catalog.product_operations(use, state, options=Options(**options))


def _use(setup: ChargeSetup = ChargeSetup.RECURRING_PER_UNIT, **fields: Any) -> ProductUse:
    return ProductUse(product=product(**fields), setup=setup, currencies=("USD", "EUR"))


def test_a_missing_product_becomes_product_rate_plan_and_charge() -> None:
    made = product_operations(_use(), ZuoraState())
    assert [operation.key.noun for operation in made] == [Noun.PRODUCT, Noun.RATE_PLAN, Noun.CHARGE]
    assert {operation.action for operation in made} == {Action.CREATE}
    first, plan, charge = made
    assert first.payload["SKU"] == "SEAT"
    assert plan.payload["ExternalRatePlanIds"] == SEATS
    assert plan.payload["ActiveCurrencies"] == ["USD", "EUR"]
    tiers = charge.payload["ProductRatePlanChargeTierData"]["ProductRatePlanChargeTier"]
    assert [tier["Currency"] for tier in tiers] == ["USD", "EUR"]
    assert plan.payload["ProductId"] == Ref(Key(Noun.PRODUCT, "SEAT"))
    assert charge.payload["ProductRatePlanId"] == Ref(Key(Noun.RATE_PLAN, SEATS))
    assert (charge.payload["ChargeType"], charge.payload["ChargeModel"]) == ("Recurring", "Per Unit Pricing")


def test_a_product_with_the_same_sku_is_shared() -> None:
    made = product_operations(_use(), ZuoraState(products={"SEAT": "8a0product"}))
    assert [operation.key.noun for operation in made] == [Noun.RATE_PLAN, Noun.CHARGE]


def test_an_existing_plan_is_left_as_it_is() -> None:
    assert product_operations(_use(), ZuoraState(rate_plans={SEATS: PLAN})) == []


def test_a_plan_that_lost_its_charge_gets_one() -> None:
    half = ZuoraRatePlan("8a0product", "8a0plan", "", "", "")
    (charge,) = product_operations(_use(), ZuoraState(rate_plans={SEATS: half}))
    assert charge.payload["ProductRatePlanId"] == "8a0plan"


def test_a_plan_of_another_kind_is_refused_with_both_kinds() -> None:
    use = _use(ChargeSetup.RECURRING_FLAT_FEE)
    with pytest.raises(
        ConfigError, match=r"Flat Fee Pricing, but Zuora's charge 8a0charge .* Per Unit Pricing"
    ):
        product_operations(use, ZuoraState(rate_plans={SEATS: PLAN}))


@pytest.mark.parametrize("code", [None, "", "   "])
def test_a_product_without_code_cannot_have_a_sku(code: str | None) -> None:
    with pytest.raises(RecordError, match=r"Product Seats \(01t.*\) has no product code"):
        product_operations(_use(ProductCode=code), ZuoraState())


def test_a_product_code_too_long_for_a_sku_is_refused() -> None:
    with pytest.raises(RecordError, match="51 characters; Zuora's SKU holds 50"):
        product_operations(_use(ProductCode="S" * 51), ZuoraState())


def test_what_zuora_has_is_known_by_the_products_id() -> None:
    links = known_keys(PLAN, SEATS)
    assert links[Key(Noun.RATE_PLAN, SEATS)] == {"id": "8a0plan", "productId": "8a0product"}
    assert links[Key(Noun.CHARGE, SEATS)]["chargeModel"] == "Per Unit Pricing"


def _charge(use: ProductUse, **options: Any) -> dict[str, Any]:
    (charge,) = product_operations(
        use, ZuoraState(rate_plans={use.external_id: ZuoraRatePlan("p", "r", "", "", "")}), **options
    )
    return charge.payload


def _usage(setup: ChargeSetup = ChargeSetup.USAGE_VOLUME, **fields: Any) -> ProductUse:
    placed = Schedule(CALLS_BY_RATE, "Calls by the month", "GB")
    return ProductUse(product=product(), setup=setup, currencies=("USD", "EUR"), schedule=placed, **fields)


@pytest.mark.parametrize(
    ("setup", "model"),
    [(ChargeSetup.USAGE_VOLUME, "Volume Pricing"), (ChargeSetup.USAGE_TIERED, "Tiered Pricing")],
)
def test_a_schedule_is_a_rate_plan_of_its_products_sku(setup: ChargeSetup, model: str) -> None:
    first, plan, charge = product_operations(_usage(setup), ZuoraState())
    assert (first.payload["SKU"], first.payload["Name"], first.salesforce_id) == ("SEAT", "Seats", SEATS)
    assert plan.payload["Name"] == "Seats Calls by the month"
    assert plan.payload["ExternalRatePlanIds"] == CALLS_BY_RATE
    assert plan.payload["ProductId"] == Ref(Key(Noun.PRODUCT, "SEAT"))
    assert charge.key == Key(Noun.CHARGE, CALLS_BY_RATE)
    assert charge.title == f"Charge of Product Seats ({SEATS}), schedule Calls by the month"
    assert charge.payload["Name"] == "Calls by the month"
    assert (charge.payload["ChargeType"], charge.payload["ChargeModel"]) == ("Usage", model)
    assert charge.payload["UOM"] == "GB"
    assert (
        not {"DefaultQuantity", "ListPriceBase", "BillingTiming", "EndDateCondition"} & charge.payload.keys()
    )


def test_usage_has_one_tier_in_the_catalog() -> None:
    """Vendor rule U3: the real ones come with the order."""
    tiers = _charge(_usage())["ProductRatePlanChargeTierData"]["ProductRatePlanChargeTier"]
    assert tiers == [
        {"Currency": currency, "StartingUnit": 0, "EndingUnit": 1, "Price": 0, "PriceFormat": "Per Unit"}
        for currency in ("USD", "EUR")
    ]


def test_a_billing_period_without_a_name_is_stated_in_months() -> None:
    charge = _charge(_usage(billing_period="Specific_Months", specific_months=2))
    assert (charge["BillingPeriod"], charge["SpecificBillingPeriod"]) == ("Specific Months", 2)


def test_dates_and_unit_come_from_the_integration() -> None:
    options = {
        "catalog_start_date": "2020-01-01",
        "catalog_end_date": "2099-12-31",
        "unit_of_measure": "License",
    }
    *dated, charge = product_operations(_use(), ZuoraState(), **options)
    for made in dated:
        assert made.payload["EffectiveStartDate"] == "2020-01-01"
        assert made.payload["EffectiveEndDate"] == "2099-12-31"
    assert charge.payload["UOM"] == "License"


@pytest.mark.parametrize(
    ("unit", "expected"), [("User", "User"), (None, "Each"), ("None", "Each"), ("x" * 26, "Each")]
)
def test_a_unit_the_product_names_is_its_charges(unit: str | None, expected: str) -> None:
    assert _charge(_use(QuantityUnitOfMeasure=unit))["UOM"] == expected


SET_BY_PRODUCT_ALONE = (
    "Taxable",
    "TaxCode",
    "TaxMode",
    "AccountingCode",
    "DeferredRevenueAccount",
    "RecognizedRevenueAccount",
)


def _set(use: ProductUse, **options: Any) -> dict[str, Any]:
    charge = _charge(use, **options)
    return {name: charge[name] for name in SET_BY_PRODUCT_ALONE if name in charge}


def test_a_product_that_says_nothing_of_taxes_and_accounting_leaves_them_to_zuora() -> None:
    assert _set(_use(SBQQ__Taxable__c=False, SBQQ__TaxCode__c="VAT", TaxMode__c="TaxInclusive")) == {}


def test_a_taxable_product_has_code_and_mode() -> None:
    taxable = {"SBQQ__Taxable__c": True, "SBQQ__TaxCode__c": " VAT "}
    assert _set(_use(**taxable)) == {"Taxable": True, "TaxCode": "VAT", "TaxMode": "TaxExclusive"}
    assert _set(_use(**taxable), tax_mode="TaxInclusive")["TaxMode"] == "TaxInclusive"
    assert _set(_use(**taxable, TaxMode__c="Tax Inclusive"))["TaxMode"] == "TaxInclusive"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"SBQQ__TaxCode__c": None}, r"is taxable and has no tax code \(SBQQ__TaxCode__c\)"),
        ({"SBQQ__TaxCode__c": "x" * 65}, "65 characters in SBQQ__TaxCode__c; Zuora holds 64"),
        ({"SBQQ__TaxCode__c": "VAT", "TaxMode__c": "Free"}, r"the tax mode Free \(TaxMode__c\)"),
    ],
)
def test_a_taxable_product_zuora_cannot_tax_is_refused(fields: dict[str, Any], what: str) -> None:
    with pytest.raises(RecordError, match=rf"Product Seats \(01t.*\) .*{what}"):
        _charge(_use(SBQQ__Taxable__c=True, **fields))


def test_a_new_charge_has_the_integrations_accounting_code() -> None:
    assert _set(_use(), accounting_code="Accounts Receivable") == dict.fromkeys(
        ("AccountingCode", "DeferredRevenueAccount", "RecognizedRevenueAccount"), "Accounts Receivable"
    )


def test_an_existing_plan_needs_no_tax_code() -> None:
    assert product_operations(_use(SBQQ__Taxable__c=True), ZuoraState(rate_plans={SEATS: PLAN})) == []
