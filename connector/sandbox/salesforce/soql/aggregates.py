"""COUNT, SUM, AVG, MIN and MAX, over the whole result or by groups of plain fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connector.sandbox.salesforce.records import Json, Record
from connector.sandbox.salesforce.schema.fields import ID_TYPES, NUMERIC_TYPES, TEXT_TYPES
from connector.sandbox.salesforce.soql.errors import malformed
from connector.sandbox.salesforce.soql.names import Bound, Scope
from connector.sandbox.salesforce.soql.operands import sort_key
from connector.sandbox.salesforce.soql.syntax import Aggregate, Path, Query

_NUMERIC_ONLY = {"SUM", "AVG"}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    value_of: Callable[[list[Record]], Json]


def is_plain_count(query: Query) -> bool:
    """Whether the query is `SELECT COUNT() ...`, whose answer is totalSize and no records."""
    return any(isinstance(item, Aggregate) and item.path is None for item in query.select)


def is_aggregated(query: Query) -> bool:
    return bool(query.group_by) or any(isinstance(item, Aggregate) for item in query.select)


def aggregate(query: Query, scope: Scope, rows: Iterable[Record]) -> list[Record]:
    """Return one record per group in the order of its first row; without GROUP BY exactly one."""
    grouped_by = [scope.bind(path) for path in query.group_by]
    columns = _columns(query, scope, grouped_by)
    readers = [(scope.reader(bound), bound) for bound in grouped_by]
    groups: dict[tuple[Json, ...], list[Record]] = {}
    for row in rows:
        key = tuple(sort_key(bound.field, value_of(row)) for value_of, bound in readers)
        groups.setdefault(key, []).append(row)
    members = list(groups.values()) if grouped_by else [[row for group in groups.values() for row in group]]
    return [
        {
            "attributes": {"type": "AggregateResult"},
            **{column.name: column.value_of(group) for column in columns},
        }
        for group in members
    ]


def _columns(query: Query, scope: Scope, grouped_by: list[Bound]) -> list[_Column]:
    columns: list[_Column] = []
    unnamed = 0
    for item in query.select:
        if isinstance(item, Aggregate) and item.path is not None:
            name = item.alias or f"expr{unnamed}"
            unnamed += item.alias is None
            columns.append(_Column(name, _function(item, scope.bind(item.path), scope)))
        elif isinstance(item, Path):
            columns.append(_grouped_column(scope.bind(item), grouped_by, scope))
        else:
            raise malformed("Only fields and aggregates can be selected here", item.position)
    return columns


def _grouped_column(bound: Bound, grouped_by: list[Bound], scope: Scope) -> _Column:
    if not any(bound.hops == each.hops and bound.field is each.field for each in grouped_by):
        raise malformed(f"Field must be grouped or aggregated: {bound.path}", bound.path.position)
    value_of = scope.reader(bound)
    return _Column(bound.field.name, lambda group: value_of(group[0]))


def _function(item: Aggregate, bound: Bound, scope: Scope) -> Callable[[list[Record]], Json]:
    kind = bound.field.type
    if item.function in _NUMERIC_ONLY and kind not in NUMERIC_TYPES | {"int"}:
        raise malformed(
            f"field {bound.path} does not support aggregate operator {item.function}", item.position
        )
    value_of = scope.reader(bound)
    folded = kind in TEXT_TYPES | ID_TYPES

    def calculate(group: list[Record]) -> Json:
        values = [value for row in group if (value := value_of(row)) is not None]
        return _result(item.function, values, folded=folded)

    return calculate


def _result(function: str, values: list[Json], *, folded: bool) -> Json:
    if function == "COUNT":
        return len(values)
    if function == "COUNT_DISTINCT":
        return len({value.lower() if folded else value for value in values})
    if not values:
        return None
    if function == "SUM":
        return float(sum(values))
    if function == "AVG":
        return float(sum(values)) / len(values)
    return min(values) if function == "MIN" else max(values)
