"""CSV: one row a line, for whoever edits a mapping in a spreadsheet. Arguments and default stand as JSON in their cell.

It is written with commas. Read are semicolons and tabs as well, which spreadsheets of many countries write; the first line tells.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from connector.domain.formulas import guarded, unguarded
from connector.domain.mapping_files import own_json
from connector.domain.mapping_files.entries import Entry, Fault, Unreadable

COLUMNS = (
    "pair",
    "source",
    "target",
    "transform",
    "arguments",
    "default",
    "mode",
    "required",
    "active",
    "note",
)
_NEEDED = ("pair", "source", "target")
_JSON = ("arguments", "default")
_FLAGS = ("required", "active")
_DELIMITERS = (",", ";", "\t")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")


def write(entries: Sequence[Entry]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        row = own_json.row(entry)
        writer.writerow([_cell(name, row[name]) for name in COLUMNS])
    return stream.getvalue()


def _cell(name: str, value: Any) -> str:
    if name in _FLAGS:
        return "yes" if value else "no"
    if name in _JSON:
        return "" if value is None or value == {} else json.dumps(value, ensure_ascii=False)
    return guarded(str(value))


def read(text: str, faults: list[Fault]) -> Iterator[Entry]:
    """Raises Unreadable where the first line does not name the columns."""
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            found = _row(header, cells)
            fault = found if isinstance(found, str) else own_json.fault(found)
            if fault or isinstance(found, str):
                faults.append(Fault(line, fault))
            else:
                yield own_json.entry(found, line)
    except csv.Error as error:
        raise Unreadable(reader.line_num, f"This is no CSV: {error}.") from None


def _delimiter(text: str) -> str:
    """What stands most often in the first line, in which no name of a column holds any; a comma where none does."""
    header = text.splitlines()[0] if text else ""
    return max(_DELIMITERS, key=header.count)


def _check_header(header: Sequence[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise Unreadable(1, f"The first line must name the columns, each once, out of: {', '.join(COLUMNS)}.")


def _row(header: Sequence[str], cells: Sequence[str]) -> dict[str, Any] | str:
    if len(cells) != len(header):
        return f"It has {len(cells)} cells, and the first line names {len(header)} columns."
    row: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        text = cell.strip()
        if name in _FLAGS and text:
            if text.lower() not in (*_YES, *_NO):
                return f"“{name}” must be yes or no; it is {text!r}."
            row[name] = text.lower() in _YES
        elif name in _JSON and text:
            try:
                row[name] = own_json.parsed(text)
            except Unreadable:
                return f'“{name}” must be JSON, for example {{"length": 50}} or "text"; it is {text!r}.'
        elif name not in (*_FLAGS, *_JSON):
            row[name] = unguarded(cell if name == "note" else text)
    return {name: value for name, value in row.items() if name != "mode" or value}
