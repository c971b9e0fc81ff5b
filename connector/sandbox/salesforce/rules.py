"""Validation rules: those the CPQ package installs, and the hierarchy rule of the platform.

They guard the API only. A seeded dataset may break them, because tests need records that an org
holds from before a rule, or from an import that went around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.sandbox.salesforce.addresses import country_code
from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.records import Record, Store

_CHARGED = ("OrderItem", "SBQQ__QuoteLine__c", "Product2")
_UNKNOWN_COUNTRY = (
    "There's a problem with this country, even though it may appear correct. "
    "Please select a country/territory from the list of valid countries."
)
_EVERGREEN = ("Evergreen", "Renewable/Evergreen")


@dataclass(frozen=True, slots=True)
class Write:
    """One insert or update about to be made; `before` is None for an insert."""

    after: Record
    before: Record | None
    store: Store


@dataclass(frozen=True, slots=True)
class _Rule:
    sobjects: tuple[str, ...]
    is_broken: Callable[[Write], bool]
    message: str


def check_rules(sobject: str, write: Write) -> None:
    """Raise FIELD_CUSTOM_VALIDATION_EXCEPTION for the first broken rule; message texts are unverified."""
    for rule in _RULES:
        if sobject in rule.sobjects and rule.is_broken(write):
            raise ApiError("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=())


def check_hierarchy(write: Write) -> None:
    """Refuse an account that would become its own ancestor (the error code is unverified)."""
    own_id = write.after["Id"]
    seen: set[str] = set()
    parent_id = write.after.get("ParentId")
    while parent_id is not None and parent_id not in seen:
        if parent_id == own_id:
            raise ApiError(
                "CIRCULAR_DEPENDENCY",
                "Parent Account ID: this account cannot be its own ancestor",
                fields=("ParentId",),
            )
        seen.add(parent_id)
        parent_id = (write.store.find(parent_id) or {}).get("ParentId")


def check_addresses(after: Record, prefixes: tuple[str, ...]) -> None:
    """With state and country picklists on, refuse unknown countries and states without one."""
    for prefix in prefixes:
        country, state = after.get(f"{prefix}Country"), after.get(f"{prefix}State")
        has_code = after.get(f"{prefix}CountryCode") is not None
        if state is not None and country is None and not has_code:
            raise ApiError(
                "FIELD_INTEGRITY_EXCEPTION",
                "A country/territory must be specified before specifying a state value for field: "
                f"{prefix} State/Province",
                fields=(f"{prefix}State",),
            )
        if country is not None and country_code(country) is None:
            raise ApiError(
                "FIELD_INTEGRITY_EXCEPTION",
                f"{_UNKNOWN_COUNTRY}: {prefix} Country/Territory",
                fields=(f"{prefix}Country",),
            )


def _charge(write: Write) -> str | None:
    charge: str | None = write.after.get("SBQQ__ChargeType__c")
    return charge


def _is_filled(write: Write, name: str) -> bool:
    return write.after.get(name) is not None


def _bookings_changed_after_activation(write: Write) -> bool:
    name = "SBQQ__BookingsIndicator__c"
    if write.before is None or not write.before.get("SBQQ__Activated__c"):
        return False
    return bool(write.before.get(name) != write.after.get(name))


def _ends_before_start(write: Write) -> bool:
    start, end = write.after.get("SBQQ__StartDate__c"), write.after.get("SBQQ__EndDate__c")
    return start is not None and end is not None and bool(end < start)


def _has_no_term(write: Write) -> bool:
    term = write.after.get("SBQQ__SubscriptionTerm__c")
    return term is not None and bool(term <= 0)


def _ramps_an_evergreen_product(write: Write) -> bool:
    product = write.store.find(write.after.get("SBQQ__Product__c") or "") or {}
    return product.get("SBQQ__SubscriptionType__c") in _EVERGREEN


def _resizes_an_evergreen_subscription(write: Write) -> bool:
    """Seen as a trigger's error when CPQ amends; that the quote line is where it strikes is unverified."""
    amended = write.store.find(write.after.get("SBQQ__UpgradedSubscription__c") or "") or {}
    return amended.get("SBQQ__SubscriptionType__c") == "Evergreen" and bool(
        write.after.get("SBQQ__Quantity__c")
    )


_RULES = (
    _Rule(
        _CHARGED,
        lambda write: _charge(write) == "Recurring" and not _is_filled(write, "SBQQ__BillingType__c"),
        "Billing Type is required when Charge Type is Recurring.",
    ),
    _Rule(
        _CHARGED,
        lambda write: _charge(write) == "One-Time" and _is_filled(write, "SBQQ__BillingFrequency__c"),
        "Billing Frequency must be blank when Charge Type is One-Time.",
    ),
    _Rule(
        _CHARGED,
        lambda write: _charge(write) in ("One-Time", "Usage") and _is_filled(write, "SBQQ__BillingType__c"),
        "Billing Type must be blank when Charge Type is One-Time or Usage.",
    ),
    _Rule(
        ("OrderItem",),
        _bookings_changed_after_activation,
        "Bookings Indicator cannot be changed once the order product is activated.",
    ),
    _Rule(
        ("Order",),
        lambda write: write.before is None and bool(write.after.get("SBQQ__Contracted__c")),
        "An order cannot be created as contracted.",
    ),
    _Rule(("SBQQ__Quote__c",), _ends_before_start, "End Date cannot be before Start Date."),
    _Rule(("SBQQ__Quote__c",), _has_no_term, "Subscription Term must be greater than zero."),
    _Rule(
        ("SBQQ__Dimension__c",),
        _ramps_an_evergreen_product,
        "Price dimensions cannot be used with evergreen products.",
    ),
    _Rule(
        ("SBQQ__QuoteLine__c",),
        _resizes_an_evergreen_subscription,
        "Evergreen subscriptions can only be amended to a quantity of 0.",
    ),
)
