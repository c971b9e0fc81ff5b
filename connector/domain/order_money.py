"""What Zuora will bill for each order product beside what Salesforce sold, and the sums of an order.

A changed subscription is billed anew from the change on; what a line brings is the difference of the whole chain with it and
without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from connector.domain.chain_changes import ChainChange
from connector.domain.chain_charging import evergreen_periods
from connector.domain.chains import Chain
from connector.domain.lines import Line, LineKind
from connector.domain.operations import LineMoney, OrderMoney
from connector.domain.order_effects import AS_USED, NO_END, PERIOD_WORDS, price_per_period
from connector.domain.pricing import minor_digits, rounded, shown


def change_money(change: ChainChange) -> tuple[LineMoney, ...]:
    """One row for each line of a chain, in their order; amounts as plain decimal strings."""
    rows = []
    reached = change.before
    for line, state in zip(change.lines, change.steps, strict=True):
        rows.append(_line_money(line, reached, state))
        reached = state
    return tuple(rows)


def one_time_money(line: Line) -> LineMoney:
    digits = minor_digits(line.currency)
    billed = rounded(line.amount, digits)
    row = _row(line, price=line.unit_price, periods=Fraction(1), counted=line.counted, billed=billed, items=1)
    return replace(row, span="once")


def sums(
    order_amount: Decimal | None,
    rows: Sequence[LineMoney],
    changes: Sequence[ChainChange],
    items: Sequence[Line],
    *,
    currency: str,
) -> OrderMoney:
    """The sums of an order's `rows`; `items` are its one-time lines."""
    digits = minor_digits(currency)
    bound = sum((*map(one_time_bound, items), *map(change_bound, changes)), Decimal(0))
    once = sum((Decimal(one_time_money(line).zuora_total) for line in items), Decimal(0))
    whole = sum((change.after.billed() for change in changes), once)
    roundings = len(items) + sum(change.after.invoice_items() for change in changes)
    return OrderMoney(
        currency=currency,
        zuora_total=shown(sum((Decimal(row.zuora_total) for row in rows), Decimal(0)), digits),
        salesforce_total=shown(sum((Decimal(row.salesforce_total) for row in rows), Decimal(0)), digits),
        order_amount="" if order_amount is None else shown(order_amount, digits),
        bound=shown(bound, digits),
        whole_total=shown(whole, digits),
        whole_bound=shown(Decimal(1).scaleb(-digits) * roundings, digits),
    )


def change_bound(change: ChainChange) -> Decimal:
    """One minor unit for every invoice item that this change touches or leaves."""
    return sum((_bound(line, _items(line, change)) for line in change.lines), Decimal(0))


def one_time_bound(line: Line) -> Decimal:
    return _bound(line, 1)


def _line_money(line: Line, before: Chain | None, after: Chain) -> LineMoney:
    if line.kind is LineKind.USAGE:
        row = _row(
            line, price=Decimal(0), periods=Fraction(0), counted=line.counted, billed=Decimal(0), items=1
        )
        return replace(row, span=AS_USED)
    part_price, periods = _price_and_periods(line, after)
    if line.kind is LineKind.EVERGREEN:
        # An evergreen line has no total: what Salesforce states is the price of one product term, and so is this.
        amount = Fraction(part_price) * Fraction(line.counted) / after.charging.base * periods
        billed = rounded(amount, minor_digits(line.currency))
    else:
        billed = after.billed() - (before.billed() if before else Decimal(0))
    items = _touched(line, before, after)
    price = price_per_period(part_price, after)
    row = _row(line, price=price, periods=periods, counted=line.counted, billed=billed, items=items)
    exact = Fraction(part_price) * Fraction(line.counted) / after.charging.base * periods
    multiplies = abs(exact - Fraction(billed)) <= Fraction(_bound(line, items))
    return replace(
        row,
        span=_span(line, periods, after),
        note=_note(line, before, after, speaks=multiplies and _has_price(after, line, part_price))
        or _broken(periods),
    )


