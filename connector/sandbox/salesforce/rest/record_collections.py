"""Up to 200 records in one call: each has its own result, and the call answers 200 all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.records import Json
from connector.sandbox.salesforce.rest.messages import Call, Reply
from connector.sandbox.salesforce.rest.sobjects import chosen_fields, find_object, shown
from connector.sandbox.salesforce.rest.upserts import external_field, upsert
from connector.sandbox.salesforce.schema.catalog import Entity

MAX_RECORDS = 200

_Row = TypeVar("_Row")
Work = Callable[[dict[str, Json]], dict[str, Json]]


def create_many(org: Org, call: Call) -> Reply:
    def create(row: dict[str, Json]) -> dict[str, Json]:
        return _success(org.changes().insert(_object_of(org, row), row))

    return _each(org, call, create)


def update_many(org: Org, call: Call) -> Reply:
    def update(row: dict[str, Json]) -> dict[str, Json]:
        record_id = next((str(value) for name, value in row.items() if name.lower() == "id"), "")
        rest = {name: value for name, value in row.items() if name.lower() != "id"}
        org.changes().update(_object_of(org, row), record_id, rest)
        return _success(to_long_id(record_id) or record_id)

    return _each(org, call, update)


def upsert_many(org: Org, call: Call, sobject: str, name: str) -> Reply:
    entity = find_object(org, sobject)
    field = external_field(entity, name)

    def write(row: dict[str, Json]) -> dict[str, Json]:
        record_id, is_new = upsert(org, entity, field, row)
        return {**_success(record_id), "created": is_new}

    return _each(org, call, write)


def delete_many(org: Org, call: Call) -> Reply:
    ids = _listed(call.query.get("ids"))
    is_atomic = call.query.get("allOrNone", "false").lower() == "true"

    def delete(record_id: str) -> dict[str, Json]:
        long_id = to_long_id(record_id) or ""
        sobject = org.store.object_of(long_id)
        if sobject is None:
            raise ApiError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=())
        org.changes().delete(org.catalog.entity(sobject), long_id)
        return _success(long_id)

    return Reply(body=_results(org, ids, delete, is_atomic=is_atomic))


def retrieve_many(org: Org, call: Call, sobject: str) -> Reply:
    """Return the records of many ids in their order; null stands for one that is not there."""
    entity = find_object(org, sobject)
    given = call.json_object() if call.method == "POST" else dict(call.query)
    ids, names = _listed(given.get("ids")), _listed(given.get("fields"))
    _check_count(ids)
    chosen_fields(entity, names)
    records: list[Json] = []
    for record_id in ids:
        record = org.store.find(to_long_id(record_id) or "")
        is_there = (
            record is not None
            and org.store.object_of(record["Id"]) == entity.name
            and not record.get("IsDeleted")
        )
        records.append(
            shown(entity, record, ",".join(names), version=call.version) if record and is_there else None
        )
    return Reply(body=records)


def _each(org: Org, call: Call, work: Work) -> Reply:
    body = call.json_object()
    rows = body.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ApiError("JSON_PARSER_ERROR", "records must be a list of objects")
    return Reply(body=_results(org, rows, work, is_atomic=bool(body.get("allOrNone"))))


def _results(
    org: Org, rows: list[_Row], work: Callable[[_Row], dict[str, Json]], *, is_atomic: bool
) -> list[dict[str, Json]]:
    """Do the work row by row; all or none puts the store back when one row fails."""
    _check_count(rows)
    before = org.store.copy() if is_atomic else None
    results: list[dict[str, Json]] = []
    for row in rows:
        try:
            results.append(work(row))
        except ApiError as error:
            results.append(error.result())
    if before is None or all(result["success"] for result in results):
        return results
    org.store = before
    rolled_back = ApiError(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        fields=(),
    )
    return [rolled_back.result() if result["success"] else result for result in results]


def _check_count(rows: Iterable[object]) -> None:
    if len(list(rows)) > MAX_RECORDS:
        # unverified wording.
        raise ApiError("EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MAX_RECORDS}")


def _object_of(org: Org, row: dict[str, Json]) -> Entity:
    sobject = (row.get("attributes") or {}).get("type")
    entity = org.catalog.find(sobject) if isinstance(sobject, str) else None
    if entity is None:
        raise ApiError("INVALID_TYPE", f"sObject type '{sobject}' is not supported.", fields=())
    return entity


def _listed(value: Json) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(part) for part in value or ()]


def _success(record_id: str) -> dict[str, Json]:
    return {"id": record_id, "success": True, "errors": []}
