"""Actions on a subscription that exists: each makes its next version."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, MISSING, RULE = 20, 22, 30
MID = "2024-07-01"


@pytest.fixture
def subscription(zuora: Any, bodies: Any) -> str:
    plan = bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan]), number="first"))
    return "SUB-1"


def change(zuora: Any, bodies: Any, *actions: Any, number: str = "second") -> dict[str, Any]:
    zuora.done("POST", "/v1/orders", bodies.order(*actions, number=number, subscription="SUB-1"))
    found: dict[str, Any] = zuora.done("GET", "/v1/subscriptions/SUB-1?charge-detail=all-segments")
    for plan in found["ratePlans"]:
        plan["ratePlanCharges"] = [s for charge in plan["ratePlanCharges"] for s in charge["chargeSegments"]]
    return found


def refusal(zuora: Any, bodies: Any, *actions: Any, subscription: str | None = "SUB-1") -> tuple[int, str]:
    before = zuora.state()["subscriptions"]
    order = bodies.order(*actions, number="refused", subscription=subscription)
    reasons = zuora.refused("POST", "/v1/orders", order)
    assert zuora.state()["subscriptions"] == before
    category, message = reasons[0]
    return category, message


def quantity_update(shop: Any, quantity: Any, **key: Any) -> dict[str, Any]:
    pricing = {"recurringPerUnit": {"quantity": quantity}}
    update = {"productRatePlanChargeId": shop.seats.charge, "pricing": pricing}
    return (key or {"subscriptionRatePlanNumber": "RP-1"}) | {"chargeUpdates": [update]}


def spans(charges: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(c["effectiveStartDate"], c["effectiveEndDate"], c["quantity"], c["price"]) for c in charges]


def test_another_quantity_from_a_day_on(zuora: Any, shop: Any, bodies: Any, subscription: str) -> None:
    action = bodies.action("UpdateProduct", quantity_update(shop, 15), date=MID)
    found = change(zuora, bodies, action)
    [plan] = found["ratePlans"]
    assert (found["version"], plan["lastChangeType"]) == (2, "Update")
    assert spans(plan["ratePlanCharges"]) == [
        ("2024-01-01", "2024-07-01", 10, 10),
        ("2024-07-01", "2025-01-01", 15, 10),
    ]
    [last] = zuora.done("GET", "/v1/subscriptions/SUB-1")["ratePlans"][0]["ratePlanCharges"]
    assert (last["quantity"], last["segment"]) == (15, 2)
    path = "/v1/subscriptions/SUB-1?charge-detail=current-segment&as-of-date=2024-03-01"
    [current] = zuora.done("GET", path)["ratePlans"][0]["ratePlanCharges"]
    assert current["quantity"] == 10


def test_another_price_from_the_first_day_replaces_the_segment(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    update = {"chargeNumber": "C-00000001", "pricing": {"recurringPerUnit": {"listPrice": 9.75}}}
    details = {"subscriptionRatePlanNumber": "RP-1", "chargeUpdates": [update]}
    found = change(zuora, bodies, bodies.action("UpdateProduct", details))
    assert spans(found["ratePlans"][0]["ratePlanCharges"]) == [("2024-01-01", "2025-01-01", 10, 9.75)]


def test_a_rate_plan_is_found_by_its_id_in_any_version(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    first = zuora.done("GET", "/v1/subscriptions/SUB-1")["ratePlans"][0]["id"]
    update = bodies.action("UpdateProduct", quantity_update(shop, 11, ratePlanId=first), date=MID)
    second = change(zuora, bodies, update)["ratePlans"][0]["id"]
    assert second != first
    details = quantity_update(shop, 12, ratePlanId=second)
    third = change(zuora, bodies, bodies.action("UpdateProduct", details, date="2024-08-01"), number="third")
    assert third["ratePlans"][0]["ratePlanCharges"][-1]["quantity"] == 12
    unknown = bodies.action("UpdateProduct", quantity_update(shop, 13, ratePlanId="8ad0"), date="2024-09-01")
    assert "0 rate plans" in refusal(zuora, bodies, unknown)[1]
    original = bodies.action("UpdateProduct", quantity_update(shop, 13, ratePlanId=first), date="2024-09-01")
    assert change(zuora, bodies, original, number="fourth")["version"] == 4


def test_updates_that_are_refused(zuora: Any, shop: Any, bodies: Any, subscription: str) -> None:
    charge = {"productRatePlanChargeId": shop.seats.charge}
    key = {"subscriptionRatePlanNumber": "RP-1"}
    per_unit = {"recurringPerUnit": {"quantity": 11}}
    for details, date, category, word in (
        (quantity_update(shop, 11, subscriptionRatePlanNumber="RP-404"), MID, BAD_VALUE, "RP-404"),
        (quantity_update(shop, 11, **key, productRatePlanNumber="PRP-SEATS"), MID, MISSING, "exactly one"),
        (key, MID, MISSING, "chargeUpdates"),
        (key | {"chargeUpdates": [{"pricing": per_unit}]}, MID, MISSING, "names a charge"),
        (key | {"chargeUpdates": [{"chargeNumber": "C-404", "pricing": per_unit}]}, MID, BAD_VALUE, "C-404"),
        (key | {"chargeUpdates": [charge]}, MID, RULE, "nothing"),
        (quantity_update(shop, 11), "2025-01-01", RULE, "outside"),
        (quantity_update(shop, 11), "2023-12-31", RULE, "outside"),
        (
            key
            | {
                "chargeUpdates": [
                    charge | {"effectiveDate": {"triggerEvent": "SpecificDate"}, "pricing": per_unit}
                ]
            },
            MID,
            MISSING,
            "specificTriggerDate",
        ),
    ):
        found, message = refusal(zuora, bodies, bodies.action("UpdateProduct", details, date=date))
        assert (found, word in message) == (category, True), message


def test_an_update_may_name_a_day_of_its_own(zuora: Any, shop: Any, bodies: Any, subscription: str) -> None:
    details = quantity_update(shop, 11) | {"specificUpdateDate": "2024-10-01"}
    found = change(zuora, bodies, bodies.action("UpdateProduct", details, date=MID))
    assert spans(found["ratePlans"][0]["ratePlanCharges"])[-1][0] == "2024-10-01"


def test_a_product_is_added_and_removed(zuora: Any, shop: Any, bodies: Any, subscription: str) -> None:
    plan = {"productRatePlanId": shop.platform.plan, "subscriptionRatePlanNumber": "RP-2"}
    found = change(zuora, bodies, bodies.action("AddProduct", plan, date=MID))
    assert [p["lastChangeType"] for p in found["ratePlans"]] == ["Add", "Add"]
    assert spans(found["ratePlans"][1]["ratePlanCharges"]) == [("2024-07-01", "2025-01-01", None, 900)]
    remove = bodies.action("RemoveProduct", {"subscriptionRatePlanNumber": "RP-2"}, date="2024-09-01")
    found = change(zuora, bodies, remove, number="third")
    assert (found["version"], found["ratePlans"][1]["lastChangeType"]) == (3, "Remove")
    assert spans(found["ratePlans"][1]["ratePlanCharges"]) == [("2024-07-01", "2024-09-01", None, 900)]
    again = bodies.action("RemoveProduct", {"subscriptionRatePlanNumber": "RP-2"}, date="2024-10-01")
    assert "0 rate plans" in refusal(zuora, bodies, again)[1]


def test_a_product_is_not_added_outside_the_term(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    plan = {"productRatePlanId": shop.platform.plan}
    assert "outside" in refusal(zuora, bodies, bodies.action("AddProduct", plan, date="2025-01-01"))[1]


def test_a_token_names_a_plan_added_in_the_same_order(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    plan = bodies.seats(1, 8, uniqueToken="new seats")
    add = bodies.action("AddProduct", plan, date=MID)
    update = bodies.action(
        "UpdateProduct", quantity_update(shop, 2, uniqueToken="new seats"), date="2024-08-01"
    )
    found = change(zuora, bodies, add, update)
    assert found["version"] == 3
    assert [c["quantity"] for c in found["ratePlans"][1]["ratePlanCharges"]] == [1, 2]


def test_a_renewal_by_the_stored_terms(zuora: Any, bodies: Any, subscription: str) -> None:
    found = change(zuora, bodies, bodies.action("RenewSubscription", {}, date="2025-01-01"))
    assert (found["termStartDate"], found["termEndDate"]) == ("2025-01-01", "2026-01-01")
    assert (found["subscriptionStartDate"], found["currentTerm"]) == ("2024-01-01", 12)
    assert spans(found["ratePlans"][0]["ratePlanCharges"]) == [("2024-01-01", "2026-01-01", 10, 10)]
    bare = bodies.action("RenewSubscription", date="2026-01-01")
    assert change(zuora, bodies, bare, number="third")["termEndDate"] == "2027-01-01"


def test_a_renewal_with_a_new_quantity(zuora: Any, shop: Any, bodies: Any, subscription: str) -> None:
    renew = bodies.action("RenewSubscription", {}, date="2025-01-01")
    update = bodies.action("UpdateProduct", quantity_update(shop, 20), date="2025-01-01")
    found = change(zuora, bodies, renew, update)
    assert spans(found["ratePlans"][0]["ratePlanCharges"]) == [
        ("2024-01-01", "2025-01-01", 10, 10),
        ("2025-01-01", "2026-01-01", 20, 10),
    ]


def test_a_renewal_leaves_one_time_charges_alone(zuora: Any, shop: Any, bodies: Any) -> None:
    pricing = {"oneTimePerUnit": {"listPrice": 5, "quantity": 1}}
    once = {
        "productRatePlanId": shop.onboarding.plan,
        "chargeOverrides": [bodies.override(shop.onboarding, pricing)],
    }
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[once]), number="first"))
    found = change(zuora, bodies, bodies.action("RenewSubscription", {}, date="2025-01-01"))
    assert found["termEndDate"] == "2026-01-01"
    assert found["ratePlans"][0]["ratePlanCharges"][0]["effectiveEndDate"] == "2025-01-01"


def test_renewals_to_evergreen_and_without_terms(zuora: Any, bodies: Any) -> None:
    terms = bodies.subscription()["terms"]
    for number, changes in (
        ("EVER", {"renewalSetting": "RENEW_TO_EVERGREEN"}),
        ("NONE", {"renewalTerms": []}),
        ("FREE", {"initialTerm": {"termType": "EVERGREEN"}, "renewalTerms": []}),
    ):
        create = bodies.create(number, terms=terms | changes)
        zuora.done("POST", "/v1/orders", bodies.order(create, number=f"order {number}"))
    renew = bodies.action("RenewSubscription", {}, date="2025-01-01")
    zuora.done("POST", "/v1/orders", bodies.order(renew, number="2", subscription="EVER"))
    found = zuora.done("GET", "/v1/subscriptions/EVER")
    assert (found["termType"], found["termEndDate"]) == ("EVERGREEN", None)
    assert found["ratePlans"][0]["ratePlanCharges"][0]["effectiveEndDate"] is None
    assert "no renewal term" in refusal(zuora, bodies, renew, subscription="NONE")[1]
    assert "evergreen" in refusal(zuora, bodies, renew, subscription="FREE")[1]


@pytest.mark.parametrize(
    ("details", "day"),
    [
        ({"cancellationPolicy": "EndOfCurrentTerm"}, "2025-01-01"),
        ({"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": "2024-07-01"}, "2024-07-01"),
    ],
)
def test_a_cancellation(
    zuora: Any, bodies: Any, subscription: str, details: dict[str, str], day: str
) -> None:
    found = change(zuora, bodies, bodies.action("CancelSubscription", details, date=day))
    assert (found["status"], found["subscriptionEndDate"], found["version"]) == ("Cancelled", day, 2)
    assert spans(found["ratePlans"][0]["ratePlanCharges"]) == [("2024-01-01", day, 10, 10)]
    again = bodies.action("CancelSubscription", details, date=day)
    assert "is cancelled" in refusal(zuora, bodies, again)[1]


@pytest.mark.parametrize(
    ("details", "category"),
    [
        ({}, MISSING),
        ({"cancellationPolicy": "SpecificDate"}, MISSING),
        ({"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": "2025-06-01"}, RULE),
        ({"cancellationPolicy": "EndOfLastInvoicePeriod"}, RULE),
    ],
)
def test_a_cancellation_that_is_refused(
    zuora: Any, bodies: Any, subscription: str, details: dict[str, str], category: int
) -> None:
    assert refusal(zuora, bodies, bodies.action("CancelSubscription", details))[0] == category


def test_a_change_needs_a_subscription_that_exists(zuora: Any, bodies: Any, shop: Any) -> None:
    action = bodies.action("UpdateProduct", quantity_update(shop, 1))
    assert refusal(zuora, bodies, action, subscription="SUB-404")[0] == BAD_VALUE
    assert refusal(zuora, bodies, action, subscription=None)[0] == MISSING


def test_versions_and_their_orders_are_read_back(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    change(zuora, bodies, bodies.action("UpdateProduct", quantity_update(shop, 15), date=MID))
    assert zuora.done("GET", "/v1/subscriptions/SUB-1/versions/1")["isLatestVersion"] is False
    order = zuora.done("GET", "/v1/orders/second")["order"]
    [entry] = order["subscriptions"]
    assert (entry["baseVersion"], entry["newVersion"]) == (1, 2)
    assert entry["orderActions"][0]["updateProduct"]["subscriptionRatePlanNumber"] == "RP-1"
    found = zuora.find("subscriptions", filter="name.EQ:SUB-1", sort="version.ASC")
    assert [item["version"] for item in found] == [1, 2]
    [latest] = zuora.find("subscriptions", filter=["name.EQ:sub-1", "islatestversion.EQ:true"])
    assert latest["previousSubscriptionId"] == found[0]["id"]
    assert latest["originalId"] == found[0]["id"]


def test_quote_and_custom_fields_of_a_change_reach_the_subscription(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    body = bodies.order(
        bodies.action("UpdateProduct", quantity_update(shop, 15), date=MID),
        number="second",
        subscription="SUB-1",
    )
    body["subscriptions"][0] |= {
        "customFields": {"SFDC_Contract__c": "801"},
        "quote": {"QuoteType__QT": "Amendment"},
    }
    zuora.done("POST", "/v1/orders", body)
    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["SFDC_Contract__c"], found["QuoteType__QT"]) == ("801", "Amendment")


def test_an_update_before_a_later_one_needs_its_own_day_and_leaves_the_later_one(
    zuora: Any, shop: Any, bodies: Any, subscription: str
) -> None:
    key = {"subscriptionRatePlanNumber": "RP-1"}
    change(zuora, bodies, bodies.action("UpdateProduct", quantity_update(shop, 20, **key), date="2024-08-01"))
    between = quantity_update(shop, 15, **key)
    assert (
        "specificUpdateDate" in refusal(zuora, bodies, bodies.action("UpdateProduct", between, date=MID))[1]
    )
    between["specificUpdateDate"] = MID
    change(zuora, bodies, bodies.action("UpdateProduct", between, date=MID), number="third")
    shown = zuora.done("GET", "/v1/subscriptions/SUB-1?charge-detail=all-segments")["ratePlans"][0]
    segments = shown["ratePlanCharges"][0]["chargeSegments"]
    starts = [(each["effectiveStartDate"], each["quantity"]) for each in segments]
    assert starts[1:] == [(MID, 15), ("2024-08-01", 20)]
