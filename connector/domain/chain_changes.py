"""What the lines of one order do to one chain: open it, change it, renew it, or end it and open another.

A renewal goes on with the subscription where Zuora can: it begins on the day the term ends, or inside the term, and is sold in
the same way. Otherwise (a gap, a canceled subscription, another product or frequency, new usage rates) the old subscription ends as it
is and another is opened in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

from connector.domain import JSON
from connector.domain.billing_periods import BillingPeriods, Span
from connector.domain.chain_charging import charging, evergreen_periods, term_start
from connector.domain.chain_checks import (
    OPENING,
    check_alike,
    check_dates,
    check_quantities,
    check_quantity,
    check_rates,
    differences,
)
from connector.domain.chain_moves import Move, moves, opening_moves
from connector.domain.chains import Chain, Part
from connector.domain.labels import line_number
from connector.domain.line_fields import line_error, text_field
from connector.domain.lines import Line, LineKind
from connector.domain.matching import SettledInZuora
from connector.domain.order_kinds import RENEWING, OrderKind, contract_action, kind
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState


@dataclass(frozen=True, slots=True)
class ChainChange:
    """What one order does to one chain. `before` is None where the order opens it; `steps` are the states after each line
    alone, for the money of the lines; `renewed` is the term it adds; `moves` are what Zuora must be told; `replaces` the root of
    the chain in whose place this one is opened."""

    before: Chain | None
    after: Chain
    lines: tuple[Line, ...]
    steps: tuple[Chain, ...]
    renewed: Span | None = None
    moves: tuple[Move, ...] = ()
    replaces: str = ""

    def with_moves(self) -> ChainChange:
        before, after = self.before, self.after
        found = opening_moves(after) if before is None else moves(before, after, self.renewed)
        told = after.moved_on | {move.day for move in found}
        return replace(self, after=replace(after, moved_on=told), moves=found)


def subscription_number(order: OrderSnapshot, line: JSON, taken: frozenset[str] = frozenset()) -> str:
    """What an order product's subscription is called: as in CPQ where contracted and not `taken` by what was sold on it before, else
    by the order's number and the line's (design section 5)."""
    name = text_field(line, "SBQQ__Subscription__r.Name")
    return name if name and name not in taken else f"{order.order_number}-{line_number(line)}"


def open_chain(
    order: OrderSnapshot,
    lines: Sequence[Line],
    *,
    options: Options,
    carried: ZuoraState | None = None,
    replaces: str = "",
    taken: frozenset[str] = frozenset(),
) -> ChainChange:
    """`carried`: what Zuora holds, where the order was carried before: the subscription's term and list price base there count."""
    first = lines[0]
    number = subscription_number(order, first.record, taken)
    there = carried.subscription(first.salesforce_id, number) if carried else None
    anchor = min(line.start for line in lines)
    for line in lines:
        check_quantity(line)
        check_rates(line)
    ends = [line.end for line in lines if line.end]
    span = Span(term_start(first, anchor, options, there), max(ends) if ends else None)
    chain = Chain(
        root=first.salesforce_id,
        number=number,
        charging=charging(first, anchor, span, options, there),
        periods=BillingPeriods(anchor, first.billing_period, (span,)),
        schedules=tuple(plan.schedule_id for plan in first.usage),
        earlier_numbers=taken,
    )
    steps = _steps(chain, lines)
    return ChainChange(None, steps[-1], tuple(lines), steps, replaces=replaces)


