"""The arguments of transforms, checked when a mapping row is saved, so that a run never meets a wrong
one.

A check gives what is wrong as the end of the sentence "The argument … of the transform …", or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from connector.domain import paths, patterns, values

MAX_TEXT = 1000
MAX_TABLE = 1000
MAX_PATHS = 10

Check: TypeAlias = Callable[[object], "str | None"]


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    help: str
    check: Check
    required: bool = True


def optional(name: str, text: str, check: Check) -> Argument:
    return Argument(name, text, check, required=False)


def is_text(value: object) -> str | None:
    return (
        None
        if isinstance(value, str) and len(value) <= MAX_TEXT
        else "must be a text of at most 1000 characters"
    )


def is_length(value: object) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535
    return None if fits else "must be a whole number from 1 to 65535"


def is_single(value: object) -> str | None:
    if value is None or isinstance(value, bool) or not is_text(value):
        return None
    if isinstance(value, int | float):
        return (
            None if value == value and abs(value) < 10**values.MAX_DIGITS else "is no number that can be sent"
        )
    return "must be a text, a number, yes/no or nothing"


def is_table(value: object) -> str | None:
    if not isinstance(value, Mapping) or not value:
        return "must be a table of texts and what they become, with at least one row"
    if len(value) > MAX_TABLE:
        return f"must have at most {MAX_TABLE} rows"
    if not all(isinstance(key, str) and not is_single(result) for key, result in value.items()):
        return "must turn texts into texts, numbers or yes/no"
    folded = {key.strip().casefold() for key in value}
    return (
        None if len(folded) == len(value) else "has a text twice (case and surrounding blanks do not count)"
    )


def is_path(value: object) -> str | None:
    return (
        None if isinstance(value, str) and paths.is_valid(value) else "must be a field path like Owner.Email"
    )


def are_paths(value: object) -> str | None:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_PATHS:
        return f"must be a list of 1 to {MAX_PATHS} field paths"
    return next(filter(None, map(is_path, value)), None)


def is_form(value: object) -> str | None:
    return None if value in ("alpha_2", "alpha_3") else "must be alpha_2 or alpha_3"


def is_pattern(value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a text"
    try:
        patterns.compiled(value)
    except patterns.BadPattern as reason:
        return str(reason)
    return None
