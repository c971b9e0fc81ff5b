"""Operations of a stored plan in groups, as its readers show them: what is made of the product catalogue stands together.

An account's first orders may need dozens of products, rate plans and charges; it is the orders that are read. The order of the
operations stays, and what is stopped or already there is never in a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from connector.domain.operations import CATALOGUE, Action

_PREFIXES = ("Rate plan of ", "Charge of ")


def grouped(operations: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Neighbours that are made of the catalogue in one list, every other operation in a list of its own."""
    for is_made, group in groupby(operations, key=_is_made_of_catalogue):
        if is_made:
            yield list(group)
        else:
            yield from ([operation] for operation in group)


def subjects(group: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What is made of each product: {"Product Seats (01t…)": ["product", "rate plan", "charge"]}."""
    found: dict[str, list[str]] = {}
    for operation in group:
        title = str(operation.get("title", ""))
        for prefix in _PREFIXES:
            title = title.removeprefix(prefix)
        found.setdefault(title, []).append(str(operation.get("noun", "")))
    return found


def _is_made_of_catalogue(operation: Mapping[str, Any]) -> bool:
    return (
        operation.get("noun") in CATALOGUE
        and operation.get("action") == Action.CREATE
        and not operation.get("stopped_by")
    )
