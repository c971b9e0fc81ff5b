"""Single fields of a record, read or refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from connector.domain import JSON, paths
from connector.domain.values import cleaned
from connector.errors import RecordError

LAST_YEAR = 9000
"""Later days leave no calendar to count a term in; "for ever" is an evergreen subscription and not 9999-12-31."""


def text_field(record: JSON, path: str) -> str:
    """The text under a dotted path, on one line and without what no request can carry; empty where there is none."""
    return cleaned(str(paths.read(record, path) or ""), multiline=False)


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
        found = date.fromisoformat(str(value)[:10])
        if found.year > LAST_YEAR:
            raise ValueError
        return found
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
