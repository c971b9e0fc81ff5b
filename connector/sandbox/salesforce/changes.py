"""Create, update, delete and merge, with the checks a real org makes before it keeps anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.salesforce.addresses import fill_names
from connector.sandbox.salesforce.births import Births
from connector.sandbox.salesforce.derivations import derive, order_total
from connector.sandbox.salesforce.errors import ApiError, not_found
from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.instants import second_text
from connector.sandbox.salesforce.records import Json, Record, Store
from connector.sandbox.salesforce.rules import Write, check_addresses, check_hierarchy, check_rules
from connector.sandbox.salesforce.schema.catalog import Catalog, Entity
from connector.sandbox.salesforce.schema.fields import STATE_COUNTRY, Field
from connector.sandbox.salesforce.values import accept


@dataclass(frozen=True, slots=True)
class Changes:
    """The writes of one request: one time, one user, the schema as that user sees it."""

    store: Store
    catalog: Catalog
    births: Births
    now: datetime
    user_id: str
    currency: str

    def insert(self, entity: Entity, body: Mapping[str, Json]) -> str:
        """Keep a new record and return its id; raises ApiError."""
        if not entity.sobject.createable:
            # unverified wording.
            raise ApiError("INVALID_TYPE_FOR_OPERATION", f"entity type cannot be inserted: {entity.name}")
        record = self._accepted(entity, body, new=True)
        missing = [each.name for each in entity.fields if each.required and record.get(each.name) is None]
        if missing:
            raise _missing(missing)
        written = set(record)
        fill_names(record, written=written)
        self.births.complete(
            entity, record, self.store, now=self.now, user_id=self.user_id, currency=self.currency
        )
        derive(entity.name, record, self.store, changed=written)
        self._check(entity, record, before=None)
        self.store.add(entity.name, record)
        self.settle(entity, record)
        record_id: str = record["Id"]
        return record_id

    def update(self, entity: Entity, record_id: str, body: Mapping[str, Json]) -> None:
        """Change the named fields of a live record; raises ApiError."""
        before = self.live(entity, record_id)
        changes = self._accepted(entity, body, new=False)
        emptied = [
            each.name
            for each in entity.fields
            if each.name in changes and changes[each.name] is None and not each.nillable
        ]
        if emptied:
            raise _missing(emptied)
        after = {**before, **changes}
        fill_names(after, written=set(changes))
        derive(entity.name, after, self.store, changed=changes.keys())
        self._check(entity, after, before=before)
        before.update(after)
        self.touch(before)
        self.settle(entity, before)

    def delete(self, entity: Entity, record_id: str) -> None:
        """Move a record, and what it owns, to the recycle bin; raises ApiError."""
        record = self.live(entity, record_id)
        if not entity.sobject.deletable:
            raise ApiError("INVALID_TYPE_FOR_OPERATION", f"entity type cannot be deleted: {entity.name}")
        holding = [child for field, child in self._children(entity, record) if field.restricted_delete]
        if holding:
            numbers = ", ".join(str(child.get("OrderNumber") or child["Id"]) for child in holding)
            raise ApiError(
                "DELETE_FAILED",
                f"Your attempt to delete {record.get('Name') or record_id} could not be completed because "
                f"it is associated with the following records: {numbers}",
                fields=(),
            )
        record["IsDeleted"] = True
        self.touch(record)
        for field, child in self._children(entity, record):
            if field.cascade_delete:
                self.delete(self.catalog.entity(self.store.object_of(child["Id"]) or ""), child["Id"])
            else:
                child[field.name] = None
        self.settle(entity, record)

    def merge(self, entity: Entity, winner_id: str, loser_id: str) -> None:
        """Make one record of two: the loser goes to the bin, its children move to the winner."""
        winner, loser = self.live(entity, winner_id), self.live(entity, loser_id)
        if winner is loser or not entity.sobject.mergeable:
            raise ApiError("INVALID_OPERATION", f"{loser_id} cannot be merged into {winner_id}.")
        for field, child in self._children(entity, loser):
            child[field.name] = None if child is winner else winner["Id"]
            self.touch(child)
        loser["IsDeleted"], loser["MasterRecordId"] = True, winner["Id"]
        self.touch(loser)
        self.touch(winner)

    def live(self, entity: Entity, record_id: str) -> Record:
        """Return a record that is there and not deleted; raises ApiError as the record resource does."""
        long_id = to_long_id(record_id)
        if long_id is None:
            raise ApiError("MALFORMED_ID", f"malformed id {record_id}")
        record = self.store.find(long_id)
        if record is None or self.store.object_of(long_id) != entity.name:
            raise not_found()
        if record.get("IsDeleted"):
            raise ApiError("ENTITY_IS_DELETED", "entity is deleted", status=404, fields=())
        return record

    def touch(self, record: Record) -> None:
        """Stamp a change by the present user."""
        record["LastModifiedDate"] = record["SystemModstamp"] = second_text(self.now)
        record["LastModifiedById"] = self.user_id

    def _accepted(self, entity: Entity, body: Mapping[str, Json], *, new: bool) -> Record:
        given = {name: value for name, value in body.items() if name.lower() != "attributes"}
        fields: dict[str, Field] = {}
        for name in given:
            field = entity.field_named(name)
            if field is None:
                raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {entity.name}")
            if field.type == "id":
                reason = "The Id field should not be specified in the sobject data."
                raise ApiError("INVALID_FIELD", reason, fields=("Id",))
            fields[name] = field
        refused = [each.name for each in fields.values() if not (each.createable if new else each.updateable)]
        if refused:
            raise ApiError(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                f"Unable to create/update fields: {', '.join(refused)}. Please check the security settings of "
                "this field and verify that it is read/write for your profile or permission set.",
                fields=tuple(refused),
            )
        accepted = {field.name: accept(field, given[name]) for name, field in fields.items()}
        for field in fields.values():
            self._check_reference(field, accepted[field.name])
        return accepted

    def _check_reference(self, field: Field, target: Json) -> None:
        if field.reference_to is None or target is None:
            return
        sobject = self.store.object_of(target)
        if sobject is not None and sobject != field.reference_to:
            reason = f"{field.label}: id value of incorrect type: {target}"
            raise ApiError("FIELD_INTEGRITY_EXCEPTION", reason, fields=(field.name,))
        record = self.store.find(target)
        if record is None or record.get("IsDeleted"):
            raise ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=())

    def _check(self, entity: Entity, after: Record, *, before: Record | None) -> None:
        write = Write(after, before, self.store)
        if entity.name == "Account":
            check_hierarchy(write)
        prefixes = tuple(
            each.name.removesuffix("CountryCode") for each in entity.fields if each.feature == STATE_COUNTRY
        )
        check_addresses(after, tuple(prefix for prefix in prefixes if not prefix.endswith("StateCode")))
        check_rules(entity.name, write)

    def _children(self, entity: Entity, parent: Record) -> list[tuple[Field, Record]]:
        return [
            (children.field, child)
            for children in entity.children
            for child in self.store.records(children.sobject)
            if child.get(children.field.name) == parent["Id"] and not child.get("IsDeleted")
        ]

    def settle(self, entity: Entity, record: Record) -> None:
        """Carry a change on to the parent's summary fields."""
        order = self.store.find(record.get("OrderId") or "") if entity.name == "OrderItem" else None
        if order is not None:
            order["TotalAmount"] = order_total(order["Id"], self.store)


def _missing(names: list[str]) -> ApiError:
    listed = ", ".join(names)
    return ApiError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{listed}]", fields=tuple(names))
