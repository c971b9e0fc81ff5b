"""Products: created flat where Zuora lacks them, once, and never changed."""

from __future__ import annotations

import dataclasses
from typing import Any

from connector.domain.operations import Noun, Severity
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ACME_LABS, ONBOARDING, SEATS, account, line, one_time_line, order, product
from tests.sync.world import World, outcome_of, results

CATALOG = ("products", "product_rate_plans", "product_rate_plan_charges")


def catalog(world: World) -> list[int]:
    return [len(world.state(table)) for table in CATALOG]


def second(**fields: Any) -> Any:
    return order("00000102", **{"lines": [line("0000000012")], "EffectiveDate": "2026-02-01", **fields})


def hand_made(world: World, **charge: Any) -> None:
    """Seats as somebody entered them in Zuora, the Salesforce id on the rate plan; no charge unless given."""
    dates = {"EffectiveStartDate": "2020-01-01", "EffectiveEndDate": "2999-12-31"}
    world.seed_zuora(products=[{"Name": "Seats", "SKU": "SEAT", **dates}])
    (made,) = world.state("products")
    world.seed_zuora(
        product_rate_plans=[
            {
                "Name": "Seats by hand",
                "ProductId": made["id"],
                "ExternalRatePlanIds": SEATS,
                "ActiveCurrencies": ["USD"],
                **dates,
            }
        ]
    )
    if charge:
        (plan,) = world.state("product_rate_plans")
        world.seed_zuora(product_rate_plan_charges=[{**CHARGE, "ProductRatePlanId": plan["id"], **charge}])


CHARGE = {
    "Name": "Seat",
    "ChargeModel": "Per Unit Pricing",
    "ChargeType": "Recurring",
    "BillCycleType": "DefaultFromCustomer",
    "BillingPeriod": "Month",
    "TriggerEvent": "ContractEffective",
    "UseDiscountSpecificAccountingCode": False,
    "UOM": "Each",
    "DefaultQuantity": 1,
    "ProductRatePlanChargeTierData": {
        "ProductRatePlanChargeTier": [{"Currency": "USD", "Price": 5, "PriceFormat": "Per Unit"}]
    },
}


def test_a_missing_product_becomes_product_rate_plan_and_charge(world: World) -> None:
    world.seed(account(orders=[order(lines=[line(Product2=product(Description="By the head"))])]))
    world.sync()
    (made,), (plan,), (charge,) = (world.state(table) for table in CATALOG)
    assert (made["Name"], made["SKU"], made["Description"]) == ("Seats", "SEAT", "By the head")
    assert (plan["ProductId"], plan["ExternalRatePlanIds"]) == (made["id"], [SEATS])
    assert (charge["ProductRatePlanId"], charge["ChargeModel"]) == (plan["id"], "Per Unit Pricing")
    assert (charge["ChargeType"], charge["BillingPeriod"], charge["UOM"]) == ("Recurring", "Month", "Each")


def test_a_product_of_two_orders_is_created_once(world: World) -> None:
    world.seed(account(orders=[order(), second()]))
    report = world.sync()
    assert catalog(world) == [1, 1, 1]
    assert world.orders() == ["00000101", "00000102"]
    told = [str(outcome.key) for outcome in report.outcomes]
    assert told.count("product:SEAT") == told.count(f"charge:{SEATS}") == 1


def test_a_product_of_two_accounts_is_created_once(world: World) -> None:
    world.seed(account(orders=[order()]), account(ACME_LABS, Name="Acme Labs", orders=[second()]))
    world.sync(ACME_CORP)
    world.forget_requests()
    report = world.sync(ACME_LABS)
    assert catalog(world) == [1, 1, 1]
    assert world.writes() == ["POST /v1/accounts", "POST /v1/orders"]
    assert set(results(report)) == {f"account:{ACME_LABS}", "order:00000102"}


def test_a_product_entered_by_hand_is_used_and_not_changed(world: World) -> None:
    hand_made(world, ChargeModel="Per Unit Pricing")
    before = [world.state(table) for table in CATALOG]
    world.seed(account(orders=[order()]))
    world.sync()
    assert [world.state(table) for table in CATALOG] == before
    seats = world.subscription("SUB-0000001")
    assert seats["plan"]["name"] == "Seats by hand"
    assert seats["charge"]["segments"][0]["price"] == 10


def test_a_product_whose_charge_is_missing_gets_one(world: World) -> None:
    hand_made(world)
    world.seed(account(orders=[order()]))
    report = world.sync()
    assert catalog(world) == [1, 1, 1]
    assert world.orders() == ["00000101"]
    assert results(report) == {
        f"account:{ACME_CORP}": "created",
        f"charge:{SEATS}": "created",
        "order:00000101": "created",
    }


def test_a_product_that_has_its_sku_alone_gets_a_rate_plan(world: World) -> None:
    dates = {"EffectiveStartDate": "2020-01-01", "EffectiveEndDate": "2999-12-31"}
    world.seed_zuora(products=[{"Name": "Seats of old", "SKU": "SEAT", **dates}])
    world.seed(account(orders=[order()]))
    report = world.sync()
    assert catalog(world) == [1, 1, 1]
    assert world.state("products")[0]["Name"] == "Seats of old"
    assert world.orders() == ["00000101"]
    assert "product:SEAT" not in results(report)


