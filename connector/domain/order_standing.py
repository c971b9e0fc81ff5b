"""What Zuora says of an order it was already given: carried out, pending, or nothing that bills.

"Zuora already has it" is said only of an order that Zuora carried out. Every other standing is a person's decision: an order
is never sent a second time because the first one is unclear.
"""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.labels import order_label
from connector.domain.matching import SettledInZuora
from connector.domain.operations import Key, Problem, Severity
from connector.domain.snapshot import OrderSnapshot
from connector.errors import ConfigError, RecordError

COMPLETED = "Completed"
_PENDING = "Pending"
_GONE = "gone"
_REFUSED = "refused"

_WITHDRAWN = (
    "nothing is billed by it. If that was on purpose, leave it; to sell it again, enter a new order in Salesforce and "
    "resync."
)
# Statuses of Zuora's orders: reference of GET /v1/orders/{orderNumber}.
_ADVICE = {
    "Draft": "nothing is billed by it yet. Complete the draft or delete it in Zuora, and resync.",
    "Scheduled": "Zuora carries it out by itself on its date. Resync after that date, or complete it in Zuora.",
    "Executing": "Zuora is still at it. Resync in a few minutes.",
    "Failed": "nothing is billed by it. See in Zuora why it failed, complete it or delete it there, and resync.",
    "Cancelled": _WITHDRAWN,
    "Reverted": _WITHDRAWN,
}
# Of an order that Salesforce does not show any more, nobody can say that it is wanted.
_ADVICE_UNSHOWN = {
    "Draft": "nothing is billed by it yet. Delete the draft in Zuora, or complete it there where it is wanted, and resync.",
    "Scheduled": "Zuora will carry it out by itself and bill it on its date. If that is not wanted, cancel it in Zuora before, and "
    "resync.",
    "Failed": "nothing is billed by it. Delete it in Zuora, or complete it there where it is wanted, and resync.",
}


def gone() -> JSON:
    """Stands among Zuora's orders for one that was synced and that Zuora no longer has."""
    return {_GONE: True}


def refused(reason: str) -> JSON:
    """Stands among Zuora's orders for one that Zuora would not tell of."""
    return {_REFUSED: reason}


def refusal(found: JSON) -> str:
    """Why Zuora would not tell of it; empty where it did."""
    return str(found.get(_REFUSED) or "")


def is_carried_out(found: JSON) -> bool:
    """Whether what this order says holds in Zuora, or will once it is activated there."""
    if found.get(_GONE) or found.get(_REFUSED):
        return False
    return not found or str(found.get("status") or "") in (COMPLETED, _PENDING)


def is_completed(found: JSON) -> bool:
    """Whether Zuora has carried it out and waits for nothing; empty stands for an order remembered so."""
    return not found or found.get("status") == COMPLETED


def is_dormant(found: JSON) -> bool:
    """Whether it bills nothing unless somebody completes it."""
    return found.get("status") in ("Draft", "Failed")


def is_withdrawn(found: JSON) -> bool:
    """Whether nothing is billed by it any more, on purpose."""
    return _ADVICE.get(str(found.get("status") or "")) == _WITHDRAWN


def advice(status: str) -> str:
    """What to do about an order of this status, which is not carried out."""
    return _ADVICE.get(status, "it is not known to be carried out. Look the order up in Zuora.")


def advice_unshown(status: str) -> str:
    """As `advice`, of an order that Salesforce does not show any more."""
    return _ADVICE_UNSHOWN.get(status) or advice(status)


def standing(order: OrderSnapshot, found: JSON, *, key: Key) -> tuple[Problem, ...]:
    """What must be said of an order Zuora has. `found`: the JSON of GET /v1/orders/{number}; empty for one remembered as
    carried out.

    Raises RecordError where Zuora no longer has it, SettledInZuora where Zuora has not carried it out, ConfigError where
    it cannot be looked up.
    """
    label = order_label(order)
    if reason := refusal(found):
        raise ConfigError(
            f"{label} cannot be looked up: {reason} Until it can, it is not sent, for Zuora may have it.",
            record=order.salesforce_id,
        )
    if found.get(_GONE):
        raise RecordError(
            f"{label} was synced to Zuora, which no longer has it. If it was deleted on purpose, leave it; to send it again, "
            "remove its record under “Records in Zuora” and resync.",
            record=order.salesforce_id,
        )
    status = str(found.get("status") or "") if found else COMPLETED
    if status == COMPLETED:
        return ()
    if status != _PENDING:
        raise SettledInZuora(
            f"{label} has the status {status or 'unknown'} in Zuora: {advice(status)}",
            record=order.salesforce_id,
        )
    message = (
        f"{label} is pending in Zuora: it bills nothing until its activation dates are set there. "
        "Set them on the order in Zuora."
    )
    return (Problem(Severity.WARNING, key, order.salesforce_id, message, SettledInZuora.who_acts),)
