"""Describe answers XML, with the tenant's own fields in it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from connector.sandbox.zuora.describe import type_of
from connector.sandbox.zuora.query_kinds import KINDS

EXPANDED = {
    "accounts": "ExpandedAccount",
    "contacts": "ExpandedContact",
    "products": "ExpandedProduct",
    "product-rate-plans": "ExpandedProductRatePlan",
    "product-rate-plan-charges": "ExpandedProductRatePlanCharge",
    "product-rate-plan-charge-tiers": "ExpandedProductRatePlanChargeTier",
    "orders": "ExpandedOrders",
    "subscriptions": "ExpandedSubscription",
    "rate-plans": "NestedRatePlanOnExpand",
    "order-line-items": "NestedOrderLineItemOnExpand",
    "order-actions": "NestedOrderActionOnExpand",
}


def fields_of(zuora: Any, name: str) -> dict[str, dict[str, str | None]]:
    answer = zuora.send("GET", f"/v1/describe/{name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own sandbox
    assert root.findtext("name") == name
    return {
        field.findtext("name", ""): {child.tag: child.text for child in field} for field in root.iter("field")
    }


def test_standard_fields(zuora: Any) -> None:
    fields = fields_of(zuora, "Account")
    assert (fields["Name"]["type"], fields["Name"]["required"], fields["Name"]["maxlength"]) == (
        "text",
        "true",
        "255",
    )
    assert (fields["CrmId"]["filterable"], fields["Notes"]["filterable"]) == ("true", "false")
    assert (fields["AutoPay"]["type"], fields["BillCycleDay"]["type"]) == ("boolean", "integer")
    assert fields["CreatedDate"] == fields["CreatedDate"] | {"type": "datetime", "createable": "false"}
    assert fields["BillToId"]["label"] == "Bill To Id"


def test_custom_fields(zuora: Any) -> None:
    assert fields_of(zuora, "Contact")["crmId__c"] == fields_of(zuora, "Contact")["crmId__c"] | {
        "custom": "true",
        "maxlength": "255",
        "filterable": "true",
    }
    tier = {"type": "picklist", "options": ["Gold", "Silver & More"], "label": "Tier"}
    zuora.settings(custom_fields={"Account": {"Tier__c": tier}})
    answer = zuora.send("GET", "/v1/describe/Account")
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own sandbox
    assert [option.text for option in root.iter("option")] == ["Gold", "Silver & More"]


def test_an_unknown_object(zuora: Any) -> None:
    answer = zuora.send("GET", "/v1/describe/<Nothing>")
    assert (answer.status_code, answer.headers["Content-Type"].startswith("text/xml")) == (404, True)
    ElementTree.fromstring(answer.content)  # noqa: S314 - our own sandbox


@pytest.mark.parametrize("name", sorted(EXPANDED))
def test_fields_and_types_agree_with_the_document(document: Any, name: str) -> None:
    if document is None:
        pytest.skip("Zuora's OpenAPI document is not at hand")
    documented = document.judge.doc["components"]["schemas"][EXPANDED[name]]["properties"]
    formats = {"date": "date", "date-time": "datetime"}
    kinds = {"boolean": "boolean", "number": "decimal", "integer": "integer", "string": "text"}
    for field in KINDS[name].fields:
        assert field in documented, field
        described = documented[field]
        assert type_of(field) == formats.get(described.get("format"), kinds[described["type"]]), field
