"""New orders and what they make."""

from __future__ import annotations

from typing import Any

import pytest


def charge_of(zuora: Any, number: str = "SUB-1", plan: int = 0) -> dict[str, Any]:
    found = zuora.done("GET", f"/v1/subscriptions/{number}")
    charge: dict[str, Any] = found["ratePlans"][plan]["ratePlanCharges"][0]
    return charge


def test_a_subscription_with_a_seat_price_of_its_own(zuora: Any, shop: Any, bodies: Any) -> None:
    plan = bodies.seats(7, 10.5, externallyManagedPlanId="802Ak1", subscriptionRatePlanNumber="RP-802")
    answer = zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))
    assert answer["orderNumber"] == "00000101"
    assert (answer["status"], answer["accountNumber"]) == ("Completed", shop.account)
    assert answer["subscriptions"] == [{"subscriptionNumber": "SUB-1", "status": "Active"}]
    assert "orderId" not in answer

    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["termType"], found["termStartDate"], found["termEndDate"]) == (
        "TERMED",
        "2024-01-01",
        "2025-01-01",
    )
    assert (found["version"], found["status"], found["renewalTerm"]) == (1, "Active", 12)
    assert found["ratePlans"][0]["externallyManagedPlanId"] == "802Ak1"
    charge = charge_of(zuora)
    assert (charge["price"], charge["quantity"], charge["originalListPrice"]) == (10.5, 7, 12.5)
    assert (charge["billingPeriod"], charge["model"], charge["type"]) == ("Month", "PerUnit", "Recurring")
    assert (charge["effectiveStartDate"], charge["effectiveEndDate"]) == ("2024-01-01", "2025-01-01")
    assert charge["mrr"] == 73.5


def test_flat_fee_one_time_and_tiered_charges(zuora: Any, shop: Any, bodies: Any) -> None:
    plans = [
        {
            "productRatePlanId": shop.platform.plan,
            "chargeOverrides": [bodies.override(shop.platform, {"recurringFlatFee": {"listPrice": 1200}})],
        },
        {
            "productRatePlanId": shop.onboarding.plan,
            "chargeOverrides": [
                bodies.override(shop.onboarding, {"oneTimePerUnit": {"listPrice": 99.5, "quantity": 2}})
            ],
        },
        {
            "productRatePlanId": shop.tiered.plan,
            "chargeOverrides": [bodies.override(shop.tiered, {"recurringTiered": {"quantity": 25}})],
        },
    ]
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=plans)))
    platform, onboarding, storage = (charge_of(zuora, plan=index) for index in range(3))
    assert (platform["model"], platform["price"], platform["quantity"]) == ("FlatFee", 1200, None)
    assert (platform["mrr"], platform["billingPeriod"]) == (100, "Annual")
    assert (onboarding["type"], onboarding["price"], onboarding["quantity"], onboarding["mrr"]) == (
        "OneTime",
        99.5,
        2,
        0,
    )
    assert [tier["price"] for tier in storage["tiers"]] == [5, 4]
    assert storage["mrr"] == 110  # ten at 5 and fifteen at 4


def test_billing_can_be_overridden_in_the_orders_own_spelling(zuora: Any, bodies: Any) -> None:
    billing = {
        "billingPeriod": "Semi_Annual",
        "billingTiming": "IN_ARREARS",
        "billCycleType": "ChargeTriggerDay",
    }
    plan = bodies.seats(override={"billing": billing})
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))
    charge = charge_of(zuora)
    assert (charge["billingPeriod"], charge["billingTiming"], charge["mrr"]) == (
        "Semi_Annual",
        "IN_ARREARS",
        12.25,
    )


def test_a_price_for_so_many_months(zuora: Any, shop: Any, bodies: Any) -> None:
    pricing = {
        "listPrice": 120,
        "quantity": 1,
        "listPriceBase": "Per_Specific_Months",
        "specificListPriceBase": 24,
    }
    plan = bodies.seats(override={"pricing": {"recurringPerUnit": pricing}})
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan])))
    assert (charge_of(zuora)["specificListPriceBase"], charge_of(zuora)["mrr"]) == (24, 5)


