"""The words of the worked cases: what a case consists of, and how its orders are written down line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from tests import cast, cpq

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class InSalesforce:
    """Somebody changes a record there."""

    sobject: str
    salesforce_id: str
    fields: JSON


@dataclass(frozen=True, slots=True)
class AddedInSalesforce:
    """Somebody makes records there, by object."""

    records: Mapping[str, list[JSON]]


@dataclass(frozen=True, slots=True)
class InZuora:
    """Somebody enters an order there by hand: another quantity from a day on, or (None) a cancellation."""

    subscription: str
    day: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class RatePlanInZuora:
    """Somebody gives a subscription another number, or its rate plan another externally managed plan id, behind Zuora's orders."""

    subscription: str
    number: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class MovedInZuora:
    """Somebody moves a subscription to another owner there: the Zuora account of this Salesforce account."""

    subscription: str
    owner: str


@dataclass(frozen=True, slots=True)
class Synced:
    """Another Salesforce account is synced."""

    salesforce_id: str


@dataclass(frozen=True, slots=True)
class ActivatedInZuora:
    """Somebody sets the activation date of a pending order there."""

    order_number: str
    day: str


@dataclass(frozen=True, slots=True)
class CatalogInZuora:
    """Bodies as POSTed, by kind: products, product_rate_plans, product_rate_plan_charges."""

    bodies: Mapping[str, list[JSON]]


@dataclass(frozen=True, slots=True)
class Setting:
    """The operator changes options of the integration."""

    options: JSON


Step = (
    InSalesforce
    | AddedInSalesforce
    | InZuora
    | RatePlanInZuora
    | MovedInZuora
    | ActivatedInZuora
    | CatalogInZuora
    | Synced
    | Setting
)


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case.

    `orders` as Salesforce CPQ has them; `told`, per order, what Zuora is told; `ends`, what every subscription is in the end;
    `sold` the sum of TotalPrice of all carried lines; `bill` the amounts of Zuora's invoice items over the whole life, by
    subscription or item; `billed` their sum. `through`: up to which day an evergreen subscription is billed.
    `stops`: orders that are not carried, with the exact words, until `cure` is done. `who` must act. `skips`: orders left out
    without a failure. `warns`: all warnings; `notes`: further lines of the log.
    `tenant` and `org` are settings of Zuora and of Salesforce. `before` is done first of all, `by_hand` after the first order was synced.
    """

    title: str
    story: str
    tags: str
    orders: tuple[OrderSnapshot, ...]
    told: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    sold: str = "0.00"
    bill: tuple[str, ...] = ()
    billed: str = "0.00"
    through: str = ""
    overbills: str = ""
    """By how much Zuora bills more than was sold, where the case is about just that."""
    stops: Mapping[int, str] = field(default_factory=dict)
    who: str = "The owner of the record in Salesforce"
    skips: Mapping[int, str] = field(default_factory=dict)
    warns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    options: JSON = field(default_factory=dict)
    tenant: JSON = field(default_factory=dict)
    org: JSON = field(default_factory=dict)
    account: JSON = field(default_factory=dict)
    contacts: tuple[JSON, ...] = ()
    others: tuple[AccountSnapshot, ...] = ()
    records: Mapping[str, list[JSON]] = field(default_factory=dict)
    before: tuple[Step, ...] = ()
    by_hand: tuple[Step, ...] = ()
    cure: tuple[Step, ...] = ()


def line(
    number: int,
    product: JSON,
    start: str,
    last_day: str | None,
    quantity: str,
    price: str,
    *,
    total: str,
    term: int = 12,
    currency: str = "USD",
    changes: int | None = None,
    renews: int | None = None,
    **fields: Any,
) -> JSON:
    """A subscription line. `price` is the net unit price of a product term of `term` months; `total` TotalPrice, by hand.

    `changes` and `renews` name the first order product of the chain. ValueError where CPQ's arithmetic makes another total.
    """
    opens = changes is None and renews is None
    change = "Quantity Decrease" if quantity.startswith("-") else "Quantity Increase"
    made = cpq.sold(
        number,
        start=date.fromisoformat(start),
        last_day=date.fromisoformat(last_day) if last_day else None,
        quantity=quantity,
        price=price,
        term=term,
        currency=currency,
        revises=changes or renews,
        action="New" if opens else "Renew" if renews else change,
        **{"Product2": product, "CurrencyIsoCode": currency, **fields},
    )
    if made["TotalPrice"] != Decimal(total):
        raise ValueError(f"line {number} comes to {made['TotalPrice']} by CPQ's arithmetic, not to {total}")
    return made


def item(number: int, product: JSON, quantity: str, price: str, *, total: str, **fields: Any) -> JSON:
    """A one-time line."""
    if Decimal(price) * Decimal(quantity) != Decimal(total):
        raise ValueError(f"line {number} does not come to {total}")
    money = {"Quantity": Decimal(quantity), "UnitPrice": Decimal(price), "TotalPrice": Decimal(total)}
    return cast.one_time_line(f"{number:010d}", **{**money, "Product2": product, **fields})


def new(number: int, day: str, *lines: JSON, **fields: Any) -> OrderSnapshot:
    return cpq.first(number, lines, on=date.fromisoformat(day), **fields)


def amendment(number: int, day: str, *lines: JSON, **fields: Any) -> OrderSnapshot:
    return cpq.amendment(number, lines, on=date.fromisoformat(day), **fields)


def renewal(number: int, day: str, *lines: JSON, **fields: Any) -> OrderSnapshot:
    return cpq.renewal(number, lines, on=date.fromisoformat(day), **fields)
