"""What gather read: Salesforce's records and what Zuora holds for them, at one moment.

Salesforce records are kept as the API gave them (nested parents included); Zuora's are kept under the REST names used in
writes (`zipCode`, `salesRep`), whatever the endpoint they were read from called them, so that a difference can be
taken field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connector.domain import JSON
from connector.domain.operations import Key
from connector.domain.sought import Withheld

CANCELLED = ("Cancelled", "Canceled")
"""Zuora spells the state of a subscription or a line item in two ways."""


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """A Salesforce Order with its order products (OrderItem, Product2 nested), in OrderItemNumber order.

    A line charged by usage holds its schedules under "consumption_schedules": SBQQ__OrderItemConsumptionSchedule__c records,
    each with its "rates" (SBQQ__OrderItemConsumptionRate__c, lower bound first) and its "product_schedule_id".
    """

    salesforce_id: str
    order_number: str
    record: JSON
    lines: tuple[JSON, ...]


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """A Salesforce Account with its contacts and orders. For an ancestor `orders` is empty: they are not synced."""

    salesforce_id: str
    record: JSON
    contacts: tuple[JSON, ...] = ()
    orders: tuple[OrderSnapshot, ...] = ()

    @property
    def name(self) -> str:
        return str(self.record.get("Name") or "")

    @property
    def parent_id(self) -> str:
        return str(self.record.get("ParentId") or "")


@dataclass(frozen=True, slots=True)
class ZuoraRatePlan:
    """A product rate plan found by externally managed plan id, with its single charge."""

    product_id: str
    rate_plan_id: str
    charge_id: str
    charge_model: str
    charge_type: str


@dataclass(frozen=True, slots=True)
class ZuoraSubscription:
    """The latest version of a subscription, found through the externally managed plan id of a rate plan. Dates are as Zuora has
    them: an end date is the first day that no longer belongs to the term; None for evergreen ones."""

    number: str
    order_number: str
    """The order that changed it last."""
    status: str
    owner_number: str
    invoice_owner_number: str
    """The account numbers of the subscription's owner and of who is billed for it."""
    rate_plan_id: str
    charge_number: str
    """Of the rate plan's single charge; empty where it has none or several."""
    quantity: Decimal | None
    price: Decimal | None
    """Of the charge's last segment; None for what it has not (a flat fee has no quantity, tiers have no price)."""
    base_months: int | None
    """For how many months the price stands; 0 for its billing period, None where that is not known."""
    subscription_start: str
    term_start: str
    """Of the subscription, and of its current term."""
    term_end: str | None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    plan_fields: Mapping[str, Any] = field(default_factory=dict)
    charge_fields: Mapping[str, Any] = field(default_factory=dict)
    """The custom fields of the subscription, of the rate plan and of its single charge."""

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED


@dataclass(frozen=True, slots=True)
class ZuoraState:
    """What Zuora holds: accounts by 18-character CRM ID (several possible), contacts by Zuora account id, rate plans by
    external id, product ids by SKU, orders by number (the JSON of GET /v1/orders/{number}, key "order"); and the Zuora
    contact ids that local links remember, by identity (crmId__c)."""

    accounts: Mapping[str, tuple[JSON, ...]] = field(default_factory=dict)
    contacts: Mapping[str, tuple[JSON, ...]] = field(default_factory=dict)
    contact_links: Mapping[str, str] = field(default_factory=dict)
    rate_plans: Mapping[str, ZuoraRatePlan] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[str, str] = field(default_factory=dict)
    """Why a rate plan (by external id) or a product (by SKU) cannot be told: Zuora holds it twice, for example."""
    orders: Mapping[str, JSON] = field(default_factory=dict)
    mapped_orders: Mapping[str, JSON] = field(default_factory=dict)
    """Of orders that a link remembers as carried out: what Zuora holds of them, where a mapping row may change that."""
    subscriptions: Mapping[str, ZuoraSubscription] = field(default_factory=dict)
    """By externally managed plan id (18 characters: the first order product of its chain, or for usage its consumption schedule)
    and by subscription number."""
    unlisted: Mapping[str, str] = field(default_factory=dict)
    """Why the subscriptions of an account, by its number, cannot be listed, where only a mapping row asks for them."""

    def subscription(self, *names: str) -> ZuoraSubscription | None:
        """By the first of the names it is known by: externally managed plan ids (an order product's, a schedule's), its number."""
        return next((self.subscriptions[name] for name in names if name in self.subscriptions), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one plan is made from. `accounts` holds the accounts asked for and all their ancestors, by 18-character id;
    `deleted` the ids asked for that Salesforce has in its recycle bin; one that is in neither cannot be found there."""

    accounts: Mapping[str, AccountSnapshot]
    zuora: ZuoraState
    deleted: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)
    linked: Mapping[str, str] = field(default_factory=dict)
    """18-character account id -> Zuora account id remembered locally (or chosen by an administrator)."""
    owed: frozenset[str] = frozenset()
    """Accounts that an earlier run created for the sake of others and whose contacts are not all there yet."""
    stale: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)
    """Links that Zuora has given the lie, as they were seen; apply forgets them."""
    unanswered: frozenset[Key] = frozenset()
    """The orders of the account whose sync this is that were sent without an answer."""
    withheld: Mapping[Key, Withheld] = field(default_factory=dict)
    """Those of them that are not sent any more."""
