"""A sale as the demo org's table writes it: who bought what, from when, for how long, and how far CPQ got
with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from connector.sandbox.demo_org.catalog import BY_KEY, Product
from connector.sandbox.demo_org.companies import Address
from connector.sandbox.demo_org.identifiers import salesforce_id
from connector.sandbox.demo_org.pricing import add_months


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a sale. It runs with the sale unless it names a later `start` (co-termed: same end) or
    its own number of `months`. `discount` is in percent."""

    product_key: str
    quantity: int
    discount: int = 0
    start: date | None = None
    months: int | None = None

    @property
    def product(self) -> Product:
        return BY_KEY[self.product_key]


@dataclass(frozen=True, slots=True)
class Sale:
    """A quote that became an order. `account` is a company's key; `bill_to` and `ship_to` name contacts of
    it.

    `copies_addresses` has the order hold the account's addresses; `shipping` gives it one of its own.
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

    @property
    def key(self) -> str:
        return f"{self.account}@{self.start}"

    @property
    def end(self) -> date:
        """The last day, included."""
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

    def contract_id(self, end: date) -> str:
        """CPQ contracts by subscription end date: one contract for each."""
        return salesforce_id("Contract", f"{self.key}/{end}")

    def order_item_id(self, position: int) -> str:
        return salesforce_id("OrderItem", f"{self.key}/{position}")

    def subscription_id(self, position: int) -> str:
        return salesforce_id("SBQQ__Subscription__c", f"{self.key}/{position}")

    def period_of(self, line: Line) -> tuple[date, date]:
        """First and last day of a line."""
        start = line.start or self.start
        if line.months is None:
            return start, self.end
        return start, add_months(start, line.months) - timedelta(days=1)
