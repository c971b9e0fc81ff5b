"""Orders that wait for a trigger date: nothing passes them, and the date lets them through."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, RULE, NOT_FOUND = 20, 30, 40


@pytest.fixture
def waiting(zuora: Any, ledger: Any, bodies: Any) -> Any:
    """Ten seats of 10 a month for 2024 that begin with a service activation nobody has dated."""
    zuora.settings(service_activation_required=True)
    start = {"startDate": {"triggerEvent": "ServiceActivation"}}
    answer = ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1", override=start)])
    assert answer["status"] == "Pending"
    return ledger


def dates(day: str, *, sequence: int = 0, subscription: str = "SUB-1", **more: Any) -> Any:
    given = {"sequence": sequence, "triggerDates": [{"name": "ServiceActivation", "triggerDate": day}]}
    return {"subscriptions": [{"subscriptionNumber": subscription, "orderActions": [given | more]}]}


def pending(zuora: Any) -> list[str]:
    found = zuora.done("GET", "/v1/orders/subscription/SUB-1/pending")["orders"]
    return [order["orderNumber"] for order in found]


def test_a_pending_order_stands_in_the_way_of_every_change(
    zuora: Any, waiting: Any, bodies: Any, make_seats_update: Any
) -> None:
    assert pending(zuora) == ["ledger-1"]
    for action in (
        bodies.action("UpdateProduct", make_seats_update(1), date="2024-02-01"),
        bodies.action("RenewSubscription", {}),
        bodies.action("CancelSubscription", {"cancellationPolicy": "EndOfCurrentTerm"}),
    ):
        order = bodies.order(action, number="refused", subscription="SUB-1")
        [(category, message)] = zuora.refused("POST", "/v1/orders", order)
        assert (category, "Pending Activation" in message, "ledger-1" in message) == (RULE, True, True)
    assert waiting.items() == []


def test_the_date_ends_the_waiting(zuora: Any, waiting: Any) -> None:
    answer = zuora.done("PUT", "/v1/orders/ledger-1/triggerDates", dates("2024-03-01"))
    assert answer["status"] == "Completed"
    assert answer["subscriptions"] == [{"subscriptionNumber": "SUB-1", "status": "Active"}]
    found = zuora.done("GET", "/v1/subscriptions/SUB-1")
    assert (found["serviceActivationDate"], found["version"]) == ("2024-03-01", 1)
    assert zuora.done("GET", "/v1/orders/ledger-1")["order"]["status"] == "Completed"
    assert pending(zuora) == []
    assert waiting.total() == 1000  # ten months from March
    waiting.quantity(20, "2024-07-01")
    assert waiting.total() == 4 * 100 + 6 * 200


def test_a_fixed_period_is_counted_from_the_late_date(zuora: Any, ledger: Any, bodies: Any) -> None:
    zuora.settings(service_activation_required=True)
    override = {
        "startDate": {"triggerEvent": "ServiceActivation"},
        "endDate": {"endDateCondition": "Fixed_Period", "upToPeriods": 2},
    }
    ledger.create([bodies.seats(10, 10, override=override)])
    zuora.done("PUT", "/v1/orders/ledger-1/triggerDates", dates("2024-03-10"))
    assert ledger.items() == [("2024-03-10", "2024-04-09", 100), ("2024-04-10", "2024-05-09", 100)]


def test_one_date_may_not_be_enough(zuora: Any, waiting: Any) -> None:
    zuora.settings(customer_acceptance_required=True)
    answer = zuora.done("PUT", "/v1/orders/ledger-1/triggerDates", dates("2024-03-01"))
    assert (answer["status"], answer["subscriptions"][0]["status"]) == ("Pending", "Pending Acceptance")


def test_dates_that_are_refused(zuora: Any, waiting: Any) -> None:
    path = "/v1/orders/ledger-1/triggerDates"
    for body, category, word in (
        (dates("2025-01-01"), RULE, "outside"),
        (dates("2023-12-31"), RULE, "lies before the ContractEffective date 2024-01-01"),
        (dates("2024-03-01", sequence=7), BAD_VALUE, "order action 7"),
        (dates("2024-03-01", subscription="SUB-404"), BAD_VALUE, "SUB-404"),
        (dates("soon"), BAD_VALUE, "triggerDate"),
    ):
        [(found, message)] = zuora.refused("PUT", path, body)
        assert (found, word in message) == (category, True), message
    unknown = zuora.refused("PUT", "/v1/orders/404/triggerDates", dates("2024-03-01"), status=404)
    assert unknown[0][0] == NOT_FOUND
    zuora.done("PUT", path, dates("2024-03-01"))
    assert "not Pending" in zuora.refused("PUT", path, dates("2024-03-01"))[0][1]
    zuora.refused("GET", "/v1/orders/subscription/SUB-404/pending", status=404)


def test_an_order_may_go_on_with_what_it_has_just_created(
    zuora: Any, ledger: Any, bodies: Any, shop: Any
) -> None:
    zuora.settings(service_activation_required=True)
    add = bodies.action("AddProduct", {"productRatePlanId": shop.platform.plan}, date="2024-07-01")
    entries = [
        {"orderActions": [bodies.create()]},
        {"subscriptionNumber": "SUB-1", "orderActions": [add]},
    ]
    assert ledger.order(subscriptions=entries)["status"] == "Pending"
