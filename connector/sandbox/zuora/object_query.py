"""GET /object-query: filters joined by AND, expand, sort, cursor, and errors of a form of their own (code
50000027).

Matching ignores case, nulls are left out unless asked for, and an answer has no `success`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from connector.sandbox.zuora.errors import BAD_QUERY, NOT_FOUND, Refused, refuse
from connector.sandbox.zuora.query_kind import Kind
from connector.sandbox.zuora.query_kinds import KINDS
from connector.sandbox.zuora.settings import Settings
from connector.sandbox.zuora.store import Record, View

OPERATORS = ("EQ", "NE", "GT", "LT", "SW", "IN", "GE", "LE")
LARGEST_PAGE, USUAL_PAGE = 99, 10
Parameters = MultiDict[str, str]


def query(view: View, name: str, parameters: Parameters, *, settings: Settings) -> dict[str, Any]:
    """One page of the objects `name`, as `{data, nextPage?}`."""
    kind = KINDS[name]
    size = _page_size(parameters)
    shown = [(record, kind.show(record)) for record in kind.records(view)]
    for test in _tests(parameters, _filterable(kind, settings)):
        shown = [pair for pair in shown if test(pair[1])]
    shown = _sorted(shown, parameters, _filterable(kind, settings))
    start = _start(parameters)
    expands = _expands(kind, parameters)
    page = shown[start : start + size]
    data = [_finished(view, kind, record, fields, expands, parameters, size) for record, fields in page]
    answer: dict[str, Any] = {"data": data}
    if start + size < len(shown):
        answer["nextPage"] = _cursor(start + size, parameters)
    return answer


def read(view: View, name: str, key: str, parameters: Parameters) -> dict[str, Any]:
    """One object by id or number, without a wrapper."""
    kind = KINDS[name]
    size = _page_size(parameters)
    for record in reversed(kind.records(view)):  # of a subscription's versions the latest
        fields = kind.show(record)
        if key in [fields.get(field) for field in kind.keys]:
            return _finished(view, kind, record, fields, _expands(kind, parameters), parameters, size)
    raise refuse(NOT_FOUND, f"Cannot find an object of {name} with the key '{key}'.", status=404)


def _bad(message: str) -> Refused:
    return refuse(BAD_QUERY, message, status=400)


def _page_size(parameters: Parameters) -> int:
    text = parameters.get("pageSize", str(USUAL_PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise _bad(f"Invalid pageSize parameter: {text}")
    return int(text)


def _filterable(kind: Kind, settings: Settings) -> set[str]:
    """The lower-cased names that may be filtered: the kind's own and the indexed custom fields."""
    declared = kind.declared_custom(settings)
    return {*kind.filters, *(name.lower() for name, described in declared.items() if described["indexed"])}


def _tests(parameters: Parameters, filterable: set[str]) -> list[_Test]:
    return [_test(text, filterable) for text in parameters.getlist("filter[]")]


@dataclass(frozen=True, slots=True)
class _Test:
    field: str
    operator: str
    value: str

    def __call__(self, shown: dict[str, Any]) -> bool:
        held = next((value for name, value in shown.items() if name.lower() == self.field), None)
        if self.operator in ("EQ", "NE") and self.value.lower() == "null":
            return (held is None) == (self.operator == "EQ")
        if held is None:
            return False
        if self.operator == "IN":
            return any(_compare(held, value.strip()) == 0 for value in self.value[1:-1].split(","))
        if self.operator == "SW":
            return str(held).lower().startswith(self.value.lower())
        order = _compare(held, self.value)
        return {
            "EQ": order == 0,
            "NE": order != 0,
            "GT": order > 0,
            "LT": order < 0,
            "GE": order >= 0,
            "LE": order <= 0,
        }[self.operator]


def _test(text: str, filterable: set[str]) -> _Test:
    head, colon, value = text.partition(":")
    name, dot, operator = head.rpartition(".")
    if name.lower() not in filterable:
        raise _bad(f"Invalid filter parameter: {name or head}")
    if not colon or not dot or operator not in OPERATORS:
        raise _bad(f"Invalid filter operator: {operator}")
    if operator == "IN" and not (value.startswith("[") and value.endswith("]")):
        raise _bad(f"Invalid filter value: {value}")
    return _Test(name.lower(), operator, value)


