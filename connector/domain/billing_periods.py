"""How Zuora cuts the life of one charge into billing periods, and which part of each a span of days takes.

Periods are counted from the charge's own start (bill cycle type ChargeTriggerDay, alignment AlignToCharge), so a change of
quantity, a renewal or a cancellation never moves them. What is not a whole period is prorated by its days (time-based
proration). A charge billed by subscription term has one period a term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from connector.domain.terms import MONTHS_OF_PERIOD, add_months

SUBSCRIPTION_TERM = "Subscription_Term"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end` (exclusive; None: evergreen)."""

    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class BillingPeriods:
    """The periods of one charge. `anchor` is its first day, `billing_period` Zuora's name, `terms` those of its subscription."""

    anchor: date
    billing_period: str
    terms: tuple[Span, ...]

    def shares(self, start: date, end: date) -> tuple[Fraction, ...]:
        """The part of each billing period that falls between `start` and `end` (exclusive), in order."""
        if self.billing_period != SUBSCRIPTION_TERM:
            return tuple(self._months(start, end))
        return tuple(
            Fraction((min(end, cut) - max(opens, start)).days, (closes - opens).days)
            for opens, closes, cut in self._terms()
            if max(opens, start) < min(end, cut)
        )

    def opening(self, day: date) -> date:
        """The first day of the period that `day` belongs to."""
        if self.billing_period == SUBSCRIPTION_TERM:
            return max(opens for opens, _, _ in self._terms() if opens <= day)
        step = MONTHS_OF_PERIOD[self.billing_period]
        return add_months(self.anchor, self._index(day) * step)

    def months_before(self, day: date) -> Fraction | None:
        """The months of the term that ends on `day` or around it, for what is billed by the term; None for the rest."""
        if self.billing_period != SUBSCRIPTION_TERM:
            return None
        last = day - timedelta(days=1)
        found = [(opens, closes) for opens, closes, _ in self._terms() if opens <= last]
        opens, closes = found[-1]
        return Fraction((closes - opens).days * 12, 365)

    def _months(self, start: date, end: date) -> Iterator[Fraction]:
        step = MONTHS_OF_PERIOD[self.billing_period]
        index = self._index(start)
        while (opens := add_months(self.anchor, index * step)) < end:
            closes = add_months(self.anchor, (index + 1) * step)
            yield Fraction((min(closes, end) - max(opens, start)).days, (closes - opens).days)
            index += 1

    def _index(self, day: date) -> int:
        step = MONTHS_OF_PERIOD[self.billing_period]
        index = ((day.year - self.anchor.year) * 12 + day.month - self.anchor.month) // step
        while add_months(self.anchor, index * step) > day:
            index -= 1
        return index

    def _terms(self) -> Iterator[tuple[date, date, date]]:
        """Terms as (opens, closes, cut): one that an early renewal cut short is still prorated by its whole length (unverified)."""
        for position, term in enumerate(self.terms):
            if term.end is not None:  # an evergreen subscription is never billed by its term
                following = (each.start for each in self.terms[position + 1 :])
                yield term.start, term.end, min((term.end, *following))
