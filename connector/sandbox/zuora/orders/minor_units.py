"""How many decimals a currency has (ISO 4217), and rounding to them: half up, away from zero, item by item."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
DECIMALS = {
    **dict.fromkeys(_WITHOUT.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}


def decimals(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def rounded(amount: Fraction, currency: str) -> Decimal:
    """The amount in the currency's minor unit; a tie goes away from zero."""
    places = decimals(currency)
    scaled = abs(amount) * 10**places
    units = int(scaled + Fraction(1, 2))
    return Decimal(-units if amount < 0 else units).scaleb(-places)
