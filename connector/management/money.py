"""The money of a stored plan as a table for a terminal of 120 columns: a head line for every order, its lines, its totals.

Names come from remote systems: they are shown on one line, and cut where they would push the figures off the screen. What an
earlier release did not store, and what was cut from a plan that is too long, is left empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.domain.order_effects import AS_USED
from connector.models import sanitise

WIDTH = 120
_COLUMNS = ("quantity", "per_period", "periods", "zuora_total", "salesforce_total", "difference")
_TITLES = ("Line", "Quantity", "Per period", "Periods", "Zuora", "Salesforce", "Difference", "")
_NARROWEST = 16
"""Characters of a name that stay, even where the figures alone would fill the screen."""
_TOO_MUCH = "<- too much"

Row = tuple[str, ...]


def money_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """Nothing where no operation is about money."""
    operations = [each for each in plan.get("operations") or () if isinstance(each, Mapping)]
    orders = [(each, rows) for each in operations if (rows := [*_line_rows(each), *_total_rows(_sums(each))])]
    if not orders:
        return
    widths = _widths([row for _, rows in orders for row, _ in rows])
    yield _drawn(_TITLES, widths)
    yield _drawn(("-" * widths[0], *("-" * width for width in widths[1:-1]), ""), widths)
    for operation, rows in orders:
        sums = _sums(operation)
        head = (operation.get("title", ""), operation.get("kind"), sums.get("currency"))
        yield f"  {', '.join(_cell(each) for each in head if each)}"
        for row, note in rows:
            yield _drawn(row, widths)
            if note:
                yield f"      {_cell(note)}"
        if sums.get("verified_note") and not sums.get("verified_total"):
            yield f"    Not verified with Zuora: {_cell(sums['verified_note'])}"


def _sums(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    sums = operation.get("sums")
    return sums if isinstance(sums, Mapping) else {}


def _line_rows(operation: Mapping[str, Any]) -> Iterator[tuple[Row, str]]:
    """Each line and the note below it. The order's number stands above its lines and is not repeated in them."""
    for line in operation.get("money") or ():
        if isinstance(line, Mapping):
            name = _line_name(str(line.get("line", "")), order=str(operation.get("key")))
            mark = "" if line.get("within_bound", True) else _TOO_MUCH
            figures = {**line, "periods": line.get("span") or line.get("periods", "")}
            if line.get("span") == AS_USED:
                figures |= {"per_period": "", "quantity": ""}
            row = (f"  {_cell(name)}", *(_cell(figures.get(column, "")) for column in _COLUMNS), mark)
            yield row, str(line.get("note") or "")


def _line_name(label: str, *, order: str) -> str:
    """ "0000005079 Analytics Seat" of "Order 00000145, line 0000005079 (Analytics Seat)"."""
    own = label.removeprefix(f"Order {order}, line ")
    number, _, product = own.partition(" (")
    return f"{number} {product.removesuffix(')')}" if own != label and product else label


def _total_rows(sums: Mapping[str, Any]) -> Iterator[tuple[Row, str]]:
    differences = sums.get("differences")
    for title, name, zuora, salesforce in (
        ("Sum", "zuora_total", "zuora_total", "salesforce_total"),
        ("Order amount", "order_amount", "", "order_amount"),
        ("Zuora's preview", "verified_total", "verified_total", ""),
    ):
        found = differences.get(name) if isinstance(differences, Mapping) else None
        if isinstance(found, Mapping):
            mark = "" if found.get("within_bound") else _TOO_MUCH
            figures = (sums.get(zuora, ""), sums.get(salesforce, ""), found.get("difference", ""))
            yield (f"  {title}", "", "", "", *(_cell(figure) for figure in figures), mark), ""


def _widths(rows: list[Row]) -> list[int]:
    """As wide as the widest cell, but for the name: it takes what the figures leave."""
    wanted = [max(len(title), *(len(row[index]) for row in rows)) for index, title in enumerate(_TITLES)]
    left = WIDTH - 2 - sum(width + 2 for width in wanted[1:])
    return [min(wanted[0], max(left, _NARROWEST)), *wanted[1:]]


def _drawn(row: Row, widths: list[int]) -> str:
    """The name to the left, the figures to the right, the mark behind them."""
    name, *figures, mark = row
    name = name if len(name) <= widths[0] else f"{name[: widths[0] - 1]}…"
    cells = (figure.rjust(width) for figure, width in zip(figures, widths[1:-1], strict=True))
    return "  " + "  ".join((name.ljust(widths[0]), *cells, mark)).rstrip()


def _cell(text: object) -> str:
    return sanitise.line(text, limit=sanitise.MESSAGE_LIMIT)
