"""The product catalog against the Zuora sandbox, and the ambiguities a sandbox would not let happen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.clients.zuora.catalog import zoql_text
from connector.domain.snapshot import ZuoraRatePlan
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from tests.clients.conftest import Reply, Sandbox, Script, tenant_client

PRODUCT2_ID = "01tDn00000AbCdEIAV"
DATES = {"EffectiveStartDate": "2000-01-01", "EffectiveEndDate": "3000-01-01"}


@pytest.fixture
def client(tenant: Sandbox) -> Iterator[ZuoraClient]:
    with tenant_client(tenant) as made:
        yield made


def product(client: ZuoraClient, key: str = "p1", **changes: Any) -> str:
    return client.create_product({"Name": "Support", "SKU": "SUP-1", **DATES, **changes}, idempotency_key=key)


def rate_plan(client: ZuoraClient, product_id: str, key: str = "r1", **changes: Any) -> str:
    payload = {"Name": "Support", "ProductId": product_id, "ExternalRatePlanIds": PRODUCT2_ID, **DATES}
    return client.create_rate_plan({**payload, **changes}, idempotency_key=key)


def charge(client: ZuoraClient, rate_plan_id: str) -> str:
    payload: dict[str, Any] = {
        "Name": "Support",
        "ProductRatePlanId": rate_plan_id,
        "ChargeModel": "Per Unit Pricing",
        "ChargeType": "Recurring",
        "BillCycleType": "DefaultFromCustomer",
        "BillingPeriod": "Month",
        "TriggerEvent": "ContractEffective",
        "UOM": "Each",
        "UseDiscountSpecificAccountingCode": False,
        "ProductRatePlanChargeTierData": {
            "ProductRatePlanChargeTier": [{"Currency": "USD", "Price": Decimal("0.10")}]
        },
    }
    return client.create_charge(payload, idempotency_key="c1")


def test_a_product_is_created_flat_and_found_by_what_salesforce_knows(client: ZuoraClient) -> None:
    product_id = product(client)
    plan_id = rate_plan(client, product_id)
    charge_id = charge(client, plan_id)
    assert client.find_product("SUP-1") == product_id
    assert client.find_rate_plan(PRODUCT2_ID) == ZuoraRatePlan(
        product_id=product_id,
        rate_plan_id=plan_id,
        charge_id=charge_id,
        charge_model="Per Unit Pricing",
        charge_type="Recurring",
    )


def test_what_is_missing_is_none(client: ZuoraClient) -> None:
    assert client.find_product("SUP-1") is None
    assert client.find_rate_plan(PRODUCT2_ID) is None


def test_a_plan_whose_charge_was_never_made_shows_that(client: ZuoraClient) -> None:
    product_id = product(client)
    plan_id = rate_plan(client, product_id)
    assert client.find_rate_plan(PRODUCT2_ID) == ZuoraRatePlan(product_id, plan_id, "", "", "")


@pytest.mark.parametrize("sku", ["it's", "back\\slash", "a' or SKU != '", "x\\' or Name = 'Support"])
def test_a_sku_stays_a_text_in_the_query(client: ZuoraClient, sku: str) -> None:
    product(client)
    assert client.find_product(sku) is None
    product_id = product(client, key="p2", Name="Other", SKU=sku)
    assert client.find_product(sku) == product_id


def test_quotes_and_backslashes_are_escaped() -> None:
    assert zoql_text("a'b\\c") == "a\\'b\\\\c"


def test_a_refused_product_says_why(client: ZuoraClient) -> None:
    with pytest.raises(RemoteRejected, match="product Support"):
        product(client, EffectiveStartDate="yesterday")


def test_a_misspelt_field_is_refused_and_not_dropped(client: ZuoraClient, tenant: Sandbox) -> None:
    with pytest.raises((RemoteRejected, ConfigError), match="Catgory"):
        product(client, Catgory="x")
    assert client.find_product("SUP-1") is None


@pytest.mark.parametrize("style", ["lower", "upper"])
def test_both_spellings_of_a_refusal_are_read(client: ZuoraClient, tenant: Sandbox, style: str) -> None:
    tenant.settings(crud_error_style=style)
    with pytest.raises(RemoteRejected) as caught:
        rate_plan(client, "no-such-product")
    assert caught.value.reasons


def test_a_create_in_doubt_is_not_repeated(client: ZuoraClient, tenant: Sandbox) -> None:
    tenant.fault("drop_after", method="POST", path="^/v1/object/product$")
    with pytest.raises(RemoteUnavailable) as caught:
        product(client)
    assert caught.value.outcome_unknown is True
    assert len(tenant.log("/v1/object/product")) == 1
    assert product(client) == client.find_product("SUP-1")


def plans(*described: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "productRatePlans": list(described)}


def test_several_plans_for_one_product_are_listed_to_the_operator(zuora: ZuoraClient, script: Script) -> None:
    script.answer(plans({"id": "8r1", "name": "Yearly"}, {"id": "8r2", "name": "Monthly"}))
    with pytest.raises(ConfigError, match=r"2 rate plans.*Yearly \(8r1\), Monthly \(8r2\)"):
        zuora.find_rate_plan(PRODUCT2_ID)


def test_an_expired_plan_does_not_stand_in_the_way(zuora: ZuoraClient, script: Script) -> None:
    script.answer(
        plans({"id": "8r1", "status": "Expired"}, {"id": "8r2", "status": "Active"}),
        {"id": "8r2", "productId": "8p1", "productRatePlanCharges": [{"id": "8c1"}]},
    )
    assert zuora.find_rate_plan(PRODUCT2_ID) == ZuoraRatePlan("8p1", "8r2", "8c1", "", "")


def test_several_charges_are_listed_to_the_operator(zuora: ZuoraClient, script: Script) -> None:
    charges = [{"id": "8c1", "name": "Fee"}, {"id": "8c2", "name": "Setup"}]
    script.answer(plans({"id": "8r1"}), {"id": "8r1", "productId": "8p1", "productRatePlanCharges": charges})
    with pytest.raises(ConfigError, match=r"2 charges.*Fee \(8c1\), Setup \(8c2\)"):
        zuora.find_rate_plan(PRODUCT2_ID)


def test_several_products_with_a_sku_are_listed_to_the_operator(zuora: ZuoraClient, script: Script) -> None:
    records = [{"Id": "8p1", "Name": "Support"}, {"Id": "8p2"}]
    script.answer({"size": 2, "done": True, "records": records})
    with pytest.raises(ConfigError, match=r"2 products.*Support \(8p1\), unnamed \(8p2\)"):
        zuora.find_product("SUP-1")


def test_no_products_may_come_without_a_list(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"size": 0, "done": True})
    assert zuora.find_product("SUP-1") is None


def test_a_plan_queries_do_not_show_yet_is_asked_for_later(zuora: ZuoraClient, script: Script) -> None:
    missing = {"reasons": [{"code": 50000040, "message": "not found"}]}
    script.answer(plans({"id": "8r1"}), Reply(missing, status=404))
    with pytest.raises(RemoteUnavailable, match="not show it to queries yet"):
        zuora.find_rate_plan(PRODUCT2_ID)


@pytest.mark.parametrize("body", [{"success": True}, {"success": True, "productRatePlans": "x"}, plans({})])
def test_an_answer_without_its_plans_is_unexpected(
    zuora: ZuoraClient, script: Script, body: dict[str, Any]
) -> None:
    script.answer(body)
    with pytest.raises(RemoteRejected, match="unexpected reply"):
        zuora.find_rate_plan(PRODUCT2_ID)


@pytest.mark.parametrize("body", [{"done": True}, {"size": 1}, {"size": 1, "records": [{"Name": "x"}]}])
def test_an_answer_without_its_products_is_unexpected(
    zuora: ZuoraClient, script: Script, body: dict[str, Any]
) -> None:
    script.answer(body)
    with pytest.raises(RemoteRejected, match="unexpected reply"):
        zuora.find_product("SUP-1")
