"""Which order product belongs to which subscription: the orders of an account entered one after the other.

Salesforce CPQ ties a chain together by Revised Order Product alone. What an order product does follows from it and from the
order's kind: it opens a subscription, adds to one (a signed quantity), or renews one. The book is entered with the orders
Zuora has, too: the new quantity of a subscription is the sum of its whole chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from connector.domain import ids
from connector.domain.chain_changes import ChainChange, change_chain, open_chain
from connector.domain.chain_checks import check_opening, unknown
from connector.domain.chains import Chain
from connector.domain.lines import Line
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from connector.errors import RecordError


@dataclass(frozen=True, slots=True)
class ChainBook:
    """Every chain so far by its root, the root of every order product, and why a chain cannot be told (by root)."""

    chains: Mapping[str, Chain] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)
    successors: Mapping[str, str] = field(default_factory=dict)
    """The root of the chain that was opened in another's place, by the other's."""
    left_out: frozenset[str] = frozenset()
    """Order products that were carried without an effect: priceless bundle heads, lines of quantity 0."""

    def enter(
        self,
        order: OrderSnapshot,
        lines: Sequence[Line],
        *,
        options: Options,
        carried: ZuoraState | None = None,
    ) -> tuple[ChainBook, tuple[ChainChange, ...]]:
        """The book with one order's subscription lines, and what they do, in line order. `carried`: what Zuora holds, for an
        order it has already.

        Raises RecordError where a line cannot be tied to its chain or does what a chain cannot bear.
        """
        book = self
        changes: list[ChainChange] = []
        for root, group in self._groups(order, lines).items():
            for change in book._changes(order, root, group, options=options, carried=carried):
                changes.append(change.with_moves())
                book = book._with(changes[-1])
        return book, tuple(changes)

    def without_effect(self, order_products: Mapping[str, str]) -> ChainBook:
        """With order products that change nothing, each with the one it revises (empty for none). One that revises a
        subscription belongs to it, and what revises it in turn changes that."""
        revising = {
            product: self._root(revised)
            for product, revised in order_products.items()
            if revised and revised not in self.left_out
        }
        return replace(
            self,
            roots={**self.roots, **revising},
            left_out=self.left_out | (order_products.keys() - revising.keys()),
        )

    def with_unclear(self, order: OrderSnapshot, reason: str) -> ChainBook:
        """Nothing is known for certain any more of the chains that an unreadable order touches."""
        revised = [str(record.get("SBQQ__RevisedOrderProduct__c") or record["Id"]) for record in order.lines]
        own_roots = {self.roots.get(normal, normal) for normal in map(ids.normalise, revised)}
        roots = own_roots.union(*map(self._successors, own_roots))
        own = {
            ids.normalise(str(record["Id"])): root
            for record, root in zip(order.lines, map(self._root, revised), strict=True)
        }
        return replace(
            self,
            roots={**self.roots, **own},
            unclear={**self.unclear, **dict.fromkeys(roots, reason)},
        )

    def _changes(
        self,
        order: OrderSnapshot,
        root: str,
        lines: Sequence[Line],
        *,
        options: Options,
        carried: ZuoraState | None,
    ) -> tuple[ChainChange, ...]:
        before = self.chains.get(root) if any(self._revised(line) for line in lines) else None
        if before is not None:
            return change_chain(order, before, lines, options=options, carried=carried)
        return (open_chain(order, lines, options=options, carried=carried),)

    def _root(self, order_product: str) -> str:
        normal = ids.normalise(order_product)
        return self.roots.get(normal, normal)

    def _root_on(self, order_product: str, day: date) -> str:
        """Of the chain of an order product and those opened in its place, the last that had begun by `day`."""
        root = self._root(order_product)
        while (then := self.successors.get(root)) and day >= self.chains[then].periods.anchor:
            root = then
        return root

    def _successors(self, root: str) -> Iterator[str]:
        while root in self.successors:
            root = self.successors[root]
            yield root

    def _revised(self, line: Line) -> str:
        """The order product a line changes; none where that was left out, so that the line is the first that counts."""
        return "" if line.quantity > 0 and line.revises in self.left_out else line.revises

    def _groups(self, order: OrderSnapshot, lines: Sequence[Line]) -> dict[str, list[Line]]:
        """Lines by the root of their chain. The segments of a ramp share a key and are one chain, opened by the first."""
        groups: dict[str, list[Line]] = {}
        firsts: dict[str, str] = {}
        for line in _in_ramp_order(lines):
            if revised := self._revised(line):
                root = self._root_on(revised, line.start)
                if root in self.unclear:
                    raise RecordError(f"{line.label} waits: {self.unclear[root]}", record=line.salesforce_id)
                if root not in self.chains:
                    raise unknown(line)
            else:
                if not line.revises:
                    check_opening(order, line)
                ramp = str(line.record.get("SBQQ__SegmentKey__c") or line.salesforce_id)
                root = firsts.setdefault(ramp, line.salesforce_id)
            groups.setdefault(root, []).append(line)
        return groups

    def _with(self, change: ChainChange) -> ChainBook:
        """A chain opened in place of one that ends follows it under its order products, from its own first day on. What is unclear
        stays so: an order was told before the chain it changes, and lacks in it."""
        root = change.after.root
        roots = {**self.roots, **{line.salesforce_id: root for line in change.lines}}
        counted = (
            {line.revises for line in change.lines} & self.left_out if change.before is None else frozenset()
        )
        return replace(
            self,
            chains={**self.chains, root: change.after},
            successors={**self.successors, change.replaces: root} if change.replaces else self.successors,
            roots={**roots, **dict.fromkeys(counted, root)},
            left_out=self.left_out - counted,
        )


def _in_ramp_order(lines: Sequence[Line]) -> Sequence[Line]:
    if not any(line.record.get("SBQQ__SegmentKey__c") for line in lines):
        return lines
    return sorted(lines, key=lambda line: (_segment(line), line.start))


def _segment(line: Line) -> int:
    return int(Decimal(str(line.record.get("SBQQ__SegmentIndex__c") or 0)))
