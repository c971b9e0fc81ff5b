"""Turns the values of a WHERE clause into what a field's own values can be compared with.

Text compares in either letter case, ids in either length, dates and datetimes by their wire text,
which sorts as time does. A value of the wrong kind is the error a real org gives for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.instants import moment_text, parse_day, parse_moment
from connector.sandbox.salesforce.records import Json
from connector.sandbox.salesforce.schema.fields import ID_TYPES, NUMERIC_TYPES, TEXT_TYPES, Field
from connector.sandbox.salesforce.soql.date_literals import day_range
from connector.sandbox.salesforce.soql.errors import SoqlError, malformed
from connector.sandbox.salesforce.soql.names import Bound
from connector.sandbox.salesforce.soql.syntax import Literal, LiteralKind
from connector.sandbox.salesforce.soql.tokens import unescape

_KINDS = {
    "boolean": LiteralKind.BOOLEAN,
    "date": LiteralKind.DATE,
    "datetime": LiteralKind.MOMENT,
    "int": LiteralKind.NUMBER,
}
_TYPE_NAMES = {"datetime": "dateTime", "id": "ID", "reference": "ID"}


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, and not with, `end`, in wire text."""

    start: str
    end: str


def sort_key(field: Field, value: Json) -> Json:
    """Return a value that compares as the database would; None stays None."""
    if isinstance(value, str) and field.type in TEXT_TYPES:
        return value.lower()
    return value


def operand(bound: Bound, literal: Literal, *, today: date) -> Json:
    """Return a literal as the key to compare with: a plain value, a Span, or None for null."""
    field = bound.field
    if literal.kind is LiteralKind.NULL:
        return None
    if literal.kind is LiteralKind.RANGE and field.type in ("date", "datetime"):
        return _span(field, literal, today)
    if literal.kind is not _kind_of(field):
        raise _wrong_kind(bound)
    if field.type in ID_TYPES:
        return _record_id(literal)
    if field.type in TEXT_TYPES:
        return sort_key(field, unescape(literal.raw))
    if literal.kind is LiteralKind.BOOLEAN:
        return literal.raw == "TRUE"
    if literal.kind is LiteralKind.NUMBER:
        return float(literal.raw)
    return _time(literal)


def _kind_of(field: Field) -> LiteralKind:
    if field.type in NUMERIC_TYPES:
        return LiteralKind.NUMBER
    return _KINDS.get(field.type, LiteralKind.TEXT)


def _time(literal: Literal) -> str:
    try:
        if literal.kind is LiteralKind.DATE:
            return parse_day(literal.raw).isoformat()
        return moment_text(parse_moment(literal.raw))
    except (ValueError, OverflowError) as error:
        # unverified wording.
        raise malformed(f"invalid date: {literal.raw}", literal.position) from error


def _span(field: Field, literal: Literal, today: date) -> Span:
    try:
        days = day_range(literal.raw, today=today, count=literal.count)
    except (ValueError, OverflowError) as error:
        raise malformed(f"invalid date: {literal.raw}:{literal.count}", literal.position) from error
    suffix = "" if field.type == "date" else "T00:00:00.000+0000"
    return Span(days.start.isoformat() + suffix, days.end.isoformat() + suffix)


def _record_id(literal: Literal) -> str:
    text = unescape(literal.raw)
    long_id = to_long_id(text)
    if long_id is None:
        reason = f"invalid ID field: {text}"
        raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", reason, literal.position)
    return long_id


def _wrong_kind(bound: Bound) -> SoqlError:
    field = bound.field
    quotes = "should" if _kind_of(field) is LiteralKind.TEXT else "should not"
    type_name = _TYPE_NAMES.get(field.type, "string" if field.type in TEXT_TYPES else field.type)
    return SoqlError(
        "INVALID_FIELD",
        f"value of filter criterion for field '{bound.path}' must be of type {type_name} "
        f"and {quotes} be enclosed in quotes",
        bound.path.position,
    )