def change_chain(
    order: OrderSnapshot,
    before: Chain,
    lines: Sequence[Line],
    *,
    options: Options,
    carried: ZuoraState | None = None,
) -> tuple[ChainChange, ...]:
    """One change; more where the subscription ends and others take its place, or where a part of what it sold is renewed as
    something else, which is a subscription beside it.

    Raises RecordError, or SettledInZuora where Zuora cannot carry what the order wants.
    """
    renewing = [line for line in lines if _renews(order, before, line)]
    others = [line for line in lines if line not in renewing]
    if not renewing:
        return (_amend(before, lines),)
    for line in renewing:
        check_rates(line)
    alike, *unlike = _kinds(before, renewing)
    start = min(line.start for line in renewing)
    ends = before.ends if not before.canceled_on else None
    opens = partial(open_chain, order, options=options, carried=carried, taken=before.numbers)
    begins = min((line.start for line in alike), default=date.max)
    if ends is not None and begins <= ends:
        check_alike(before, others)
        beside = [opens(each) for each in unlike]
        if begins != ends and (_changed_after(before, begins) or begins < before.periods.terms[-1].start):
            return (*_end_and_open(before, alike, others, begins, opens=opens), *beside)
        return (_renew(before, alike, others, begins), *beside)
    if before.is_evergreen and not before.canceled_on:
        raise line_error(
            renewing[0].label,
            renewing[0].record,
            f"renews {before.number}, which is evergreen and never ends",
            "Remove the line from the renewal in Salesforce and resync.",
        )
    first, *more = [each for each in (alike, *unlike) if each]
    beside = [opens(each) for each in more]
    if ends is not None and start < ends:
        if not _taken_back(before, others):
            check_alike(before, renewing)
        return (*_end_and_open(before, first, others, start, opens=opens), *beside)
    ended = (_amend(before, others),) if others else ()
    return (*ended, opens(first, replaces=before.root), *beside)


def _kinds(before: Chain, renewing: Sequence[Line]) -> tuple[list[Line], ...]:
    """The lines that are sold as `before` is, maybe none; then the others, grouped by how they are sold."""
    alike: list[Line] = []
    kinds: dict[tuple[object, ...], list[Line]] = {}
    for line in renewing:
        if differences(before, line):
            kinds.setdefault(_sold_by(line), []).append(line)
        else:
            alike.append(line)
    return (alike, *kinds.values())


def _sold_by(line: Line) -> tuple[object, ...]:
    return (
        line.product_id,
        line.currency,
        line.kind,
        line.is_flat,
        line.billing_period,
        line.is_in_arrears,
        line.rates,
    )


def _taken_back(before: Chain, others: Sequence[Line]) -> list[Line]:
    return [line for line in others if before.ends and line.end and line.end <= before.ends]


def _changed_after(before: Chain, day: date) -> bool:
    return any(moved >= day for moved in before.moved_on)


def _amend(before: Chain, lines: Sequence[Line]) -> ChainChange:
    check_alike(before, lines)
    for line in lines:
        check_dates(before, line)
    steps = _steps(before, lines)
    after = steps[-1]
    if (day := after.zero_from()) is not None:
        after = replace(after.cut(day), canceled_on=day)
    after = after.without_remnants()
    check_quantities(after, lines[-1])
    return ChainChange(before, after, tuple(lines), (*_settled(steps[:-1]), after))


def _renew(before: Chain, renewing: Sequence[Line], others: Sequence[Line], start: date) -> ChainChange:
    """From `start` on the renewal alone counts. Where that lies before the end of the running term (early renewal), what was
    sold for the rest of it ends, too; other lines of the order may give it back. Those that reach beyond the running term
    change the new one."""
    ends = max(line.end for line in renewing if line.end)
    back = _taken_back(before, others)
    later = [line for line in others if line not in back]
    given = _given_back(before, back, start)
    running = given[-1] if given else before.cut(start) if before.ends != start else before
    span = Span(start, ends)
    steps = _steps(running.with_term(span), (*renewing, *later))
    after = steps[-1].without_remnants()
    check_quantities(after, (*renewing, *later)[-1])
    lines = (*back, *renewing, *later)
    return ChainChange(before, after, lines, (*given, *_settled(steps[:-1]), after), renewed=span)


