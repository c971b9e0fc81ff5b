from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.terms import add_months, cpq_months, term

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


def test_salesforce_counts_leftover_days_as_parts_of_a_year() -> None:
    assert cpq_months(term(date(2026, 2, 15), date(2026, 12, 31))) == 10 + Fraction(17 * 12, 365)
