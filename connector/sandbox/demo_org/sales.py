"""A sale as the demo org's table writes it: who bought what, from when, for how long, and how far CPQ got
with it. A sale may change an earlier one (an amendment) or follow it (a renewal)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from connector.sandbox.demo_org.catalog import BY_KEY, Product
from connector.sandbox.demo_org.companies import Address
from connector.sandbox.demo_org.identifiers import salesforce_id
from connector.sandbox.demo_org.pricing import add_months


@dataclass(frozen=True, slots=True)
class Segment:
    """A line's place in a ramp. On the amendment of a later segment CPQ may leave index and key empty."""

    index: int | None
    key: str | None
    dimension: str = "Year"


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a sale. It runs with the sale unless it names a later `start` (co-termed: same end) or
    its own number of `months`.

    `discount` and `uplift` are in percent; `quoted` is a list price changed on the quote, in the account's
    currency and per product term. A line that `revises` the line at that position of the chain's first sale
    (or of the sale `added_by`) states the change of its quantity in an amendment, and the whole of it in a
    renewal. `under` is the position of the line it is a component of. `overrides` are written over the order
    product as they stand, which is how a flaw gets in.
    """

    product_key: str
    quantity: int
    discount: int = 0
    start: date | None = None
    months: int | None = None
    quoted: int | None = None
    uplift: int = 0
    revises: int = 0
    added_by: Sale | None = None
    under: int = 0
    segment: Segment | None = None
    frequency: str = ""
    billing_type: str = ""
    overrides: Mapping[str, object] = field(default_factory=dict)

    @property
    def product(self) -> Product:
        return BY_KEY[self.product_key]

    @property
    def is_bought_once(self) -> bool:
        """Whether it becomes no subscription: a thing, or what a ramp costs once beside its years."""
        is_one_time = self.segment is not None and self.segment.dimension == "One Time"
        return is_one_time or not self.product.subscription


@dataclass(frozen=True, slots=True)
class Sale:
    """A quote that became an order. `account` is a company's key; `bill_to` and `ship_to` name contacts of
    it, or of the invoice owner and the subscription owner where those are other companies.

    `copies_addresses` has the order hold the account's addresses; `billing` and `shipping` give it one of its
    own. `made` is the day the order was entered, where that is not its start. An amendment ends with what it
    `amends`, whatever its `months` say.
    """

    account: str
    start: date
    months: int
    lines: tuple[Line, ...]
    is_activated: bool = True
    is_contracted: bool = True
    price_calculation: str = "Completed"
    payment_term: str = "Net 30"
    bill_to: str = ""
    ship_to: str = ""
    po_number: str = ""
    copies_addresses: bool = False
    shipping: Address | None = None
    billing: Address | None = None
    amends: Sale | None = None
    renews: Sale | None = None
    made: date | None = None
    invoice_owner: str = ""
    subscription_owner: str = ""
    is_authorized: bool = False

    @property
    def kind(self) -> str:
        """The type CPQ gives the order."""
        if self.amends:
            return "Amendment"
        return "Renewal" if self.renews else "New"

    @property
    def key(self) -> str:
        suffix = "" if self.kind == "New" else f"/{self.kind.lower()}"
        return f"{self.account}@{self.start}{suffix}"

    @property
    def entered(self) -> date:
        return self.made or self.start

    @property
    def before(self) -> Sale | None:
        """The sale it changes or follows."""
        return self.amends or self.renews

    @property
    def first(self) -> Sale:
        """The sale its chain began with."""
        return self.before.first if self.before else self

    @property
    def end(self) -> date:
        """The last day, included."""
        if self.amends:
            return self.amends.end
        return add_months(self.start, self.months) - timedelta(days=1)

    @property
    def order_id(self) -> str:
        return salesforce_id("Order", self.key)

    @property
    def quote_id(self) -> str:
        return salesforce_id("SBQQ__Quote__c", self.key)

    @property
    def opportunity_id(self) -> str:
        return salesforce_id("Opportunity", self.key)

    def contract_id(self, end: date | None) -> str:
        """CPQ contracts by subscription end date: one contract for each, and one for what has no end. An
        amendment adds to the contract it amends."""
        if self.amends:
            return self.amends.contract_id(end)
        return salesforce_id("Contract", f"{self.key}/{end}")

    def order_item_id(self, position: int) -> str:
        return salesforce_id("OrderItem", f"{self.key}/{position}")

    def subscription_id(self, position: int) -> str:
        return salesforce_id("SBQQ__Subscription__c", f"{self.key}/{position}")

    def revised_id(self, line: Line) -> str | None:
        """The order product that a line revises: the first of its chain, whatever came in between."""
        if not line.revises:
            return None
        return (line.added_by or self.first).order_item_id(line.revises)

    def bundle_root(self, line: Line) -> int:
        """The position of the line at the top of the bundle that a component is part of."""
        above = self.lines[line.under - 1]
        return self.bundle_root(above) if above.under else line.under

    def period_of(self, line: Line) -> tuple[date, date | None]:
        """First and last day of a line; what is evergreen has no last day."""
        start = line.start or self.start
        if line.product.is_evergreen:
            return start, None
        if line.months is None:
            return start, self.end
        return start, add_months(start, line.months) - timedelta(days=1)

    def contract_end(self, line: Line) -> date | None:
        """The end date a line is contracted by: the segments of a ramp share that of the whole."""
        return self.end if line.segment else self.period_of(line)[1]


def amendment(of: Sale, start: date, *lines: Line, **options: Any) -> Sale:
    """A change of what was sold: to the end of its term, or of that of the renewal it names."""
    return Sale(of.account, start, 0, lines, amends=of, **options)


def renewal(of: Sale, start: date, months: int, *lines: Line, **options: Any) -> Sale:
    return Sale(of.account, start, months, lines, renews=of, **options)


def ramp(product_key: str, start: date, *quantities: int, uplift: int = 0) -> tuple[Line, ...]:
    """One line for each year of a ramp, with the quantity and the list price of that year."""
    key = f"{product_key}-{start:%Y%m%d}"
    return tuple(
        Line(
            product_key,
            quantity,
            start=add_months(start, 12 * (year - 1)),
            months=12,
            uplift=uplift * (year - 1),
            segment=Segment(year, key),
        )
        for year, quantity in enumerate(quantities, start=1)
    )
