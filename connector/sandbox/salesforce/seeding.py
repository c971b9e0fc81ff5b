"""Loads a dataset into an org: every name, value and lookup is checked, nothing is kept when one is wrong.

Read-only fields may be given, validation rules do not apply, and lookups may point forwards or in a
circle, since a dataset tells of an org that already lived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.salesforce.births import Births
from connector.sandbox.salesforce.derivations import derive, order_total
from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.records import Json, Record, Store
from connector.sandbox.salesforce.schema.catalog import Catalog, Entity
from connector.sandbox.salesforce.values import accept

Dataset = Mapping[str, Sequence[Mapping[str, Json]]]


@dataclass(frozen=True, slots=True)
class Seeding:
    """Fills `store`; the catalogue must show every field, whatever the org's settings hide."""

    store: Store
    catalog: Catalog
    births: Births
    now: datetime
    user_id: str
    currency: str

    def load(self, dataset: Dataset) -> dict[str, int]:
        """Return how many records of each object were added; raises ValueError naming what is wrong."""
        added: list[tuple[Entity, Record, set[str]]] = []
        for name, rows in dataset.items():
            entity = self.catalog.find(name)
            if entity is None:
                raise ValueError(f"The sandbox org has no object {name}.")
            if not isinstance(rows, list | tuple):
                raise ValueError(f"{name} is a list of records.")
            added += [(entity, *self._add(entity, row, place=f"{name}[{i}]")) for i, row in enumerate(rows)]
        for entity, record, _ in added:
            self.check_lookups(entity, record)
        for entity, record, given in added:
            derive(entity.name, record, self.store, changed=given)
        for entity, record, _ in added:
            if entity.name == "Order" and record.get("TotalAmount") is None:
                record["TotalAmount"] = order_total(record["Id"], self.store)
        return {name: len(rows) for name, rows in dataset.items()}

    def accepted(self, entity: Entity, row: Mapping[str, Json], *, place: str) -> Record:
        """Return a row's values as a record keeps them."""
        record: Record = {}
        for name, value in row.items():
            if name == "attributes":
                continue
            field = entity.field_named(name)
            if field is None or field.type == "address":
                raise ValueError(f"{place}: {entity.name} has no field {name} that could be stored.")
            try:
                record[field.name] = accept(field, value)
            except ApiError as error:
                raise ValueError(f"{place}.{name}: {error}") from error
        return record

    def check_lookups(self, entity: Entity, record: Record) -> None:
        for field in entity.fields:
            target = record.get(field.name) if field.reference_to else None
            if target is not None and self.store.object_of(target) != field.reference_to:
                raise ValueError(
                    f"{entity.name} {record['Id']}: {field.name} points to {target}, "
                    f"and there is no such {field.reference_to}."
                )

    def _add(self, entity: Entity, row: Mapping[str, Json], *, place: str) -> tuple[Record, set[str]]:
        if not isinstance(row, Mapping):
            raise ValueError(f"{place} is no record: {row!r}.")
        record = self.accepted(entity, row, place=place)
        given = {name for name, value in record.items() if value is not None}
        if record.get("Id") in self.store.ids():
            raise ValueError(f"{place}: the id {record['Id']} is taken.")
        self.births.complete(
            entity, record, self.store, now=self.now, user_id=self.user_id, currency=self.currency
        )
        self.store.add(entity.name, record)
        return record, given
