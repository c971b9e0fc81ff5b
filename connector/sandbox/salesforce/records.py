"""The records of the org, and how one value is read from one: compounds put together, ISO codes derived.

A record is a plain dict by API name. What a field shows may depend on the org's features, so values
are always read through the entity of the present catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from connector.sandbox.salesforce.addresses import country_code, state_code
from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.schema.catalog import Entity
from connector.sandbox.salesforce.schema.fields import STATE_COUNTRY, Field

# Wire leaves differ from field to field; the schema, not the type checker, knows them.
Json: TypeAlias = Any
Record: TypeAlias = dict[str, Json]

_ADDRESS_PARTS = (
    *("City", "Country", "CountryCode", "GeocodeAccuracy", "Latitude", "Longitude"),
    *("PostalCode", "State", "StateCode", "Street"),
)


class Store:
    """Records by object and id; knows which object an id belongs to."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Record]] = {}
        self._object_of: dict[str, str] = {}

    def add(self, sobject: str, record: Record) -> None:
        self._tables.setdefault(sobject, {})[record["Id"]] = record
        self._object_of[record["Id"]] = sobject

    def drop(self, sobject: str) -> None:
        """Forget every record of an object."""
        for record_id in self._tables.pop(sobject, {}):
            del self._object_of[record_id]

    def find(self, record_id: str) -> Record | None:
        """Return a record by its 18-character id, deleted ones included."""
        sobject = self._object_of.get(record_id)
        return None if sobject is None else self._tables[sobject][record_id]

    def object_of(self, record_id: str) -> str | None:
        return self._object_of.get(record_id)

    def records(self, sobject: str) -> Iterable[Record]:
        return self._tables.get(sobject, {}).values()

    def ids(self) -> dict[str, str]:
        return self._object_of

    def __iter__(self) -> Iterator[tuple[str, dict[str, Record]]]:
        return iter(self._tables.items())

    def copy(self) -> Store:
        """Return a store that later changes to this one do not reach."""
        twin = Store()
        twin._tables = {
            sobject: {record_id: dict(record) for record_id, record in table.items()}
            for sobject, table in self._tables.items()
        }
        twin._object_of = dict(self._object_of)
        return twin


def read(entity: Entity, record: Record, field: Field) -> Json:
    """Return what the API shows for one field of a record."""
    if field.type == "address":
        return _address(entity, record, field)
    value = record.get(field.name)
    if value is None and field.type == "boolean":
        return False
    if value is None and field.feature == STATE_COUNTRY:
        return _iso_code(record, field)
    return value


def whole(entity: Entity, record: Record) -> Record:
    """Return every visible field of a record, nulls included, in the order of describe."""
    return {field.name: read(entity, record, field) for field in entity.fields}


def same_id(left: str | None, right: str) -> bool:
    """Whether two texts name one record, in either length."""
    return left is not None and to_long_id(left) == to_long_id(right)


def _address(entity: Entity, record: Record, field: Field) -> Json:
    prefix = field.name.removesuffix("Address")
    parts: dict[str, Json] = {}
    for part in _ADDRESS_PARTS:
        each = entity.field_named(prefix + part)
        if each is not None:
            parts[part[0].lower() + part[1:]] = read(entity, record, each)
    return parts if any(value is not None for value in parts.values()) else None


def _iso_code(record: Record, field: Field) -> str | None:
    country = record.get(f"{(field.compound or '').removesuffix('Address')}Country")
    code = country_code(country) if isinstance(country, str) else None
    if field.name.endswith("CountryCode") or code is None:
        return code
    state = record.get(field.name.removesuffix("Code"))
    return state_code(code, state) if isinstance(state, str) else None
