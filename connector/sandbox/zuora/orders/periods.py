"""Which billing periods a charge has, from its first day on and without end.

Periods are counted from the charge's own original start (AlignToCharge, the bill cycle day being that of its
trigger day), so a new segment, a renewal or a suspension never resets them: from January 31 they begin on
January 31, February 28 or 29, March 31. A bill cycle day of the account that differs from that day is not
reckoned with. A charge billed by the subscription's term has the terms for periods: each the length it was sold
with, so that a term cut short is a part of its period and a term made longer goes on into the next one of the
same length (both unverified).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

from connector.sandbox.zuora.errors import BUSINESS_RULE, refuse
from connector.sandbox.zuora.orders.dates import BILLING_MONTHS, add_months, parse, whole_months

FAR = date(9000, 1, 1)
BY_TERM = "Subscription_Term"
_DAYS = {"Week": 7, "Specific_Weeks": 7, "Specific_Days": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period of a charge; both ends and `until` are first days that no longer belong to it.

    `until` is where the period stops holding, earlier than its end where its term was cut short or followed by
    another. `months` is its length in months, none where it is counted in days.
    """

    number: int
    start: date
    end: date
    until: date
    months: Fraction | None

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def period_months(charge: Mapping[str, Any]) -> int | None:
    """Months of the charge's billing period; None where it is the term or counted in weeks or days."""
    if charge["billingPeriod"] == "Specific_Months":
        return int(charge["specificBillingPeriod"])
    return BILLING_MONTHS.get(charge["billingPeriod"])


def period_days(charge: Mapping[str, Any]) -> int | None:
    """Days of a billing period that is counted in weeks or days."""
    unit = _DAYS.get(charge["billingPeriod"])
    return unit and unit * int(charge["specificBillingPeriod"] or 1)


def periods_of(charge: Mapping[str, Any], subscription: Mapping[str, Any]) -> Iterator[Period]:
    """The charge's billing periods in turn, the first one holding its first day or beginning after it."""
    first_day = parse(charge["segments"][0]["effectiveStartDate"])
    if charge["billingPeriod"] == BY_TERM:
        found = _terms(subscription)
    elif charge["billingPeriodAlignment"] == "AlignToTermStart":
        found = _of_terms(charge, subscription)
    else:
        aligned = charge["billingPeriodAlignment"] == "AlignToSubscriptionStart"
        anchor = parse(subscription["subscriptionStartDate"]) if aligned else first_day
        found = _from(anchor, _step(charge, anchor), FAR)
    number = 0
    for start, end, until, months in found:
        if until > first_day:
            yield Period(number, start, end, until, months)
            number += 1


_Span = tuple[date, date, date, Fraction | None]


def _step(charge: Mapping[str, Any], anchor: date) -> Callable[[int], tuple[date, Fraction | None]]:
    """The first day of the period of a number, and the months of each."""
    months, days = period_months(charge), period_days(charge)
    if months:
        return lambda number: (add_months(anchor, months * number), Fraction(months))
    if days:
        return lambda number: (anchor + timedelta(days=days * number), None)
    raise refuse(BUSINESS_RULE, f"There is no billing period {charge['billingPeriod']}.")


def _from(
    anchor: date, step: Callable[[int], tuple[date, Fraction | None]], limit: date, first: int = 0
) -> Iterator[_Span]:
    for number in count(first):
        start, months = step(number)
        if start >= limit:
            return
        end = step(number + 1)[0]
        yield start, end, min(end, limit), months


def _of_terms(charge: Mapping[str, Any], subscription: Mapping[str, Any]) -> Iterator[_Span]:
    """Periods that begin anew with every term."""
    for start, _, until in _limits(subscription):
        yield from _from(start, _step(charge, start), until)


def _terms(subscription: Mapping[str, Any]) -> Iterator[_Span]:
    for start, sold_end, until in _limits(subscription):
        if sold_end is None:
            raise refuse(
                BUSINESS_RULE, "A charge billed by the term has no period in an evergreen subscription."
            )
        length = months_between(start, sold_end)
        yield start, sold_end, min(sold_end, until), length
        if sold_end < until:
            yield from _from(sold_end, _lengths(start, sold_end), until)


def _lengths(start: date, end: date) -> Callable[[int], tuple[date, Fraction | None]]:
    """Spans of the same length as the given one, from its end on."""
    months = whole_months(start, end)
    if months and add_months(start, months) == end:
        return lambda number: (add_months(start, months * (number + 1)), Fraction(months))
    days, length = (end - start).days, months_between(start, end)
    return lambda number: (end + timedelta(days=days * number), length)


def _limits(subscription: Mapping[str, Any]) -> Iterator[tuple[date, date | None, date]]:
    """Every term's first day, the end it was sold with, and where it stops holding."""
    terms = subscription["terms"]
    for index, term in enumerate(terms):
        ends = [item for item in (term["endDate"], *(t["startDate"] for t in terms[index + 1 :])) if item]
        sold = term["soldEndDate"]
        yield parse(term["startDate"]), parse(sold) if sold else None, parse(min(ends)) if ends else FAR


def months_between(start: date, end: date) -> Fraction:
    """Whole months, and of the rest the days' share of the month they lie in (unverified)."""
    months = whole_months(start, end)
    begun = add_months(start, months)
    return months + Fraction((end - begun).days, (add_months(start, months + 1) - begun).days)
