"""The product catalog: made by the CRUD operations, read in three spellings."""

from __future__ import annotations

from typing import Any

import pytest

EXTERNAL_ID = "01tAk000000SeatIAE"


def product_body(**changes: Any) -> dict[str, Any]:
    return {
        "Name": "Seats",
        "SKU": "SEAT",
        "EffectiveStartDate": "2000-01-01",
        "EffectiveEndDate": "3000-01-01",
    } | changes


def charge_body(plan_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "Name": "Seat",
        "ProductRatePlanId": plan_id,
        "ChargeModel": "Per Unit Pricing",
        "ChargeType": "Recurring",
        "BillCycleType": "DefaultFromCustomer",
        "BillingPeriod": "Month",
        "TriggerEvent": "ContractEffective",
        "UOM": "Each",
        "UseDiscountSpecificAccountingCode": False,
        "ProductRatePlanChargeTierData": {
            "ProductRatePlanChargeTier": [{"Currency": "USD", "Price": 12.5, "PriceFormat": "Per Unit"}]
        },
    } | changes


def create(zuora: Any, name: str, body: dict[str, Any]) -> str:
    answer = zuora.done("POST", f"/v1/object/{name}", body)
    assert set(answer) == {"Success", "Id"}
    return str(answer["Id"])


def plan_of(zuora: Any, product_id: str, **changes: Any) -> str:
    body = {"Name": "Seats", "ProductId": product_id, "ExternalRatePlanIds": EXTERNAL_ID} | changes
    return create(zuora, "product-rate-plan", body)


def errors(zuora: Any, name: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    answer = zuora.send("POST", f"/v1/object/{name}", body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    return [(error["code"], error["message"]) for error in answer.json()["errors"]]


def test_a_product_with_plan_and_charge(zuora: Any) -> None:
    product_id = create(zuora, "product", product_body())
    plan_id = plan_of(zuora, product_id)
    charge_id = create(zuora, "product-rate-plan-charge", charge_body(plan_id))

    [plan] = zuora.done("GET", f"/v1/product-rate-plans/external-id/{EXTERNAL_ID}")["productRatePlans"]
    assert (plan["id"], plan["status"]) == (plan_id, "Active")
    assert plan["externallyManagedPlanIds"] == [EXTERNAL_ID]
    for key in (plan_id, EXTERNAL_ID, plan["productRatePlanNumber"]):
        assert zuora.done("GET", f"/v1/product-rate-plans/{key}")["id"] == plan_id
    for key in (product_id, "SEAT"):
        [shown] = zuora.done("GET", f"/v1/products/{key}/product-rate-plans")["productRatePlans"]
        [charge] = shown["productRatePlanCharges"]
        assert (charge["id"], charge["model"], charge["billingPeriod"]) == (charge_id, "PerUnit", "Month")
        assert charge["pricing"] == [{"currency": "USD", "price": "12.5", "tiers": None}]
    assert zuora.done("GET", f"/v1/catalog/products/{product_id}")["sku"] == "SEAT"


def test_crud_reads_back_what_was_written(zuora: Any) -> None:
    product_id = create(zuora, "product", product_body(Description="Per seat"))
    shown = zuora.done("GET", f"/v1/object/product/{product_id}")
    assert (shown["Id"], shown["SKU"], shown["Description"]) == (product_id, "SEAT", "Per seat")
    plan_id = plan_of(zuora, product_id)
    assert zuora.done("GET", f"/v1/object/product-rate-plan/{plan_id}")["ProductId"] == product_id
    charge_id = create(zuora, "product-rate-plan-charge", charge_body(plan_id))
    assert zuora.done("GET", f"/v1/object/product-rate-plan-charge/{charge_id}")["UOM"] == "Each"
    missing = zuora.send("GET", "/v1/object/product/8ad0")
    assert (missing.status_code, missing.json()) == (404, {"records": [], "size": 0, "done": True})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"Name": ""}, "Name"),
        ({"EffectiveEndDate": "1999-01-01"}, "before"),
        ({"EffectiveStartDate": "1.1.2000"}, "EffectiveStartDate"),
        ({"Name": "x" * 101}, "Name"),
        ({"SKU": "x" * 51}, "SKU"),
    ],
)
def test_a_product_that_is_refused(zuora: Any, changes: dict[str, Any], word: str) -> None:
    assert word in errors(zuora, "product", product_body(**changes))[0][1]
    assert zuora.state()["products"] == []


