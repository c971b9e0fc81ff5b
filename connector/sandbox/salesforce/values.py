"""Takes one value from outside into the form a record keeps, or refuses it as Salesforce would.

Numbers may come as text (recorded traffic shows it); text must be text. Doubles are kept as floats so
that they go out with a decimal point, whole-number fields as ints so that they do not.
"""

from __future__ import annotations

import math
import re

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.instants import moment_text, parse_day, parse_moment
from connector.sandbox.salesforce.records import Json
from connector.sandbox.salesforce.schema.fields import ID_TYPES, NUMERIC_TYPES, TEXT_TYPES, Field

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")


def accept(field: Field, value: Json) -> Json:
    """Return the value to keep; empty text is null. Raises ApiError."""
    if value is None or value == "":
        return field.default if field.type == "boolean" else None
    if field.type in TEXT_TYPES:
        return _text(field, value)
    if field.type in ID_TYPES:
        return _record_id(field, value)
    if field.type in NUMERIC_TYPES or field.type == "int":
        return _number(field, value)
    if field.type == "boolean":
        return _boolean(value)
    return _time(field, value)


def _text(field: Field, value: Json) -> str:
    if not isinstance(value, str):
        raise _unreadable("string", value)
    if len(value) > field.length:
        raise ApiError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {value} (max length={field.length})",
            fields=(field.name,),
        )
    if field.restricted and field.values and value not in field.values:
        raise ApiError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {value}",
            fields=(field.name,),
        )
    if field.type == "email" and not _EMAIL.fullmatch(value):
        raise ApiError(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", fields=(field.name,)
        )
    return value


def _record_id(field: Field, value: Json) -> str:
    long_id = to_long_id(value) if isinstance(value, str) else None
    if long_id is None:
        raise ApiError(
            "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", fields=(field.name,)
        )
    return long_id


def _number(field: Field, value: Json) -> int | float:
    kind = "int" if field.type == "int" else "double"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _unreadable(kind, value)
    try:
        amount = float(value)
    except ValueError:
        raise _unreadable(kind, value) from None
    if not math.isfinite(amount) or (kind == "int" and not amount.is_integer()):
        raise _unreadable(kind, value)
    digits = field.digits if kind == "int" else field.precision - field.scale
    if digits and abs(amount) >= 10**digits:
        raise ApiError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            fields=(field.name,),
        )
    return int(amount) if kind == "int" else amount


def _boolean(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _unreadable("boolean", value)


def _time(field: Field, value: Json) -> str:
    kind = "date" if field.type == "date" else "dateTime"
    if field.type == "address" or not isinstance(value, str):
        raise _unreadable(field.type if field.type == "address" else kind, value)
    try:
        return parse_day(value).isoformat() if kind == "date" else moment_text(parse_moment(value))
    except ValueError:
        raise _unreadable(kind, value) from None


def _unreadable(kind: str, value: Json) -> ApiError:
    tokens: dict[type, str] = {
        str: "VALUE_STRING",
        int: "VALUE_NUMBER_INT",
        float: "VALUE_NUMBER_FLOAT",
        dict: "START_OBJECT",
        list: "START_ARRAY",
    }
    token = (
        f"VALUE_{str(value).upper()}" if isinstance(value, bool) else tokens.get(type(value), "VALUE_NULL")
    )
    shown = "" if isinstance(value, dict | list) else f" value {value}"
    return ApiError(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {token}{shown} "
        "or request may be missing a required field at [line:1, column:1]",
    )
