"""Shapes a record as the query asked for it: keys in SELECT order, parents as objects, children as lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connector.sandbox.salesforce.records import Json, Record, Store, read
from connector.sandbox.salesforce.schema.catalog import Catalog, Entity
from connector.sandbox.salesforce.schema.fields import Field
from connector.sandbox.salesforce.soql.errors import malformed
from connector.sandbox.salesforce.soql.names import Bound


@dataclass(frozen=True, slots=True)
class ResultSet:
    """The whole answer to a query or sub-query; paging cuts it later."""

    total: int
    records: list[Record]


ChildrenOf = Callable[[Record], ResultSet | None]


@dataclass(frozen=True, slots=True)
class Projection:
    """What of one object is shown; a parent has a projection of its own."""

    entity: Entity
    catalog: Catalog
    store: Store
    version: int
    columns: dict[str, Field | ParentColumn | ChildrenOf] = field(default_factory=dict)

    def add(self, bound: Bound) -> None:
        """Show the field of a path; raises where the query names it twice."""
        target = self
        for hop in bound.hops:
            target = target._parent(hop)
        if bound.field.name in target.columns:
            raise malformed(f"duplicate field selected: {bound.field.name}", bound.path.position)
        target.columns[bound.field.name] = bound.field

    def add_children(self, name: str, children_of: ChildrenOf) -> None:
        self.columns[name] = children_of

    def render(self, record: Record) -> Record:
        shown: Record = {"attributes": attributes(self.entity.name, record["Id"], version=self.version)}
        for name, column in self.columns.items():
            shown[name] = self._value(column, record)
        return shown

    def _value(self, column: Field | ParentColumn | ChildrenOf, record: Record) -> Json:
        if isinstance(column, Field):
            return read(self.entity, record, column)
        if isinstance(column, ParentColumn):
            parent_id = record.get(column.hop.name)
            parent = self.store.find(parent_id) if parent_id is not None else None
            return None if parent is None else column.projection.render(parent)
        return column(record)

    def _parent(self, hop: Field) -> Projection:
        name = hop.relationship or hop.name
        column = self.columns.get(name)
        if not isinstance(column, ParentColumn):
            entity = self.catalog.entity(hop.reference_to or "")
            column = ParentColumn(hop, Projection(entity, self.catalog, self.store, self.version))
            self.columns[name] = column
        return column.projection


@dataclass(frozen=True, slots=True)
class ParentColumn:
    hop: Field
    projection: Projection


def attributes(sobject: str, record_id: str, *, version: int) -> dict[str, str]:
    """Return the `attributes` member that stands first in every record."""
    return {"type": sobject, "url": f"/services/data/v{version}.0/sobjects/{sobject}/{record_id}"}
