"""Tiers of consumption: Salesforce's bounds become Zuora's.

A Salesforce tier includes its lower bound and excludes its upper one, so that bounds touch (0-185, 185-999). Zuora includes
both, so that they must not: the upper bound of every tier but the last is one smallest unit lower (0-184, 185-999; vendor
rule U4). For units with decimals an integration may choose the other reading, upper bounds included and the next tier one
smallest unit higher (0-185.00, 185.01-999; vendor rule U5). The last tier keeps its upper bound, or is open without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from connector.domain import JSON


@dataclass(frozen=True, slots=True)
class Tier:
    """One consumption rate: from `lower` (included) to `upper` (excluded; None: open), in units. `price_format` is Zuora's
    PerUnit or FlatFee; `price` in the order's currency."""

    lower: Decimal
    upper: Decimal | None
    price: Decimal
    price_format: str

    def __str__(self) -> str:
        return f"{_shown(self.lower)}-{'open' if self.upper is None else _shown(self.upper)}"


def in_order(tiers: Sequence[Tier]) -> list[Tier]:
    return sorted(tiers, key=lambda tier: tier.lower)


def fault(tiers: Sequence[Tier]) -> str:
    """What keeps sorted tiers from covering every quantity once, as the end of a sentence about them; empty where nothing."""
    for tier in tiers:
        if tier.lower < 0:
            return f"begins with the Lower Bound {_shown(tier.lower)}; a quantity cannot be negative"
        if tier.upper is not None and tier.upper <= tier.lower:
            return f"has the tier {tier}, whose Upper Bound is not above its Lower Bound"
    for below, above in pairwise(tiers):
        if below.upper is None or below.upper > above.lower:
            return f"has tiers that overlap: the Upper Bound of {below} reaches beyond the Lower Bound of {above}"
        if below.upper < above.lower:
            return f"has a gap between tiers: no price between the Upper Bound of {below} and the Lower Bound of {above}"
    return ""


def zuora_tiers(tiers: Sequence[Tier], *, increments: bool, decimals: int = 0) -> list[JSON]:
    """The `tiers` of a Zuora price override, of sorted tiers without a fault. `decimals` are the places the unit of measure has,
    or more: quantities between 184 and 185 must not fall between two tiers."""
    unit = min(smallest_unit(tiers), Decimal(1).scaleb(-decimals))
    above_upper = increments and unit < 1
    made: list[JSON] = []
    for index, tier in enumerate(tiers):
        is_last = index == len(tiers) - 1
        starts_higher = above_upper and index > 0
        entry: JSON = {
            "tier": index + 1,
            "startingUnit": _plain(tier.lower + unit if starts_higher else tier.lower),
            "price": _plain(tier.price),
            "priceFormat": tier.price_format,
        }
        if tier.upper is not None:
            ends_lower = not above_upper and not is_last
            entry["endingUnit"] = _plain(tier.upper - unit if ends_lower else tier.upper)
        made.append(entry)
    return made


def smallest_unit(tiers: Sequence[Tier]) -> Decimal:
    """1 where every bound is whole, 0.01 where the finest of them has two decimals."""
    bounds = [bound for tier in tiers for bound in (tier.lower, tier.upper) if bound is not None]
    return Decimal(1).scaleb(-max(map(_decimals, bounds)))


def _decimals(bound: Decimal) -> int:
    exponent = bound.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    # Salesforce writes whole numbers with one zero behind the point (185.0); more zeros are somebody's precision.
    return 0 if places == 1 and bound == bound.to_integral_value() else places


def _plain(value: Decimal) -> Decimal:
    """Without needless zeros and without an exponent."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


def _shown(value: Decimal) -> str:
    return format(_plain(value), "f")
