"""ZOQL, as much of it as the product's predecessors used: `select fields from Object where field =
'value' and ...`.

No joins, no parentheses, no order, no `in`, no star; nulls are left out; 2,000 records a page.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.errors import BAD_QUERY, BAD_VALUE, Refused, refuse
from connector.sandbox.zuora.query_kind import Kind
from connector.sandbox.zuora.query_kinds import KINDS
from connector.sandbox.zuora.settings import Settings
from connector.sandbox.zuora.store import View

MOST_CONDITIONS = 200
_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|(!=|<=|>=|=|<|>)|([\w.+:-]+)|(,))")


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str
    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Query:
    """`any_of` holds groups joined by or; the conditions of one group are joined by and."""

    fields: tuple[str, ...]
    object_name: str
    any_of: tuple[tuple[Condition, ...], ...]


def run(view: View, text: str, *, settings: Settings, start: int = 0) -> dict[str, Any]:
    """A page of answers: `{size, done, records, queryLocator?}`."""
    query = parse(text)
    kind = next((kind for kind in KINDS.values() if kind.zoql_name == query.object_name), None)
    if kind is None:
        raise _malformed(f"invalid query object '{query.object_name}'")
    names = _names(kind, settings)
    for name in (*query.fields, *(condition.field for group in query.any_of for condition in group)):
        if name not in names:
            raise _malformed(f"There is no field named {name} on the object {query.object_name}")
    found = []
    for record in kind.records(view):
        shown = kind.show(record)
        values = {name: shown.get(source) for name, source in names.items()}
        if not query.any_of or any(all(_holds(c, values) for c in group) for group in query.any_of):
            found.append(
                {name: values[name] for name in query.fields if values[name] is not None} | _id(values)
            )
    end = start + settings.zoql_page
    answer: dict[str, Any] = {"size": len(found), "done": end >= len(found), "records": found[start:end]}
    if not answer["done"]:
        answer["queryLocator"] = base64.urlsafe_b64encode(f"{end}|{text}".encode()).decode()
    return answer


def run_more(view: View, locator: str, *, settings: Settings) -> dict[str, Any]:
    try:
        start, _, text = base64.urlsafe_b64decode(locator.encode()).decode().partition("|")
        number = int(start)
    except (binascii.Error, ValueError) as error:
        raise refuse(BAD_VALUE, "invalid queryLocator") from error
    return run(view, text, settings=settings, start=number)


def parse(text: str) -> Query:
    tokens = list(_tokens(text))
    if not text.split() or text.split()[0] != "select":
        raise _malformed("the query does not start with 'select'")
    if "from" not in tokens:
        raise _malformed("the query has no 'from'")
    end = tokens.index("from")
    fields = tuple(token for token in tokens[1:end] if token != ",")  # noqa: S105 - a word of a query
    commas = tokens[1:end].count(",")
    if not fields or commas != len(fields) - 1 or end + 1 >= len(tokens):
        raise _malformed("the list of fields or the object is not readable")
    rest = tokens[end + 2 :]
    if rest and rest[0] != "where":
        raise _malformed(f"'{rest[0]}' is not expected")
    return Query(fields, tokens[end + 1], tuple(_groups(rest[1:])) if rest else ())


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise _malformed(f"the query is not readable at '{text[position : position + 20].strip()}'")
        position = match.end()
        yield next(group for group in match.groups() if group is not None)


def _groups(tokens: list[str]) -> Iterator[tuple[Condition, ...]]:
    group: list[Condition] = []
    if len(tokens) % 4 != 3:
        raise _malformed("the condition is not complete")
    if (len(tokens) + 1) // 4 > MOST_CONDITIONS:
        raise _malformed(f"more than {MOST_CONDITIONS} conditions")
    for index in range(0, len(tokens), 4):
        name, operator, value = tokens[index : index + 3]
        if operator not in ("=", "!=", "<", ">", "<=", ">=", "like"):
            raise _malformed(f"'{operator}' is not an operator")
        group.append(Condition(name, operator, _literal(value)))
        joint = tokens[index + 3] if index + 3 < len(tokens) else "or"
        if joint not in ("and", "or"):
            raise _malformed(f"'{joint}' is not expected")
        if joint == "or":
            yield tuple(group)
            group = []


def _literal(token: str) -> str | Decimal | bool | None:
    if token.startswith("'"):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[token]
    if re.fullmatch(r"-?\d+(\.\d+)?", token):
        return Decimal(token)
    raise _malformed(f"'{token}' is not a value")


def _holds(condition: Condition, values: dict[str, Any]) -> bool:
    held, wanted = values[condition.field], condition.value
    if condition.operator == "like":
        pattern = "".join(".*" if c == "%" else re.escape(c) for c in str(wanted))
        return held is not None and re.fullmatch(pattern, str(held), re.IGNORECASE | re.DOTALL) is not None
    if wanted is None or held is None:
        return (held == wanted) == (condition.operator == "=") and condition.operator in ("=", "!=")
    if isinstance(held, str):
        held, wanted = held.lower(), str(wanted).lower()
    elif isinstance(wanted, str):
        return False
    return bool(
        {
            "=": held == wanted,
            "!=": held != wanted,
            "<": held < wanted,
            ">": held > wanted,
            "<=": held <= wanted,
            ">=": held >= wanted,
        }[condition.operator]
    )


def _names(kind: Kind, settings: Settings) -> dict[str, str]:
    """ZOQL's spelling -> object query's: capitalised, custom fields as they are."""
    standard = {name[0].upper() + name[1:]: name for name in kind.fields}
    return standard | {name: name for name in kind.declared_custom(settings)}


def _id(values: dict[str, Any]) -> dict[str, Any]:
    return {"Id": values["Id"]}


def _malformed(message: str) -> Refused:
    return refuse(BAD_QUERY, f"You have an error in your ZOQL syntax: {message}")
