"""Orders that are refused: with which category, in which words, and that nothing of them is kept."""

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
        ({"remark": "x"}, UNKNOWN, "remark"),
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


def dated(contract: str, **dates: str) -> list[dict[str, str]]:
    return [
        {"name": name, "triggerDate": day} for name, day in {"ContractEffective": contract, **dates}.items()
    ]


@pytest.mark.parametrize(
    ("dates", "first", "second"),
    [
        (
            {"ServiceActivation": "2023-12-31"},
            "ServiceActivation date 2023-12-31",
            "ContractEffective date 2024-01-01",
        ),
        (
            {"CustomerAcceptance": "2023-12-31"},
            "CustomerAcceptance date 2023-12-31",
            "ContractEffective date 2024-01-01",
        ),
        (
            {"ServiceActivation": "2024-01-03", "CustomerAcceptance": "2024-01-02"},
            "CustomerAcceptance date 2024-01-02",
            "ServiceActivation date 2024-01-03",
        ),
    ],
)
def test_trigger_dates_come_in_their_order(
    zuora: Any, bodies: Any, dates: dict[str, str], first: str, second: str
) -> None:
    create = bodies.create() | {"triggerDates": dated("2024-01-01", **dates)}
    category, message = refusal(zuora, bodies.order(create))
    assert (category, message) == (
        RULE,
        f"subscriptions[0].orderActions[0].triggerDates: the {first} lies before the {second}.",
    )


def test_trigger_dates_of_every_action_come_in_their_order(
    zuora: Any, bodies: Any, ledger: Any, make_seats_update: Any
) -> None:
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")])
    dates = dated("2024-06-01", ServiceActivation="2024-05-31")
    for kind, details in (
        ("UpdateProduct", make_seats_update(1)),
        ("RemoveProduct", {"subscriptionRatePlanNumber": "RP-1"}),
        ("TermsAndConditions", {"autoRenew": True}),
        ("RenewSubscription", {}),
        ("CancelSubscription", {"cancellationPolicy": "EndOfCurrentTerm"}),
    ):
        action = bodies.action(kind, details) | {"triggerDates": dates}
        order = bodies.order(action, number="refused", subscription="SUB-1")
        category, message = refusal(zuora, order)
        assert (category, "2024-05-31" in message, "2024-06-01" in message) == (RULE, True, True), kind
    same = dated("2024-06-01", ServiceActivation="2024-06-01", CustomerAcceptance="2024-06-01")
    ledger.order(bodies.action("UpdateProduct", make_seats_update(1)) | {"triggerDates": same})


def test_an_action_is_dated_within_the_contract_and_the_term(zuora: Any, bodies: Any, ledger: Any) -> None:
    """The term of 2024 begins in January, the contract in February."""
    create = bodies.create() | {"triggerDates": dated("2024-02-01")}
    ledger.order(create, subscription=None)
    for day, word in (
        ("2024-01-31", "earlier than the contract effective"),
        ("2025-01-02", "later than the term end"),
    ):
        action = bodies.action("TermsAndConditions", {"autoRenew": True}, date=day)
        category, message = refusal(zuora, bodies.order(action, number="refused", subscription="SUB-1"))
        assert (category, word in message) == (RULE, True), message
    for day in ("2024-02-01", "2025-01-01"):
        ledger.order(bodies.action("TermsAndConditions", {"autoRenew": True}, date=day))
