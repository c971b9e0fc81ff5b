"""Our own JSON: everything a row holds, and exactly that again when it is read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.domain.labels import excerpt
from connector.domain.mapping_files.entries import Entry, Fault, Unreadable
from connector.domain.rules import Mode, Pair, Rule

KIND, VERSION = "field-mapping", 1
_FIELDS: Mapping[str, tuple[type, ...]] = {
    "pair": (str,),
    "source": (str,),
    "target": (str,),
    "transform": (str,),
    "arguments": (dict,),
    "default": (str, bool, int, float, type(None)),
    "mode": (str,),
    "required": (bool,),
    "active": (bool,),
    "note": (str,),
}
_NEEDED = ("pair", "target")
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_WORDS = {str: "a text", bool: "true or false", dict: "an object", int: "a number"}


def write(entries: Sequence[Entry]) -> str:
    rows = ",\n".join(f"    {json.dumps(row(each), ensure_ascii=False)}" for each in entries)
    return f'{{\n  "kind": "{KIND}",\n  "version": {VERSION},\n  "rows": [\n{rows}\n  ]\n}}\n'


def row(entry: Entry) -> dict[str, Any]:
    rule = entry.rule
    return {
        "pair": rule.pair.value,
        "source": rule.source,
        "target": rule.target,
        "transform": rule.transform,
        "arguments": dict(rule.arguments),
        "default": rule.default,
        "mode": rule.mode.value,
        "required": rule.required,
        "active": entry.is_active,
        "note": entry.note,
    }


def read(text: str, faults: list[Fault]) -> Iterator[Entry]:
    """Raises Unreadable where the text is no mapping of ours at all."""
    document = parsed(text)
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise Unreadable(1, f"This is no field mapping of this application: it has no “kind”: “{KIND}”.")
    if document.get("version") != VERSION:
        raise Unreadable(1, f"Its version is {document.get('version')!r}; this application reads {VERSION}.")
    rows = document.get("rows")
    if not isinstance(rows, list):
        raise Unreadable(1, "It has no list “rows”.")
    if others := [name for name in document if name not in ("kind", "version", "rows")]:
        raise Unreadable(
            1, f"It holds “{excerpt(others[0], longest=40)}”, which no mapping of this application has."
        )
    start = re.search(r'"rows"\s*:', text)
    for row, line, _ in placed(rows, text, start.end() if start else 0):
        if found := fault(row):
            faults.append(Fault(line, found))
        else:
            yield entry(row, line)


def parsed(text: str) -> Any:
    """The document. Raises Unreadable with the line of what is no JSON, or of a name that stands twice in one object, and for a
    value that JSON can name and no database can keep."""
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"This is no JSON: {error.msg} (character {error.colno}).") from None
    except RecursionError:
        raise Unreadable(1, "This is no mapping: it is nested too deeply.") from None
    except ValueError as error:
        raise Unreadable(0, str(error)) from None
    _refuse_unkept(document, text)
    return document


def placed(items: Sequence[Any], text: str, start: int) -> list[tuple[Any, int, int]]:
    """Each item of the first list at or behind `start` with the line it begins on, and where; line 0, at the text's end, where it cannot
    be followed (a name may be written with escapes)."""
    try:
        places = places_of_items(text, start)
    except ValueError:
        places = []
    if len(places) != len(items):
        return [(item, 0, len(text)) for item in items]
    found: list[tuple[Any, int, int]] = []
    line, last = 1, 0
    for item, place in zip(items, places, strict=True):
        line, last = line + text.count("\n", last, place), place
        found.append((item, line, place))
    return found


def places_of_items(text: str, start: int) -> list[int]:
    """Where each item begins of the first list at or behind `start`. The text is JSON. Raises ValueError where there is none."""
    at = text.index("[", start) + 1
    decoder = json.JSONDecoder()
    found: list[int] = []
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return found
        found.append(at)
        _, at = decoder.raw_decode(text, at)


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(
            f"The name “{twice}” stands twice in one object: which of the two counts cannot be told."
        )
    return made


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON.")


def _refuse_unkept(document: Any, text: str) -> None:
    """NUL, half of a character in two parts, and a number beyond all bounds (1e999)."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, float) and not math.isfinite(value):
            raise Unreadable(0, "It holds a number too large to be kept.")
        elif isinstance(value, str) and (found := _UNKEPT.search(value)):
            written = f"\\u{ord(found[0]):04x}"
            line = line_of(text, max(0, text.lower().find(written)))
            raise Unreadable(line, f"A text holds {written}, which is no character. Take it out.")


def fault(row: object) -> str:
    if not isinstance(row, dict):
        return "A row is an object with “pair”, “source” and “target”."
    for name in row:
        if name not in _FIELDS:
            return f"A row has no “{name}”; it may have {', '.join(_FIELDS)}."
    for name in _NEEDED:
        if not row.get(name):
            return f"The row has no “{name}”."
    for name, types in _FIELDS.items():
        value = row.get(name, types[0]())
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            return f"“{name}” must be {_WORDS[types[0]]}; it is {value!r}."
    if row["pair"] not in list(Pair):
        return f"There is no pair “{row['pair']}”; use one of {', '.join(Pair)}."
    if row.get("mode", Mode.ALWAYS) not in list(Mode):
        return f"There is no mode “{row['mode']}”; use one of {', '.join(Mode)}."
    return ""


def entry(row: dict[str, Any], line: int) -> Entry:
    rule = Rule(
        pair=Pair(row["pair"]),
        source=row.get("source", "").strip(),
        target=row["target"].strip(),
        transform=row.get("transform", ""),
        arguments=row.get("arguments", {}),
        default=row.get("default"),
        mode=Mode(row.get("mode", Mode.ALWAYS)),
        required=row.get("required", False),
    )
    return Entry(rule, row.get("active", True), row.get("note", ""), line)
