"""OwnerTransfer and ChangePlan: another account, another rate plan."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, MISSING, RULE = 20, 22, 30


@pytest.fixture
def seats(ledger: Any, bodies: Any, shop: Any) -> Any:
    """Ten seats of 10 a month for 2024, billed to Grace."""
    plan = bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")
    ledger.create([plan], billToContactId=shop.sold_to, soldToContactId=shop.sold_to)
    return ledger


@pytest.fixture
def holding(zuora: Any) -> Any:
    return zuora.account(name="Acme Holding")


def read(zuora: Any) -> Any:
    return zuora.done("GET", "/v1/subscriptions/SUB-1")


def refused(zuora: Any, bodies: Any, kind: str, details: Any) -> tuple[int, str]:
    order = bodies.order(bodies.action(kind, details), number="refused", subscription="SUB-1")
    [(category, message)] = zuora.refused("POST", "/v1/orders", order)
    return category, message


def test_another_account_owns_and_pays(zuora: Any, seats: Any, shop: Any, bodies: Any, holding: Any) -> None:
    number = holding["accountNumber"]
    both = {"destinationAccountNumber": number, "destinationInvoiceAccountNumber": number}
    seats.order(bodies.action("OwnerTransfer", both, date="2024-03-01"))
    found = read(zuora)
    assert (found["version"], found["accountNumber"], found["invoiceOwnerAccountNumber"]) == (
        2,
        number,
        number,
    )
    assert [found[name]["id"] for name in ("billToContact", "soldToContact")] == [
        holding["billToContactId"],
        holding["soldToContactId"],
    ]
    assert zuora.done("GET", f"/v1/subscriptions/accounts/{shop.account}")["subscriptions"] == []
    assert seats.total(account=number) == 1200
    order = zuora.done("GET", "/v1/orders/ledger-2")["order"]
    assert order["existingAccountNumber"] == shop.account
    assert order["subscriptions"][0]["subscriptionOwnerAccountNumber"] == number


def test_only_the_payer_changes(zuora: Any, seats: Any, shop: Any, bodies: Any, holding: Any) -> None:
    details = {
        "destinationInvoiceAccountNumber": holding["accountNumber"],
        "billToContactId": holding["soldToContactId"],
    }
    seats.order(bodies.action("OwnerTransfer", details))
    found = read(zuora)
    assert (found["accountNumber"], found["invoiceOwnerAccountNumber"]) == (
        shop.account,
        holding["accountNumber"],
    )
    assert (found["billToContact"]["id"], found["soldToContact"]["id"]) == (
        holding["soldToContactId"],
        shop.sold_to,
    )


def test_transfers_that_are_refused(zuora: Any, seats: Any, shop: Any, bodies: Any) -> None:
    euro = zuora.account(name="Acme Europe", currency="EUR")["accountNumber"]
    for details, category, word in (
        ({}, MISSING, "destinationAccountNumber"),
        ({"destinationAccountNumber": "A404"}, BAD_VALUE, "A404"),
        ({"destinationAccountNumber": euro}, RULE, "EUR"),
        ({"destinationInvoiceAccountNumber": shop.account, "billToContactId": "8ad0"}, BAD_VALUE, "8ad0"),
    ):
        found, message = refused(zuora, bodies, "OwnerTransfer", details)
        assert (found, word in message) == (category, True), message
    zuora.settings(multiple_currencies=True)
    seats.order(bodies.action("OwnerTransfer", {"destinationAccountNumber": euro}))
    assert read(zuora)["currency"] == "USD"


@pytest.mark.parametrize(
    ("policy", "day", "total"),
    [
        # seats to 15 March: 2 x 100 + 100 x 14/31 = 245.16; the platform's 900 a year from then: 900 x 292/365 = 720
        ("EffectiveImmediately", "2024-03-15", 965.16),
        # seats to the end of March: 300; 900 x 275/365 = 678.08
        ("EffectiveEndOfBillingPeriod", "2024-04-01", 978.08),
    ],
)
def test_one_plan_takes_the_place_of_another(
    zuora: Any, seats: Any, shop: Any, bodies: Any, policy: str, day: str, total: float
) -> None:
    details = {
        "subscriptionRatePlanNumber": "RP-1",
        "effectivePolicy": policy,
        "subType": "Upgrade",
        "newProductRatePlan": {"productRatePlanId": shop.platform.plan, "subscriptionRatePlanNumber": "RP-2"},
    }
    seats.order(bodies.action("ChangePlan", details, date="2024-03-15"))
    found = read(zuora)
    assert (found["version"], [p["lastChangeType"] for p in found["ratePlans"]]) == (2, ["Remove", "Add"])
    old, new = [plan["ratePlanCharges"][0] for plan in found["ratePlans"]]
    assert (old["effectiveEndDate"], new["effectiveStartDate"], new["effectiveEndDate"]) == (
        day,
        day,
        "2025-01-01",
    )
    assert seats.total() == total


def test_plan_changes_that_are_refused(zuora: Any, seats: Any, shop: Any, bodies: Any) -> None:
    new = {"newProductRatePlan": {"productRatePlanId": shop.platform.plan}}
    for details, category, word in (
        ({"subscriptionRatePlanNumber": "RP-1"}, MISSING, "newProductRatePlan"),
        (new, MISSING, "exactly one"),
        (new | {"subscriptionRatePlanNumber": "RP-404"}, BAD_VALUE, "RP-404"),
        (
            {"subscriptionRatePlanNumber": "RP-1", "newProductRatePlan": {"productRatePlanId": "8ad0"}},
            BAD_VALUE,
            "8ad0",
        ),
    ):
        found, message = refused(zuora, bodies, "ChangePlan", details)
        assert (found, word in message) == (category, True), message