def _compare(held: Any, value: str) -> int:
    if isinstance(held, bool):
        left, right = str(held).lower(), value.lower()
        return (left > right) - (left < right)
    if isinstance(held, int | float | Decimal):
        try:
            other = Decimal(value)
        except InvalidOperation as error:
            raise _bad(f"Invalid filter value: {value}") from error
        return (held > other) - (held < other)
    left, right = str(held).lower(), value.lower()
    return (left > right) - (left < right)


def _sorted(
    shown: list[tuple[Record, dict[str, Any]]], parameters: Parameters, filterable: set[str]
) -> list[tuple[Record, dict[str, Any]]]:
    """By id, then by every sort[] from the last to the first; the form `field.ASC` is unverified."""
    found = sorted(shown, key=lambda pair: pair[1]["id"])
    for text in reversed(parameters.getlist("sort[]")):
        name, _, direction = text.rpartition(".")
        if name.lower() not in filterable or direction not in ("ASC", "DESC"):
            raise _bad(f"Invalid sort parameter: {text}")
        found.sort(key=lambda pair: _sort_key(pair[1], name.lower()), reverse=direction == "DESC")
    return found


def _sort_key(shown: dict[str, Any], field: str) -> tuple[bool, Any]:
    held = next((value for name, value in shown.items() if name.lower() == field), None)
    return (held is not None, held.lower() if isinstance(held, str) else held)


def _digest(parameters: Parameters) -> str:
    asked = [(name, values) for name, values in sorted(parameters.lists()) if name != "cursor"]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def _cursor(start: int, parameters: Parameters) -> str:
    return base64.urlsafe_b64encode(f"{start}:{_digest(parameters)}".encode()).decode()


def _start(parameters: Parameters) -> int:
    cursor = parameters.get("cursor")
    if cursor is None:
        return 0
    try:
        start, digest = base64.urlsafe_b64decode(cursor.encode()).decode().split(":")
        if digest == _digest(parameters):
            return int(start)
    except ValueError:
        pass
    raise _bad("Invalid cursor parameter")


def _expands(kind: Kind, parameters: Parameters) -> list[str]:
    wanted = [path.lower() for text in parameters.getlist("expand[]") for path in text.split(",") if path]
    for path in wanted:
        if path not in kind.expands and path not in kind.empty_expands:
            raise _bad(f"Invalid expand parameter: {path}")
    return wanted


def _finished(
    view: View,
    kind: Kind,
    record: Record,
    fields: dict[str, Any],
    expands: list[str],
    parameters: Parameters,
    size: int,
) -> dict[str, Any]:
    """The object as it goes out: chosen fields, without nulls, with what is expanded."""
    chosen = {name for text in parameters.getlist("fields[]") for name in text.split(",")}
    unknown = chosen - set(fields)
    if unknown:
        raise _bad(f"Invalid fields parameter: {', '.join(sorted(unknown))}")
    with_nulls = parameters.get("includeNullFields", "false").lower() == "true"
    kept = {
        name: value
        for name, value in fields.items()
        if (value is not None or with_nulls) and (not chosen or name in chosen)
    }
    return {**kept, **_related(view, kind, record, expands, size, with_nulls=with_nulls)}


def _related(
    view: View, kind: Kind, record: Record, expands: list[str], size: int, *, with_nulls: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {kind.empty_expands[path]: [] for path in expands if path in kind.empty_expands}
    for name in dict.fromkeys(path.split(".")[0] for path in expands if path not in kind.empty_expands):
        relation = kind.relations[name]
        inner = KINDS[relation.kind]
        deeper = [path.split(".", 1)[1] for path in expands if path.startswith(f"{name}.")]
        items = []
        for other in relation.find(view, record)[:size]:  # an expanded list is cut at the page size
            shown = {
                key: value for key, value in inner.show(other).items() if value is not None or with_nulls
            }
            items.append(shown | _related(view, inner, other, deeper, size, with_nulls=with_nulls))
        if relation.is_many:
            found[relation.shown_as] = items
        elif items:
            found[relation.shown_as] = items[0]
    return found
