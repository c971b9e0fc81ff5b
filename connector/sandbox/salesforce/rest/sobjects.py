"""One record at a time, the list of objects, and what describe says of them."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime, parsedate_to_datetime

from connector.sandbox.salesforce.errors import ApiError, not_found
from connector.sandbox.salesforce.instants import parse_moment
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.records import Record, read, whole
from connector.sandbox.salesforce.rest.messages import Call, Reply
from connector.sandbox.salesforce.schema.catalog import Entity
from connector.sandbox.salesforce.schema.describe import describe_basic, describe_global, describe_object
from connector.sandbox.salesforce.schema.fields import Field
from connector.sandbox.salesforce.soql.projection import attributes


def list_objects(org: Org, call: Call) -> Reply:
    return _unless_unmodified(org, call, describe_global(org.catalog, version=call.version))


def basic(org: Org, call: Call, sobject: str) -> Reply:
    description = describe_basic(find_object(org, sobject), version=call.version)
    return Reply(body={"objectDescribe": description, "recentItems": []})


def describe(org: Org, call: Call, sobject: str) -> Reply:
    entity = find_object(org, sobject)
    return _unless_unmodified(org, call, describe_object(entity, version=call.version))


def create(org: Org, call: Call, sobject: str) -> Reply:
    entity = find_object(org, sobject)
    return created(org, call, entity, org.changes().insert(entity, call.json_object()))


def created(org: Org, call: Call, entity: Entity, record_id: str) -> Reply:
    """Return 201 with the new id and its address."""
    location = f"{call.base}/sobjects/{entity.name}/{record_id}"
    return Reply(201, {"id": record_id, "success": True, "errors": []}, {"Location": location})


def retrieve(org: Org, call: Call, sobject: str, record_id: str) -> Reply:
    """Return every visible field, or those of `?fields=`."""
    entity = find_object(org, sobject)
    record = org.changes().live(entity, record_id)
    modified = parse_moment(record["LastModifiedDate"])
    headers = {"Last-Modified": format_datetime(modified, usegmt=True)}
    return Reply(body=shown(entity, record, call.query.get("fields"), version=call.version), headers=headers)


def update(org: Org, call: Call, sobject: str, record_id: str) -> Reply:
    org.changes().update(find_object(org, sobject), record_id, call.json_object())
    return Reply(204)


def delete(org: Org, call: Call, sobject: str, record_id: str) -> Reply:
    org.changes().delete(find_object(org, sobject), record_id)
    return Reply(204)


def _unless_unmodified(org: Org, call: Call, body: Record) -> Reply:
    """Return 304 to a client that has seen the present schema."""
    headers = {"Last-Modified": format_datetime(org.schema_changed_at, usegmt=True)}
    since = call.headers.get("if-modified-since")
    try:
        is_known = since is not None and parsedate_to_datetime(since) >= org.schema_changed_at
    except (TypeError, ValueError):
        is_known = False
    return Reply(304, None, headers) if is_known else Reply(body=body, headers=headers)


def find_object(org: Org, sobject: str) -> Entity:
    entity = org.catalog.find(sobject)
    if entity is None:
        raise not_found()
    return entity


def shown(entity: Entity, record: Record, names: str | None, *, version: int) -> Record:
    """Return a record with its attributes; `names` is a comma list of fields, none for all."""
    head = {"attributes": attributes(entity.name, record["Id"], version=version)}
    if not names:
        return {**head, **whole(entity, record)}
    wanted = chosen_fields(entity, (name.strip() for name in names.split(",")))
    return {**head, **{field.name: read(entity, record, field) for field in wanted}}


def chosen_fields(entity: Entity, names: Iterable[str]) -> list[Field]:
    """Return the named fields; raises INVALID_FIELD for the first that is not there."""
    chosen: list[Field] = []
    for name in names:
        field = entity.field_named(name)
        if field is None:
            raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {entity.name}")
        chosen.append(field)
    return chosen
