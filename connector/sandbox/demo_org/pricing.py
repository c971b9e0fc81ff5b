"""How CPQ prices an order line, as the org's package settings have it ("Monthly + Daily" precision).

    multiplier = (whole months + leftover days x 12 / 365) / product term (blank: 12);
                 1 for a one-time line and for an evergreen one
    UnitPrice  = round(net price per product term x multiplier, 2), half up
    TotalPrice = UnitPrice x Quantity

Nothing here asks whether a line is new: the line of an amendment is priced by the same rule, at the net price
of the line it changes, over what is left of the term and with the change of quantity, which may be negative.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from connector.sandbox.demo_org.catalog import CURRENCIES, Band, Product

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line's money. `list_price` and `net_price` are per unit and product term, `unit_price` per unit for
    the whole line; `multiplier` is the double CPQ stores, unrounded; `band` is set for a block-priced
    line."""

    multiplier: float
    list_price: Decimal
    net_price: Decimal
    unit_price: Decimal
    total_price: Decimal
    band: Band | None


def price_line(
    product: Product,
    *,
    currency: str,
    quantity: Decimal,
    start: date,
    end: date | None,
    discount: Decimal = Decimal(0),
    quoted: Decimal | None = None,
    net: Decimal | None = None,
) -> PricedLine:
    """Price a line that runs from `start` to `end` (inclusive; None: evergreen, or bought once).

    `discount` is in percent. `quoted` is a list price changed on the quote, `net` a net price that stands
    already: that of the line an amendment or a renewal carries on. A block price is that of the whole
    quantity, so the price per unit is its share of it.
    """
    band = product.band(abs(quantity)) if product.bands else None
    list_price = product.list_price(currency) if quoted is None else quoted
    if band:
        list_price = band.price * CURRENCIES[currency] / abs(quantity)
    net_price = to_cents(list_price * (100 - discount) / 100) if net is None else net
    numerator, denominator = multiplier_of(product, start=start, end=end)
    # One division, at the end: a product that lies exactly between two cents must not slip below.
    unit_price = to_cents(net_price * numerator / denominator)
    return PricedLine(
        multiplier=numerator / denominator,
        list_price=list_price,
        net_price=net_price,
        unit_price=unit_price,
        # Adding nothing takes the sign off a nought.
        total_price=unit_price * quantity + 0,
        band=band,
    )


def multiplier_of(product: Product, *, start: date, end: date | None) -> tuple[int, int]:
    """The prorate multiplier as a fraction: numerator and denominator."""
    if not product.subscription or end is None:
        return 1, 1
    months, days = term_of(start, end)
    return months * 365 + days * 12, 365 * (product.term or 12)


def term_of(start: date, end: date) -> tuple[int, int]:
    """Whole months and leftover days from `start` to `end`, both of them included."""
    after = end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if add_months(start, months) > after:
        months -= 1
    return months, (after - add_months(start, months)).days


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def to_cents(amount: Decimal) -> Decimal:
    """Rounded half up."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
