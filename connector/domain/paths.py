"""Dotted paths into Salesforce records: `Name`, `Owner.Email`, `Parent.Owner.Name`.

A path is text that an administrator typed and that later stands in a query, so `is_valid` lets through
nothing but API names and dots. Reading never fails: a relationship that is null, or a field that was not
read, is simply no value; `has` tells the two apart, because a field hidden from us must never be taken
for an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connector.domain import JSON

MAX_RELATIONSHIPS = 5
"""Salesforce follows at most five parent relationships in one path."""

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]{0,78}[A-Za-z0-9])?", re.ASCII)
_ABSENT = object()


def is_valid(path: str) -> bool:
    names = path.split(".")
    return len(names) <= MAX_RELATIONSHIPS + 1 and all(_NAME.fullmatch(name) for name in names)


def relationships(path: str) -> tuple[str, ...]:
    """The relationship names on the way, in order: `Parent.Owner.Name` -> ("Parent", "Owner")."""
    return tuple(path.split(".")[:-1])


def read(record: JSON, path: str) -> object | None:
    """The value at the end of the path; None where the field or a relationship on the way is null or absent.

    Salesforce does not distinguish the case of API names, so neither does this.
    """
    value = _walk(record, path)
    return None if value is _ABSENT else value


def has(record: JSON, path: str) -> bool:
    """Whether the field was read at all. True below a null relationship: it was read and found empty."""
    return _walk(record, path) is not _ABSENT


def _walk(record: JSON, path: str) -> object:
    value: object = record
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, Mapping):
            return _ABSENT
        value = _field(value, name)
    return value


def _field(record: Mapping[str, object], name: str) -> object:
    if name in record:
        return record[name]
    wanted = name.lower()
    return next((value for key, value in record.items() if str(key).lower() == wanted), _ABSENT)
