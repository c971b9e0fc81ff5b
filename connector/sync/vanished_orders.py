"""Orders that were sent without an answer and that Salesforce does not show any more: no plan has them, and Zuora may bill them.

Every sync looks them up and tells of them, until a person resolves them or nothing can come of them. What waits meanwhile the plan
says: `connector.domain.vanished`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.domain import JSON, order_standing
from connector.domain.labels import listed
from connector.domain.open_writes import DOUBT_LIFE, KEY_LIFE
from connector.domain.operations import Key
from connector.domain.order_reach import changed, opened, stands_alone
from connector.domain.orders import order_link
from connector.domain.rules import Options
from connector.domain.snapshot import Snapshot
from connector.domain.sought import Unanswered, Withheld
from connector.domain.vanished import RESOLVE, moment, status_of
from connector.sync.found_orders import checked, close_absent
from connector.sync.journal import Entry, Step
from connector.sync.services import Services

MOST_NAMED = 10
"""An order may have 300 subscriptions."""
_NOT_SHOWN = (
    "Salesforce does not show it among this account's orders any more: it was deleted there, belongs to another account, or is hidden "
    "from the integration user."
)
_SWITCHED_OFF = "Orders are switched off in the integration since."
_BACK = (
    "take its change back there (quantity, price, term or end), or delete this order in Zuora; do not cancel"
)


def tell_vanished(services: Services, snapshot: Snapshot, *, options: Options) -> None:
    """Of each order of the account that was sent without an answer and is not shown any more: whether Zuora has it, and what to do. One
    that Zuora has stays open: should Salesforce show it again, it is held against what was sent."""
    if not snapshot.unanswered:
        return
    vanished = {key: each for key, each in snapshot.withheld.items() if each.has_vanished}
    services.intents.note_vanished(vanished.keys())
    why = _NOT_SHOWN if options.sync_orders else _SWITCHED_OFF
    still = services.intents.unanswered_orders()  # somebody may have resolved one while the others were read
    for key in [key for key in vanished if key in still]:
        _tell(services, key, vanished[key], why)


def _tell(services: Services, key: Key, vanished: Withheld, why: str) -> None:
    """Settles it where nothing is left to do."""
    sent, found = vanished.sent, vanished.found
    title = sent.sought.title
    told = f"{title} had been sent by an earlier run that heard no answer. {why}"
    entry = Entry(Step.APPLY, told, noun=key.noun, record=title, salesforce_id=sent.sought.salesforce_id)
    if found is None:
        close_absent(services, key, entry, advice=_absent(sent))
        return
    link = order_link({"orderNumber": key.value, **found})
    entry = replace(entry, zuora_id=link["id"])
    if order_standing.is_withdrawn(found):
        told = f"{told} It was withdrawn in Zuora ({link['status']}): nothing is billed by it."
        services.journal.write(replace(entry, message=told))
        services.links.put(key, link)
        return
    services.journal.write(checked(replace(entry, message=f"{told} {_where(found)}")))


def _absent(sent: Unanswered) -> str:
    comes = "and may still make it" if sent.held_until else "and is not expected to make it any more"
    ends = f"{RESOLVE} asks Zuora for its job, and closes it where that failed."
    if not sent.has_job:
        over = moment(sent.sent_at + KEY_LIFE + DOUBT_LIFE) if sent.sent_at else "a day after it was sent"
        ends = f"A sync after {over} closes it where it is not there."
    return f"Zuora does not show it, {comes}. Nothing of it is sent from here, and every sync looks it up. {ends}"


def _where(found: JSON) -> str:
    if reason := order_standing.refusal(found):
        return f"It could not be looked up: {reason} Every sync tries again; look for it in Zuora."
    status, account = status_of(found), str(found.get("existingAccountNumber") or "")
    where = f"Zuora has it on account {account}" if account else "Zuora has it"
    if not order_standing.is_carried_out(found):
        return f"{where} with the status {status}: {order_standing.advice_unshown(status)} Every sync tells how it stands."
    return (
        f"{where} ({status}) and bills it, or will. {_unwanted(found)} When it is as it shall be, choose {RESOLVE}; until then every "
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