def _span(line: Line, periods: Fraction, after: Chain) -> str:
    goes_on = line.kind is LineKind.EVERGREEN and not after.canceled_on
    return NO_END if goes_on else _counted_periods(line, periods)


def _counted_periods(line: Line, periods: Fraction) -> str:
    word = PERIOD_WORDS.get(line.billing_period, "period")
    return f"{_plain(rounded(periods, 4))} {word}{'' if periods == 1 else 's'}"


def _note(line: Line, before: Chain | None, after: Chain, *, speaks: bool) -> str:
    """What price, quantity and periods do not tell by themselves."""
    if line.kind is LineKind.EVERGREEN:
        product_term = _counted_periods(line, evergreen_periods(line))
        life = "Goes on without end"
        if after.canceled_on:
            life = f"Ends {after.number} on {after.canceled_on}, which had no end"
        return f"{life}; the totals are those of one product term ({product_term}), which is what Salesforce states."
    if speaks or before is None:
        return ""
    was, becomes = _told_at(before, line.start), _told_at(after, line.start)
    return f"This is the difference to {before.number}: {was} before, {becomes} from {line.start} on."


def _broken(periods: Fraction) -> str:
    if periods.denominator == 1:
        return ""
    return "Zuora bills a part of a period by its days; the price is set so that this comes to what was sold."


def _has_price(chain: Chain, line: Line, price: Decimal) -> bool:
    """Whether the whole subscription has the line's own price, or nothing is left that has one."""
    found = chain.segment_on(line.start)
    return found is None or not found.quantity or found.price == price


def _told_at(chain: Chain, day: date) -> str:
    found = chain.segment_on(day)
    if found is None or not found.quantity:
        return "nothing"
    price = shown(price_per_period(found.price, chain), minor_digits(chain.charging.currency))
    return price if chain.charging.is_flat else f"{_plain(found.quantity)} x {price}"


def _price_and_periods(line: Line, chain: Chain) -> tuple[Decimal, Fraction]:
    """The line's own list price per unit, and for how many billing periods the line stands."""
    if line.kind is LineKind.EVERGREEN:
        periods = evergreen_periods(line)
    else:
        end = line.end or chain.ends or line.start
        periods = sum(chain.periods.shares(line.start, end), Fraction())
    if not periods or not line.counted:
        return Decimal(0), periods
    return chain.price(line.amount / periods, line.counted if not line.is_flat else Decimal(1)), periods


def _items(line: Line, change: ChainChange) -> int:
    return _touched(line, change.before, change.after)


def _touched(line: Line, before: Chain | None, after: Chain) -> int:
    """Invoice items from the line's start on, as they were and as they will be: each of both may be rounded; one more for a
    price that settles a broken period."""
    if line.kind in (LineKind.USAGE, LineKind.EVERGREEN):
        return 1
    return (_items_from(before, line) + 1 if before else 0) + _items_from(after, line)


def _items_from(chain: Chain, line: Line) -> int:
    return sum(
        len(chain.periods.shares(max(segment.start, line.start), segment.end))
        for segment in chain.segments()
        if segment.end and segment.end > line.start
    )


def _bound(line: Line, items: int) -> Decimal:
    return Decimal(1).scaleb(-minor_digits(line.currency)) * items


def _row(
    line: Line, *, price: Decimal, periods: Fraction, counted: Decimal, billed: Decimal, items: int
) -> LineMoney:
    digits = minor_digits(line.currency)
    difference = billed - line.total
    return LineMoney(
        line=line.label,
        per_period=shown(price, digits),
        periods=_plain(rounded(periods, 4)),
        quantity=_plain(counted),
        zuora_total=shown(billed, digits),
        salesforce_total=shown(line.total, digits),
        difference=shown(difference, digits),
        within_bound=abs(difference) <= _bound(line, items),
    )


def _plain(value: Decimal) -> str:
    with localcontext(prec=60):
        return format(value.normalize(), "f")
