from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.terms import MONTHS_OF_PERIOD, add_months, billing_fractions, cpq_months, term

dates = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("start", "last_day", "months", "days"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), 12, 0),
        (date(2026, 1, 15), date(2026, 1, 31), 0, 17),
        (date(2026, 2, 15), date(2026, 12, 31), 10, 17),
        (date(2024, 2, 29), date(2025, 2, 27), 12, 0),
        (date(2024, 2, 29), date(2025, 2, 28), 12, 1),
        (date(2026, 1, 31), date(2026, 2, 27), 1, 0),
        (date(2026, 5, 5), date(2026, 5, 5), 0, 1),
    ],
)
def test_a_term_is_whole_months_and_days_left_over(
    start: date, last_day: date, months: int, days: int
) -> None:
    found = term(start, last_day)
    assert (found.months, found.days) == (months, days)
    assert found.end == last_day + timedelta(days=1)


@given(start=dates, length=st.integers(0, 2000))
def test_months_and_days_always_lead_back_to_the_end(start: date, length: int) -> None:
    found = term(start, start + timedelta(days=length))
    assert add_months(found.start, found.months) + timedelta(days=found.days) == found.end
    assert 0 <= found.days <= 31


@pytest.mark.parametrize(
    ("period", "count"),
    [("Month", 12), ("Quarter", 4), ("Semi_Annual", 2), ("Annual", 1), ("Subscription_Term", 1)],
)
def test_a_year_is_cut_into_whole_billing_periods(period: str, count: int) -> None:
    assert billing_fractions(term(date(2026, 1, 1), date(2026, 12, 31)), period) == (Fraction(1),) * count


def test_a_broken_last_period_is_prorated_by_its_days() -> None:
    fractions = billing_fractions(term(date(2026, 1, 15), date(2026, 2, 28)), "Month")
    assert fractions == (Fraction(1), Fraction(14, 28))


@given(start=dates, length=st.integers(1, 2000), period=st.sampled_from(sorted(MONTHS_OF_PERIOD)))
def test_only_the_last_period_is_ever_broken(start: date, length: int, period: str) -> None:
    fractions = billing_fractions(term(start, start + timedelta(days=length)), period)
    assert set(fractions[:-1]) <= {Fraction(1)}
    assert 0 < fractions[-1] <= 1


def test_salesforce_counts_leftover_days_as_parts_of_a_year() -> None:
    assert cpq_months(term(date(2026, 2, 15), date(2026, 12, 31))) == 10 + Fraction(17 * 12, 365)
