"""A field mapping row as the domain sees it, and the options of an integration that change what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Pair(StrEnum):
    """Which Salesforce object becomes which Zuora object. Bill-to and sold-to are read from the Account, a product's three parts from
    Product2, and what is below an order from OrderItem: the line that opens a subscription, or the one-time line."""

    ACCOUNT = "account"
    BILL_TO = "bill_to"
    SOLD_TO = "sold_to"
    CONTACT = "contact"
    PRODUCT = "product"
    RATE_PLAN = "rate_plan"
    CHARGE = "charge"
    ORDER = "order"
    ORDER_LINE_ITEM = "order_line_item"
    SUBSCRIPTION = "subscription"
    SUBSCRIPTION_RATE_PLAN = "subscription_plan"
    SUBSCRIPTION_CHARGE = "subscription_charge"


SOURCE_OBJECTS: Mapping[Pair, str] = {
    Pair.ACCOUNT: "Account",
    Pair.BILL_TO: "Account",
    Pair.SOLD_TO: "Account",
    Pair.CONTACT: "Contact",
    Pair.PRODUCT: "Product2",
    Pair.RATE_PLAN: "Product2",
    Pair.CHARGE: "Product2",
    Pair.ORDER: "Order",
    Pair.ORDER_LINE_ITEM: "OrderItem",
    Pair.SUBSCRIPTION: "OrderItem",
    Pair.SUBSCRIPTION_RATE_PLAN: "OrderItem",
    Pair.SUBSCRIPTION_CHARGE: "OrderItem",
}
"""Whose fields a row's source path begins with, as Salesforce names the object."""
TARGET_OBJECTS: Mapping[Pair, str] = {
    Pair.ACCOUNT: "Account",
    Pair.BILL_TO: "Contact",
    Pair.SOLD_TO: "Contact",
    Pair.CONTACT: "Contact",
    Pair.PRODUCT: "Product",
    Pair.RATE_PLAN: "ProductRatePlan",
    Pair.CHARGE: "ProductRatePlanCharge",
    Pair.ORDER: "Order",
    Pair.ORDER_LINE_ITEM: "OrderLineItem",
    Pair.SUBSCRIPTION: "Subscription",
    Pair.SUBSCRIPTION_RATE_PLAN: "RatePlan",
    Pair.SUBSCRIPTION_CHARGE: "RatePlanCharge",
}
"""Whose custom fields a row's target may be, as Zuora's describe names the object. That it knows the last five is unverified."""


class Mode(StrEnum):
    ALWAYS = "always"
    CREATE_ONLY = "create_only"
    IF_EMPTY = "if_empty"


@dataclass(frozen=True, slots=True)
class Rule:
    """One mapping row: dotted Salesforce path -> dotted Zuora REST name, through one named transform.

    An empty `source` makes the row a constant: `default` is the value. `arguments` are the transform's own.
    """

    pair: Pair
    source: str
    target: str
    transform: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    default: object = None
    mode: Mode = Mode.ALWAYS
    required: bool = False


class StateRule(StrEnum):
    """When a billing address must name a state: the vendor's rule, or only where Zuora knows subdivisions."""

    EVERY_COUNTRY = "every_country"
    WHERE_SUBDIVIDED = "where_subdivided"


class MoneyRule(StrEnum):
    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Options:
    """What an integration lets its administrator choose. `bill_to_contact` and `sold_to_contact` are relationship paths on
    Account to a Contact (for example `Billing_Contact__r`); empty means that names are made from the account name.
    `catalog_currencies` are those a product created in Zuora is priced in, besides the currency of its order."""

    state_rule: StateRule = StateRule.EVERY_COUNTRY
    sync_contacts: bool = True
    sync_orders: bool = True
    default_currency: str = "USD"
    account_number_template: str = ""
    """Such as `SF-{Id}`: our own number for an account that is created; empty: Zuora gives one."""
    bill_to_contact: str = ""
    sold_to_contact: str = ""
    catalog_currencies: tuple[str, ...] = ()
    max_price_decimals: int = 6
    money_rule: MoneyRule = MoneyRule.STOP
    verify_with_zuora: bool = False
    """Ask Zuora's order preview for a second total before an order is sent."""
    amend_subscriptions: bool = True
    """Off: amendments, renewals and cancellations are left out; new orders alone are carried."""
    use_subscription_start: bool = True
    """On: a subscription's term begins on its line's own start; off: on its contract's start, with the charge on the line's."""
    list_price_base: bool = False
    """Prices are stated for the line's whole months instead of a billing period (Zuora: Per Specific Months)."""
    term_in_days: bool = False
    """Terms are stated in days even where they are whole months. Excludes `list_price_base`."""
    trigger_dates: bool = False
    """Customer Authorized and Company Authorized Date of the order go along as acceptance and activation dates."""
    multi_currency: bool = False
    """Zuora's multi-currency is on: an order may be in another currency than its account."""
    order_contacts: bool = True
    """An order's own Bill To and Ship To (contact, else address) are those of its subscriptions and line items."""
    order_payment_terms: bool = True
    """An order's own payment term is that of its subscriptions."""
    opportunity_fields: bool = False
    """Quote and opportunity (number, type, name, close date) are written on the subscriptions an order opens or changes."""
    invoice_owner_field: str = ""
    subscription_owner_field: str = ""
    """Lookup fields on Order to an Account, for example `InvoiceOwner__c`; empty: the order's own account."""
    increment_tiers: bool = False
    """Touching tier bounds of units with decimals: the next tier begins one smallest unit higher (vendor rule U5)."""
    unit_decimals: int = 0
    """The most decimal places any of Zuora's units of measure has; Salesforce's bounds are whole numbers and do not tell."""
    tier_caps_field: str = ""
    """Field on the order product consumption rate with the tier's cap, for example `Cap__c`; empty: not looked at. An order in
    Zuora cannot say a cap, so a line with one is stopped."""
    unit_of_measure: str = "Each"
    catalog_start_date: str = "2000-01-01"
    catalog_end_date: str = "3000-01-01"
    tax_mode: str = "TaxExclusive"
    """Of charges of taxable products that name no tax mode themselves: TaxExclusive or TaxInclusive."""
    accounting_code: str = ""
    """Of charges whose product names none; empty: Zuora's own default."""
