"""Money: what Zuora is asked to charge per billing period, and the proof that it adds up to what Salesforce sold.

An order product's UnitPrice is the unit price of its whole term, never of a billing period (Salesforce CPQ: UnitPrice = net price
per product term x prorate multiplier). The price of a period is therefore UnitPrice divided by the number of periods
Zuora will bill, in exact fractions, rounded once at the end: for a term of whole periods this equals UnitPrice / multiplier /
product-term months x months of the period; for a broken last period it also makes Zuora's own proration sum up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from connector.domain.operations import LineMoney

# ISO 4217: currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


@dataclass(frozen=True, slots=True)
class PeriodPrice:
    """`price` per unit (or flat) and billing period; `billed` what Zuora will bill over the term; `bound` the largest honest
    rounding difference: one minor unit per billing period."""

    price: Decimal
    billed: Decimal
    bound: Decimal


def minor_digits(currency: str) -> int:
    return _MINOR_DIGITS.get(currency.upper(), 2)


def rounded(value: Fraction, digits: int) -> Decimal:
    """Half up to `digits` places, as invoices round."""
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def price_per_period(
    total: Decimal,
    *,
    quantity: Decimal,
    fractions: Sequence[Fraction],
    currency: str,
    max_decimals: int,
) -> PeriodPrice:
    """The price per unit and billing period that makes Zuora bill `total` over `fractions`.

    Starts at the currency's minor unit and takes more places, up to `max_decimals`, only where the rounding would
    otherwise miss `total` by more than one minor unit per billing period. `quantity` and `fractions` are not zero.
    """
    digits = minor_digits(currency)
    bound = Decimal(1).scaleb(-digits) * len(fractions)
    exact = Fraction(total) / Fraction(quantity) / sum(fractions, Fraction())
    for places in range(digits, max(digits, max_decimals) + 1):
        price = rounded(exact, places)
        billed = billed_total(price, quantity=quantity, fractions=fractions, digits=digits)
        if abs(billed - total) <= bound:
            break
    return PeriodPrice(price=price, billed=billed, bound=bound)


def billed_total(price: Decimal, *, quantity: Decimal, fractions: Sequence[Fraction], digits: int) -> Decimal:
    """Zuora's sum: each billing period's amount is rounded to the minor unit on its own invoice item."""
    amount = Fraction(price) * Fraction(quantity)
    return sum((rounded(amount * part, digits) for part in fractions), Decimal(0))


def line_money(
    line: str,
    priced: PeriodPrice,
    *,
    quantity: Decimal,
    fractions: Sequence[Fraction],
    total: Decimal,
    currency: str,
) -> LineMoney:
    """The row of the money table for one line; amounts as plain decimal strings with the currency's places or more."""
    difference = priced.billed - total
    digits = minor_digits(currency)
    return LineMoney(
        line=line,
        per_period=_amount(priced.price, digits),
        periods=format(rounded(sum(fractions, Fraction()), 4).normalize(), "f"),
        quantity=format(quantity.normalize(), "f"),
        zuora_total=_amount(priced.billed, digits),
        salesforce_total=_amount(total, digits),
        difference=_amount(difference, digits),
        within_bound=abs(difference) <= priced.bound,
    )


def _amount(value: Decimal, digits: int) -> str:
    """Without trailing zeros beyond the currency's places: "14400.00", "8.33333", "10000" (yen)."""
    with localcontext(prec=60):
        return _with_places(value.normalize(), digits)


def _with_places(plain: Decimal, digits: int) -> str:
    exponent = plain.as_tuple().exponent
    places = max(digits, -exponent if isinstance(exponent, int) else 0)
    return format(plain.quantize(Decimal(1).scaleb(-places)), "f")
