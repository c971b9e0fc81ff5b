"""Which order product belongs to which subscription: the orders of an account entered one after the other.

Salesforce CPQ ties a chain together by Revised Order Product alone. What an order product does follows from it and from the
order's kind: it opens a subscription, adds to one (a signed quantity), or renews one. The book is entered with the orders
Zuora has, too: the new quantity of a subscription is the sum of its whole chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from connector.domain import ids, paths
from connector.domain.billing_periods import SUBSCRIPTION_TERM, BillingPeriods, Span
from connector.domain.chain_moves import Move, moves, opening_moves
from connector.domain.chains import Chain, Charging, Part
from connector.domain.labels import order_label
from connector.domain.line_fields import decimal_field, line_error, optional_date, plain
from connector.domain.lines import Line, LineKind, period_months, whole_months
from connector.domain.order_kinds import OrderKind, kind
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.errors import RecordError

MOST_BASE_MONTHS = 200
"""Zuora's bound of a specific list price base."""
_RENEWING = ("renew", "renewal")
_OPENING = ("", "new", "add")


@dataclass(frozen=True, slots=True)
class ChainChange:
    """What one order does to one chain. `before` is None where the order opens it; `steps` are the states after each line
    alone, for the money of the lines; `renewed` is the term it adds; `moves` are what Zuora must be told."""

    before: Chain | None
    after: Chain
    lines: tuple[Line, ...]
    steps: tuple[Chain, ...]
    renewed: Span | None = None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainBook:
    """Every chain so far by its root, the root of every order product, and why a chain cannot be told (by root)."""

    chains: Mapping[str, Chain] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)

    def enter(
        self, order: OrderSnapshot, lines: Sequence[Line], *, options: Options
    ) -> tuple[ChainBook, tuple[ChainChange, ...]]:
        """The book with one order's subscription lines, and what they do, in line order.

        Raises RecordError where a line cannot be tied to its chain or does what a chain cannot bear.
        """
        book, changes = self, []
        for root, group in self._groups(order, lines).items():
            change = _with_moves(_change(book, order, root, group, options=options))
            book = book._with(change)
            changes.append(change)
        return book, tuple(changes)

    def with_unclear(self, order: OrderSnapshot, reason: str) -> ChainBook:
        """Nothing is known for certain any more of the chains that an unreadable order touches."""
        revised = [str(record.get("SBQQ__RevisedOrderProduct__c") or record["Id"]) for record in order.lines]
        roots = {self.roots.get(normal, normal) for normal in map(ids.normalise, revised)}
        own = {
            ids.normalise(str(record["Id"])): root
            for record, root in zip(order.lines, map(self._root, revised), strict=True)
        }
        return replace(
            self,
            roots={**self.roots, **own},
            unclear={**self.unclear, **dict.fromkeys(roots, reason)},
        )

    def _root(self, order_product: str) -> str:
        normal = ids.normalise(order_product)
        return self.roots.get(normal, normal)

    def _groups(self, order: OrderSnapshot, lines: Sequence[Line]) -> dict[str, list[Line]]:
        """Lines by the root of their chain. The segments of a ramp share a key and are one chain, opened by the first."""
        what, hint = kind(order)
        groups: dict[str, list[Line]] = {}
        firsts: dict[str, str] = {}
        for line in (
            sorted(lines, key=lambda each: (_segment(each), each.start)) if _has_ramp(lines) else lines
        ):
            if line.revises:
                root = self._root(line.revises)
                if root not in self.chains and root not in self.unclear:
                    raise _unknown(line)
            else:
                _check_opening(order, line, what, hint)
                ramp = str(line.record.get("SBQQ__SegmentKey__c") or line.salesforce_id)
                root = firsts.setdefault(ramp, line.salesforce_id)
            if line.revises and root in self.unclear:
                raise RecordError(f"{line.label} waits: {self.unclear[root]}", record=line.salesforce_id)
            groups.setdefault(root, []).append(line)
        return groups

    def _with(self, change: ChainChange) -> ChainBook:
        """A chain opened in place of one that had ended takes over its order products."""
        root = change.after.root
        roots = {**self.roots, **{line.salesforce_id: root for line in change.lines}}
        left = {self._root(line.revises) for line in change.lines if line.revises} - {root}
        roots |= {product: root for product, held in self.roots.items() if held in left}
        return replace(self, chains={**self.chains, root: change.after}, roots=roots)


def subscription_number(order: OrderSnapshot, line: Line) -> str:
    """The name of the CPQ subscription where contracted, else the order's number and the line's (design section 5)."""
    contracted = (line.record.get("SBQQ__Subscription__r") or {}).get("Name")
    return str(contracted or f"{order.order_number}-{line.number}")


