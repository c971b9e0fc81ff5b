from __future__ import annotations

from typing import Any

import pytest

from connector.domain.catalog import ChargeSetup, ProductUse, known_keys, product_operations
from connector.domain.operations import Action, Key, Noun, Ref
from connector.domain.snapshot import ZuoraRatePlan, ZuoraState
from connector.errors import ConfigError, RecordError
from tests.cast import SEATS, product

PLAN = ZuoraRatePlan("8a0product", "8a0plan", "8a0charge", "Per Unit Pricing", "Recurring")


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
