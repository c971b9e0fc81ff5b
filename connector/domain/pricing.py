"""Money: what Zuora is asked to charge per billing period, and the proof that it adds up to what Salesforce sold.

An order product's UnitPrice is the unit price of its whole term, never of a billing period (Salesforce CPQ: UnitPrice = net price
per product term x prorate multiplier). The price of a period is therefore UnitPrice divided by the number of periods
Zuora will bill, in exact fractions, rounded once at the end: for a term of whole periods this equals UnitPrice / multiplier /
product-term months x months of the period; for a broken last period it also makes Zuora's own proration sum up.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

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


def minor_digits(currency: str) -> int:
    return _MINOR_DIGITS.get(currency.upper(), 2)


def rounded(value: Fraction, digits: int) -> Decimal:
    """Half up to `digits` places, as invoices round."""
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def half_unit(currency: str) -> Fraction:
    """Half of the currency's minor unit: what rounding one amount may honestly cost."""
    return Fraction(1, 2 * 10 ** minor_digits(currency))


def price_of_amount(
    amount: Fraction, *, quantity: Decimal, tolerance: Fraction, currency: str, max_decimals: int
) -> Decimal:
    """The price of one of `quantity` (not zero) that costs `amount` together.

    Starts at the currency's minor unit and takes more places, up to `max_decimals`, only where the rounding would
    otherwise move the amount by more than `tolerance`. That depends on nothing but the amount itself, so the same price
    comes out whichever way a subscription got there.
    """
    digits = minor_digits(currency)
    exact = amount / Fraction(quantity)
    for places in range(digits, max(digits, max_decimals) + 1):
        price = rounded(exact, places)
        if abs(Fraction(price) * Fraction(quantity) - amount) <= tolerance:
            break
    return price


def shown(value: Decimal, digits: int) -> str:
    """An amount without trailing zeros beyond the currency's places: "14400.00", "8.33333", "10000" (yen)."""
    with localcontext(prec=60):
        return _with_places(value.normalize(), digits)


def _with_places(plain: Decimal, digits: int) -> str:
    exponent = plain.as_tuple().exponent
    places = max(digits, -exponent if isinstance(exponent, int) else 0)
    return format(plain.quantize(Decimal(1).scaleb(-places)), "f")
