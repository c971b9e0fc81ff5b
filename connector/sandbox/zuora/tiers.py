"""Whether tiers can stand together. Both ends of a tier are inclusive, so the next one starts above the one before.

How far above depends on the decimals of the unit of measure (0.01 or 1); more than one unit is a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

Bounds = tuple[Decimal, Decimal | None]


def flaw_of(tiers: Sequence[Bounds]) -> str | None:
    """What is wrong with tiers given as first and last unit, as the end of a sentence; none where nothing is."""
    if not 0 <= tiers[0][0] <= 1:
        return f"begin at {tiers[0][0]}, not at 0"
    for (_, last), (first, _) in pairwise(tiers):
        if last is None:
            return "are open before the last one"
        if first <= last:
            return f"overlap: one ends at {last}, the next begins at {first}"
        if first - last > 1:
            return f"leave a gap: one ends at {last}, the next begins at {first}"
    if any(last is not None and last < first for first, last in tiers):
        return "end before they begin"
    return None
