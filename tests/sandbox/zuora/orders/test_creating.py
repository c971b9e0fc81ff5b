"""New orders: what they make, what they are refused for, and that they are carried out whole or not at
all.
"""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, UNKNOWN, MISSING, RULE = 20, 21, 22, 30
KEPT = ("orders", "subscriptions", "order_line_items", "accounts", "contacts")


def kept(zuora: Any) -> dict[str, Any]:
    state = zuora.state()
    return {table: state[table] for table in KEPT}


def refusal(zuora: Any, body: dict[str, Any]) -> tuple[int, str]:
    """The first reason; nothing may have been stored."""
    before = kept(zuora)
    reasons = zuora.refused("POST", "/v1/orders", body)
    assert kept(zuora) == before
    category, message = reasons[0]
    return category, message


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


@pytest.mark.parametrize(
    ("changes", "category", "word"),
    [
        ({"quantity": ...}, MISSING, "quantity"),
        ({"amountPerUnit": ...}, MISSING, "amountPerUnit"),
        ({"itemName": ..., "productRatePlanChargeId": ...}, MISSING, "itemName"),
        ({"transactionStartDate": ...}, MISSING, "transactionStartDate"),
        ({"quantity": 0}, BAD_VALUE, "more than 0"),
        ({"productRatePlanChargeId": "8ad0"}, BAD_VALUE, "8ad0"),
        ({"itemState": "Sent"}, BAD_VALUE, "itemState"),
        ({"itemCategory": "Return"}, RULE, "returns"),
        ({"currency": "EUR"}, RULE, "EUR"),
        ({"transactionEndDate": "2023-01-01"}, BAD_VALUE, "before"),
        ({"relatedSubscriptionNumber": "SUB-404"}, BAD_VALUE, "SUB-404"),
        ({"ownerAccountNumber": "A404"}, BAD_VALUE, "A404"),
        ({"billTo": "8ad0"}, BAD_VALUE, "billTo"),
        ({"price": 1}, UNKNOWN, "price"),
        ({"customFields": {"Nothing__c": "x"}}, UNKNOWN, "Nothing__c"),
    ],
)
def test_a_line_item_that_is_refused(
    zuora: Any, bodies: Any, changes: dict[str, Any], category: int, word: str
) -> None:
    found, message = refusal(zuora, bodies.order(orderLineItems=[bodies.item(**changes)]))
    assert found == category
    assert word in message


def test_a_recurring_charge_is_no_line_item(zuora: Any, shop: Any, bodies: Any) -> None:
    item = bodies.item(productRatePlanChargeId=shop.seats.charge)
    assert refusal(zuora, bodies.order(orderLineItems=[item]))[0] == RULE


@pytest.mark.parametrize(
    ("changes", "category", "word"),
    [
        ({"orderDate": ...}, MISSING, "orderDate"),
        ({"orderDate": "01.01.2024"}, BAD_VALUE, "orderDate"),
        ({"existingAccountNumber": ...}, MISSING, "Exactly one"),
        ({"existingAccountId": "8ad0"}, BAD_VALUE, "Exactly one"),
        ({"existingAccountNumber": "A404"}, BAD_VALUE, "A404"),
        ({"orderNumber": "x" * 101}, BAD_VALUE, "orderNumber"),
        ({"Region__c": "x"}, UNKNOWN, "Region__c"),
        ({"description": "x"}, UNKNOWN, "description"),
        ({"status": "Draft"}, RULE, "Draft"),
        ({"category": "Return"}, RULE, "Return"),
        ({"processingOptions": {"runBilling": True}}, RULE, "runBilling"),
        ({"subscriptions": []}, MISSING, "order action"),
    ],
)
def test_an_order_that_is_refused(
    zuora: Any, bodies: Any, changes: dict[str, Any], category: int, word: str
) -> None:
    found, message = refusal(zuora, bodies.order(bodies.create(), **changes))
    assert found == category
    assert word in message


@pytest.mark.parametrize(
    ("details", "category", "word"),
    [
        ({"terms": ...}, MISSING, "initialTerm"),
        ({"terms": {"initialTerm": {"termType": "TERMED"}}}, MISSING, "period"),
        ({"terms": {"initialTerm": {"termType": "FOREVER"}}}, BAD_VALUE, "termType"),
        ({"terms": {"initialTerm": {"termType": "TERMED", "period": 0}}}, BAD_VALUE, "at least 1"),
        ({"terms": {"initialTerm": {"termType": "EVERGREEN"}, "autoRenew": True}}, RULE, "evergreen"),
        ({"subscriptionNumber": "x" * 101}, BAD_VALUE, "subscriptionNumber"),
        ({"invoiceOwnerAccountNumber": "A404"}, BAD_VALUE, "A404"),
        ({"billToContactId": "8ad0"}, BAD_VALUE, "billToContactId"),
        ({"paymentTerm": "Net 17"}, BAD_VALUE, "Net 17"),
        ({"currency": "EUR"}, RULE, "EUR"),
        ({"initialTerm": 12}, UNKNOWN, "initialTerm"),
    ],
)
def test_a_subscription_that_is_refused(
    zuora: Any, bodies: Any, details: dict[str, Any], category: int, word: str
) -> None:
    found, message = refusal(zuora, bodies.order(bodies.create(**details)))
    assert found == category
    assert word in message


