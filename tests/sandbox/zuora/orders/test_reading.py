"""Lists of orders and subscriptions, background orders, previews, object query of all of them."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, MISSING, RULE, NOT_FOUND = 20, 22, 30, 40


def place(zuora: Any, bodies: Any, count: int, **changes: Any) -> None:
    for index in range(count):
        order = bodies.order(bodies.create(f"SUB-{index}"), number=f"order-{index}", **changes)
        zuora.done("POST", "/v1/orders", order)


def numbers(answer: dict[str, Any]) -> list[str]:
    return [order["orderNumber"] for order in answer["orders"]]


def test_orders_are_listed_newest_first_in_pages(zuora: Any, bodies: Any) -> None:
    place(zuora, bodies, 3)
    first = zuora.done("GET", "/v1/orders?pageSize=2&status=completed")
    assert numbers(first) == ["order-2", "order-1"]
    second = zuora.done("GET", first["nextPage"].removeprefix(zuora.url))
    assert numbers(second) == ["order-0"]
    assert numbers(zuora.done("GET", "/v1/orders?status=pending")) == []
    for query in ("pageSize=41", "page=0", "status=open", "dateFilterOption=createdDate"):
        zuora.refused("GET", f"/v1/orders?{query}")


def test_orders_are_filtered_by_date(zuora: Any, bodies: Any) -> None:
    place(zuora, bodies, 1)
    path = "/v1/orders?dateFilterOption=orderDate"
    assert numbers(zuora.done("GET", f"{path}&startDate=2024-01-01&endDate=2024-01-01")) == ["order-0"]
    assert numbers(zuora.done("GET", f"{path}&startDate=2024-01-02")) == []
    zuora.refused("GET", f"{path}&startDate=soon")


def test_orders_of_an_owner_and_of_a_subscription(zuora: Any, shop: Any, bodies: Any) -> None:
    place(zuora, bodies, 1)
    other = zuora.account(name="Acme Holding")["accountNumber"]
    details = bodies.create("SUB-X", invoiceOwnerAccountNumber=other)
    zuora.done("POST", "/v1/orders", bodies.order(details, number="order-x"))
    assert numbers(zuora.done("GET", f"/v1/orders/subscriptionOwner/{shop.account}")) == [
        "order-x",
        "order-0",
    ]
    assert numbers(zuora.done("GET", f"/v1/orders/subscriptionOwner/{other}")) == []
    assert numbers(zuora.done("GET", f"/v1/orders/invoiceOwner/{other}")) == ["order-x"]
    assert numbers(zuora.done("GET", "/v1/orders/subscription/SUB-X")) == ["order-x"]
    for path in ("subscriptionOwner/A404", "subscription/SUB-404", "A404"):
        assert zuora.refused("GET", f"/v1/orders/{path}", status=404)[0][0] == NOT_FOUND


def test_subscriptions_of_an_account(zuora: Any, shop: Any, bodies: Any) -> None:
    place(zuora, bodies, 7)
    for key in (shop.account, shop.account_id):
        page = zuora.done("GET", f"/v1/subscriptions/accounts/{key}?pageSize=4")
        assert [item["subscriptionNumber"] for item in page["subscriptions"]] == [
            "SUB-0",
            "SUB-1",
            "SUB-2",
            "SUB-3",
        ]
        assert page["nextPage"]
    summary = zuora.done("GET", f"/v1/accounts/{shop.account}/summary")["subscriptions"]
    assert [item["subscriptionNumber"] for item in summary] == [
        "SUB-6",
        "SUB-5",
        "SUB-4",
        "SUB-3",
        "SUB-2",
        "SUB-1",
    ]
    assert zuora.refused("GET", "/v1/subscriptions/SUB-404", status=404)[0][0] == NOT_FOUND
    zuora.refused("GET", "/v1/subscriptions/SUB-1?charge-detail=everything")
    zuora.refused("GET", "/v1/subscriptions/SUB-1?as-of-date=soon")


def test_which_segments_of_a_charge_are_shown(zuora: Any, bodies: Any, ledger: Any) -> None:
    plan = bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1", externallyManagedPlanId="802Ak1")
    ledger.create([plan])
    ledger.quantity(15, "2024-07-01")

    def charges(query: str) -> list[Any]:
        found = zuora.done("GET", f"/v1/subscriptions/SUB-1?{query}")["ratePlans"]
        return [charge for each in found for charge in each["ratePlanCharges"]]

    assert [charge["quantity"] for charge in charges("charge-detail=last-segment")] == [15]
    for day, quantities in (("2024-06-30", [10]), ("2024-07-01", [15]), ("2025-01-01", [])):
        query = f"charge-detail=specific-segment&as-of-date={day}"
        assert [charge["quantity"] for charge in charges(query)] == quantities
    [charge] = charges("charge-detail=all-segments")
    assert [each["quantity"] for each in charge["chargeSegments"]] == [10, 15]
    query = "charge-detail=current-segment&as-of-date=2025-01-01&exclude-rate-plans-with-no-charges=true"
    assert zuora.done("GET", f"/v1/subscriptions/SUB-1?{query}")["ratePlans"] == []
    [shown] = zuora.done("GET", "/v1/subscriptions/SUB-1")["ratePlans"]
    assert shown["externallyManagedPlanId"] == "802Ak1"
    assert "subscriptionRatePlanNumber" not in shown  # the document declares it in no answer of v1
    first = zuora.done("GET", "/v1/subscriptions/SUB-1/versions/1")["ratePlans"][0]["ratePlanCharges"][0]
    [second] = shown["ratePlanCharges"]
    assert (second["originalChargeId"], second["id"] != first["id"]) == (first["id"], True)


def test_a_background_order_is_under_way_then_completed(zuora: Any, shop: Any, bodies: Any) -> None:
    zuora.settings(async_polls=2)
    answer = zuora.send(
        "POST", "/v1/async/orders", bodies.order(bodies.create(), orderLineItems=[bodies.item()])
    )
    job = answer.json()["jobId"]
    assert answer.headers["Location"].endswith(f"/v1/async-jobs/{job}")
    states = [zuora.done("GET", f"/v1/async-jobs/{job}") for _ in range(3)]
    assert [state["status"] for state in states] == ["Processing", "Processing", "Completed"]
    assert states[0] == {"success": True, "status": "Processing", "errors": None, "result": None}
    result = states[2]["result"]
    assert (result["jobType"], result["orderNumber"], result["status"]) == (
        "AsyncCreateOrder",
        "00000101",
        "Completed",
    )
    assert result["subscriptions"] == [{"subscriptionNumber": "SUB-1", "status": "Active"}]
    zuora.done("GET", "/v1/orders/00000101")


def test_a_background_order_fails_in_its_job(zuora: Any, bodies: Any) -> None:
    zuora.settings(async_polls=0)
    body = bodies.order(bodies.create(plans=[{"productRatePlanId": "8ad0"}]))
    job = zuora.done("POST", "/v1/async/orders", body)["jobId"]
    found = zuora.done("GET", f"/v1/async-jobs/{job}")
    assert (found["status"], found["result"]) == ("Failed", None)
    assert "8ad0" in found["errors"]
    assert zuora.state()["orders"] == []


def test_what_a_background_order_is_refused_for_at_once(zuora: Any, bodies: Any) -> None:
    assert (
        zuora.refused("POST", "/v1/async/orders", bodies.order(bodies.create(), orderDate=...))[0][0]
        == MISSING
    )
    body = bodies.order(bodies.create())
    body["subscriptions"] = body["subscriptions"] * 301
    assert "300 subscriptions" in zuora.refused("POST", "/v1/async/orders", body)[0][1]
    unknown = zuora.refused("GET", "/v1/async-jobs/00000000-0000-4000-8000-000000000000", status=404)
    assert unknown[0][0] == NOT_FOUND


def test_a_background_order_may_be_larger(zuora: Any, bodies: Any) -> None:
    body = bodies.order(bodies.create())
    body["subscriptions"] = [{"orderActions": [bodies.create(f"SUB-{n}")]} for n in range(51)]
    zuora.settings(async_polls=0)
    job = zuora.done("POST", "/v1/async/orders", body)["jobId"]
    assert len(zuora.done("GET", f"/v1/async-jobs/{job}")["result"]["subscriptions"]) == 51


def preview(bodies: Any, *actions: Any, thru: dict[str, Any], **changes: Any) -> dict[str, Any]:
    options = {"previewTypes": ["BillingDocs"]} | thru
    body: dict[str, Any] = bodies.order(*actions, previewOptions=options, **changes)
    return body


def amounts(answer: dict[str, Any]) -> list[tuple[str, str, float]]:
    return [
        (item["serviceStartDate"], item["serviceEndDate"], item["amountWithoutTax"])
        for invoice in answer["previewResult"]["invoices"]
        for item in invoice["invoiceItems"]
    ]


TERM_END = {"previewThruType": "TermEnd"}


def test_a_preview_stores_nothing(zuora: Any, bodies: Any) -> None:
    before = zuora.state()
    answer = zuora.done("POST", "/v1/orders/preview", preview(bodies, bodies.create(), thru=TERM_END))
    assert len(amounts(answer)) == 12
    assert answer["previewResult"]["invoices"][0]["amount"] == 882
    assert answer["previewResult"]["creditMemos"] == []
    after = zuora.state()
    assert after["subscriptions"] == before["subscriptions"] == []
    assert after["orders"] == []


@pytest.mark.parametrize(
    ("thru", "expected"),
    [
        ({"previewThruType": "NumberOfPeriods", "previewNumberOfPeriods": 2}, 2),
        ({"previewThruType": "SpecificDate", "specificPreviewThruDate": "2024-03-15"}, 3),
        ({"previewThruType": "SpecificDate", "specificPreviewThruDate": "2023-12-31"}, 0),
        (TERM_END | {"chargeTypeToExclude": ["Recurring"]}, 0),
    ],
)
def test_how_far_a_preview_goes(zuora: Any, bodies: Any, thru: dict[str, Any], expected: int) -> None:
    answer = zuora.done("POST", "/v1/orders/preview", preview(bodies, bodies.create(), thru=thru))
    assert len(amounts(answer)) == expected


def test_a_last_period_is_prorated_by_days(zuora: Any, bodies: Any) -> None:
    terms = {"initialTerm": {"termType": "TERMED", "startDate": "2024-01-01", "endDate": "2024-05-16"}}
    plan = bodies.seats(1, 90, override={"billing": {"billingPeriod": "Quarter"}})
    answer = zuora.done(
        "POST", "/v1/orders/preview", preview(bodies, bodies.create(plans=[plan], terms=terms), thru=TERM_END)
    )
    assert amounts(answer) == [
        ("2024-01-01", "2024-03-31", 90),
        ("2024-04-01", "2024-05-15", 44.51),
    ]  # 45 of 91 days


def test_prices_for_other_months_than_the_period(zuora: Any, bodies: Any) -> None:
    pricing = {"listPrice": 100, "quantity": 2, "listPriceBase": "Per_Month"}
    override = {"pricing": {"recurringPerUnit": pricing}, "billing": {"billingPeriod": "Annual"}}
    answer = zuora.done(
        "POST",
        "/v1/orders/preview",
        preview(bodies, bodies.create(plans=[bodies.seats(override=override)]), thru=TERM_END),
    )
    assert amounts(answer) == [("2024-01-01", "2024-12-31", 2400)]


def test_the_whole_term_and_one_time_in_one_item(zuora: Any, shop: Any, bodies: Any) -> None:
    term = bodies.seats(1, 777, override={"billing": {"billingPeriod": "Subscription_Term"}})
    once = {
        "productRatePlanId": shop.onboarding.plan,
        "chargeOverrides": [
            bodies.override(shop.onboarding, {"oneTimePerUnit": {"listPrice": 5, "quantity": 3}})
        ],
    }
    body = preview(bodies, bodies.create(plans=[term, once]), thru=TERM_END, orderLineItems=[bodies.item()])
    answer = zuora.done("POST", "/v1/orders/preview", body)
    assert amounts(answer) == [
        ("2024-01-01", "2024-12-31", 777),
        ("2024-01-01", "2024-01-01", 15),
        ("2024-01-01", "2024-01-01", 2500),
    ]


def test_previews_that_are_refused(zuora: Any, shop: Any, bodies: Any) -> None:
    create = bodies.create()
    external = bodies.create(plans=[bodies.seats(externallyManagedPlanId="802")])
    evergreen = bodies.create(terms={"initialTerm": {"termType": "EVERGREEN"}})
    options = {"previewTypes": ["BillingDocs"]}
    for body, word in (
        (bodies.order(create), "previewOptions"),
        (bodies.order(create, previewOptions={"previewType": "x"}), "previewType"),
        (bodies.order(create, previewOptions={"previewTypes": ["ChargeMetrics"]}), "BillingDocs"),
        (preview(bodies, external, thru=TERM_END), "externallyManagedPlanId"),
        (preview(bodies, evergreen, thru=TERM_END), "evergreen"),
        (preview(bodies, create, thru={"previewThruType": "SpecificDate"}), "specificPreviewThruDate"),
        (preview(bodies, create, thru={"previewThruType": "NumberOfPeriods"}), "previewNumberOfPeriods"),
        (preview(bodies, create, thru=TERM_END, existingAccountNumber="A404"), "A404"),
        (bodies.order(bodies.action("RenewSubscription", {}), previewOptions=options), "subscriptionNumber"),
    ):
        reasons = zuora.refused("POST", "/v1/orders/preview", body)
        assert word in " ".join(message for _, message in reasons), reasons


def test_object_query_of_orders_and_subscriptions(zuora: Any, shop: Any, bodies: Any) -> None:
    plan = bodies.seats(externallyManagedPlanId="802Ak1", subscriptionRatePlanNumber="RP-1")
    body = bodies.order(
        bodies.create(plans=[plan], soldToContactId=shop.sold_to), orderLineItems=[bodies.item()]
    )
    body["subscriptions"][0]["quote"] = {"QuoteNumber__QT": "Q-1"}
    zuora.done("POST", "/v1/orders", body)

    [subscription] = zuora.find(
        "subscriptions",
        filter=[f"accountid.EQ:{shop.account_id}", "status.EQ:active"],
        expand=["rateplans.rateplancharges", "account.billto", "soldtocontact", "invoiceowner"],
    )
    assert (subscription["name"], subscription["quoteNumber__QT"]) == ("SUB-1", "Q-1")
    [rate_plan] = subscription["ratePlans"]
    assert (rate_plan["externallyManagedPlanId"], rate_plan["subscriptionRatePlanNumber"]) == (
        "802Ak1",
        "RP-1",
    )
    assert rate_plan["ratePlanCharges"][0]["quantity"] == 7
    assert subscription["account"]["billTo"]["firstName"] == "Ada"
    assert subscription["soldToContact"]["firstName"] == "Grace"
    assert subscription["invoiceOwner"]["id"] == shop.account_id

    [order] = zuora.find(
        "orders",
        filter="ordernumber.EQ:00000101",
        expand=["account", "orderlineitems", "orderactions.subscription"],
    )
    assert (order["status"], order["account"]["name"]) == ("Completed", "Acme Corp")
    assert order["orderLineItems"][0]["itemName"] == "Onboarding"
    assert order["orderActions"][0]["subscription"]["name"] == "SUB-1"
    [account] = zuora.find("accounts", expand="subscriptions.rateplans.rateplancharges")
    assert account["subscriptions"][0]["ratePlans"][0]["ratePlanCharges"][0]["price"] == 10.5
    assert zuora.done("GET", "/object-query/subscriptions/SUB-1")["name"] == "SUB-1"
    assert zuora.send("GET", "/object-query/rate-plans").status_code == 404
    query = {
        "queryString": "select Id, Name from Subscription where Name = 'SUB-1' and IsLatestVersion = true"
    }
    assert zuora.done("POST", "/v1/action/query", query)["size"] == 1
