"""JSON with exact numbers: money enters and leaves as Decimal and never passes through a binary fraction.

The standard library cannot write a Decimal, and would write 0.1 + 0.2 as it is; hence a small writer of our own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn


def encode(value: Any) -> bytes:
    """JSON text in ASCII. Raises TypeError for what is not JSON (an unresolved reference, say), ValueError for NaN."""
    return _text(value).encode("ascii")


def decode(content: bytes | str) -> Any:
    """What JSON text says, fractions as Decimal. Raises ValueError where it is not JSON; NaN and Infinity are not, nor is an
    object that says a name twice."""
    try:
        return json.loads(
            content, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=unique
        )
    except RecursionError:
        raise ValueError("The JSON is nested too deeply.") from None


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One object of JSON text. Raises ValueError for a name said twice: which of two amounts is meant, nobody knows."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("A name is said twice.")
    return made


def decode_or_none(content: bytes) -> Any:
    """What JSON text says, or None where it is not JSON: for bodies whose own error would quote their secrets."""
    try:
        return decode(content)
    except ValueError:
        return None


def _text(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, str)):
        return json.dumps(value)
    if isinstance(value, float):
        return _number(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_name(name)}:{_text(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_text(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} {value!s} cannot be sent as JSON.")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is not a field name.")
    return json.dumps(name)


def _number(value: Decimal) -> str:
    """Plain digits: JSON allows 1E+2, but a reader of money should not have to."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be sent.")
    return format(value, "f")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")