def test_a_product_without_code_is_named_and_stops_its_order_alone(world: World) -> None:
    bare = line(Product2=product(ProductCode=None))
    world.seed(account(orders=[order(lines=[bare]), second(lines=[one_time_line()])]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    assert outcome_of(report, Noun.ORDER, "00000101").message == (
        f"Product Seats ({SEATS}) has no product code; Zuora needs it as SKU. Fill Product Code in Salesforce and resync."
    )
    world.change("Product2", SEATS, ProductCode="SEAT")
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000102", "00000101"]


def test_a_product_that_lost_its_code_stops_its_line_items_too(world: World) -> None:
    world.seed(account(orders=[order(lines=[one_time_line()])]))
    world.sync()
    world.add(account(orders=[order(lines=[one_time_line()]), second(lines=[one_time_line("0000000019")])]))
    world.change("Product2", ONBOARDING, ProductCode=None)
    report = world.sync()
    assert world.orders() == ["00000101"]
    assert outcome_of(report, Noun.ORDER, "00000102").message.startswith(
        f"Product Onboarding ({ONBOARDING}) has no product code"
    )


def test_a_product_sold_otherwise_than_zuora_charges_it_stops_its_order(world: World) -> None:
    hand_made(world, ChargeModel="Flat Fee Pricing")
    world.seed(account(orders=[order()]))
    report = world.sync()
    assert world.orders() == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.message.startswith(
        f"Product Seats ({SEATS}) is sold as Recurring / Per Unit Pricing, but Zuora's"
    )
    assert refused.who_acts == "The operator of this connector"


def test_a_product_sold_in_two_ways_by_two_orders_stops_the_second(world: World) -> None:
    once = one_time_line(Product2=product())
    world.seed(account(orders=[order(), second(lines=[once])]))
    report = world.sync()
    assert world.orders() == ["00000101"]
    refused = outcome_of(report, Noun.ORDER, "00000102")
    assert refused.result is Result.FAILED
    assert refused.message == (
        f"Charge of Product Seats ({SEATS}): an earlier order sells it as Recurring / Per Unit Pricing, order 00000102 as "
        "OneTime / Per Unit Pricing; Zuora's rate plan holds one charge. Use two products in Salesforce and resync."
    )


def test_two_rate_plans_for_one_product_stop_its_orders_alone(world: World) -> None:
    hand_made(world, ChargeModel="Per Unit Pricing")
    (plan,) = world.state("product_rate_plans")
    with world.tenant.writing() as store:
        twin = {**plan, "id": "8ad0" + "f" * 28, "Name": "Seats again", "ProductRatePlanNumber": "PRP-twin"}
        store.put("product_rate_plans", twin)
    world.seed(account(orders=[order(), second(lines=[one_time_line()])]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    assert len(world.accounts()) == 1
    assert report.status is Status.PARTIAL
    (error,) = world.messages(Severity.ERROR)
    assert error.startswith(f"Product Seats ({SEATS}) cannot be told in Zuora's catalog: ")
    assert f"Zuora has 2 rate plans with the externally managed plan id {SEATS}" in error
    assert "Leave the id on the one that is meant" in error


def test_two_products_of_one_sku_stop_their_orders_alone(world: World) -> None:
    dates = {"EffectiveStartDate": "2020-01-01", "EffectiveEndDate": "2999-12-31"}
    world.seed_zuora(products=[{"Name": "Seats", "SKU": "SEAT", **dates}])
    (made,) = world.state("products")
    with world.tenant.writing() as store:
        store.put("products", {**made, "id": "8ad0" + "e" * 28, "Name": "Seats again"})
    world.seed(account(orders=[order(), second(lines=[one_time_line()])]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert "Zuora has 2 products with the SKU SEAT" in refused.message


def test_a_product_is_priced_in_every_currency_the_integration_names(world: World) -> None:
    world.options = dataclasses.replace(world.options, catalog_currencies=("USD", "EUR"))
    euro = second(CurrencyIsoCode="EUR")
    labs = account(ACME_LABS, Name="Acme Labs", CurrencyIsoCode="EUR", orders=[euro])
    world.seed(account(orders=[order()]), labs)
    world.sync(ACME_CORP)
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert world.orders() == ["00000101", "00000102"]
    assert catalog(world) == [1, 1, 1]


def test_the_name_of_a_product_is_cleaned_and_cut(world: World) -> None:
    long = one_time_line(Product2=product(ONBOARDING, Name="On\x07boarding\n" + "x" * 200, ProductCode="ONB"))
    world.seed(account(orders=[order(lines=[long])]))
    assert world.sync().status is Status.SUCCEEDED
    (made,) = world.state("products")
    assert made["Name"] == ("Onboarding " + "x" * 200)[:99]  # cut at 100 before it is cleaned