def test_rate_plans_and_charges_that_are_refused(zuora: Any, shop: Any, bodies: Any) -> None:
    wrong_kind = bodies.override(shop.seats, {"recurringFlatFee": {"listPrice": 1}})
    foreign = bodies.override(shop.platform)
    plan = {"productRatePlanId": shop.seats.plan}
    for given, category, word in (
        ({"productRatePlanId": "8ad0"}, BAD_VALUE, "8ad0"),
        ({}, MISSING, "productRatePlanId"),
        (plan | {"chargeOverrides": [wrong_kind]}, BAD_VALUE, "recurringPerUnit"),
        (plan | {"chargeOverrides": [foreign]}, BAD_VALUE, "no charge"),
        (plan, MISSING, "quantity"),
        (bodies.seats(-1), BAD_VALUE, "at least 0"),
        (bodies.seats("7"), BAD_VALUE, "number"),
        (bodies.seats(override={"billing": {"billingPeriod": "Semi-Annual"}}), BAD_VALUE, "billingPeriod"),
        (bodies.seats(override={"billing": {"billingPeriod": "Specific_Months"}}), MISSING, "specific"),
        (
            bodies.seats(override={"startDate": {"triggerEvent": "SpecificDate"}}),
            MISSING,
            "specificTriggerDate",
        ),
        (
            bodies.seats(
                override={"startDate": {"triggerEvent": "SpecificDate", "specificTriggerDate": "2026-01-01"}}
            ),
            RULE,
            "outside",
        ),
    ):
        found, message = refusal(zuora, bodies.order(bodies.create(plans=[given])))
        assert (found, word in message) == (category, True), message


def test_numbers_are_used_once(zuora: Any, bodies: Any) -> None:
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create()))
    assert "00000101" in refusal(zuora, bodies.order(bodies.create("SUB-2")))[1]
    assert "SUB-1" in refusal(zuora, bodies.order(bodies.create(), number="00000102"))[1]


def test_an_action_needs_its_own_object_and_its_date(zuora: Any, bodies: Any) -> None:
    create = bodies.create()
    for action, word in (
        (
            {name: value for name, value in create.items() if name != "createSubscription"},
            "createSubscription",
        ),
        (create | {"addProduct": {}}, "nothing else"),
        (create | {"triggerDates": []}, "ContractEffective"),
        (create | {"type": "Create"}, "type"),
    ):
        assert word in refusal(zuora, bodies.order(action))[1]
    assert "cannot be created" in refusal_of_existing(zuora, bodies)


def refusal_of_existing(zuora: Any, bodies: Any) -> str:
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create()))
    return refusal(zuora, bodies.order(bodies.create("SUB-2"), number="2", subscription="SUB-1"))[1]


def test_a_failing_part_undoes_the_whole_order(
    zuora: Any, shop: Any, bodies: Any, make_account_body: Any
) -> None:
    good, bad = bodies.create(), bodies.create("SUB-2", plans=[{"productRatePlanId": "8ad0"}])
    body = bodies.order(good)
    body["subscriptions"].append({"orderActions": [bad]})
    assert "subscriptions[1]" in refusal(zuora, body)[1]
    account = make_account_body(name="Newcomer")
    for role in ("billToContact", "soldToContact"):
        account[role]["postalCode"] = account[role].pop("zipCode")
    refusal(zuora, bodies.order(bad, existingAccountNumber=..., newAccount=account))
    answer = zuora.done(
        "POST", "/v1/orders", bodies.order(good, existingAccountNumber=..., newAccount=account)
    )
    shown = zuora.done("GET", f"/v1/accounts/{answer['accountNumber']}")
    assert (shown["basicInfo"]["name"], shown["billToContact"]["zipCode"]) == ("Newcomer", "94105")


def test_the_limits_of_a_synchronous_order(zuora: Any, bodies: Any) -> None:
    body = bodies.order(bodies.create())
    body["subscriptions"] = [{"orderActions": [bodies.create(f"SUB-{n}")]} for n in range(51)]
    assert "50 subscriptions" in refusal(zuora, body)[1]
    items = [bodies.item()] * 101
    assert "100 order line items" in refusal(zuora, bodies.order(orderLineItems=items))[1]


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
    refusal(zuora, bodies.order(bodies.create("SUB-2", **wrong), number="2"))


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
    assert "not active in EUR" in refusal(zuora, in_euros)[1]


def test_a_repeated_order_is_answered_from_its_key(zuora: Any, bodies: Any) -> None:
    headers = {"Idempotency-Key": "order-101"}
    first = zuora.done("POST", "/v1/orders", bodies.order(bodies.create()), headers=headers)
    assert zuora.done("POST", "/v1/orders", bodies.order(bodies.create()), headers=headers) == first
    assert len(zuora.state()["orders"]) == 1