def _change(
    book: ChainBook, order: OrderSnapshot, root: str, lines: Sequence[Line], *, options: Options
) -> ChainChange:
    before = book.chains.get(root) if any(line.revises for line in lines) else None
    if before is None:
        return _open(order, lines, options=options)
    _check_alike(before, lines)
    renewing = [line for line in lines if _renews(order, before, line)]
    if not renewing:
        return _amend(before, lines)
    if before.is_evergreen:
        raise line_error(
            renewing[0].label,
            renewing[0].record,
            f"renews {before.number}, which is evergreen and never ends",
            "Remove the line from the renewal in Salesforce and resync.",
        )
    start = min(line.start for line in renewing)
    if before.canceled_on or (before.ends and before.ends < start):
        return _open(order, lines, options=options)
    return _renew(before, renewing, [line for line in lines if line not in renewing], start)


def _with_moves(change: ChainChange) -> ChainChange:
    before, after = change.before, change.after
    found = opening_moves(after) if before is None else moves(before, after, change.renewed)
    told = after.moved_on | {move.day for move in found}
    return replace(change, after=replace(after, moved_on=told), moves=found)


def _open(order: OrderSnapshot, lines: Sequence[Line], *, options: Options) -> ChainChange:
    first = lines[0]
    anchor = min(line.start for line in lines)
    for line in lines:
        if line.quantity < 0:
            raise line_error(
                line.label,
                line.record,
                f"has the quantity {plain(line.quantity)} and revises no order product of a running subscription",
                "Fill Revised Order Product, or correct Quantity, in Salesforce and resync.",
            )
    ends = [line.end for line in lines if line.end]
    span = Span(_term_start(first, anchor, options), max(ends) if ends else None)
    chain = Chain(
        root=first.salesforce_id,
        number=subscription_number(order, first),
        charging=_charging(first, anchor, span, options),
        periods=BillingPeriods(anchor, first.billing_period, (span,)),
        schedules=tuple(plan.schedule_id for plan in first.usage),
    )
    steps = _steps(chain, lines)
    return ChainChange(None, steps[-1], tuple(lines), steps)


def _amend(before: Chain, lines: Sequence[Line]) -> ChainChange:
    for line in lines:
        _check_dates(before, line)
    steps = _steps(before, lines)
    after = steps[-1]
    if any(segment.quantity < 0 for segment in after.segments()):
        least = min(after.segments(), key=lambda segment: segment.quantity)
        raise line_error(
            lines[-1].label,
            lines[-1].record,
            f"takes more back from {before.number} than was sold: from {least.start} on its quantity would be {plain(least.quantity)}",
            "Correct Quantity in Salesforce and resync.",
        )
    if (day := after.zero_from()) is not None:
        after = replace(after.cut(day), canceled_on=day)
        steps = (*steps[:-1], after)
    return ChainChange(before, after, tuple(lines), steps)


def _renew(before: Chain, renewing: Sequence[Line], others: Sequence[Line], start: date) -> ChainChange:
    """From `start` on the renewal alone counts. Where that lies before the end of the running term (early renewal), what was
    sold for the rest of it ends, too; other lines of the order may give it back."""
    ends = max(line.end for line in renewing if line.end)
    given_back = _steps(before, others)[-1] if others else before
    running = given_back.cut(start) if before.ends and start < before.ends else given_back
    span = Span(start, ends)
    steps = _steps(running.with_term(span), renewing)
    states = (*_steps(before, others), *steps) if others else steps
    return ChainChange(before, steps[-1], (*others, *renewing), states, renewed=span)


def _steps(chain: Chain, lines: Sequence[Line]) -> tuple[Chain, ...]:
    """The chain after each line."""
    states = []
    for line in lines:
        chain = chain.with_part(_part(chain, line))
        states.append(chain)
    return tuple(states)


def _part(chain: Chain, line: Line) -> Part:
    end = line.end if line.end is not None or chain.is_evergreen else chain.ends
    if line.kind is LineKind.USAGE:
        return Part(line.start, end, line.quantity, Fraction())
    if end is None:
        return Part(line.start, None, line.quantity, line.amount / evergreen_periods(line))
    shares = sum(chain.periods.shares(line.start, end), Fraction())
    return Part(line.start, end, line.quantity, line.amount / shares)


def evergreen_periods(line: Line) -> Fraction:
    """How many billing periods the total of an evergreen line stands for: its product term times its multiplier (1)."""
    product_term = decimal_field(
        line.label, line.record, "SBQQ__DefaultSubscriptionTerm__c", default=Decimal(12)
    )
    multiplier = decimal_field(line.label, line.record, "SBQQ__ProrateMultiplier__c", default=Decimal(1))
    months = Fraction(product_term or 12) * Fraction(multiplier or 1)
    if months <= 0:
        raise line_error(
            line.label,
            line.record,
            f"has no usable product term or prorate multiplier (found {product_term} and {multiplier})",
            "Recalculate its price in Salesforce and resync.",
        )
    return months / period_months(line)


