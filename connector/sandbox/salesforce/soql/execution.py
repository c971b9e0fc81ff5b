"""Runs a query over the store: candidates, WHERE, ORDER BY, OFFSET, LIMIT, then the asked-for shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.records import Json, Record, Store
from connector.sandbox.salesforce.schema.catalog import Catalog, Children, Entity
from connector.sandbox.salesforce.schema.fields import ID_TYPES, Field
from connector.sandbox.salesforce.soql.aggregates import aggregate, is_aggregated, is_plain_count
from connector.sandbox.salesforce.soql.conditions import Conditions
from connector.sandbox.salesforce.soql.errors import SoqlError, malformed
from connector.sandbox.salesforce.soql.grammar import parse
from connector.sandbox.salesforce.soql.names import Bound, Scope, find_entity
from connector.sandbox.salesforce.soql.operands import sort_key
from connector.sandbox.salesforce.soql.projection import ChildrenOf, Projection, ResultSet
from connector.sandbox.salesforce.soql.syntax import (
    Aggregate,
    ChildQuery,
    FieldsOf,
    Ordering,
    Path,
    Query,
    SemiJoin,
)

FIELDS_LIMIT = 200
MAX_CHILD_DEPTH = 4
DEEP_QUERIES_SINCE = 58
MAX_SEMI_JOINS = 2
TOO_COMPLICATED = "Query is either selecting too many fields or the filter conditions are too complicated."


@dataclass(slots=True)
class Engine:
    """One query's run; `include_deleted` is what tells queryAll from query."""

    catalog: Catalog
    store: Store
    today: date
    version: int
    include_deleted: bool = False
    semi_joins: int = 0

    def run(self, source: str) -> ResultSet:
        """Return the whole result; raises ApiError with the documented code and caret."""
        try:
            return self._root(parse(source))
        except SoqlError as error:
            raise ApiError(error.code, error.message(source)) from error
        except RecursionError as error:
            raise ApiError("QUERY_TOO_COMPLICATED", TOO_COMPLICATED) from error

    def _root(self, query: Query) -> ResultSet:
        entity = find_entity(self.catalog, query.source)
        scope = Scope(self.catalog, self.store, entity, query.alias)
        if is_plain_count(query):
            if len(query.select) > 1:
                raise malformed("COUNT() must be the only element in the SELECT list", query.source.position)
            return ResultSet(len(self._limited(self._rows(query, scope), query)), [])
        if is_aggregated(query):
            groups = self._limited(aggregate(query, scope, self._rows(query, scope)), query)
            return ResultSet(len(groups), groups)
        projection = self._projection(query, scope, depth=0)
        found = [projection.render(row) for row in self._limited(self._rows(query, scope), query)]
        return ResultSet(len(found), found)

    def _rows(self, query: Query, scope: Scope, *, nested: bool = False) -> list[Record]:
        """Return the rows WHERE leaves, in the order asked for."""
        rows = (row for row in self.store.records(scope.entity.name) if self._is_seen(row))
        if query.where is not None:
            conditions = Conditions(
                scope,
                self.today,
                self._no_ids if nested else self._ids,
            )
            test = conditions.compile(query.where)
            rows = (row for row in rows if test(row))
        return _ordered(rows, query.order_by, scope)

    def _is_seen(self, row: Record) -> bool:
        return self.include_deleted or not row.get("IsDeleted")

    @staticmethod
    def _limited(rows: list[Record], query: Query) -> list[Record]:
        end = None if query.limit is None else query.offset + query.limit
        return rows[query.offset : end]

    def _projection(self, query: Query, scope: Scope, *, depth: int) -> Projection:
        projection = Projection(scope.entity, self.catalog, self.store, self.version)
        for item in query.select:
            match item:
                case Path():
                    projection.add(scope.bind(item))
                case FieldsOf():
                    _check_fields_limit(item, query)
                    for each in _fields_of(item, scope.entity):
                        path = Path((each.name,), item.position)
                        projection.add(Bound((), scope.entity, each, path))
                case ChildQuery(inner, position):
                    self._check_depth(depth + 1, position)
                    children = scope.children(inner.source)
                    name = children.name or ""
                    projection.add_children(name, self._children_of(inner, children, depth=depth + 1))
                case Aggregate():
                    raise malformed("Aggregates cannot be selected here", item.position)
        return projection

    def _children_of(self, query: Query, children: Children, *, depth: int) -> ChildrenOf:
        """Return a function from a parent to its part of the sub-query; null where there is none."""
        if is_aggregated(query):
            raise malformed("Aggregates cannot be selected in a sub-query", query.source.position)
        scope = Scope(self.catalog, self.store, self.catalog.entity(children.sobject), query.alias)
        projection = self._projection(query, scope, depth=depth)
        by_parent: dict[str, list[Record]] = {}
        for row in self._rows(query, scope):
            by_parent.setdefault(row.get(children.field.name) or "", []).append(row)

        def children_of(parent: Record) -> ResultSet | None:
            rows = self._limited(by_parent.get(parent["Id"], []), query)
            return ResultSet(len(rows), [projection.render(row) for row in rows]) if rows else None

        return children_of

    def _check_depth(self, depth: int, position: int) -> None:
        if depth > (MAX_CHILD_DEPTH if self.version >= DEEP_QUERIES_SINCE else 1):
            raise malformed(
                "SOQL statements cannot query aggregate relationships more than "
                f"{depth - 1} level away from the root entity object.",
                position,
            )

    def _ids(self, join: SemiJoin, outer: Bound) -> frozenset[str]:
        """Return the ids a semi-join selects; the rules are Salesforce's own, also where odd."""
        self.semi_joins += 1
        if self.semi_joins > MAX_SEMI_JOINS:
            raise malformed(f"maximum {MAX_SEMI_JOINS} semi join sub-selects are allowed", join.path.position)
        query = join.query
        entity = find_entity(self.catalog, query.source)
        scope = Scope(self.catalog, self.store, entity, query.alias)
        if len(query.select) != 1 or not isinstance(query.select[0], Path):
            raise malformed("A semi join sub-select selects exactly one field", query.source.position)
        inner = scope.bind(query.select[0])
        _check_same_object(outer, inner)
        value_of = scope.reader(inner)
        rows = self._limited(self._rows(query, scope, nested=True), query)
        return frozenset(value for row in rows if (value := value_of(row)) is not None)

    @staticmethod
    def _no_ids(join: SemiJoin, outer: Bound) -> frozenset[str]:
        raise malformed("Nesting of semi join sub-selects is not supported", join.path.position)


