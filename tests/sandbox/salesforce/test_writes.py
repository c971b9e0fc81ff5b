"""What a write is refused for: one row per documented error, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ADA,
    BARE_LTD,
    ORDER,
    SEATS,
    SEATS_ENTRY,
    SEATS_LINE,
    V62,
    Api,
)

LINE = {"OrderId": ORDER, "PricebookEntryId": SEATS_ENTRY, "Quantity": 1, "UnitPrice": 1}


@pytest.mark.parametrize(
    ("sobject", "body", "code", "fields", "message"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING", ["Name"], "Required fields are missing: [Name]"),
        (
            "Order",
            {"Status": "Draft"},
            "REQUIRED_FIELD_MISSING",
            ["AccountId", "EffectiveDate"],
            "Required fields are missing: [AccountId, EffectiveDate]",
        ),
        (
            "Account",
            {"Name": "x", "Foo": 1},
            "INVALID_FIELD",
            None,
            "No such column 'Foo' on sobject of type",
        ),
        ("Account", {"Name": "x", "Id": ACME_CORP}, "INVALID_FIELD", ["Id"], "should not be specified"),
        (
            "Account",
            {"Name": "x", "SystemModstamp": "2024-01-01T00:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            ["SystemModstamp"],
            "Unable to create/update fields: SystemModstamp.",
        ),
        ("Contact", {"Name": "Ada"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"], "Unable to create"),
        (
            "Account",
            {"Name": "x", "BillingCity": "y" * 41},
            "STRING_TOO_LONG",
            ["BillingCity"],
            f"Billing City: data value too large: {'y' * 41} (max length=40)",
        ),
        (
            "Order",
            {"SBQQ__PriceCalcStatus__c": "Soon"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            ["SBQQ__PriceCalcStatus__c"],
            "bad value for restricted picklist field: Soon",
        ),
        ("Contact", {"LastName": "x", "Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Email"], "nobody"),
        (
            "Contact",
            {"LastName": "x", "AccountId": "001999999999999"},
            "INVALID_CROSS_REFERENCE_KEY",
            [],
            "invalid cross reference id",
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": "acme"},
            "MALFORMED_ID",
            ["AccountId"],
            "id value of incorrect type",
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": ADA},
            "FIELD_INTEGRITY_EXCEPTION",
            ["AccountId"],
            "id value of incorrect type",
        ),
        (
            "Account",
            {"Name": 5},
            "JSON_PARSER_ERROR",
            None,
            "instance of string from VALUE_NUMBER_INT value 5",
        ),
        ("Account", {"Name": {"a": 1}}, "JSON_PARSER_ERROR", None, "from START_OBJECT"),
        ("Account", {"Name": "x", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR", None, "instance of double"),
        ("Account", {"Name": "x", "NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", None, "instance of int"),
        (
            "Account",
            {"Name": "x", "NumberOfEmployees": 100_000_000},
            "NUMBER_OUTSIDE_VALID_RANGE",
            ["NumberOfEmployees"],
            "outside of valid range",
        ),
        (
            "Order",
            {"EffectiveDate": "2024-02-30"},
            "JSON_PARSER_ERROR",
            None,
            "instance of date from VALUE_STRING",
        ),
        ("Order", {"SBQQ__Contracted__c": "maybe"}, "JSON_PARSER_ERROR", None, "instance of boolean"),
        ("Organization", {"Name": "x"}, "INVALID_TYPE_FOR_OPERATION", None, "cannot be inserted"),
    ],
)
def test_a_refused_insert(
    api: Api, sobject: str, body: dict[str, Any], code: str, fields: list[str] | None, message: str
) -> None:
    reply = api.post(f"{V62}/sobjects/{sobject}", body)
    assert reply.status_code == 400
    (error,) = reply.json()
    assert (error["errorCode"], error.get("fields")) == (code, fields)
    assert message in error["message"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        (f"Account/{ACME_CORP}", {"Name": None}, 400, "REQUIRED_FIELD_MISSING"),
        (f"Account/{ACME_CORP}", {"Id": ACME_CORP}, 400, "INVALID_FIELD"),
        (f"Account/{ACME_CORP}", {"MasterRecordId": ACME_HOLDING}, 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (f"Account/{ACME_HOLDING}", {"ParentId": ACME_CORP}, 400, "CIRCULAR_DEPENDENCY"),
        (f"Account/{ACME_CORP}", {"ParentId": ACME_CORP}, 400, "CIRCULAR_DEPENDENCY"),
        (f"OrderItem/{SEATS_LINE}", {"OrderId": ORDER}, 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account/001999999999999", {"Name": "x"}, 404, "NOT_FOUND"),
        ("Account/nonsense", {"Name": "x"}, 400, "MALFORMED_ID"),
    ],
)
def test_a_refused_update(
    org: Org, api: Api, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    before = org.snapshot()["records"]
    reply = api.patch(f"{V62}/sobjects/{path}", body)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (status, code)
    assert org.snapshot()["records"] == before


def test_a_deleted_record_takes_no_change(org: Org, api: Api) -> None:
    org.update("Account", BARE_LTD, IsDeleted=True)
    for reply in (
        api.patch(f"{V62}/sobjects/Account/{BARE_LTD}", {"Name": "x"}),
        api.delete(f"{V62}/sobjects/Account/{BARE_LTD}"),
    ):
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    owned = api.post(f"{V62}/sobjects/Contact", {"LastName": "x", "AccountId": BARE_LTD})
    assert owned.json()[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"


@pytest.mark.parametrize(
    ("sobject", "body", "word"),
    [
        ("OrderItem", {**LINE, "SBQQ__ChargeType__c": "Recurring"}, "Billing Type is required"),
        (
            "OrderItem",
            {**LINE, "SBQQ__ChargeType__c": "One-Time", "SBQQ__BillingFrequency__c": "Monthly"},
            "Billing Frequency must be blank",
        ),
        (
            "OrderItem",
            {**LINE, "SBQQ__ChargeType__c": "Usage", "SBQQ__BillingType__c": "Arrears"},
            "Billing Type must be blank",
        ),
        ("Product2", {"Name": "x", "SBQQ__ChargeType__c": "Recurring"}, "Billing Type is required"),
        (
            "Order",
            {
                "AccountId": ACME_CORP,
                "EffectiveDate": "2024-01-01",
                "Status": "Draft",
                "SBQQ__Contracted__c": True,
            },
            "cannot be created as contracted",
        ),
        (
            "SBQQ__Quote__c",
            {"SBQQ__StartDate__c": "2024-02-01", "SBQQ__EndDate__c": "2024-01-31"},
            "End Date cannot be before",
        ),
        ("SBQQ__Quote__c", {"SBQQ__SubscriptionTerm__c": 0}, "greater than zero"),
    ],
)
def test_the_packaged_rules_are_enforced(api: Api, sobject: str, body: dict[str, Any], word: str) -> None:
    reply = api.post(f"{V62}/sobjects/{sobject}", body)
    (error,) = reply.json()
    assert reply.status_code == 400
    assert (error["errorCode"], error["fields"]) == ("FIELD_CUSTOM_VALIDATION_EXCEPTION", [])
    assert word in error["message"]


def test_an_evergreen_product_has_no_ramp(org: Org, api: Api) -> None:
    body = {"Name": "Year 1", "SBQQ__Product__c": SEATS, "SBQQ__Type__c": "Year"}
    assert api.post(f"{V62}/sobjects/SBQQ__Dimension__c", body).status_code == 201
    org.update("Product2", SEATS, SBQQ__SubscriptionType__c="Evergreen")
    refused = api.post(f"{V62}/sobjects/SBQQ__Dimension__c", body)
    assert refused.json()[0]["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"


def test_an_evergreen_subscription_is_amended_to_nothing_only(org: Org, api: Api) -> None:
    org.seed({"SBQQ__Subscription__c": [{"Id": "a06000000000001AAA", "SBQQ__Quantity__c": 5}]})
    quote = api.post(f"{V62}/sobjects/SBQQ__Quote__c", {}).json()["id"]
    line = {
        "SBQQ__Quote__c": quote,
        "SBQQ__UpgradedSubscription__c": "a06000000000001AAA",
        "SBQQ__Quantity__c": 4,
    }
    assert api.post(f"{V62}/sobjects/SBQQ__QuoteLine__c", line).status_code == 201
    org.update("SBQQ__Subscription__c", "a06000000000001AAA", SBQQ__SubscriptionType__c="Evergreen")
    (error,) = api.post(f"{V62}/sobjects/SBQQ__QuoteLine__c", line).json()
    assert error["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert "quantity of 0" in error["message"]
    ended = {**line, "SBQQ__Quantity__c": 0}
    assert api.post(f"{V62}/sobjects/SBQQ__QuoteLine__c", ended).status_code == 201


def test_bounds_of_an_order_product_rate_may_have_decimals(org: Org, api: Api) -> None:
    schedule = {
        "SBQQ__OrderItem__c": SEATS_LINE,
        "SBQQ__BillingTerm__c": 1,
        "SBQQ__BillingTermUnit__c": "Month",
        "SBQQ__RatingMethod__c": "Tier",
        "SBQQ__Type__c": "Slab",
    }
    made = api.post(f"{V62}/sobjects/SBQQ__OrderItemConsumptionSchedule__c", schedule).json()["id"]
    rate = {
        "SBQQ__OrderItemConsumptionSchedule__c": made,
        "SBQQ__LowerBound__c": 0.5,
        "SBQQ__UpperBound__c": 184.25,
        "SBQQ__Price__c": 0.0123456,
        "SBQQ__PricingMethod__c": "PerUnit",
        "SBQQ__ProcessingOrder__c": 1,
        "Cap__c": 12.5,
    }
    assert api.post(f"{V62}/sobjects/SBQQ__OrderItemConsumptionRate__c", rate).status_code == 201
    (found,) = api.query(
        "SELECT SBQQ__LowerBound__c, SBQQ__UpperBound__c, SBQQ__Price__c, Cap__c "
        "FROM SBQQ__OrderItemConsumptionRate__c "
        "WHERE SBQQ__OrderItemConsumptionSchedule__r.SBQQ__OrderItem__r.Quantity = 10"
    ).json()["records"]
    bounds = (found["SBQQ__LowerBound__c"], found["SBQQ__UpperBound__c"])
    assert (bounds, found["SBQQ__Price__c"], found["Cap__c"]) == ((0.5, 184.25), 0.0123456, 12.5)


def test_the_bookings_indicator_is_frozen_once_activated(org: Org, api: Api) -> None:
    path = f"{V62}/sobjects/OrderItem/{SEATS_LINE}"
    assert api.patch(path, {"SBQQ__BookingsIndicator__c": "Include"}).status_code == 204
    org.update("OrderItem", SEATS_LINE, SBQQ__Activated__c=True)
    refused = api.patch(path, {"SBQQ__BookingsIndicator__c": "Do Not Include"})
    assert refused.json()[0]["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert api.patch(path, {"Description": "still open"}).status_code == 204


def test_totals_follow_the_lines(org: Org, api: Api) -> None:
    line = api.post(f"{V62}/sobjects/OrderItem", {**LINE, "Quantity": 3, "UnitPrice": 0.5}).json()["id"]
    assert org.record("Order", ORDER)["TotalAmount"] == 14501.0
    api.patch(f"{V62}/sobjects/OrderItem/{line}", {"Quantity": 1})
    assert org.record("OrderItem", line)["TotalPrice"] == 0.5
    assert org.record("Order", ORDER)["TotalAmount"] == 14500.0
    api.delete(f"{V62}/sobjects/OrderItem/{line}")
    assert org.record("Order", ORDER)["TotalAmount"] == 14499.5
    api.patch(f"{V62}/sobjects/Order/{ORDER}", {"Status": "Draft"})
    assert org.record("Order", ORDER)["StatusCode"] == "Draft"
