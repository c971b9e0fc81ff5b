"""Gives every path of a query its field, and reads a record along it.

Names are found in any letter case and answered in the schema's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.sandbox.salesforce.records import Json, Record, Store, read
from connector.sandbox.salesforce.schema.catalog import Catalog, Children, Entity
from connector.sandbox.salesforce.schema.fields import Field
from connector.sandbox.salesforce.soql.errors import SoqlError, malformed
from connector.sandbox.salesforce.soql.syntax import Path

MAX_PARENT_HOPS = 5

_REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."
Reader = Callable[[Record], Json]


@dataclass(frozen=True, slots=True)
class Bound:
    """A path whose names are known: the lookups to follow, then the field of the last object."""

    hops: tuple[Field, ...]
    entity: Entity
    field: Field
    path: Path


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a query over one object can use."""

    catalog: Catalog
    store: Store
    entity: Entity
    alias: str | None = None

    def bind(self, path: Path) -> Bound:
        entity = self.entity
        hops: list[Field] = []
        names = self._without_alias(path.parts)
        for name in names[:-1]:
            hop = entity.parent_named(name)
            if hop is None or hop.reference_to is None:
                raise _unknown_relationship(name, path)
            hops.append(hop)
            entity = self.catalog.entity(hop.reference_to)
        if len(hops) > MAX_PARENT_HOPS:
            # unverified wording; the limit of five levels is documented.
            raise malformed(f"Maximum relationship depth of {MAX_PARENT_HOPS} exceeded", path.position)
        field = entity.field_named(names[-1])
        if field is None:
            raise unknown_column(names[-1], entity, path.position)
        return Bound(tuple(hops), entity, field, path)

    def children(self, path: Path) -> Children:
        """Return the child relationship a sub-query selects from."""
        names = self._without_alias(path.parts)
        found = self.entity.children_named(names[0]) if len(names) == 1 else None
        if found is None:
            raise SoqlError(
                "INVALID_TYPE",
                f"Didn't understand relationship '{path}' in FROM part of query call. "
                "If you are attempting to use a custom relationship, be sure to append the '__r' "
                f"after the custom relationship name. {_REFERENCE}",
                path.position,
            )
        return found

    def reader(self, bound: Bound) -> Reader:
        """Return a function from a record of this scope's object to the path's value."""
        hops, entity, field, store = bound.hops, bound.entity, bound.field, self.store

        def read_path(record: Record) -> Json:
            current: Record | None = record
            for hop in hops:
                parent_id = current.get(hop.name) if current is not None else None
                current = store.find(parent_id) if parent_id is not None else None
            if current is not None:
                return read(entity, current, field)
            # A checkbox of a missing parent counts as unchecked.
            return False if field.type == "boolean" else None

        return read_path

    def _without_alias(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        first = parts[0].lower()
        if len(parts) == 1 or self.entity.parent_named(first) is not None:
            return parts
        own_names = {self.entity.name.lower(), (self.alias or "").lower()}
        return parts[1:] if first in own_names else parts


def find_entity(catalog: Catalog, path: Path) -> Entity:
    """Return the object a query selects from; raises INVALID_TYPE."""
    entity = catalog.find(str(path))
    if entity is None:
        raise SoqlError(
            "INVALID_TYPE",
            f"sObject type '{path}' is not supported. If you are attempting to use a custom object, "
            f"be sure to append the '__c' after the entity name. {_REFERENCE}",
            path.position,
        )
    return entity


def unknown_column(name: str, entity: Entity, position: int) -> SoqlError:
    return SoqlError(
        "INVALID_FIELD",
        f"No such column '{name}' on entity '{entity.name}'. If you are attempting to use a custom field, "
        f"be sure to append the '__c' after the custom field name. {_REFERENCE}",
        position,
    )


def _unknown_relationship(name: str, path: Path) -> SoqlError:
    return SoqlError(
        "INVALID_FIELD",
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
        "relationship, be sure to append the '__r' after the custom relationship name. " + _REFERENCE,
        path.position,
    )
