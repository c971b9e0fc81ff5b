"""Records found by an external id: fetched, created or changed by it."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.records import Json, Record
from connector.sandbox.salesforce.rest.messages import Call, Reply
from connector.sandbox.salesforce.rest.sobjects import created, find_object, shown
from connector.sandbox.salesforce.schema.catalog import Entity
from connector.sandbox.salesforce.schema.fields import Field
from connector.sandbox.salesforce.soql.operands import sort_key
from connector.sandbox.salesforce.values import accept


def retrieve_by(org: Org, call: Call, sobject: str, name: str, value: str) -> Reply:
    entity = find_object(org, sobject)
    matches = _matches(org, entity, external_field(entity, name), value)
    if len(matches) > 1:
        return _several(call, entity, matches)
    if not matches:
        raise ApiError("NOT_FOUND", "The requested resource does not exist", status=404)
    return Reply(body=shown(entity, matches[0], call.query.get("fields"), version=call.version))


def upsert_by(org: Org, call: Call, sobject: str, name: str, value: str) -> Reply:
    entity = find_object(org, sobject)
    field = external_field(entity, name)
    matches = _matches(org, entity, field, value)
    if len(matches) > 1:
        return _several(call, entity, matches)
    if matches:
        org.changes().update(entity, matches[0]["Id"], call.json_object())
        return Reply(204)
    record_id = org.changes().insert(entity, {**call.json_object(), field.name: value})
    return created(org, call, entity, record_id)


def upsert(org: Org, entity: Entity, field: Field, row: Mapping[str, Json]) -> tuple[str, bool]:
    """Create or change one row of a collection; returns its id and whether it is new."""
    value = row.get(field.name)
    rest = {name: each for name, each in row.items() if field.type != "id" or name != field.name}
    matches = [] if value is None else _matches(org, entity, field, value)
    if len(matches) > 1:
        raise ApiError("DUPLICATE_EXTERNAL_ID", f"{field.name}: more than one record found", fields=())
    if not matches:
        return org.changes().insert(entity, rest), True
    record_id: str = matches[0]["Id"]
    org.changes().update(entity, record_id, rest)
    return record_id, False


def external_field(entity: Entity, name: str) -> Field:
    """Return a field records may be found by: Id, an external id, or a contact's e-mail (recorded)."""
    field = entity.field_named(name)
    is_usable = field is not None and (field.external_id or field.type in ("id", "email"))
    if field is None or not is_usable:
        raise ApiError(
            "NOT_FOUND",
            f"Provided external ID field does not exist or is not accessible: {name}",
            status=404,
        )
    return field


def _matches(org: Org, entity: Entity, field: Field, value: Json) -> list[Record]:
    key = sort_key(field, accept(field, value))
    return [
        record
        for record in org.store.records(entity.name)
        if not record.get("IsDeleted") and sort_key(field, record.get(field.name)) == key
    ]


def _several(call: Call, entity: Entity, matches: list[Record]) -> Reply:
    return Reply(300, [f"{call.base}/sobjects/{entity.name}/{record['Id']}" for record in matches])