def _given_back(before: Chain, lines: Sequence[Line], start: date) -> tuple[Chain, ...]:
    if not lines:
        return ()
    for line in lines:
        check_dates(before, line)
    steps = _steps(before, lines)
    return (*_settled(steps[:-1]), steps[-1].cut(start))


def _end_and_open(
    before: Chain,
    renewing: Sequence[Line],
    others: Sequence[Line],
    start: date,
    *,
    opens: Callable[..., ChainChange],
) -> tuple[ChainChange, ...]:
    """Zuora does not shorten a term to before the last change of a charge (its error 58730030), nor one that is renewed already:
    the subscription is canceled on that day and the renewal opens another."""
    back = _taken_back(before, others)
    later = [line for line in others if line not in back]
    if not back:
        held = max((*before.moved_on, before.periods.terms[-1].start))
        raise SettledInZuora(
            f"{renewing[0].label} renews {before.number} from {start} on, but Zuora holds a change of it on {held}, and "
            "shortens no term to before a change. Give the rest of the term back in Salesforce, by amending it to zero from "
            f"{start} on, and then deactivate and activate this order in Salesforce, so that it comes after that. Then resync.",
            record=renewing[0].salesforce_id,
        )
    *given, last = _given_back(before, back, start)
    after = replace(last, canceled_on=start)
    ended = ChainChange(before, after, tuple(back), (*given, after))
    return ended, opens((*renewing, *later), replaces=before.root)


def _settled(steps: Sequence[Chain]) -> tuple[Chain, ...]:
    return tuple(each.without_remnants() for each in steps)


def _steps(chain: Chain, lines: Sequence[Line]) -> tuple[Chain, ...]:
    """The chain after each line."""
    states = []
    for line in lines:
        chain = _with(chain, line)
        states.append(chain)
    return tuple(states)


def _with(chain: Chain, line: Line) -> Chain:
    """The chain with one more line. What is taken back in the middle of a period, prorated in two ways, may be much for the few
    that are left: then the periods before take the difference up, as they do before a cancellation."""
    part = _part(chain, line)
    changed = chain.with_part(part)
    held = chain.segment_on(part.start)
    if line.quantity >= 0 or held is None or part.end is None or chain.charging.is_flat or not held.quantity:
        return changed
    natural = chain.amount_on(part.start) / Fraction(held.quantity) * Fraction(part.quantity)
    if abs(part.amount - natural) * 5 > abs(natural) or not _moves_far(chain, changed, part):
        return changed
    difference = (part.amount - natural) * sum(chain.periods.shares(part.start, part.end), Fraction())
    settling = chain.settling(part.start, difference)
    if not settling:
        return changed
    return replace(chain, parts=(*chain.parts, replace(part, amount=natural), *settling))


def _moves_far(before: Chain, after: Chain, part: Part) -> bool:
    """Whether a part moves the price of what is left anywhere in its dates by more than a fifth."""
    for left in after.segments():
        if left.quantity and part.holds(left.start):
            was = before.segment_on(left.start)
            if was is not None and abs(left.price - was.price) * 5 > abs(was.price):
                return True
    return False


def _part(chain: Chain, line: Line) -> Part:
    end = line.end if line.end is not None or chain.is_evergreen else chain.ends
    if line.kind is LineKind.USAGE:
        return Part(line.start, end, line.quantity, Fraction())
    if end is None:
        return Part(line.start, None, line.quantity, line.amount / evergreen_periods(line))
    shares = sum(chain.periods.shares(line.start, end), Fraction())
    return Part(line.start, end, line.quantity, line.amount / shares)


def _renews(order: OrderSnapshot, chain: Chain, line: Line) -> bool:
    """A renewal's line carries the whole quantity of the new term; what a renewal order takes back is a change like any other."""
    if line.quantity <= 0:
        return False
    action = contract_action(line.record)
    after_the_term = chain.ends is not None and line.start >= chain.ends
    in_renewal = kind(order)[0] is OrderKind.RENEWAL and (action in OPENING or after_the_term)
    return action in RENEWING or in_renewal