def _ordered(rows: Iterable[Record], order_by: tuple[Ordering, ...], scope: Scope) -> list[Record]:
    ordered = list(rows)
    for ordering in reversed(order_by):
        ordered = _ordered_once(ordered, ordering, scope)
    return ordered


def _ordered_once(rows: list[Record], ordering: Ordering, scope: Scope) -> list[Record]:
    """Sort, keeping the order of equals; nulls stand first in both directions unless told otherwise."""
    bound = scope.bind(ordering.path)
    if not bound.field.sortable:
        reason = f"field '{ordering.path}' can not be sorted in a query call"
        raise SoqlError("INVALID_FIELD", reason, ordering.path.position)
    value_of = scope.reader(bound)

    def key_of(row: Record) -> Json:
        return sort_key(bound.field, value_of(row))

    empty = [row for row in rows if value_of(row) is None]
    filled = sorted(
        (row for row in rows if value_of(row) is not None), key=key_of, reverse=ordering.descending
    )
    return [*filled, *empty] if ordering.nulls_last else [*empty, *filled]


def _fields_of(item: FieldsOf, entity: Entity) -> list[Field]:
    if item.scope == "ALL":
        return list(entity.fields)
    return [each for each in entity.fields if each.custom is (item.scope == "CUSTOM")]


def _check_fields_limit(item: FieldsOf, query: Query) -> None:
    if item.scope != "STANDARD" and (query.limit is None or query.limit > FIELDS_LIMIT):
        reason = f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}"
        raise malformed(reason, item.position)


def _check_same_object(outer: Bound, inner: Bound) -> None:
    if outer.field.type not in ID_TYPES:
        raise malformed(
            "The left operand field in the where expression for outer query should be an id field, "
            f"cannot use: '{outer.path}'",
            outer.path.position,
        )
    targets = [each.field.reference_to or each.entity.name for each in (outer, inner)]
    if inner.field.type not in ID_TYPES or targets[0] != targets[1]:
        raise malformed(
            f"The selected field '{inner.path}' in the subquery and the left operand field in the where "
            f"expression in the outer query '{outer.path}' should point to the same object type",
            inner.path.position,
        )
