"""A small language for request bodies: which fields exist, of what type and length, and which are
required.

The declarations are our own; a test holds them against Zuora's published document where that is at hand.
Checking collects every reason at once, because Zuora answers several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD, UNKNOWN_FIELD, Reason

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CUSTOM = re.compile(r"\w+__(c|NS)\Z")
CustomFields = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one JSON object; `custom` names the object whose declared custom fields may stand
    among them.
    """

    fields: Mapping[str, Field]
    custom: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """kind: text, email, date, number, integer, boolean, object, list, or opaque (accepted and kept as it
    is).
    """

    kind: str
    required: bool = False
    length: int | None = None
    enum: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    shape: Shape | None = None
    item: Field | None = None
    plain: bool = False  # no character outside the Basic Multilingual Plane


def shape(*groups: Mapping[str, Field], custom: str | None = None, **named: Field) -> Shape:
    joined: dict[str, Field] = {}
    for group in groups:
        joined.update(group)
    joined.update(named)
    return Shape(joined, custom)


def fields_of(kind: str, words: str) -> dict[str, Field]:
    """`fields_of("text", "name*=255 notes")`: a star makes a field required, a number is its greatest
    length.
    """
    declared = {}
    for word in words.split():
        name, _, length = word.partition("=")
        declared[name.rstrip("*")] = Field(
            kind, required=name.endswith("*"), length=int(length) if length else None
        )
    return declared


def texts(words: str) -> dict[str, Field]:
    return fields_of("text", words)


def words(text: str) -> tuple[str, ...]:
    """Names written in a row; long lists of field names read best so."""
    return tuple(text.split())


def choice(values: str, *, required: bool = False) -> Field:
    """A text that is one of a few words, separated by a bar."""
    return Field("text", required=required, enum=tuple(values.split("|")))


def nested(inner: Shape, *, required: bool = False) -> Field:
    return Field("object", required=required, shape=inner)


def many(item: Field, *, required: bool = False) -> Field:
    return Field("list", required=required, item=item)


def optional(declared: Shape) -> Shape:
    """The same fields with none of them required: what a patch takes."""
    return Shape(
        {name: replace(field, required=False) for name, field in declared.fields.items()}, declared.custom
    )


def without(declared: Shape, *names: str) -> Shape:
    """The same fields without some: a path `a.b` reaches into the object `a`."""
    kept: dict[str, Field] = {}
    for name, field in declared.fields.items():
        inner = [path.split(".", 1)[1] for path in names if path.startswith(f"{name}.")]
        if name in names:
            continue
        if inner and field.shape is not None:
            field = replace(field, shape=without(field.shape, *inner))
        kept[name] = field
    return Shape(kept, declared.custom)


def check(body: Mapping[str, Any], declared: Shape, *, custom_fields: CustomFields) -> list[Reason]:
    """Every reason why this body cannot be taken; empty where it can."""
    return list(_object(body, declared, "", custom_fields))


def _object(body: Mapping[str, Any], declared: Shape, path: str, custom: CustomFields) -> Iterator[Reason]:
    extra = custom.get(declared.custom, {}) if declared.custom else {}
    for name, field in declared.fields.items():
        if field.required and body.get(name) in (None, ""):
            yield Reason(MISSING_FIELD, f"'{path}{name}' is required and may not be empty.")
    for name, value in body.items():
        where = f"{path}{name}"
        if name in declared.fields:
            if not (declared.fields[name].required and value in (None, "")):
                yield from _value(value, declared.fields[name], where, custom)
        elif name in extra:
            yield from _custom_value(value, extra[name], where)
        else:
            kind = "custom field" if _CUSTOM.match(name) else "field"
            yield Reason(UNKNOWN_FIELD, f"'{where}' is not a known {kind}.")


def _value(value: Any, field: Field, where: str, custom: CustomFields) -> Iterator[Reason]:
    if field.kind == "opaque":
        return
    if value is None:  # unverified: null is not documented to mean anything, so it is no value of any type
        yield Reason(BAD_VALUE, f"'{where}' may not be null.")
        return
    if field.kind == "object":
        if not isinstance(value, dict):
            yield Reason(BAD_VALUE, f"'{where}' must be an object.")
        elif field.shape is not None:
            yield from _object(value, field.shape, f"{where}.", custom)
        return
    if field.kind == "list":
        if not isinstance(value, list):
            yield Reason(BAD_VALUE, f"'{where}' must be a list.")
        elif field.item is not None:
            for index, item in enumerate(value):
                yield from _value(item, field.item, f"{where}[{index}]", custom)
        return
    message = _flaw(value, field)
    if message:
        yield Reason(BAD_VALUE, f"'{where}' {message}")


def _flaw(value: Any, field: Field) -> str | None:
    """What is wrong with a single value, as the end of a sentence."""
    if field.kind == "boolean":
        return None if isinstance(value, bool) else "must be true or false."
    if field.kind in ("number", "integer"):
        return _number_flaw(value, field)
    if not isinstance(value, str):
        return "must be a string."
    if "\x00" in value:  # unverified; no database behind such an API keeps it
        return "contains a NUL character."
    if value == "":
        return None
    if field.length is not None and len(value) > field.length:
        return f"is {len(value)} characters long; at most {field.length} are allowed."
    if field.enum and value not in field.enum:
        return f"has the value '{value}', which is not one of {', '.join(field.enum)}."
    if field.plain and any(ord(character) > 0xFFFF for character in value):
        return "contains a 4-byte UTF-8 character, which is not supported."
    if field.kind == "date" and not is_date(value):
        return f"has the value '{value}'; a date is written yyyy-mm-dd."
    if field.kind == "email" and not _EMAIL.fullmatch(value):
        return f"has the value '{value}', which is not an e-mail address."
    return None


def _number_flaw(value: Any, field: Field) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number."
    if field.kind == "integer" and not isinstance(value, int):
        return "must be a whole number."
    if field.at_least is not None and value < field.at_least:
        return f"must be at least {field.at_least}."
    if field.at_most is not None and value > field.at_most:
        return f"must be at most {field.at_most}."
    return None


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _custom_value(value: Any, kind: Mapping[str, Any], where: str) -> Iterator[Reason]:
    """Custom values travel as text in most examples, so a text is taken where it can be read as the
    declared type.
    """
    if value is None or value == "":
        return
    problem = None
    if kind["type"] == "picklist":
        if value not in kind.get("options", []):
            problem = f"has the value '{value}', which is not one of its options."
    elif kind["type"] in ("integer", "decimal"):
        try:
            number = Decimal(str(value))
            if kind["type"] == "integer" and number != number.to_integral_value():
                problem = "must be a whole number."
        except ArithmeticError:
            problem = "must be a number."
    elif kind["type"] == "boolean":
        if str(value).lower() not in ("true", "false"):
            problem = "must be true or false."
    elif kind["type"] == "date":
        problem = _flaw(value, Field("date"))
    else:
        problem = _flaw(value, Field("text", length=kind["length"]))
    if problem:
        yield Reason(BAD_VALUE, f"'{where}' {problem}")
