"""Suspend and Resume: the days they name, the term they lengthen, and what is refused meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

MISSING, RULE = 22, 30
ON_MARCH = {"suspendPolicy": "SpecificDate", "suspendSpecificDate": "2024-03-01"}


@pytest.fixture
def seats(ledger: Any, bodies: Any) -> Any:
    """Ten seats of 10 a month for 2024."""
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")])
    return ledger


def suspend(ledger: Any, bodies: Any, **details: Any) -> None:
    ledger.order(bodies.action("Suspend", details or ON_MARCH))


def resume(ledger: Any, bodies: Any, date: str, **details: Any) -> None:
    policy = {"resumePolicy": "SpecificDate", "resumeSpecificDate": date}
    ledger.order(bodies.action("Resume", policy | details))


def read(zuora: Any) -> Any:
    return zuora.done("GET", "/v1/subscriptions/SUB-1")


def test_suspended_and_resumed(zuora: Any, seats: Any, bodies: Any) -> None:
    suspend(seats, bodies)
    found = read(zuora)
    assert (found["status"], found["version"]) == ("Suspended", 2)
    assert seats.total() == 200
    resume(seats, bodies, "2024-06-01")
    found = read(zuora)
    assert (found["status"], found["termEndDate"]) == ("Active", "2025-01-01")
    assert found["statusHistory"] == [
        {"startDate": "2024-01-01", "endDate": "2024-03-01", "status": "Active"},
        {"startDate": "2024-03-01", "endDate": "2024-06-01", "status": "Suspended"},
        {"startDate": "2024-06-01", "endDate": None, "status": "Active"},
    ]
    assert seats.total() == 900


def test_the_term_is_longer_by_the_days_that_were_suspended(zuora: Any, seats: Any, bodies: Any) -> None:
    """1 March to 1 June are 92 days; 1 January 2025 and 92 days is 3 April: 9 + 3 months and 100 x 2/30."""
    suspend(seats, bodies)
    resume(seats, bodies, "2024-06-01", extendsTerm=True)
    found = read(zuora)
    assert (found["termEndDate"], found["subscriptionEndDate"]) == ("2025-04-03", "2025-04-03")
    assert seats.items()[-1] == ("2025-04-01", "2025-04-02", 6.67)
    assert seats.total() == 1206.67


def test_suspended_twice(seats: Any, bodies: Any) -> None:
    suspend(seats, bodies)
    resume(seats, bodies, "2024-04-01")
    suspend(seats, bodies, suspendPolicy="SpecificDate", suspendSpecificDate="2024-10-01")
    resume(seats, bodies, "2024-12-01")
    assert seats.total() == 900


def test_days_counted_from_today_and_from_the_suspension(
    zuora: Any, bodies: Any, ledger: Any, terms: Any
) -> None:
    ledger.create([bodies.seats(1, 1)], terms=terms(period=100, kind="Year"))
    in_40_days = {"suspendPeriods": 40, "suspendPeriodsType": "Day"}
    suspend(ledger, bodies, suspendPolicy="FixedPeriodsFromToday", **in_40_days)
    policy = {"resumePolicy": "FixedPeriodsFromSuspendDate", "resumePeriods": 2, "resumePeriodsType": "Week"}
    ledger.order(bodies.action("Resume", policy))
    [subscription] = [each for each in zuora.state()["subscriptions"] if each["isLatestVersion"]]
    today = date.fromisoformat(subscription["originalCreatedDate"][:10])
    [span] = subscription["suspensions"]
    assert span["startDate"] == (today + timedelta(days=40)).isoformat()
    assert span["endDate"] == (today + timedelta(days=54)).isoformat()


def test_a_one_time_charge_of_a_suspended_day_is_not_billed(seats: Any, shop: Any, bodies: Any) -> None:
    pricing = {"oneTimePerUnit": {"listPrice": 500, "quantity": 1}}
    once = {
        "productRatePlanId": shop.onboarding.plan,
        "chargeOverrides": [bodies.override(shop.onboarding, pricing)],
    }
    seats.order(bodies.action("AddProduct", once, date="2024-04-15"))
    assert seats.total() == 1700
    suspend(seats, bodies)
    resume(seats, bodies, "2024-06-01")
    assert seats.total() == 900


def test_while_suspended_there_is_only_resume(
    zuora: Any, seats: Any, bodies: Any, make_seats_update: Any
) -> None:
    suspend(seats, bodies)
    for action in (
        bodies.action("UpdateProduct", make_seats_update(1), date="2024-02-01"),
        bodies.action("Suspend", ON_MARCH),
        bodies.action("RenewSubscription", {}),
        bodies.action("CancelSubscription", {"cancellationPolicy": "EndOfCurrentTerm"}),
    ):
        order = bodies.order(action, number="refused", subscription="SUB-1")
        [(category, message)] = zuora.refused("POST", "/v1/orders", order)
        assert (category, "only be resumed" in message) == (RULE, True)


def test_suspensions_and_resumptions_that_are_refused(zuora: Any, seats: Any, bodies: Any) -> None:
    def refused(kind: str, details: Any) -> tuple[int, str]:
        order = bodies.order(bodies.action(kind, details), number="refused", subscription="SUB-1")
        [(category, message)] = zuora.refused("POST", "/v1/orders", order)
        return category, message

    def suspending(day: str) -> Any:
        return {"suspendPolicy": "SpecificDate", "suspendSpecificDate": day}

    def resuming(day: str) -> Any:
        return {"resumePolicy": "SpecificDate", "resumeSpecificDate": day}

    for kind, details, category, word in (
        ("Suspend", {}, MISSING, "suspendPolicy"),
        ("Suspend", {"suspendPolicy": "SpecificDate"}, MISSING, "suspendSpecificDate"),
        ("Suspend", {"suspendPolicy": "FixedPeriodsFromToday"}, MISSING, "suspendPeriods"),
        ("Suspend", {"suspendPolicy": "EndOfLastInvoicePeriod"}, RULE, "no invoices"),
        ("Suspend", suspending("2023-12-31"), RULE, "outside"),
        ("Suspend", suspending("2025-01-01"), RULE, "outside"),
        ("Resume", resuming("2024-06-01"), RULE, "not suspended"),
    ):
        found, message = refused(kind, details)
        assert (found, word in message) == (category, True), message
    suspend(seats, bodies)
    assert "before the suspension" in refused("Resume", resuming("2024-02-29"))[1]
    assert "after the term" in refused("Resume", resuming("2025-01-02"))[1]
    resume(seats, bodies, "2024-06-01")
    assert "before the subscription was resumed" in refused("Suspend", suspending("2024-05-31"))[1]
