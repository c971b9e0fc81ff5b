"""How the log tells what became of one operation: one sentence, and what is shown on demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.domain import JSON
from connector.domain.operations import Action, Key, Noun, Operation
from connector.domain.order_effects import summary
from connector.domain.order_standing import COMPLETED
from connector.errors import ConnectorError, RemoteError
from connector.sync.outcome import Result
from connector.sync.rendering import changes_as_json, effects_as_json, plain

BY_ANOTHER_RUN = "was created in Zuora by another run meanwhile; it is used"
BY_ITS_JOB = "was created in Zuora by the job an earlier run had started; it is used"
_COMPARE = "compare the two, and enter the difference in Zuora by hand."
CHANGED_SINCE = (
    "What would be sent now differs from what was sent (Salesforce, the mapping or an option was changed since), and Zuora may hold "
    f"the earlier one: {_COMPARE}"
)
SAME_AS_NOW = "What was sent is what would be sent now."
_CHANGED_SINCE_BY_US = "It was changed in Salesforce since: the next sync brings it up to date."
WITHOUT_AN_ANSWER = "had already been created in Zuora although no answer arrived; it was found and is used"


def sentence(operation: Operation, result: Result, number: str) -> str:
    """`number` is the name a person knows the record by in Zuora; its id there is the entry's own field."""
    if result is Result.CREATED:
        name = number or (summary(operation.kind, operation.effects) if operation.effects else "")
        return f"{operation.title} created in Zuora{' as ' if name else ''}{name}."
    if result is Result.UPDATED:
        return f"{operation.title} updated in Zuora: {_fields(operation)}."
    if result is Result.UNCHANGED:
        return f"{operation.title} unchanged: {operation.decision}."
    return f"{operation.title} skipped. {operation.decision}."


def not_sent_now(decision: str) -> str:
    """Of an order that was sent; `decision` is the plan's, why it would not be: its reason is shown without its advice."""
    reason = decision.partition(": ")[2].partition(". ")[0].rstrip(".")
    return f"It would not be sent now ({reason}), and Zuora may hold what was sent: {_COMPARE}"


def found(operation: Operation, known: Mapping[Key, Mapping[str, str]], *, differs: bool) -> str:
    """How a record came to be there. Of an order that is carried out, which no later run compares, also that it is as sent now."""
    is_carried_out = known.get(operation.key, {}).get("status") == COMPLETED
    if differs or operation.key.noun is not Noun.ORDER or not is_carried_out:
        return WITHOUT_AN_ANSWER
    return f"{WITHOUT_AN_ANSWER}. {SAME_AS_NOW.rstrip('.')}"


def caution(operation: Operation, *, differs: bool) -> str:
    """What somebody should look at of a record that was found: `differs` says that it was sent otherwise than it is now."""
    if not differs:
        return ""
    return _CHANGED_SINCE_BY_US if operation.key.noun in (Noun.ACCOUNT, Noun.CONTACT) else CHANGED_SINCE


def belongs(operation: Operation, account: Key, zuora_id: str) -> bool:
    """Whether it is a contact of that account."""
    if operation.key.noun is not Noun.CONTACT:
        return False
    return account in operation.requirements() or operation.payload.get("accountId") == zuora_id


def could_not(operation: Operation) -> str:
    """Of custom fields the names as well: an answer of Zuora's need not say which one it refuses."""
    if operation.action is Action.CREATE:
        return "could not be created"
    if operation.key.noun in (Noun.ACCOUNT, Noun.CONTACT):
        return "could not be updated"
    return f"could not be updated ({_fields(operation)})"


def _fields(operation: Operation) -> str:
    return ", ".join(change.field for change in operation.changes)


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
