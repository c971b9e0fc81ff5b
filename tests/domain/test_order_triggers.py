"""The dates on which an order was authorized, as every action of it tells them to Zuora."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.order_terms import OrderTerms, with_terms
from connector.domain.order_triggers import trigger_dates
from tests.cast import order


def _sent(company: str | None, customer: str | None, *, begins: str) -> dict[str, str]:
    """The trigger dates of an action that takes effect on a day, of an order authorized on two others."""
    this = order(CompanyAuthorizedDate=company, CustomerAuthorizedDate=customer)
    terms = OrderTerms(trigger_dates=tuple(trigger_dates(this)))
    action = {"triggerDates": [{"name": "ContractEffective", "triggerDate": begins}], "updateProduct": {}}
    (sent,) = with_terms({"orderActions": [action]}, terms)["orderActions"]
    return {each["name"]: each["triggerDate"] for each in sent["triggerDates"]}


@pytest.mark.parametrize(
    ("company", "customer", "activated", "accepted"),
    [
        ("2026-01-05", "2026-01-06", "2026-01-05", "2026-01-06"),  # as they are
        ("2025-12-20", "2025-12-22", "2026-01-01", "2026-01-01"),  # signed before the line begins
        ("2025-12-20", "2026-01-03", "2026-01-01", "2026-01-03"),
        ("2026-01-05", "2026-01-02", "2026-01-05", "2026-01-05"),  # the customer before the company
        ("2026-01-05", None, "2026-01-05", None),
        (None, "2025-12-22", None, "2026-01-01"),
        (None, None, None, None),
    ],
)
def test_trigger_dates_are_raised_to_what_zuora_takes(
    company: str | None, customer: str | None, activated: str | None, accepted: str | None
) -> None:
    expected = {
        "ContractEffective": "2026-01-01",
        "ServiceActivation": activated,
        "CustomerAcceptance": accepted,
    }
    assert _sent(company, customer, begins="2026-01-01") == {
        name: day for name, day in expected.items() if day is not None
    }


@given(*[st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(date.isoformat)] * 3)
def test_trigger_dates_are_always_in_order_and_never_earlier_than_in_salesforce(
    begins: str, company: str, customer: str
) -> None:
    sent = _sent(company, customer, begins=begins)
    assert sent == {
        "ContractEffective": begins,
        "ServiceActivation": max(begins, company),
        "CustomerAcceptance": max(begins, company, customer),
    }


def test_each_action_raises_the_dates_to_its_own_day() -> None:
    """A ramp of two years: the second year begins when its own trigger dates do."""
    terms = OrderTerms(trigger_dates=({"name": "ServiceActivation", "triggerDate": "2026-01-05"},))
    years = [
        {"triggerDates": [{"name": "ContractEffective", "triggerDate": day}]}
        for day in ("2026-01-01", "2027-01-01")
    ]
    sent = with_terms({"orderActions": years}, terms)["orderActions"]
    assert [each["triggerDates"][1]["triggerDate"] for each in sent] == ["2026-01-05", "2027-01-01"]
