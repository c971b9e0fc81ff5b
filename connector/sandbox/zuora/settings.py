"""What can differ from one Zuora tenant to the next, and what a test wants to turn.

Every setting is typed by its default; a change is refused when its name is unknown or its type another one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

CHOICES = {
    "idempotency_other_body": ("reject", "replay"),
    "crud_error_style": ("lower", "upper"),
    "backdated_update": ("split", "overwrite"),
}
CUSTOM_FIELD_TYPES = ("text", "integer", "decimal", "boolean", "date", "datetime", "picklist")


def _text(label: str, *, length: int = 255, indexed: bool = True) -> dict[str, Any]:
    return {"type": "text", "label": label, "length": length, "indexed": indexed}


def _custom_fields() -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "Account": {},
        "Contact": {"crmId__c": _text("CRM Id"), "crmOrderId__c": _text("CRM Order Id")},
        "Subscription": {"SFDC_Contract__c": _text("Salesforce Contract")},
        "RatePlan": {},
        "RatePlanCharge": {},
        "Order": {},
        "OrderAction": {},
        "OrderLineItem": {},
        "Product": {},
        "ProductRatePlan": {},
        "ProductRatePlanCharge": {},
    }


@dataclass(slots=True)
class Settings:
    """A tenant's settings with the defaults of a fresh tenant that uses Orders and a customer hierarchy."""

    currencies: list[str] = field(
        default_factory=lambda: ["USD", "EUR", "GBP", "CAD", "AUD", "JPY", "CHF", "SEK", "INR", "BRL"]
    )
    payment_terms: list[str] = field(
        default_factory=lambda: ["Due Upon Receipt", "Net 30", "Net 60", "Net 90"]
    )
    units_of_measure: list[str] = field(
        default_factory=lambda: [
            *("Each", "Unit", "User", "License", "Hour", "Day", "GB"),
            *("API Call", "Call", "Message", "Letter"),
        ]
    )
    multiple_currencies: bool = False
    countries_with_subregions: list[str] = field(default_factory=lambda: ["US", "CA"])
    account_number_prefix: str = "A"
    custom_fields: dict[str, dict[str, dict[str, Any]]] = field(default_factory=_custom_fields)
    customer_hierarchy: bool = True
    parent_can_be_cleared: bool = False
    service_activation_required: bool = False
    customer_acceptance_required: bool = False
    zuora_version: str = "186.0"  # of a tenant that was never upgraded; the request's header wins
    latency_ms: float = 0
    processing_ms: float = 0  # how long a keyed POST is "in progress" before it is carried out
    clock_offset_s: float = 0  # moves the tenant's clock, so that tests need not wait for an expiry
    query_lag_s: float = 0  # object query and ZOQL do not see writes younger than this
    token_life_s: float = 3600
    rate_limit_per_minute: int = 50000
    concurrency_limits: dict[str, int] = field(
        default_factory=lambda: {"Default": 40, "High-volume transactions": 200, "Object Query": 80}
    )
    idempotency_other_body: str = "reject"  # or "replay"; which one Zuora does is unverified
    crud_error_style: str = "lower"  # or "upper": the document and recorded answers disagree
    most_contacts: int = 2000  # of one account, documented
    zoql_page: int = 2000
    async_polls: int = 1  # polls answered Processing before an asynchronous order is done
    async_late: bool = True  # the order comes into being only with the poll that finds it done; else at once
    backdated_update: str = "split"  # documented for an update before another; or "overwrite"
    preview_credits_negative: bool = False  # the sign of a previewed credit memo's amounts is unverified
    preview_lists_unbilled: bool = False  # an order preview also lists what was there before; unverified

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def merge(self, changes: dict[str, Any]) -> None:
        """Take over changes; ValueError names the first one that cannot be, and then none is taken."""
        known = {item.name: type(getattr(Settings(), item.name)) for item in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}; there are {', '.join(sorted(known))}.")
            _check_type(name, value, known[name])
        for name, choices in CHOICES.items():
            if name in changes and changes[name] not in choices:
                raise ValueError(f"{name} is {' or '.join(choices)}.")
        declared = _declared(changes.get("custom_fields", {}), onto=self.custom_fields)
        for name, value in changes.items():
            if name == "custom_fields":
                self.custom_fields = declared
            elif name == "concurrency_limits":
                self.concurrency_limits = {**self.concurrency_limits, **value}
            else:
                setattr(self, name, value)


def _check_type(name: str, value: Any, wanted: type) -> None:
    good = isinstance(value, int | float) if wanted in (int, float) else isinstance(value, wanted)
    if wanted is not bool and isinstance(value, bool):
        good = False
    if wanted is int and isinstance(value, float):
        good = False
    if not good:
        raise ValueError(f"The setting {name} is a {wanted.__name__}, not {value!r}.")


def _declared(
    changes: dict[str, Any], *, onto: dict[str, dict[str, dict[str, Any]]]
) -> dict[str, dict[str, dict[str, Any]]]:
    merged = {name: dict(declared) for name, declared in onto.items()}
    for object_name, declared in changes.items():
        if object_name not in merged:
            raise ValueError(f"{object_name} has no custom fields; {', '.join(merged)} may have.")
        for name, kind in declared.items():
            if not name.endswith(("__c", "__NS")):
                raise ValueError(f"A custom field's name ends in __c or __NS; {name} does not.")
            described = {"type": "text", "label": name, "length": 255, "indexed": False, **kind}
            if described["type"] not in CUSTOM_FIELD_TYPES:
                raise ValueError(f"A custom field's type is one of {', '.join(CUSTOM_FIELD_TYPES)}.")
            merged[object_name][name] = described
    return merged
