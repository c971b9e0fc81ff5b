"""What a subscription bills, item by item: one for each piece of a billing period.

A period is cut where a segment, the charge, a term or a suspension begins or ends; a piece that is not the whole
period costs its share of the days, and every piece is rounded for itself. A charge in arrears bills what one in
advance bills. Usage is never billed in advance; a one-time charge is billed once, on its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from connector.sandbox.zuora.orders.amounts import period_price, price_of
from connector.sandbox.zuora.orders.dates import parse
from connector.sandbox.zuora.orders.minor_units import rounded
from connector.sandbox.zuora.orders.periods import FAR, Period, periods_of
from connector.sandbox.zuora.store import Record

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a billing document. `end` is the last day it is for; `starts` the first of its billing period."""

    subscription: Mapping[str, Any]
    plan: Mapping[str, Any]
    charge: Mapping[str, Any]
    segment: Mapping[str, Any]
    start: date
    end: date
    amount: Decimal
    period: int

    @property
    def key(self) -> tuple[str, str, date, date]:
        return self.subscription["subscriptionNumber"], self.charge["number"], self.start, self.end


def items_of(subscription: Record, *, before: date | None) -> Iterator[Item]:
    """All items of a subscription, those that begin on `before` or later left out.

    Without `before` the subscription must end some day; an evergreen one yields for ever.
    """
    for plan in subscription["ratePlans"]:
        for charge in plan["charges"]:
            if charge["type"] != "Usage" and charge["segments"][0]["effectiveStartDate"] is not None:
                pieces = _once if charge["type"] == "OneTime" else _recurring
                yield from pieces(subscription, plan, charge, before or FAR)


def is_endless(subscription: Record) -> bool:
    """Whether some charge of it goes on without an end."""
    suspended = any(span["endDate"] is None for span in subscription["suspensions"])
    return not suspended and any(
        charge["type"] == "Recurring" and charge["segments"][-1]["effectiveEndDate"] is None
        for plan in subscription["ratePlans"]
        for charge in plan["charges"]
        if charge["segments"][0]["effectiveStartDate"] is not None
    )


def _once(subscription: Record, plan: Record, charge: Record, before: date) -> Iterator[Item]:
    """Not where the subscription was cancelled, or suspended, on that day (docs: a one-time charge whose
    day falls into a suspension is not resumed).
    """
    segment = charge["segments"][0]
    for start, end in _living(segment, subscription):
        if start == parse(segment["effectiveStartDate"]) < min(end, before):
            amount = rounded(Fraction(price_of(charge, segment)), subscription["currency"])
            yield Item(subscription, plan, charge, segment, start, start, amount, 0)


def _recurring(subscription: Record, plan: Record, charge: Record, before: date) -> Iterator[Item]:
    periods = periods_of(charge, subscription)
    current = next(periods, None)
    for segment in charge["segments"]:
        for alive in _living(segment, subscription):
            while current is not None:
                piece = _common(alive, (current.start, current.until))
                if piece is not None and piece[0] >= before:
                    return
                if piece is not None:
                    yield _item(subscription, plan, charge, segment, current, piece)
                if current.until > alive[1]:
                    break
                current = next(periods, None)


def _item(
    subscription: Record, plan: Record, charge: Record, segment: Record, period: Period, piece: Span
) -> Item:
    share = Fraction((piece[1] - piece[0]).days, period.days)
    amount = rounded(period_price(charge, segment, period) * share, subscription["currency"])
    last = piece[1] - timedelta(days=1)
    return Item(subscription, plan, charge, segment, piece[0], last, amount, period.number)


def _living(segment: Mapping[str, Any], subscription: Record) -> Iterator[Span]:
    """The spans of a segment in which it is billed: without the suspended days."""
    start = parse(segment["effectiveStartDate"])
    end = parse(segment["effectiveEndDate"]) if segment["effectiveEndDate"] else FAR
    for first, resumed in _suspensions(subscription["suspensions"]):
        if start < min(first, end):
            yield start, min(first, end)
        start = max(start, resumed)
    if start < end:
        yield start, end


def _suspensions(spans: Iterable[Mapping[str, Any]]) -> list[Span]:
    found = ((span["startDate"], span["endDate"]) for span in spans)
    return sorted((parse(start), parse(end) if end else FAR) for start, end in found)


def _common(one: Span, other: Span) -> Span | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