def _charging(line: Line, anchor: date, span: Span, options: Options) -> Charging:
    months = Fraction(1) if line.kind is LineKind.USAGE else period_months(line)
    base = Fraction(1)
    if options.list_price_base and span.end and line.billing_period != SUBSCRIPTION_TERM:
        spanned = whole_months(anchor, span.end)
        base = spanned / months if spanned and spanned <= MOST_BASE_MONTHS else base
    return Charging(
        currency=line.currency,
        is_flat=line.is_flat,
        period_months=months,
        max_decimals=options.max_price_decimals,
        base=base,
        is_usage=line.kind is LineKind.USAGE,
    )


def _term_start(line: Line, anchor: date, options: Options) -> date:
    """Where the integration says so, the contract's start; never one after the line's own."""
    if options.use_subscription_start:
        return anchor
    contract = optional_date(paths.read(line.record, "SBQQ__Contract__r.StartDate"))
    return min(contract, anchor) if contract else anchor


def _renews(order: OrderSnapshot, chain: Chain, line: Line) -> bool:
    """A renewal's line carries the whole quantity of the new term; what a renewal order takes back is a change like any other."""
    if line.quantity <= 0:
        return False
    action = str(line.record.get("SBQQ__ContractAction__c") or "").strip().lower()
    after_the_term = chain.ends is not None and line.start >= chain.ends
    in_renewal = kind(order)[0] is OrderKind.RENEWAL and (action in _OPENING or after_the_term)
    return action in _RENEWING or in_renewal


def _check_opening(order: OrderSnapshot, line: Line, what: OrderKind, hint: str) -> None:
    """A line that revises nothing opens a subscription; but only where nothing says that it should revise one: carried as
    new, an amendment bills a customer twice."""
    action = str(line.record.get("SBQQ__ContractAction__c") or "").strip()
    if action.lower() not in _OPENING:
        raise line_error(
            line.label,
            line.record,
            f"has the contract action {action} but no Revised Order Product, so the subscription it changes cannot be told",
            "Fill Revised Order Product with the first order product of that subscription in Salesforce and resync.",
        )
    if (
        what is not OrderKind.NEW
        and hint
        and not any(record.get("SBQQ__RevisedOrderProduct__c") for record in order.lines)
    ):
        raise RecordError(
            f"{order_label(order)} is {what.with_article} order ({hint}), but neither its opportunity names a contract nor a line "
            "its Revised Order Product. Fill Revised Order Product, or correct that in Salesforce if it is a new order, and "
            "resync.",
            record=order.salesforce_id,
        )


def _check_alike(chain: Chain, lines: Sequence[Line]) -> None:
    """What a subscription is charged by never changes."""
    for line in lines:
        same = (
            line.is_flat == chain.charging.is_flat
            and (line.kind is LineKind.USAGE) == chain.charging.is_usage
        )
        if (
            same
            and line.currency == chain.charging.currency
            and (chain.charging.is_usage or line.billing_period == chain.periods.billing_period)
        ):
            continue
        raise line_error(
            line.label,
            line.record,
            f"is sold in another way (currency, billing frequency, pricing method or charge type) than {chain.number}, which it "
            "changes; Zuora cannot change that",
            "Cancel the old line and sell a new one in Salesforce, and resync.",
        )


def _check_dates(chain: Chain, line: Line) -> None:
    ends = chain.ends
    end = line.end or ends
    if line.start < chain.periods.anchor or (ends and line.start >= ends) or (ends and end and end > ends):
        until = f" to {date.fromordinal(ends.toordinal() - 1)}" if ends else ""
        last_day = f" to {line.record.get('EndDate')}" if line.end else ""
        state = "was canceled and ran" if chain.canceled_on else "runs"
        raise line_error(
            line.label,
            line.record,
            f"changes {chain.number} from {line.start}{last_day}, but that {state} from {chain.periods.anchor}{until}",
            "Correct Start Date or End Date in Salesforce and resync.",
        )


def _unknown(line: Line) -> RecordError:
    return line_error(
        line.label,
        line.record,
        f"revises the order product {line.revises}, which is in no activated order of this account, so there is no rate plan to "
        "amend",
        "Fill Revised Order Product with the first order product of the subscription, or align the accounts of both orders, in "
        "Salesforce and resync.",
    )


def _segment(line: Line) -> int:
    return int(Decimal(str(line.record.get("SBQQ__SegmentIndex__c") or 0)))


def _has_ramp(lines: Sequence[Line]) -> bool:
    return any(line.record.get("SBQQ__SegmentKey__c") for line in lines)
