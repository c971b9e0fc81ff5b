"""What an administrator must know of an order about to be created: differences in money first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connector.domain.chain_changes import ChainChange
from connector.domain.labels import line_label, order_label
from connector.domain.lines import Line, LineKind
from connector.domain.operations import Key, LineMoney, Noun, Operation, OrderMoney, Problem, Severity
from connector.domain.order_history import Reading
from connector.domain.pricing import minor_digits
from connector.domain.proration import proration_problems
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.usage import usage_difference


def line_problems(
    order: OrderSnapshot,
    reading: Reading,
    changes: Sequence[ChainChange],
    operation: Operation,
    *,
    options: Options,
) -> list[Problem]:
    """Raises RecordError for a multiplier that cannot be one."""
    key = Key(Noun.ORDER, order.order_number)
    severity = Severity.ERROR if options.money_rule is MoneyRule.STOP else Severity.WARNING
    found = [
        problem
        for change in changes
        for line in change.lines
        if line.kind is LineKind.TERMED
        for problem in proration_problems(order, line, change.after, rule=options.money_rule)
    ]
    messages = [
        _difference(line, money, _early(changes, line))
        for line, money in zip(reading.carried, operation.money, strict=True)
        if not money.within_bound
    ]
    if operation.sums and (unseen := _unseen(order, operation.sums, len(order.lines))):
        messages.append(unseen)
    return found + [Problem(severity, key, order.salesforce_id, message) for message in messages]


def _early(changes: Sequence[ChainChange], line: Line) -> str:
    """How the advice begins: with a way out where a renewal begins inside the running term and nothing gives the rest of that term
    back. An amendment that does is activated later, and would wait for the renewal; activated anew, the renewal comes after it."""
    for change in changes:
        before = change.before
        if (
            line in change.lines
            and change.renewed
            and before
            and before.ends
            and change.renewed.start < before.ends
        ):
            return (
                f" It renews {before.number} before its term ends on {before.ends}, and Zuora takes back what was sold for the rest of "
                f"it. Give that back in Salesforce by amending it to zero from {change.renewed.start} on, and then deactivate and "
                "activate this order in Salesforce, so that it comes after that. Else correct"
            )
    return " Correct"


def _difference(line: Line, money: LineMoney, advice: str) -> str:
    if line.kind is LineKind.USAGE:
        return usage_difference(line.label, money)
    return (
        f"{line.label}: Zuora would bill {money.zuora_total} ({money.quantity} x {money.per_period} x {money.periods} "
        f"periods), Salesforce sold {money.salesforce_total}; the difference of {money.difference} is more than rounding.{advice} "
        "Unit Price, Total Price or the dates in Salesforce, or allow more price decimals in the integration, and resync."
    )


def _unseen(order: OrderSnapshot, totals: OrderMoney, lines: int) -> str:
    """Salesforce sums an order's lines itself: another sum than that of the lines read means that some were not seen."""
    if not totals.order_amount:
        return ""
    difference = Decimal(totals.order_amount) - Decimal(totals.salesforce_total)
    if abs(difference) <= Decimal(1).scaleb(-minor_digits(totals.currency)) * lines:
        return ""
    return (
        f"{order_label(order)} amounts to {totals.order_amount} in Salesforce, but its lines come to {totals.salesforce_total}: "
        f"{difference} is missing. Let the integration user see all its order products, or recalculate the order, in Salesforce, "
        "and resync."
    )


def left_out(order: OrderSnapshot, reading: Reading) -> tuple[Problem, ...]:
    """Notices of lines that Zuora is told nothing of."""
    heads = [
        Problem(
            Severity.NOTICE,
            Key(Noun.ORDER, order.order_number),
            order.salesforce_id,
            f"{line_label(order, record)} is the head of a bundle and has no price of its own; its components are carried.",
            shared="Heads of bundles have no price of their own; their components are carried",
            subject=line_label(order, record),
        )
        for record in reading.heads
    ]
    empty = [
        Problem(
            Severity.NOTICE,
            Key(Noun.ORDER, order.order_number),
            order.salesforce_id,
            f"{line.label} has quantity 0 and is left out.",
            shared="Lines of quantity 0 are left out",
            subject=line.label,
        )
        for line in reading.empty
    ]
    return (*heads, *empty)
