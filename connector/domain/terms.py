"""Dates of a subscription line: whole months and days. The end date of an order product is inclusive in Salesforce, exclusive here."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

MONTHS_OF_PERIOD = {"Month": 1, "Quarter": 3, "Semi_Annual": 6, "Annual": 12}


@dataclass(frozen=True, slots=True)
class Term:
    """`start` to `end` (exclusive); `months` whole months plus `days` left over."""

    start: date
    end: date
    months: int
    days: int


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def term(start: date, last_day: date) -> Term:
    """The term of a line whose `last_day` is inclusive; `last_day` must not be before `start`."""
    end = last_day + timedelta(days=1)
    months = (end.year - start.year) * 12 + end.month - start.month
    while add_months(start, months) > end:
        months -= 1
    return Term(start=start, end=end, months=months, days=(end - add_months(start, months)).days)


def cpq_months(line_term: Term) -> Fraction:
    """Months as Salesforce CPQ counts them under "Monthly + Daily" precision: leftover days are worth 12/365 of a month."""
    return line_term.months + Fraction(line_term.days * 12, 365)
