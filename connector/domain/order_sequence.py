"""The sequence in which an account's orders are carried: that of their activation, but none before what it builds on.

An order that was activated anew has a late ActivatedDate, and Salesforce keeps no earlier one. What it sold is still older than
the orders that revise it, and a term is older than what is changed within it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.domain import JSON, ids
from connector.domain.line_fields import optional_date
from connector.domain.order_kinds import RENEWING, OrderKind, contract_action, kind
from connector.domain.snapshot import OrderSnapshot

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Sale:
    """One line. `last`: the last day it is sold for, None for no end or none that can be read; `chain`: the first order product."""

    order: str
    product: str
    revises: str
    chain: str
    start: date | None
    last: date | None
    renews: bool

    @property
    def needs(self) -> date | None:
        """A day that a term must hold before this line makes sense."""
        if self.renews:
            return self.start - _DAY if self.start and self.start > date.min else None
        return self.last or self.start

    def holds(self, day: date) -> bool:
        is_term = self.renews or not self.revises
        return (
            is_term and (self.start is None or self.start <= day) and (self.last is None or day <= self.last)
        )


def in_sequence(orders: Sequence[OrderSnapshot]) -> tuple[OrderSnapshot, ...]:
    """Orders by their activation, each as late as those it builds on. Where they build on each other, by activation alone."""
    waiting = sorted(orders, key=_activation)
    builds_on = _builds_on(waiting)
    placed: list[OrderSnapshot] = []
    done: set[str] = set()
    while waiting:
        ready = (order for order in waiting if builds_on[order.salesforce_id] <= done)
        order = next(ready, waiting[0])
        waiting.remove(order)
        placed.append(order)
        done.add(order.salesforce_id)
    return tuple(placed)


def chains_touched(orders: Sequence[OrderSnapshot]) -> Mapping[str, frozenset[str]]:
    """The first order products (18 characters) of all that an order's lines belong to, by the order's id."""
    found: dict[str, set[str]] = {order.salesforce_id: set() for order in orders}
    for each in _sales(orders):
        found[each.order].add(each.chain)
    return {order: frozenset(chains) for order, chains in found.items()}


def _activation(order: OrderSnapshot) -> tuple[str, str]:
    """Orders in the sequence in which they became valid, so that an account synced at once goes the way of one synced as time
    passed. An order that is dated back comes late, and reaches back; it cannot come before what it changes."""
    activated = order.record.get("ActivatedDate") or order.record.get("EffectiveDate") or ""
    return str(activated)[:19], order.order_number


def _builds_on(ordered: Sequence[OrderSnapshot]) -> Mapping[str, set[str]]:
    """The orders that must come before, by order: those that hold a line it revises, and those that renew for the days it is
    about where nothing else was sold for them."""
    sales = _sales(ordered)
    holders = {each.product: each.order for each in sales}
    chains: dict[str, list[_Sale]] = {}
    for each in sales:
        chains.setdefault(each.chain, []).append(each)
    found: dict[str, set[str]] = {order.salesforce_id: set() for order in ordered}
    for each in sales:
        if not each.revises:
            continue
        needed = (holders.get(each.revises), _term_giver(each, chains[each.chain]))
        found[each.order] |= {order for order in needed if order and order != each.order}
    return found


def _term_giver(sale: _Sale, chain: Sequence[_Sale]) -> str | None:
    """The order whose renewal made the term that a line is about; None where the first sale or its own order holds it."""
    if (day := sale.needs) is None:
        return None
    holding = [each for each in chain if each.product != sale.product and each.holds(day)]
    if any(not each.revises or each.order == sale.order for each in holding):
        return None
    return holding[0].order if holding else None


def _sales(ordered: Sequence[OrderSnapshot]) -> tuple[_Sale, ...]:
    lines = [(order, record) for order in ordered for record in order.lines]
    ramps: dict[tuple[str, str], str] = {}
    before = {}
    for order, record in lines:
        product = _id(record["Id"])
        ramp = (order.salesforce_id, str(record.get("SBQQ__SegmentKey__c") or product))
        before[product] = _id(record.get("SBQQ__RevisedOrderProduct__c")) or ramps.setdefault(ramp, product)
    return tuple(
        _Sale(
            order=order.salesforce_id,
            product=_id(record["Id"]),
            revises=_id(record.get("SBQQ__RevisedOrderProduct__c")),
            chain=_first(_id(record["Id"]), before),
            start=optional_date(record.get("ServiceDate") or order.record.get("EffectiveDate")),
            last=optional_date(record.get("EndDate")),
            renews=_renews(order, record),
        )
        for order, record in lines
    )


def _first(product: str, before: Mapping[str, str]) -> str:
    """`before`: the order product a line revises, or the first segment of its ramp; else the line itself."""
    seen: set[str] = set()
    while product not in seen:
        seen.add(product)
        product = before.get(product, product)
    return product


def _renews(order: OrderSnapshot, record: JSON) -> bool:
    quantity = str(record.get("Quantity") or 0)
    if not record.get("SBQQ__RevisedOrderProduct__c") or quantity.startswith("-") or not quantity.strip("0."):
        return False
    return contract_action(record) in RENEWING or kind(order)[0] is OrderKind.RENEWAL


def _id(value: object) -> str:
    """In 18 characters; as it stands where it is no id, which is told when its line is read."""
    return ids.normalise(str(value)) if ids.is_salesforce_id(value) else str(value or "")