def test_the_order_is_read_back(zuora: Any, shop: Any, bodies: Any) -> None:
    zuora.settings(custom_fields={"Order": {"Region__c": {}}, "OrderAction": {"Why__c": {}}})
    action = bodies.create() | {"customFields": {"Why__c": "new"}, "changeReason": "first"}
    body = bodies.order(
        action, customFields={"Region__c": "EMEA"}, reasonCode="R1", orderLineItems=[bodies.item()]
    )
    body["subscriptions"][0] |= {
        "customFields": {"SFDC_Contract__c": "800"},
        "quote": {"QuoteNumber__QT": "Q-1", "OpportunityCloseDate__QT": "2023-12-31"},
        "notes": "as agreed",
    }
    zuora.done("POST", "/v1/orders", body)
    order = zuora.done("GET", "/v1/orders/00000101")["order"]
    assert (order["existingAccountNumber"], order["orderDate"], order["currency"]) == (
        shop.account,
        "2024-01-01",
        "USD",
    )
    assert (order["customFields"], order["reasonCode"]) == ({"Region__c": "EMEA"}, "R1")
    [entry] = order["subscriptions"]
    assert (entry["baseVersion"], entry["newVersion"]) == (0, 1)
    assert entry["orderActions"][0]["createSubscription"]["terms"] == bodies.subscription()["terms"]
    assert entry["orderActions"][0]["customFields"] == {"Why__c": "new"}
    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["SFDC_Contract__c"], found["QuoteNumber__QT"], found["notes"]) == (
        "800",
        "Q-1",
        "as agreed",
    )
    assert found["OpportunityCloseDate__QT"] == "2023-12-31"


def test_ids_are_returned_on_request(zuora: Any, shop: Any, bodies: Any) -> None:
    answer = zuora.done("POST", "/v1/orders?returnIds=true", bodies.order(bodies.create()))
    subscription = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert answer["subscriptionIds"] == [subscription["id"]]
    assert answer["subscriptions"][0]["subscriptionId"] == subscription["id"]
    assert answer["accountId"] == shop.account_id
    assert zuora.done("GET", f"/v1/subscriptions/{subscription['id']}")["subscriptionNumber"] == "SUB-1"


def test_before_version_223_there_are_only_numbers(zuora: Any, bodies: Any) -> None:
    zuora.version = "211.0"
    answer = zuora.session.post(
        f"{zuora.url}/v1/orders",
        json=bodies.order(bodies.create()),
        headers={"Authorization": f"Bearer {zuora.token}", "Zuora-Version": "211.0"},
        timeout=5,
    ).json()
    assert (answer["subscriptionNumbers"], "subscriptions" in answer) == (["SUB-1"], False)


def test_numbers_are_generated(zuora: Any, bodies: Any) -> None:
    body = bodies.order(bodies.create(), orderNumber=...)
    del body["subscriptions"][0]["orderActions"][0]["createSubscription"]["subscriptionNumber"]
    answer = zuora.done("POST", "/v1/orders", body)
    assert answer["orderNumber"] == "O-00000001"
    assert answer["subscriptions"][0]["subscriptionNumber"] == "A-S00000001"


def test_line_items(zuora: Any, shop: Any, bodies: Any) -> None:
    items = [
        bodies.item(quantity=3, soldTo=shop.sold_to, purchaseOrderNumber="802"),
        bodies.item(itemName="Training", productRatePlanChargeId=..., amountPerUnit=99.99),
    ]
    answer = zuora.done("POST", "/v1/orders", bodies.order(orderLineItems=items))
    assert [item["itemNumber"] for item in answer["orderLineItems"]] == ["1", "2"]
    first, second = zuora.done("GET", "/v1/orders/00000101")["order"]["orderLineItems"]
    assert (first["amount"], first["itemState"], first["soldTo"]) == (7500, "SentToBilling", shop.sold_to)
    assert (second["itemName"], second["amount"], second["ownerAccountNumber"]) == (
        "Training",
        99.99,
        shop.account,
    )


def test_other_owners(zuora: Any, shop: Any, bodies: Any) -> None:
    holding = zuora.account(name="Acme Holding")
    details = {
        "invoiceOwnerAccountNumber": holding["accountNumber"],
        "billToContactId": holding["billToContactId"],
        "soldToContactId": shop.sold_to,
    }
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(**details)))
    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["accountNumber"], found["invoiceOwnerAccountName"]) == (shop.account, "Acme Holding")
    wrong = details | {"billToContactId": shop.bill_to}
    zuora.refused("POST", "/v1/orders", bodies.order(bodies.create("SUB-2", **wrong), number="2"))


def test_evergreen_and_end_dates(zuora: Any, bodies: Any) -> None:
    terms = {"initialTerm": {"termType": "EVERGREEN", "startDate": "2024-01-01"}, "autoRenew": False}
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(terms=terms)))
    assert zuora.done("GET", "/v1/subscriptions/SUB-1")["termEndDate"] is None
    assert charge_of(zuora)["effectiveEndDate"] is None
    terms = {"initialTerm": {"termType": "TERMED", "startDate": "2024-01-31", "endDate": "2024-03-15"}}
    late = bodies.action("CreateSubscription", bodies.subscription("SUB-2", terms=terms), date="2024-01-31")
    zuora.done("POST", "/v1/orders", bodies.order(late, number="2"))
    found = zuora.done("GET", "/v1/subscriptions/SUB-2")
    assert (found["termEndDate"], found["currentTerm"], found["currentTermPeriodType"]) == (
        "2024-03-15",
        44,
        "Day",
    )


