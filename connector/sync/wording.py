"""How the log tells what became of one operation: one sentence, and what is shown on demand."""

from __future__ import annotations

from typing import Any

from connector.domain import JSON
from connector.domain.operations import Action, Key, Noun, Operation
from connector.domain.order_effects import summary
from connector.errors import ConnectorError, RemoteError
from connector.sync.outcome import Result
from connector.sync.rendering import changes_as_json, effects_as_json, plain


def sentence(operation: Operation, result: Result, number: str) -> str:
    """`number` is the name a person knows the record by in Zuora; its id there is the entry's own field."""
    if result is Result.CREATED:
        name = number or (summary(operation.kind, operation.effects) if operation.effects else "")
        return f"{operation.title} created in Zuora{' as ' if name else ''}{name}."
    if result is Result.UPDATED:
        fields = ", ".join(change.field for change in operation.changes)
        return f"{operation.title} updated in Zuora: {fields}."
    if result is Result.UNCHANGED:
        return f"{operation.title} unchanged: {operation.decision}."
    return f"{operation.title} skipped. {operation.decision}."


def belongs(operation: Operation, account: Key, zuora_id: str) -> bool:
    """Whether it is a contact of that account."""
    if operation.key.noun is not Noun.CONTACT:
        return False
    return account in operation.requirements() or operation.payload.get("accountId") == zuora_id


def verb(operation: Operation) -> str:
    return "created" if operation.action is Action.CREATE else "updated"


def detail(operation: Operation, payload: Any) -> JSON:
    detail: JSON = {"decision": operation.decision}
    if operation.changes:
        detail["changes"] = changes_as_json(operation)
    if operation.kind:
        detail["kind"] = operation.kind
    if operation.effects:
        detail["effects"] = effects_as_json(operation)
    if payload:
        detail["sent"] = plain(payload)
    return detail


def remote(error: ConnectorError) -> JSON:
    if not isinstance(error, RemoteError):
        return {}
    return {
        "system": error.system,
        "status": error.status,
        "code": error.code,
        "reasons": list(error.reasons),
        "request_id": error.request_id,
    }
