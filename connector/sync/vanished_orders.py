"""Orders that were sent without an answer and that Salesforce does not show any more: no plan has them, and Zuora may bill them.

Every sync looks them up and tells of them, until a person resolves them or nothing can come of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connector.domain import JSON, order_standing
from connector.domain.labels import listed
from connector.domain.operations import Key
from connector.domain.order_reach import changed, opened, stands_alone
from connector.domain.orders import order_key, order_link
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.sought import Sought
from connector.sync.found_orders import MAY_COME, checked, close_absent
from connector.sync.journal import Entry, Step
from connector.sync.order_lookups import look_up
from connector.sync.services import Services

MOST_NAMED = 10
"""An order may have 300 subscriptions."""
_NOT_SHOWN = (
    "Salesforce does not show it among this account's orders any more: it was deleted there, belongs to another account, or is hidden "
    "from the integration user."
)
_SWITCHED_OFF = "Orders are switched off in the integration since."
_RESOLVE = "“Resolve by looking up” under Open writes"
_BACK = (
    "take its change back there (quantity, price, term or end), or delete this order in Zuora; do not cancel"
)


def tell_vanished(services: Services, orders: Iterable[OrderSnapshot], *, options: Options) -> None:
    """Of each order of the account that was sent without an answer and is not among its `orders` any more: whether Zuora has it, and
    what to do. One that Zuora has stays open: should Salesforce show it again, it is held against what was sent.

    Raises RemoteUnavailable.
    """
    shown = {order_key(order) for order in orders}
    why = _NOT_SHOWN if options.sync_orders else _SWITCHED_OFF
    for key, sought in services.intents.unanswered_orders().items():
        if key not in shown:
            _tell(services, key, sought, why)


def _tell(services: Services, key: Key, sought: Sought, why: str) -> None:
    """Settles it where nothing is left to do."""
    told = f"{sought.title} had been sent by an earlier run that heard no answer. {why}"
    entry = Entry(Step.APPLY, told, noun=key.noun, record=sought.title, salesforce_id=sought.salesforce_id)
    if (found := look_up(services, key.value)) is None:
        close_absent(services, key, entry, advice=MAY_COME)
        return
    link = order_link({"orderNumber": key.value, **found})
    entry = replace(entry, zuora_id=link["id"])
    if order_standing.is_withdrawn(found):
        told = f"{told} It was withdrawn in Zuora ({link['status']}): nothing is billed by it."
        services.journal.write(replace(entry, message=told))
        services.links.put(key, link)
        return
    services.journal.write(checked(replace(entry, message=f"{told} {_where(found)}")))


def _where(found: JSON) -> str:
    if reason := order_standing.refusal(found):
        return f"It could not be looked up: {reason} Every sync tries again; look for it in Zuora."
    status, account = _status(found), str(found.get("existingAccountNumber") or "")
    where = f"Zuora has it on account {account}" if account else "Zuora has it"
    if not order_standing.is_carried_out(found):
        return f"{where} with the status {status}: {order_standing.advice_unshown(status)} Every sync tells how it stands."
    return (
        f"{where} ({status}) and bills it, or will. {_unwanted(found)} When it is as it shall be, choose {_RESOLVE}; until then every "
        "sync tells of it."
    )


def _unwanted(found: JSON) -> str:
    """How to take it back. A subscription that another order opened is not its to end."""
    own, others = _names(opened(found)), _names(changed(found))
    if stands_alone(found):
        ends = f"cancel {own} or " if own else ""
        return f"If that is not wanted, {ends}delete the order in Zuora."
    names = others or "subscriptions"
    also = f" What it opened itself ({own}) may be cancelled." if own else ""
    return f"It changed {names}, which other orders opened. If that is not wanted, {_BACK} {names}.{also}"


def _names(numbers: Sequence[str]) -> str:
    more = len(numbers) - MOST_NAMED
    return listed([*numbers[:MOST_NAMED], f"{more} more"] if more > 0 else numbers)


def _status(found: JSON) -> str:
    return str(found.get("status") or "unknown")
