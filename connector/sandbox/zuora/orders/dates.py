"""Terms and periods: an end date is the first day that no longer belongs to it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

BILLING_MONTHS = {
    "Month": 1,
    "Quarter": 3,
    "Semi_Annual": 6,
    "Annual": 12,
    "Eighteen_Months": 18,
    "Two_Years": 24,
    "Three_Years": 36,
    "Five_Years": 60,
}


def parse(text: str) -> date:
    return date.fromisoformat(text)


def add_months(start: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def add_period(start: date, count: int, period_type: str) -> date:
    """period_type: Month, Year, Day, Week, or their plurals."""
    unit = period_type.removesuffix("s")
    if unit == "Month":
        return add_months(start, count)
    if unit == "Year":
        return add_months(start, 12 * count)
    return start + timedelta(days=count * (7 if unit == "Week" else 1))


def whole_months(start: date, end: date) -> int:
    """How many whole months fit between the two."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
