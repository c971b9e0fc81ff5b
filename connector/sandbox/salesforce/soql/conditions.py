"""Makes a WHERE clause into one function from a record to yes or no.

Null follows SOQL and not SQL: `!=` and NOT IN match null, the other comparisons do not.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connector.sandbox.salesforce.records import Json, Record
from connector.sandbox.salesforce.schema.fields import ID_TYPES, TEXT_TYPES, Field
from connector.sandbox.salesforce.soql.errors import SoqlError, malformed
from connector.sandbox.salesforce.soql.names import Bound, Scope
from connector.sandbox.salesforce.soql.operands import Span, operand, sort_key
from connector.sandbox.salesforce.soql.syntax import (
    Both,
    Comparison,
    Condition,
    Either,
    LiteralKind,
    Membership,
    Not,
    Path,
    SemiJoin,
)
from connector.sandbox.salesforce.soql.tokens import like_pattern

Predicate = Callable[[Record], bool]
IdsOf = Callable[[SemiJoin, Bound], frozenset[str]]

_COMPARE: dict[str, Callable[[Json, Json], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WITHIN: dict[str, Callable[[str, Span], bool]] = {
    "=": lambda value, span: span.start <= value < span.end,
    "<": lambda value, span: value < span.start,
    "<=": lambda value, span: value < span.end,
    ">": lambda value, span: value >= span.end,
    ">=": lambda value, span: value >= span.start,
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Compiles the conditions of one query; `ids_of` runs a semi-join's own query."""

    scope: Scope
    today: date
    ids_of: IdsOf

    def compile(self, condition: Condition) -> Predicate:
        """Return the predicate; every name and value in it is checked here, before any row is read."""
        match condition:
            case Both(conditions):
                every = [self.compile(each) for each in conditions]
                return lambda record: all(test(record) for test in every)
            case Either(conditions):
                some = [self._without_semi_join(each) for each in conditions]
                return lambda record: any(test(record) for test in some)
            case Not(inner):
                negated = self._without_semi_join(inner)
                return lambda record: not negated(record)
            case Comparison(_, "LIKE", _):
                return self._like(condition)
            case Comparison():
                return self._comparison(condition)
            case Membership(path, is_negated, literals):
                bound = self._filterable(path)
                keys = frozenset(operand(bound, literal, today=self.today) for literal in literals)
                if any(isinstance(key, Span) for key in keys):
                    raise malformed("date literals are not allowed in a list", path.position)
                return self._among(bound, keys, negated=is_negated)
            case SemiJoin(path, is_negated, _):
                bound = self._filterable(path)
                return self._among(bound, self.ids_of(condition, bound), negated=is_negated)

    def _without_semi_join(self, condition: Condition) -> Predicate:
        join = _semi_join_in(condition)
        if join is not None:
            # The rule is documented; the wording is unverified.
            raise malformed("Semi join sub-selects are not allowed with OR or NOT", join.path.position)
        return self.compile(condition)

    def _comparison(self, condition: Comparison) -> Predicate:
        bound = self._filterable(condition.path)
        key = operand(bound, condition.value, today=self.today)
        name = condition.operator
        if name in ("=", "!="):
            return self._equality(bound, key, negated=name == "!=")
        if key is None or bound.field.type == "boolean":
            raise _operator_refused(bound, name)
        compare = _WITHIN[name] if isinstance(key, Span) else _COMPARE[name]
        value_of = self._key_of(bound)
        return lambda record: (value := value_of(record)) is not None and compare(value, key)

    def _equality(self, bound: Bound, key: Json, *, negated: bool) -> Predicate:
        if not isinstance(key, Span):
            return self._among(bound, frozenset({key}), negated=negated)
        value_of, within = self._key_of(bound), _WITHIN["="]
        return lambda record: ((value := value_of(record)) is not None and within(value, key)) is not negated

    def _among(self, bound: Bound, keys: frozenset[Json], *, negated: bool) -> Predicate:
        value_of = self._key_of(bound)
        return lambda record: (value_of(record) in keys) is not negated

    def _like(self, condition: Comparison) -> Predicate:
        bound = self._filterable(condition.path)
        if bound.field.type not in TEXT_TYPES or condition.value.kind is not LiteralKind.TEXT:
            raise _operator_refused(bound, "LIKE")
        pattern = like_pattern(condition.value.raw)
        value_of = self.scope.reader(bound)
        return lambda record: (value := value_of(record)) is not None and bool(pattern.fullmatch(value))

    def _key_of(self, bound: Bound) -> Callable[[Record], Json]:
        value_of, field = self.scope.reader(bound), bound.field
        if field.type not in TEXT_TYPES:
            return value_of
        return lambda record: sort_key(field, value_of(record))

    def _filterable(self, path: Path) -> Bound:
        bound = self.scope.bind(path)
        if not _can_filter(bound.field):
            reason = f"field '{path}' can not be filtered in a query call"
            raise SoqlError("INVALID_FIELD", reason, path.position)
        return bound


def _semi_join_in(condition: Condition) -> SemiJoin | None:
    match condition:
        case SemiJoin():
            return condition
        case Both(conditions) | Either(conditions):
            return next((join for each in conditions if (join := _semi_join_in(each))), None)
        case Not(inner):
            return _semi_join_in(inner)
    return None


def _can_filter(field: Field) -> bool:
    return field.filterable and field.type != "address"


def _operator_refused(bound: Bound, name: str) -> SoqlError:
    """An operator the field or the value does not take; the wording is unverified."""
    kind = "id" if bound.field.type in ID_TYPES else bound.field.type
    return SoqlError(
        "INVALID_QUERY_FILTER_OPERATOR",
        f"filter operator '{name}' is not supported for {kind} field '{bound.path}' with this value",
        bound.path.position,
    )
