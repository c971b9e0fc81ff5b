"""The money of a stored plan as a page shows it: every line of an order, and the order's totals side by side.

Where all agrees the page stays quiet; what is more than rounding is said in words, at the figure that is off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.domain.order_effects import AS_USED

_SUMMED = ("zuora_total", "salesforce_total", "difference")
_AMOUNTS = ("per_period", "periods", "quantity", *_SUMMED)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What one order product costs in either system, as decimal text."""

    line: str
    per_period: str
    periods: str
    quantity: str
    zuora_total: str
    salesforce_total: str
    difference: str
    within_bound: bool

    is_equal: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """A total beside the sum of the lines in Salesforce; `difference` is empty where they cannot be compared."""

    amount: str
    difference: str
    within_bound: bool
    is_equal: bool


@dataclass(frozen=True, slots=True)
class ShownSums:
    """The totals of one order. `order` is Order.TotalAmount, `verified` what Zuora's own preview says, each where it is stated;
    `note` tells why Zuora was not asked."""

    zuora: ShownTotal
    salesforce_total: str
    bound: str
    order: ShownTotal | None
    verified: ShownTotal | None
    note: str


@dataclass(frozen=True, slots=True)
class ShownMoney:
    """One order. `sums` is None where nothing could be summed: a single line of an earlier release says all by itself."""

    title: str
    kind: str
    currency: str
    lines: tuple[ShownLine, ...]
    sums: ShownSums | None

    @property
    def agrees(self) -> bool:
        totals = (self.sums.zuora, self.sums.order, self.sums.verified) if self.sums else ()
        return all(line.within_bound for line in self.lines) and all(
            total.within_bound for total in totals if total is not None
        )


def shown_money(operation: Mapping[str, Any]) -> ShownMoney | None:
    """None where the operation is about no money."""
    stored = [each for each in listed(operation.get("money")) if isinstance(each, Mapping)]
    sums = operation.get("sums")
    sums = sums if isinstance(sums, Mapping) and text(sums, "zuora_total") else None
    if not stored and sums is None:
        return None
    return ShownMoney(
        title=named(operation),
        kind=text(operation, "kind"),
        currency=text(sums, "currency") if sums else "",
        lines=tuple(_line(each, order=text(operation, "key")) for each in stored),
        sums=_sums(sums) if sums else _summed(stored),
    )


def _line(line: Mapping[str, Any], *, order: str) -> ShownLine:
    """The order's number stands above its lines and is not repeated in them."""
    figures = {name: amount(text(line, name)) for name in _AMOUNTS}
    span = text(line, "span")
    if span == AS_USED:
        figures |= {"per_period": "", "quantity": ""}
    return ShownLine(
        line=text(line, "line").replace(f"Order {order}, line ", "Line ", 1),
        **{**figures, "periods": span or figures["periods"]},
        within_bound=bool(line.get("within_bound")),
        is_equal=_number(text(line, "difference")) == 0,
        note=text(line, "note"),
    )


def _sums(sums: Mapping[str, Any]) -> ShownSums:
    return ShownSums(
        zuora=_total(sums, "zuora_total"),
        salesforce_total=amount(text(sums, "salesforce_total")),
        bound=amount(text(sums, "bound")),
        order=_total(sums, "order_amount") if text(sums, "order_amount") else None,
        verified=_total(sums, "verified_total") if text(sums, "verified_total") else None,
        note=text(sums, "verified_note"),
    )


def _total(sums: Mapping[str, Any], name: str) -> ShownTotal:
    differences = sums.get("differences")
    found = differences.get(name) if isinstance(differences, Mapping) else None
    stated: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    difference = text(stated, "difference")
    return ShownTotal(
        amount=amount(text(sums, name)),
        difference=amount(difference),
        within_bound=bool(stated.get("within_bound")),
        is_equal=_number(difference) == 0,
    )


def _summed(lines: list[Mapping[str, Any]]) -> ShownSums | None:
    """Of a plan that an earlier release stored: the sums of its lines, which say themselves whether they are rounding."""
    if len(lines) < 2:
        return None
    zuora, salesforce, difference = (_sum(text(each, name) for each in lines) for name in _SUMMED)
    total = ShownTotal(
        amount=_shown(zuora),
        difference=_shown(difference),
        within_bound=all(bool(each.get("within_bound")) for each in lines),
        is_equal=difference == 0,
    )
    return ShownSums(total, _shown(salesforce), bound="", order=None, verified=None, note="")


def named(operation: Mapping[str, Any]) -> str:
    """The title without the record's id, which stands apart from it."""
    return text(operation, "title").removesuffix(f" ({text(operation, 'salesforce_id')})")


def text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return "" if found is None else str(found)


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _sum(amounts: Iterable[str]) -> Decimal | None:
    """None where one of them is no number: half a sum would be a wrong one."""
    numbers = [_number(amount) for amount in amounts]
    return None if None in numbers else sum((n for n in numbers if n is not None), Decimal(0))


def amount(text: str) -> str:
    """With the thousands apart; what is no number stays as it is."""
    number = _number(text)
    return text if number is None else _shown(number)


def _shown(number: Decimal | None) -> str:
    return "" if number is None else format(number, ",f")
