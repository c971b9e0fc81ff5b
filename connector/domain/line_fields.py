"""Single fields of an order product, read or refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from connector.domain import JSON
from connector.errors import RecordError


def decimal_field(label: str, record: JSON, name: str, default: Decimal | None = None) -> Decimal:
    value = record.get(name)
    if value is None and default is not None:
        return default
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise line_error(
            label, record, f"has no usable {name} (found {value!r})", f"Fill {name} in Salesforce and resync."
        )
    return number


def date_field(label: str, record: JSON, name: str, fallback: object = None) -> date:
    value = record.get(name) or fallback
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise line_error(
            label, record, f"has no usable {name} (found {value!r})", f"Fill {name} in Salesforce and resync."
        ) from None


def optional_date(value: object) -> date | None:
    """The day of an ISO date or datetime; None where it is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def plain(value: Decimal) -> str:
    """As a person writes it: "-2" for Salesforce's -2.0."""
    return format(value.normalize(), "f")


def line_error(label: str, record: JSON, what: str, remedy: str) -> RecordError:
    """`remedy` is a whole sentence."""
    return RecordError(f"{label} {what}. {remedy}", record=str(record.get("Id") or ""))
