"""The tree of a query, before any name in it is known to the schema."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Path:
    """`Account.Owner.Name`; the last part is a field, the others are relationships."""

    parts: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return ".".join(self.parts)


class LiteralKind(Enum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    MOMENT = "moment"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Literal:
    """`raw` as it stands in the query (of text: between the quotes); `count` of LAST_N_DAYS:n."""

    kind: LiteralKind
    raw: str
    position: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    path: Path
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class Membership:
    path: Path
    negated: bool
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class SemiJoin:
    path: Path
    negated: bool
    query: Query


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """Every condition of an AND chain."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Every condition of an OR chain."""

    conditions: tuple[Condition, ...]


Condition = Comparison | Membership | SemiJoin | Not | Both | Either


@dataclass(frozen=True, slots=True)
class FieldsOf:
    """FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM)."""

    scope: str
    position: int


@dataclass(frozen=True, slots=True)
class Aggregate:
    """COUNT() has no path."""

    function: str
    path: Path | None
    alias: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ChildQuery:
    query: Query
    position: int


SelectItem = Path | FieldsOf | Aggregate | ChildQuery


@dataclass(frozen=True, slots=True)
class Ordering:
    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    select: tuple[SelectItem, ...]
    source: Path
    alias: str | None
    where: Condition | None
    group_by: tuple[Path, ...]
    order_by: tuple[Ordering, ...]
    limit: int | None
    offset: int
