"""On which days something must be said of a subscription so that it becomes what a chain says.

Zuora holds a change on every day on which one was ever stated, even where it came to nothing in the end; a later change before such
a day is an update before an update, and is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from connector.domain.billing_periods import Span
from connector.domain.chains import Chain, Segment


@dataclass(frozen=True, slots=True)
class Move:
    """From `day` on holds what `segment` says. `is_before`: Zuora holds a change on a later day."""

    day: date
    segment: Segment
    is_before: bool = False


def opening_moves(chain: Chain) -> tuple[Move, ...]:
    """What is agreed to move after the creation (a ramp)."""
    return tuple(Move(segment.start, segment) for segment in chain.segments()[1:])


def moves(before: Chain, after: Chain, renewed: Span | None) -> tuple[Move, ...]:
    """From the first day that differs, every day on which either changes: whatever Zuora makes of later changes behind a
    backdated one, each of them is stated anew. `renewed` is the term that is added."""
    if after.charging.is_usage:
        return ()
    is_flat = after.charging.is_flat
    old, new = _continued(before, after, renewed), after.segments()
    days = {segment.start for segment in (*old, *new)} | before.moved_on
    inside = sorted(day for day in days if after.ends is None or day < after.ends)
    first = next((day for day in inside if _said(old, day, is_flat) != _said(new, day, is_flat)), None)
    if first is None:
        return ()
    return tuple(
        Move(day, segment, is_before=any(later > day for later in before.moved_on))
        for day in inside
        if day >= first and (segment := _segment_at(new, day))
    )


def _continued(before: Chain, after: Chain, renewed: Span | None) -> tuple[Segment, ...]:
    """What would hold without any update: a renewal goes on with the last quantity and price."""
    segments = [each for each in before.segments() if after.ends is None or each.start < after.ends]
    if renewed:
        segments = [each for each in segments if each.start < renewed.start]
    if segments:
        segments[-1] = replace(segments[-1], end=after.ends)
    return tuple(segments)


def _segment_at(segments: Sequence[Segment], day: date) -> Segment | None:
    return next(
        (each for each in segments if each.start <= day and (each.end is None or day < each.end)), None
    )


def _said(segments: Sequence[Segment], day: date, is_flat: bool) -> tuple[object, ...]:
    """What Zuora is told of a day; a flat fee has no quantity."""
    found = _segment_at(segments, day)
    if found is None:
        return ()
    return (None if is_flat else found.quantity, found.price if found.quantity else None)
