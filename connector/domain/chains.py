"""A chain: all that Salesforce sold on one subscription, folded into what Zuora must hold.

The first order product opens the chain; amendments add signed parts from their date on, renewals add a term. A part knows what
it costs per whole billing period, exactly: its TotalPrice divided by the share of periods that Zuora will bill for its dates.
Quantities and amounts of all parts add up, whatever the order in which they came, so a chain synced at once and one synced
order by order end alike, and the sum billed is the sum sold (proof: the property tests of this module).

Why the price and not only the quantity of a changed subscription may move: Salesforce CPQ prorates a broken month by 12/365 of a
month a day, Zuora by the days of that month. The difference is carried by the unit price of what is left of the term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from connector.domain.billing_periods import BillingPeriods, Span
from connector.domain.pricing import half_unit, minor_digits, price_of_amount, rounded

# How far days of a long period and Salesforce CPQ's months and days may lie apart: months have 28 to 31 days, and leftover days are
# worth 12/365 of a month each.
EXPLAINABLE_MONTHS = Fraction(6 * 12, 365)


@dataclass(frozen=True, slots=True)
class Part:
    """What one order product adds from `start` to `end` (exclusive; None: no end). `quantity` is signed; `amount` is its exact
    price for a whole billing period, all units together."""

    start: date
    end: date | None
    quantity: Decimal
    amount: Fraction

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a charge: `price` per unit (or flat) and list price base, in the currency's units."""

    start: date
    end: date | None
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Charging:
    """How the chain's one charge is priced. `base` is how many billing periods the list price stands for."""

    currency: str
    product_id: str
    is_flat: bool
    is_in_arrears: bool
    period_months: Fraction
    max_decimals: int
    base: Fraction = Fraction(1)
    is_usage: bool = False
    rates: tuple[str, ...] = ()
    """What usage costs, as texts that can be compared."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One subscription. `root` is the 18-character id of the first order product; `schedules` those of its consumption schedules,
    which a subscription charged by usage is known by instead; `ends` the day it ends (None: evergreen),
    `canceled_on` set where an amendment ended it; `moved_on` the days on which Zuora was ever told of a change."""

    root: str
    number: str
    charging: Charging
    periods: BillingPeriods
    parts: tuple[Part, ...] = ()
    canceled_on: date | None = None
    schedules: tuple[str, ...] = ()
    moved_on: frozenset[date] = frozenset()
    """The days on which Zuora was ever told of a change, even of one that came to nothing in the end."""
    earlier_numbers: frozenset[str] = frozenset()
    """Those of the subscriptions that its order products renew, one after the other."""

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """What the externally managed plan ids of its rate plans in Zuora must be."""
        return self.schedules or (self.root,)

    @property
    def names(self) -> tuple[str, ...]:
        """What its subscription in Zuora is found by, the surest first."""
        return (self.root, *self.schedules, self.number)

    @property
    def numbers(self) -> frozenset[str]:
        """What a subscription that its renewal opens cannot be called: Zuora gives no number twice."""
        return self.earlier_numbers | {self.number}

    @property
    def is_evergreen(self) -> bool:
        return self.periods.terms[-1].end is None

    @property
    def ends(self) -> date | None:
        return self.canceled_on or self.periods.terms[-1].end

    def segments(self) -> tuple[Segment, ...]:
        """The charge's life, in order, without gaps; neighbours differ."""
        segments: list[Segment] = []
        for start, end in self._stretches():
            held = [part for part in self.parts if part.holds(start)]
            quantity = sum((part.quantity for part in held), Decimal(0))
            amount = sum((part.amount for part in held), Fraction())
            last = segments[-1] if segments else None
            keeps_price = last is not None and not quantity and not self.charging.is_flat
            price = last.price if last and keeps_price else self.price(amount, quantity)
            if last and (last.quantity, last.price) == (quantity, price):
                segments[-1] = replace(last, end=end)
            else:
                segments.append(Segment(start, end, quantity, price))
        return tuple(segments)

    def segment_on(self, day: date) -> Segment | None:
        held = (
            each for each in self.segments() if each.start <= day and (each.end is None or day < each.end)
        )
        return next(held, None)

    def price(self, amount: Fraction, quantity: Decimal) -> Decimal:
        """The list price of a whole period's `amount`: per unit, or flat. A quantity of 0 has the price 0."""
        charging = self.charging
        counted = Decimal(1) if charging.is_flat else quantity
        if not counted or not quantity:
            return Decimal(0).scaleb(-minor_digits(charging.currency))
        return price_of_amount(
            amount * charging.base,
            quantity=counted,
            tolerance=half_unit(charging.currency) * charging.base,
            currency=charging.currency,
            max_decimals=charging.max_decimals,
        )

    def billed(self) -> Decimal:
        """What Zuora bills over the chain's whole life: each period's amount is rounded on its own invoice item.

        Of an evergreen chain, which has no whole, nothing: it is compared by the period.
        """
        return sum((self._billed(segment) for segment in self.segments()), Decimal(0))

    def period_amount(self, segment: Segment) -> Fraction:
        counted = Decimal(1 if segment.quantity else 0) if self.charging.is_flat else segment.quantity
        return Fraction(segment.price) * Fraction(counted) / self.charging.base

    def invoice_items(self) -> int:
        """How many items Zuora bills: the number of honest roundings."""
        return sum(
            len(self.periods.shares(segment.start, segment.end)) for segment in self.segments() if segment.end
        )

    def zero_from(self) -> date | None:
        """The day from which nothing is left to its end; None where something is."""
        day: date | None = None
        for segment in reversed(self.segments()):
            if segment.quantity:
                break
            day = segment.start
        return day

    def with_part(self, part: Part) -> Chain:
        return replace(self, parts=(*self.parts, part))

    def with_term(self, span: Span) -> Chain:
        return replace(self, periods=replace(self.periods, terms=(*self.periods.terms, span)))

    def amount_on(self, day: date) -> Fraction:
        """What a whole billing period costs as of that day, exactly."""
        return sum((part.amount for part in self.parts if part.holds(day)), Fraction())

    def cut(self, day: date) -> Chain:
        """Ended on `day`, with a difference of proration carried by the billing periods before it (see `settling`)."""
        kept = tuple(
            replace(part, end=day if part.end is None else min(part.end, day))
            for part in self.parts
            if part.start < day
        )
        left = sum((self._left(part, day) for part in self.parts), Fraction())
        return replace(self, parts=(*kept, *self.settling(day, left)))

    def without_remnants(self) -> Chain:
        """Where nothing is left for a while, nothing is billed, and what is left keeps its price where several differences of
        proration would turn that round: the billing periods before take them up (see `settling`)."""
        chain, price = self, Fraction()
        for start, end in self._stretches():
            amount, quantity = chain.amount_on(start), Fraction(chain._quantity_on(start))
            due = price * quantity
            turned = quantity and not self.charging.is_flat and amount * due < 0
            if end is not None and amount and (turned or not quantity):
                left = (amount - due) * sum(self.periods.shares(start, end), Fraction())
                settling = chain.settling(start, left)
                if settling:
                    due_part = Part(start, end, Decimal(0), due - amount)
                    chain = replace(chain, parts=(*chain.parts, due_part, *settling))
            elif quantity:
                price = amount / quantity
        return chain

    def settling(self, day: date, left: Fraction) -> tuple[Part, ...]:
        """What Salesforce gives back and what Zuora gives back for the days from `day` on differ, by `left`, for they prorate in two
        ways. The last billing periods before `day` in which anything was held take that up, each unit in proportion to its price,
        where it is no more than proration explains: one period, or as many (at most three) as it takes to move their price by a
        fifth at most. Their price falls to 0 at most: what is then left is a difference of the order."""
        if self.is_evergreen or abs(left) < half_unit(self.charging.currency):
            return ()
        if abs(left) > self._explainable(day):
            return ()
        held = [each for each in self._stretches() if each[0] < day and self._quantity_on(each[0])]
        if not held or not held[-1][1]:
            return ()
        opens = day = min(held[-1][1], day)
        costs: dict[tuple[date, date], Fraction] = {}
        for _ in range(3):
            if opens <= self.periods.anchor:
                break
            opens = max(self.periods.opening(opens - timedelta(days=1)), self.periods.anchor)
            spans = [(max(start, opens), min(end or day, day)) for start, end in held]
            costs = {span: self.amount_on(span[0]) for span in spans if span[0] < span[1]}
            if abs(left) * 5 <= abs(self._cost(costs)):
                break
        whole = self._cost(costs)
        if not whole:
            return ()
        moved = max(left / whole, Fraction(-1))
        return tuple(Part(start, end, Decimal(0), amount * moved) for (start, end), amount in costs.items())

    def _cost(self, amounts: Mapping[tuple[date, date], Fraction]) -> Fraction:
        return sum(
            (amount * sum(self.periods.shares(*span), Fraction()) for span, amount in amounts.items()),
            Fraction(),
        )

    def _quantity_on(self, day: date) -> Decimal:
        return sum((part.quantity for part in self.parts if part.holds(day)), Decimal(0))

    def _explainable(self, day: date) -> Fraction:
        """Six days of the price of everything that was ever sold or taken back, and half a minor unit on each unit price that
        Salesforce rounded."""
        months = self.periods.months_before(day) or self.charging.period_months
        sold = sum((abs(part.amount) for part in self.parts), Fraction())
        units = sum((abs(Fraction(part.quantity)) for part in self.parts), Fraction(1))
        return sold * EXPLAINABLE_MONTHS / months + units * half_unit(self.charging.currency)

    def _left(self, part: Part, day: date) -> Fraction:
        if part.end is None or part.end <= day:
            return Fraction()
        return part.amount * sum(self.periods.shares(max(part.start, day), part.end), Fraction())

    def _billed(self, segment: Segment) -> Decimal:
        if segment.end is None or self.charging.is_usage:
            return Decimal(0)
        amount, digits = self.period_amount(segment), minor_digits(self.charging.currency)
        shares = self.periods.shares(segment.start, segment.end)
        return sum((rounded(amount * share, digits) for share in shares), Decimal(0))

    def _stretches(self) -> list[tuple[date, date | None]]:
        ends = self.ends
        days = {part.start for part in self.parts} | {part.end for part in self.parts if part.end}
        days |= {self.periods.anchor}
        inner = sorted(day for day in days if ends is None or day < ends)
        return list(zip(inner, [*inner[1:], ends], strict=True)) if inner else []
