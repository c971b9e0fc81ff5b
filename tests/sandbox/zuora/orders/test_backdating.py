"""Updates on any day of a charge's life, also before a change that was made earlier."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, RULE = 20, 30


def segments(zuora: Any) -> list[tuple[Any, ...]]:
    path = "/v1/subscriptions/SUB-1?charge-detail=all-segments"
    [charge] = zuora.done("GET", path)["ratePlans"][0]["ratePlanCharges"]
    return [
        (
            each["segment"],
            each["effectiveStartDate"],
            each["effectiveEndDate"],
            each["quantity"],
            each["price"],
        )
        for each in charge["chargeSegments"]
    ]


@pytest.fixture
def raised(ledger: Any, bodies: Any) -> Any:
    """Ten seats of 10 for 2024, fifteen from September."""
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")])
    ledger.quantity(15, "2024-09-01")
    return ledger


@pytest.mark.parametrize(
    ("setting", "expected", "total"),
    [
        # 3 x 100 + 9 x 120: the rise of September is gone
        (
            "overwrite",
            [(1, "2024-01-01", "2024-04-01", 10, 10), (2, "2024-04-01", "2025-01-01", 12, 10)],
            1380,
        ),
        # 3 x 100 + 5 x 120 + 4 x 150: it stays
        (
            "split",
            [
                (1, "2024-01-01", "2024-04-01", 10, 10),
                (2, "2024-04-01", "2024-09-01", 12, 10),
                (3, "2024-09-01", "2025-01-01", 15, 10),
            ],
            1500,
        ),
    ],
)
def test_what_a_backdated_update_leaves_of_a_later_one_is_a_setting(
    zuora: Any, raised: Any, setting: str, expected: Any, total: float
) -> None:
    zuora.settings(backdated_update=setting)
    raised.quantity(12, "2024-04-01")
    assert segments(zuora) == expected
    assert raised.total() == total


def test_an_update_on_a_segments_first_day_replaces_it(zuora: Any, raised: Any) -> None:
    zuora.settings(backdated_update="split")
    raised.quantity(11, "2024-01-01")
    assert segments(zuora) == [
        (1, "2024-01-01", "2024-09-01", 11, 10),
        (2, "2024-09-01", "2025-01-01", 15, 10),
    ]


def test_what_an_update_does_not_say_stays_as_it_was_on_that_day(
    zuora: Any, raised: Any, bodies: Any, make_seats_update: Any
) -> None:
    zuora.settings(backdated_update="split")
    details = make_seats_update(price=8) | {"specificUpdateDate": "2024-06-01"}
    raised.order(bodies.action("UpdateProduct", details, date="2024-06-01"))
    assert segments(zuora)[1:] == [
        (2, "2024-06-01", "2024-09-01", 10, 8),
        (3, "2024-09-01", "2025-01-01", 15, 10),
    ]


def test_there_are_two_ways_and_no_third(zuora: Any) -> None:
    body = {"backdated_update": "merge"}
    answer = zuora.session.post(f"{zuora.url}/__sandbox__/settings", json=body, timeout=10)
    assert (answer.status_code, "split or overwrite" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("quantity", "date", "category", "words"),
    [
        (12, "2023-12-31", RULE, "outside"),
        (12, "2025-01-01", RULE, "outside the charge's life from 2024-01-01 to 2025-01-01"),
        (-1, "2024-04-01", BAD_VALUE, "at least 0"),
    ],
)
def test_updates_outside_a_charges_life_or_below_zero_are_refused(
    zuora: Any,
    raised: Any,
    bodies: Any,
    make_seats_update: Any,
    quantity: int,
    date: str,
    category: int,
    words: str,
) -> None:
    action = bodies.action("UpdateProduct", make_seats_update(quantity), date=date)
    order = bodies.order(action, number="refused", subscription="SUB-1")
    [(found, message)] = zuora.refused("POST", "/v1/orders", order)
    assert (found, words in message) == (category, True), message


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("TermsAndConditions", {"autoRenew": True}),
        ("AddProduct", {}),
        ("RenewSubscription", {}),
        ("CancelSubscription", {"cancellationPolicy": "EndOfCurrentTerm"}),
        ("OwnerTransfer", {"destinationAccountNumber": "A00000001"}),
        ("Suspend", {"suspendPolicy": "Today"}),
    ],
)
def test_no_action_is_dated_before_the_subscription(
    zuora: Any, raised: Any, shop: Any, bodies: Any, kind: str, details: Any
) -> None:
    if kind == "AddProduct":
        details = {"productRatePlanId": shop.platform.plan}
    order = bodies.order(
        bodies.action(kind, details, date="2023-12-31"), number="refused", subscription="SUB-1"
    )
    [(category, message)] = zuora.refused("POST", "/v1/orders", order)
    assert (category, "starts on 2024-01-01" in message) == (RULE, True)


def test_nothing_is_changed_on_a_cancelled_subscription(
    zuora: Any, raised: Any, bodies: Any, make_seats_update: Any
) -> None:
    raised.cancel("2024-06-01")
    action = bodies.action("UpdateProduct", make_seats_update(1), date="2024-02-01")
    order = bodies.order(action, number="refused", subscription="SUB-1")
    assert "is cancelled" in zuora.refused("POST", "/v1/orders", order)[0][1]


def test_a_price_of_usage_is_updated(zuora: Any, ledger: Any, bodies: Any, make_offer: Any) -> None:
    calls = make_offer("Calls", 3, ChargeType="Usage")
    ledger.create([{"productRatePlanId": calls.plan, "subscriptionRatePlanNumber": "RP-1"}])
    update = {"productRatePlanChargeId": calls.charge, "pricing": {"usagePerUnit": {"listPrice": 2}}}
    details = {"subscriptionRatePlanNumber": "RP-1", "chargeUpdates": [update]}
    ledger.order(bodies.action("UpdateProduct", details, date="2024-06-01"))
    assert [row[1:] for row in segments(zuora)] == [
        ("2024-01-01", "2024-06-01", None, 3),
        ("2024-06-01", "2025-01-01", None, 2),
    ]
