"""Which order products are billed by usage, and set-ups that contradict themselves: refused, never guessed.

Where Salesforce names a type that CPQ does not have, nothing is guessed either: the wrong one would bill at the wrong time.
Salesforce often leaves the charge type empty; then the subscription pricing alone tells recurring from one-time. Where it is
filled, it must agree with what else the line says (vendor rules P4, U1, U8).
"""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.labels import LONGEST_NAME, excerpt
from connector.domain.line_fields import line_error, text_field
from connector.errors import ConfigError

# Keys that gather adds to a line (see OrderSnapshot).
SCHEDULES = "consumption_schedules"
SCHEDULES_UNREAD = "consumption_unread"

_CHOICES = {
    "SBQQ__ChargeType__c": ("Charge Type", ("One-Time", "Recurring", "Usage")),
    "SBQQ__BillingType__c": ("Billing Type", ("Advance", "Arrears")),
    "SBQQ__SubscriptionType__c": (
        "Subscription Type",
        ("Renewable", "Evergreen", "Renewable/Evergreen", "One-time"),
    ),
}


def is_usage(record: JSON) -> bool:
    return record.get("SBQQ__ChargeType__c") == "Usage"


def refuse_contradictions(label: str, record: JSON) -> None:
    """Raises RecordError naming the field, or ConfigError where the schedules of the line could not be read."""
    _refuse_unknown(label, record)
    charge_type = record.get("SBQQ__ChargeType__c")
    has_subscription = bool(record.get("SBQQ__SubscriptionPricing__c"))
    if unread := record.get(SCHEDULES_UNREAD):
        raise ConfigError(
            f"{label}: its consumption schedules cannot be read, so its usage would go unbilled: {unread}",
            record=str(record.get("Id") or ""),
        )
    if is_usage(record) and not has_subscription:
        raise line_error(
            label,
            record,
            "is charged by usage and has no subscription (Subscription Pricing is empty); Zuora's order line items cannot "
            "carry usage",
            "Fill Subscription Pricing of the order product in Salesforce, contract the order, and resync.",
        )
    if charge_type == "Recurring" and not has_subscription:
        raise line_error(
            label,
            record,
            "has the Charge Type Recurring and no Subscription Pricing, so nothing says how often it is charged",
            "Fill Subscription Pricing of the order product in Salesforce, or set its Charge Type to One-Time, and resync.",
        )
    if record.get(SCHEDULES) and not is_usage(record):
        raise line_error(
            label,
            record,
            f"has consumption schedules, but its Charge Type is {charge_type or 'empty'}; its usage would go unbilled",
            "Set Charge Type of the order product to Usage in Salesforce, or take its schedules off, and resync.",
        )


def _refuse_unknown(label: str, record: JSON) -> None:
    for name, (title, choices) in _CHOICES.items():
        if (found := text_field(record, name)) and found not in choices:
            raise line_error(
                label,
                record,
                f"has the {title} “{excerpt(found, longest=LONGEST_NAME)}”, which CPQ does not have, so nothing says how it is billed",
                f"Choose {' or '.join(choices)}, or nothing, as {title} of the order product in Salesforce, and resync.",
            )
