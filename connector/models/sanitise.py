"""Stands before everything the database keeps as a story: log entries, run messages, plans, test reports.

Records come from people and remote systems; PostgreSQL refuses NUL, lone surrogates and NaN, and an endless value would
make a page unreadable. What cannot be stored is replaced by something visible, what is too long is cut with a mark
that says so: a log line that is cut is better than a run that dies on its log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, TypeAlias
from uuid import UUID

from connector.domain.operations import Key, Ref

Clean: TypeAlias = "dict[str, Clean] | list[Clean] | str | int | float | bool | None"

MESSAGE_LIMIT = 4_000
DETAIL_BUDGET = 64_000
PLAN_BUDGET = 2_000_000
_STRING_LIMIT = 8_000
_END_KEPT = 1_000
_KEY_LIMIT = 200
_DEPTH_LIMIT = 20
_WIDEST_INTEGER = 256  # bits; Python refuses to print integers of some thousand digits

_CUT_KEY, _CUT, _CUT_ITEM = "…", "[cut: too long]", "… [cut: too long]"

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
    # These reverse the rest of a sentence, its ids and amounts too; the marks that right-to-left names need stay.
    "|[\u202a-\u202e\u2066-\u2069]"
)
_BREAK = re.compile("[\t\n\r\x85\u2028\u2029]+")
_CONTROL_PICTURES = 0x2400
_REPLACEMENT = "\ufffd"


def text(value: object, *, limit: int = MESSAGE_LIMIT) -> str:
    """Text that every database takes: lines are kept, control characters become visible, over-long is cut."""
    return _cut(_CONTROL.sub(_visible, str(value)), limit)


def line(value: object, *, limit: int) -> str:
    """The same on one line: a name with a line break must not look like two entries."""
    return _cut(_CONTROL.sub(_visible, _BREAK.sub(" ", str(value))), limit)


def json_value(value: object, *, budget: int = DETAIL_BUDGET) -> Clean:
    """Plain JSON of about `budget` characters at most. Numbers that JSON cannot hold exactly become text."""
    return _Allowance(budget).clean(value, depth=0)


def json_object(value: Mapping[Any, Any], *, budget: int = DETAIL_BUDGET) -> dict[str, Clean]:
    cleaned = json_value(value, budget=budget)
    return cleaned if isinstance(cleaned, dict) else {"value": cleaned}


def is_cut(value: object) -> bool:
    """Whether a value that was stored ran out of its budget; long texts that are cut on their own do not count."""
    if isinstance(value, Mapping):
        return value.get(_CUT_KEY) == _CUT or any(map(is_cut, value.values()))
    if isinstance(value, (list, tuple)):
        return _CUT_ITEM in value[-1:] or any(map(is_cut, value))
    return False


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if 0x202A <= code <= 0x2069:
        return f"⟨U+{code:04X}⟩"
    return "\u2421" if code == 0x7F else _REPLACEMENT


def _cut(value: str, limit: int) -> str:
    if len(value) <= limit:
        return value
    mark = f"… [cut: {len(value)} characters] …"
    end = value[-_END_KEPT:] if limit > 2 * _END_KEPT else ""  # where a sentence says what to do
    return value[: max(limit - len(mark) - len(end), 0)] + mark[:limit] + end


class _Allowance:
    """Spends a number of characters on a value, depth first, and says where it ran out."""

    def __init__(self, budget: int) -> None:
        self.left = budget

    def clean(self, value: object, *, depth: int) -> Clean:
        if depth > _DEPTH_LIMIT:
            return "… [nested too deeply]"
        if isinstance(value, Mapping):
            return self._mapping(value.items(), depth)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._sequence(value, depth)
        if is_dataclass(value) and not isinstance(value, (type, Key, Ref)):
            shown = [(field.name, getattr(value, field.name)) for field in fields(value) if field.repr]
            return self._mapping(shown, depth)
        return self._leaf(value)

    def _mapping(self, items: Iterable[tuple[object, object]], depth: int) -> Clean:
        cleaned: dict[str, Clean] = {}
        for key, inner in items:
            if self.left <= 0:
                cleaned[_CUT_KEY] = _CUT
                break
            name = line(_plain(key), limit=_KEY_LIMIT)
            self.left -= len(name) + 4
            cleaned[name] = self.clean(inner, depth=depth + 1)
        return cleaned

    def _sequence(self, items: Iterable[object], depth: int) -> Clean:
        cleaned: list[Clean] = []
        for inner in items:
            if self.left <= 0:
                cleaned.append(_CUT_ITEM)
                break
            self.left -= 1
            cleaned.append(self.clean(inner, depth=depth + 1))
        return cleaned

    def _leaf(self, value: object) -> Clean:
        plain = _plain(value)
        if not isinstance(plain, str):
            self.left -= len(str(plain))
            return plain
        cleaned = text(plain, limit=max(min(_STRING_LIMIT, self.left), 40))
        self.left -= len(cleaned)
        return cleaned


def _plain(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return (
            int(value) if value.bit_length() <= _WIDEST_INTEGER else f"[integer of {value.bit_length()} bits]"
        )
    if isinstance(value, float):
        return float(value) if isfinite(value) else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (str, Decimal, UUID, Key, Ref)):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"[{len(value)} bytes]"
    return f"[{type(value).__name__}]"  # an unknown object's own text might hold anything
