from __future__ import annotations

from datetime import date

import pytest

from connector.sandbox.salesforce.soql.date_literals import DayRange, day_range, is_counted, is_plain

WEDNESDAY = date(2024, 2, 28)


@pytest.mark.parametrize(
    ("name", "count", "start", "end"),
    [
        ("TODAY", None, date(2024, 2, 28), date(2024, 2, 29)),
        ("YESTERDAY", None, date(2024, 2, 27), date(2024, 2, 28)),
        ("TOMORROW", None, date(2024, 2, 29), date(2024, 3, 1)),
        ("THIS_WEEK", None, date(2024, 2, 25), date(2024, 3, 3)),
        ("LAST_WEEK", None, date(2024, 2, 18), date(2024, 2, 25)),
        ("NEXT_MONTH", None, date(2024, 3, 1), date(2024, 4, 1)),
        ("LAST_MONTH", None, date(2024, 1, 1), date(2024, 2, 1)),
        ("THIS_QUARTER", None, date(2024, 1, 1), date(2024, 4, 1)),
        ("LAST_FISCAL_QUARTER", None, date(2023, 10, 1), date(2024, 1, 1)),
        ("NEXT_YEAR", None, date(2025, 1, 1), date(2026, 1, 1)),
        ("LAST_90_DAYS", None, date(2023, 11, 30), date(2024, 2, 29)),
        ("NEXT_90_DAYS", None, date(2024, 2, 29), date(2024, 5, 29)),
        ("LAST_N_DAYS", 1, date(2024, 2, 27), date(2024, 2, 29)),
        ("NEXT_N_DAYS", 2, date(2024, 2, 29), date(2024, 3, 2)),
        ("N_DAYS_AGO", 28, date(2024, 1, 31), date(2024, 2, 1)),
        ("LAST_N_MONTHS", 2, date(2023, 12, 1), date(2024, 2, 1)),
        ("N_YEARS_AGO", 1, date(2023, 1, 1), date(2024, 1, 1)),
        ("NEXT_N_QUARTERS", 4, date(2024, 4, 1), date(2025, 4, 1)),
        ("LAST_N_WEEKS", 2, date(2024, 2, 11), date(2024, 2, 25)),
    ],
)
def test_a_literal_covers_its_days(name: str, count: int | None, start: date, end: date) -> None:
    assert day_range(name, today=WEDNESDAY, count=count) == DayRange(start, end)


def test_a_week_starts_on_its_sunday() -> None:
    assert day_range("THIS_WEEK", today=date(2024, 2, 25)).start == date(2024, 2, 25)
    assert day_range("THIS_WEEK", today=date(2024, 3, 2)).start == date(2024, 2, 25)


def test_counted_literals_are_not_plain_ones() -> None:
    assert is_counted("LAST_N_DAYS")
    assert not is_plain("LAST_N_DAYS")
    assert is_plain("LAST_90_DAYS")
    assert not is_counted("LAST_90_DAYS")
    assert not is_plain("SOMEDAY")