@pytest.mark.parametrize(
    ("period", "kind", "start", "end"),
    [
        (1, "Month", "2024-01-31", "2024-02-29"),
        (2, "Year", "2024-02-29", "2026-02-28"),
        (6, "Week", "2024-01-01", "2024-02-12"),
        (10, "Day", "2024-12-30", "2025-01-09"),
    ],
)
def test_terms_end_where_the_calendar_says(
    zuora: Any, bodies: Any, period: int, kind: str, start: str, end: str
) -> None:
    terms = {"initialTerm": {"termType": "TERMED", "period": period, "periodType": kind}}
    action = bodies.action("CreateSubscription", bodies.subscription(terms=terms), date=start)
    zuora.done("POST", "/v1/orders", bodies.order(action))
    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["termStartDate"], found["termEndDate"]) == (start, end)


def test_a_charge_may_end_earlier(zuora: Any, bodies: Any) -> None:
    ends = (
        ({"endDateCondition": "Fixed_Period", "upToPeriods": 2, "upToPeriodsType": "Months"}, "2024-03-01"),
        ({"endDateCondition": "Specific_End_Date", "specificEndDate": "2024-05-05"}, "2024-05-05"),
        ({"endDateCondition": "Fixed_Period", "upToPeriods": 3}, "2024-04-01"),
    )
    for index, (end, day) in enumerate(ends):
        plan = bodies.seats(override={"endDate": end})
        number = f"SUB-{index}"
        zuora.done("POST", "/v1/orders", bodies.order(bodies.create(number, plans=[plan]), number=number))
        assert charge_of(zuora, number)["effectiveEndDate"] == day


@pytest.mark.parametrize(
    ("setting", "trigger", "status"),
    [
        ("service_activation_required", "ServiceActivation", "Pending Activation"),
        ("customer_acceptance_required", "CustomerAcceptance", "Pending Acceptance"),
    ],
)
def test_missing_trigger_dates_leave_the_order_pending(
    zuora: Any, bodies: Any, setting: str, trigger: str, status: str
) -> None:
    zuora.settings(**{setting: True})
    answer = zuora.done("POST", "/v1/orders", bodies.order(bodies.create()))
    assert (answer["status"], answer["subscriptions"][0]["status"]) == ("Pending", status)
    action = bodies.create("SUB-2")
    action["triggerDates"].append({"name": trigger, "triggerDate": "2024-01-02"})
    answer = zuora.done("POST", "/v1/orders", bodies.order(action, number="2"))
    assert (answer["status"], answer["subscriptions"][0]["status"]) == ("Completed", "Active")


def test_another_currency_where_the_tenant_has_several(
    zuora: Any, shop: Any, bodies: Any, make_offer: Any
) -> None:
    prices = [{"Currency": "USD", "Price": 10}, {"Currency": "EUR", "Price": 9}]
    offer = make_offer("Support", prices, currencies=["USD", "EUR"], DefaultQuantity=1)
    zuora.settings(multiple_currencies=True)
    plan = {"productRatePlanId": offer.plan}
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(plans=[plan], currency="EUR")))
    assert (charge_of(zuora)["price"], charge_of(zuora)["currency"]) == (9, "EUR")
    assert zuora.done("GET", "/v1/orders/00000101")["order"]["currency"] == "EUR"
    in_euros = bodies.order(bodies.create("SUB-2", currency="EUR"), number="2")
    assert "not active in EUR" in zuora.refused("POST", "/v1/orders", in_euros)[0][1]


def test_a_repeated_order_is_answered_from_its_key(zuora: Any, bodies: Any) -> None:
    headers = {"Idempotency-Key": "order-101"}
    first = zuora.done("POST", "/v1/orders", bodies.order(bodies.create()), headers=headers)
    assert zuora.done("POST", "/v1/orders", bodies.order(bodies.create()), headers=headers) == first
    assert len(zuora.state()["orders"]) == 1


def test_a_line_item_is_billed_to_a_contact_of_the_orders_account_whoever_owns_it(
    zuora: Any, shop: Any, bodies: Any
) -> None:
    owner = zuora.account(name="Owner")
    item = bodies.item(
        ownerAccountNumber=owner["accountNumber"], billTo=shop.bill_to, soldTo=owner["soldToContactId"]
    )
    zuora.done("POST", "/v1/orders", bodies.order(orderLineItems=[item]))
    (kept,) = zuora.state()["order_line_items"]
    assert (kept["billTo"], kept["soldTo"]) == (shop.bill_to, owner["soldToContactId"])
    wrong = {**item, "billTo": owner["billToContactId"]}
    reasons = zuora.refused("POST", "/v1/orders", bodies.order(orderLineItems=[wrong], number="2"))
    assert "billTo" in reasons[0][1]
