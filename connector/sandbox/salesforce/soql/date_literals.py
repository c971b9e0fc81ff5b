"""TODAY, LAST_N_DAYS:30, THIS_QUARTER and their kin as ranges of days.

Days are counted in UTC and weeks start on Sunday: the sandbox org's time zone and locale. The fiscal
year is the calendar year, the default of a new org. LAST_N_DAYS and LAST_90_DAYS include today.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_NEAR_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_PERIOD = re.compile(r"(THIS|LAST|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)")
_NINETY = re.compile(r"(LAST|NEXT)_90_DAYS")
_SPAN = re.compile(r"(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S")
_AGO = re.compile(r"N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO")
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True, slots=True)
class DayRange:
    """From `start` up to, and not with, `end`."""

    start: date
    end: date


def is_plain(name: str) -> bool:
    return name in _NEAR_DAYS or any(rule.fullmatch(name) for rule in (_PERIOD, _NINETY))


def is_counted(name: str) -> bool:
    return any(rule.fullmatch(name) for rule in (_SPAN, _AGO))


def day_range(name: str, *, today: date, count: int | None = None) -> DayRange:
    """Return the days a literal stands for; `count` is the number behind the colon."""
    if name in _NEAR_DAYS:
        start = today + _NEAR_DAYS[name] * _DAY
        return DayRange(start, start + _DAY)
    if period := _PERIOD.fullmatch(name):
        offset = {"LAST": -1, "THIS": 0, "NEXT": 1}[period[1]]
        return _units(period[2], today, offset, offset + 1)
    if ninety := _NINETY.fullmatch(name):
        return _span(ninety[1], "DAY", 90, today)
    number = count or 0
    if span := _SPAN.fullmatch(name):
        return _span(span[1], span[2], number, today)
    ago = _AGO.fullmatch(name)
    if ago is None:
        raise ValueError(f"{name} is no date literal.")
    return _units(ago[1], today, -number, -number + 1)


def _span(direction: str, unit: str, count: int, today: date) -> DayRange:
    if direction == "NEXT":
        return _units(unit, today, 1, count + 1)
    return _units(unit, today, -count, 1 if unit == "DAY" else 0)


def _units(unit: str, today: date, first: int, end: int) -> DayRange:
    return DayRange(_shifted(unit, today, first), _shifted(unit, today, end))


def _shifted(unit: str, today: date, steps: int) -> date:
    """Return the first day of the unit `steps` units away from the one that holds today."""
    if unit == "DAY":
        return today + steps * _DAY
    if unit == "WEEK":
        sunday = today - timedelta(days=today.isoweekday() % 7)
        return sunday + timedelta(weeks=steps)
    size = _MONTHS[unit]
    months = today.year * 12 + (today.month - 1) // size * size + steps * size
    return date(months // 12, months % 12 + 1, 1)
