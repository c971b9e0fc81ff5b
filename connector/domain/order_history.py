"""What went before an order: the chains so far, which orders of this run touch them, and which lines were left out.

Orders are told to it in the order in which they are carried. An order that cannot be carried leaves its chains unclear: what comes
later on them waits, and says for what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from connector.domain import JSON, ids
from connector.domain.chain_book import ChainBook
from connector.domain.chain_changes import ChainChange
from connector.domain.lines import Line, LineKind, is_bundle_head, read_line
from connector.domain.operations import Key
from connector.domain.order_currencies import order_currency
from connector.domain.order_effects import order_kind
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from connector.errors import ConfigError, RecordError

# What only a mistake of this code can raise: it stops one order and is told, the others go on.
BUGS = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError)

# Of two amendments nothing but their activation says which came first, and that may have been done again.
_OUT_OF_TURN = (
    " Zuora has that order already: if it or one before it was activated anew since, its turn cannot be told. Then enter this one in "
    "Zuora by hand, under its order number, and resync."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """An order's lines, sorted by what becomes of them. `heads` are priceless bundle heads, `empty` lines of quantity 0."""

    one_time: tuple[Line, ...]
    subscriptions: tuple[Line, ...]
    heads: tuple[JSON, ...]
    empty: tuple[Line, ...]

    @property
    def carried(self) -> tuple[Line, ...]:
        """In the order in which Salesforce shows them."""
        return tuple(sorted((*self.one_time, *self.subscriptions), key=lambda line: line.number))


@dataclass(frozen=True, slots=True)
class History:
    """`touched`: root of a chain -> the order of this run that changed it last; `billed`: -> the account that order has billed,
    where it names one. `kinds`: of each order that Zuora has, by its number."""

    book: ChainBook = field(default_factory=ChainBook)
    touched: Mapping[str, Key] = field(default_factory=dict)
    billed: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def read(self, order: OrderSnapshot, *, currency: str, options: Options) -> Reading:
        """Raises RecordError naming the line and the field where one cannot be billed faithfully."""
        heads = [record for record in order.lines if self._is_head(order, record)]
        lines = [
            read_line(order, record, currency=currency, options=options)
            for record in order.lines
            if record not in heads
        ]
        ramps = {line.record.get("SBQQ__SegmentKey__c") for line in lines if line.quantity} - {None}
        empty = [
            line
            for line in lines
            if not line.quantity and line.record.get("SBQQ__SegmentKey__c") not in ramps
        ]
        carried = [line for line in lines if line not in empty]
        return Reading(
            one_time=tuple(line for line in carried if line.kind is LineKind.ONE_TIME),
            subscriptions=tuple(line for line in carried if line.kind is not LineKind.ONE_TIME),
            heads=tuple(heads),
            empty=tuple(empty),
        )

    def after(self, reading: Reading, book: ChainBook) -> History:
        """With an order that Zuora has, or will have."""
        heads = {ids.normalise(str(record["Id"])): "" for record in reading.heads}
        empty = {line.salesforce_id: line.revises for line in reading.empty}
        return replace(self, book=book.without_effect(heads | empty))

    def touching(self, changes: Sequence[ChainChange], key: Key, *, billed: str, account: str) -> History:
        """With an order of this run. `billed`: the account it names to be billed (18 characters, empty for none); `account`:
        its own, which is billed for what it opens otherwise."""
        roots = {
            change.after.root: billed or (account if change.before is None else "") for change in changes
        }
        return replace(
            self,
            touched={**self.touched, **dict.fromkeys(roots, key)},
            billed={**self.billed, **{root: owner for root, owner in roots.items() if owner}},
        )

    def settled(
        self, order: OrderSnapshot, *, account_currency: str, options: Options, state: ZuoraState
    ) -> History:
        """With an order Zuora has already. What cannot be read of it stops only what builds on it."""
        try:
            currency = order_currency(order, account_currency, options)
            reading = self.read(order, currency=currency, options=options)
            book, changes = self.book.enter(order, reading.subscriptions, options=options, carried=state)
        except (RecordError, ConfigError) as error:
            return self.without(
                order, error.message + (_OUT_OF_TURN if _OUT_OF_TURN not in error.message else "")
            )
        except BUGS as error:
            return self.without(order, f"an error of the connector itself ({type(error).__name__}: {error})")
        what = order_kind(order, changes, reading.one_time)
        return replace(self.after(reading, book), kinds={**self.kinds, order.order_number: what})

    def without(self, order: OrderSnapshot, reason: str) -> History:
        """With an order that is not carried: its chains are unclear from here on."""
        return replace(self, book=self.book.with_unclear(order, reason))

    def _is_head(self, order: OrderSnapshot, record: JSON) -> bool:
        revised = record.get("SBQQ__RevisedOrderProduct__c")
        if revised and ids.normalise(str(revised)) in self.book.left_out:
            return not any(str(record.get(name) or 0).strip("-0.") for name in ("UnitPrice", "TotalPrice"))
        return is_bundle_head(order, record)