def test_a_sku_and_a_plan_name_are_used_once(zuora: Any) -> None:
    product_id = create(zuora, "product", product_body())
    assert "SEAT" in errors(zuora, "product", product_body(Name="Other"))[0][1]
    plan_of(zuora, product_id)
    assert "Seats" in errors(zuora, "product-rate-plan", {"Name": "Seats", "ProductId": product_id})[0][1]
    other = create(zuora, "product", product_body(SKU="OTHER"))
    plan_of(zuora, other)
    found = zuora.done("GET", f"/v1/product-rate-plans/external-id/{EXTERNAL_ID}")["productRatePlans"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ProductId": "8ad0"}, "ProductId"),
        ({"ActiveCurrencies": ["XXX"]}, "XXX"),
        ({"ActiveCurrencies": ["USD", "EUR", "GBP", "CAD", "AUD", "JPY"]}, "5"),
        ({"Name": "x" * 256}, "Name"),
    ],
)
def test_a_plan_that_is_refused(zuora: Any, changes: dict[str, Any], word: str) -> None:
    body = {"Name": "Seats", "ProductId": create(zuora, "product", product_body())} | changes
    assert word in errors(zuora, "product-rate-plan", body)[0][1]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ProductRatePlanId": "8ad0"}, "ProductRatePlanId"),
        ({"ChargeModel": "Per-Unit"}, "ChargeModel"),
        ({"BillingPeriod": "Semi_Annual"}, "BillingPeriod"),
        ({"UOM": ""}, "UOM"),
        ({"UOM": "Parsec"}, "Parsec"),
        ({"UseDiscountSpecificAccountingCode": ...}, "UseDiscountSpecificAccountingCode"),
        ({"ProductRatePlanChargeTierData": {}}, "no tier"),
        ({"ProductRatePlanChargeTierData": {"ProductRatePlanChargeTier": [{"Currency": "EUR"}]}}, "EUR"),
        ({"ProductRatePlanChargeTierData": {"ProductRatePlanChargeTier": [{}, {}]}}, "one tier"),
        ({"ProductRatePlanChargeTierData": {"ProductRatePlanChargeTier": [{"Price": "1"}]}}, "number"),
    ],
)
def test_a_charge_that_is_refused(zuora: Any, changes: dict[str, Any], word: str) -> None:
    plan_id = plan_of(zuora, create(zuora, "product", product_body()))
    body = {name: value for name, value in charge_body(plan_id, **changes).items() if value is not ...}
    found = errors(zuora, "product-rate-plan-charge", body)
    assert word in " ".join(message for _, message in found)
    assert zuora.state()["product_rate_plan_charges"] == []


@pytest.mark.parametrize(
    ("ends", "good"),
    [
        ([(0, 184), (185, 999), (1000, None)], True),
        ([(0, 185), (185, 999)], False),
        ([(0, None), (10, 20)], False),
    ],
)
def test_tiers_are_inclusive_at_both_ends(zuora: Any, ends: list[tuple[int, int | None]], good: bool) -> None:
    plan_id = plan_of(zuora, create(zuora, "product", product_body()))
    tiers = [
        {"Currency": "USD", "StartingUnit": start, "Price": 1, "PriceFormat": "Per Unit"}
        | ({"EndingUnit": end} if end is not None else {})
        for start, end in ends
    ]
    data = {"ProductRatePlanChargeTier": tiers}
    body = charge_body(plan_id, ChargeModel="Tiered Pricing", ProductRatePlanChargeTierData=data)
    answer = zuora.send("POST", "/v1/object/product-rate-plan-charge", body)
    assert answer.status_code == (200 if good else 400)
    if good:
        [plan] = zuora.done("GET", "/v1/products/SEAT/product-rate-plans")["productRatePlans"]
        assert [tier["endingUnit"] for tier in plan["productRatePlanCharges"][0]["pricing"][0]["tiers"]] == [
            "184",
            "999",
            None,
        ]


