from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.billing_periods import BillingPeriods, Span
from connector.domain.terms import MONTHS_OF_PERIOD

dates = st.dates(date(2000, 1, 1), date(2060, 12, 31))
START, END = date(2026, 1, 1), date(2027, 1, 1)


def _periods(period: str, start: date = START, end: date | None = END) -> BillingPeriods:
    return BillingPeriods(start, period, (Span(start, end),))


@pytest.mark.parametrize(
    ("period", "count"),
    [("Month", 12), ("Quarter", 4), ("Semi_Annual", 2), ("Annual", 1), ("Subscription_Term", 1)],
)
def test_a_year_is_cut_into_whole_billing_periods(period: str, count: int) -> None:
    assert _periods(period).shares(START, END) == (Fraction(1),) * count


def test_a_broken_last_period_is_prorated_by_its_days() -> None:
    start, end = date(2026, 1, 15), date(2026, 3, 1)
    assert _periods("Month", start, end).shares(start, end) == (Fraction(1), Fraction(14, 28))


def test_a_change_in_the_middle_of_a_month_takes_what_is_left_of_it() -> None:
    # March 15 to March 31 are 17 of 31 days; the periods stay those of January 1.
    assert _periods("Month").shares(date(2026, 3, 15), date(2026, 5, 1)) == (Fraction(17, 31), Fraction(1))


def test_periods_from_the_end_of_a_month_come_back_to_it() -> None:
    # January 31, February 28, March 31, April 30: each period is whole.
    start = date(2026, 1, 31)
    assert _periods("Month", start, date(2026, 4, 30)).shares(start, date(2026, 4, 30)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("period", "day", "opening"),
    [
        ("Month", date(2026, 3, 15), date(2026, 3, 1)),
        ("Month", date(2026, 3, 1), date(2026, 3, 1)),
        ("Quarter", date(2026, 6, 30), date(2026, 4, 1)),
        ("Annual", date(2026, 12, 31), date(2026, 1, 1)),
        ("Subscription_Term", date(2026, 7, 4), date(2026, 1, 1)),
    ],
)
def test_the_opening_of_a_period(period: str, day: date, opening: date) -> None:
    assert _periods(period).opening(day) == opening


def test_each_term_is_a_period_of_what_is_billed_by_the_term() -> None:
    terms = (Span(START, END), Span(END, date(2028, 1, 1)))
    periods = BillingPeriods(START, "Subscription_Term", terms)
    assert periods.shares(START, date(2028, 1, 1)) == (1, 1)
    assert periods.shares(date(2026, 7, 2), date(2027, 7, 2)) == (Fraction(183, 365), Fraction(182, 365))
    assert periods.opening(date(2027, 2, 1)) == END


def test_a_term_that_an_early_renewal_cut_short_is_prorated_by_its_whole_length() -> None:
    terms = (Span(START, END), Span(date(2026, 12, 1), date(2027, 12, 1)))
    periods = BillingPeriods(START, "Subscription_Term", terms)
    assert periods.shares(START, date(2027, 12, 1)) == (Fraction(334, 365), Fraction(1))


@given(start=dates, length=st.integers(1, 2000), period=st.sampled_from(sorted(MONTHS_OF_PERIOD)))
def test_only_the_last_period_of_a_term_is_ever_broken(start: date, length: int, period: str) -> None:
    end = start + timedelta(days=length)
    shares = _periods(period, start, end).shares(start, end)
    assert set(shares[:-1]) <= {Fraction(1)}
    assert 0 < shares[-1] <= 1


@given(
    start=dates,
    length=st.integers(2, 2000),
    at=st.floats(0, 1),
    period=st.sampled_from([*sorted(MONTHS_OF_PERIOD), "Subscription_Term"]),
)
def test_cutting_a_span_loses_and_gains_nothing(start: date, length: int, at: float, period: str) -> None:
    end = start + timedelta(days=length)
    cut = start + timedelta(days=1 + int(at * (length - 2)))
    periods = _periods(period, start, end)
    assert sum(periods.shares(start, cut)) + sum(periods.shares(cut, end)) == sum(periods.shares(start, end))
    assert periods.opening(cut) <= cut