def test_unknown_fields_are_dropped_unless_asked_otherwise(zuora: Any) -> None:
    answer = zuora.session.post(
        f"{zuora.url}/v1/object/product?rejectUnknownFields=true",
        json=product_body(Colour="red"),
        headers={"Authorization": f"Bearer {_token(zuora)}"},
        timeout=5,
    )
    assert answer.status_code == 400
    assert "Colour" in answer.text
    answer = zuora.session.post(
        f"{zuora.url}/v1/object/product",
        json=product_body(Colour="red"),
        headers={"Authorization": f"Bearer {_token(zuora)}"},
        timeout=5,
    )
    assert answer.json()["Success"] is True
    assert "Colour" not in zuora.state()["products"][0]


def _token(zuora: Any) -> str:
    zuora.log_in()
    return str(zuora.token)


def test_errors_can_be_spelled_in_capitals(zuora: Any) -> None:
    zuora.settings(crud_error_style="upper")
    headers = {"Authorization": f"Bearer {_token(zuora)}"}
    answer = zuora.session.post(f"{zuora.url}/v1/object/product", json={}, headers=headers, timeout=5)
    assert answer.json()["Success"] is False
    assert {error["Code"] for error in answer.json()["Errors"]} == {"MISSING_REQUIRED_VALUE"}


def test_the_catalog_in_pages(zuora: Any) -> None:
    bodies = [product_body(Name=f"Product {n}", SKU=f"P{n}") for n in range(5)]
    zuora.control("POST", "seed", {"products": bodies})
    first = zuora.done("GET", "/v1/catalog/products?pageSize=3")
    assert len(first["products"]) == 3
    second = zuora.done("GET", first["nextPage"].removeprefix(zuora.url))
    assert [product["sku"] for product in second["products"]] == ["P3", "P4"]
    assert "nextPage" not in second
    assert first["products"][0]["productRatePlans"].endswith("/product-rate-plans")
    zuora.refused("GET", "/v1/catalog/products?pageSize=41")


def test_nothing_found(zuora: Any) -> None:
    for path in ("product-rate-plans/x", "product-rate-plans/external-id/x", "products/x/product-rate-plans"):
        assert zuora.refused("GET", f"/v1/{path}", status=404)[0][0] == 40


def test_the_catalog_in_object_query(zuora: Any) -> None:
    product_id = create(zuora, "product", product_body())
    plan_id = plan_of(zuora, product_id)
    create(zuora, "product-rate-plan-charge", charge_body(plan_id))
    path = "productrateplans.productrateplancharges.productrateplanchargetiers"
    [product] = zuora.find("products", filter="sku.EQ:seat", expand=path)
    [charge] = product["productRatePlans"][0]["productRatePlanCharges"]
    assert (product["sKU"], charge["uOM"], charge["chargeType"]) == ("SEAT", "Each", "Recurring")
    assert charge["productRatePlanChargeTiers"][0]["price"] == 12.5
    [plan] = zuora.find("product-rate-plans", filter=f"productid.EQ:{product_id}", expand="product")
    assert (plan["id"], plan["product"]["name"]) == (plan_id, "Seats")
    [tier] = zuora.find("product-rate-plan-charge-tiers", expand="productrateplancharge")
    assert tier["productRatePlanCharge"]["name"] == "Seat"
    [found] = zuora.find("product-rate-plan-charges", expand="productrateplan")
    assert found["productRatePlan"]["id"] == plan_id
    query = {"queryString": "select Id, SKU from Product where SKU = 'SEAT'"}
    assert zuora.done("POST", "/v1/action/query", query)["records"] == [{"Id": product_id, "SKU": "SEAT"}]
