"""Orders that were sent without an answer and that Salesforce does not show any more: no plan has them, and Zuora may bill them.

Every sync looks them up and tells of them, until a person resolves them or nothing can come of them. While Zuora may still carry one
out, orders that change subscriptions it touches wait: they would be made without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from connector.domain import JSON, order_standing
from connector.domain.labels import listed
from connector.domain.open_writes import age_in_words
from connector.domain.operations import Action, Key, Noun, Operation, Plan, Problem, Severity
from connector.domain.order_reach import changed, opened, stands_alone, touched
from connector.domain.orders import order_key, order_link
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.sync.found_orders import checked, close_absent
from connector.sync.journal import Entry, Step, Unanswered
from connector.sync.order_lookups import look_up
from connector.sync.outcome import OPERATOR
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


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why orders wait that change the `subscriptions`; None: which ones it touches is not known."""

    problem: Problem
    subscriptions: frozenset[str] | None = None

    def holds(self, operation: Operation) -> bool:
        if operation.key.noun is not Noun.ORDER or operation.action is not Action.CREATE:
            return False
        if self.subscriptions is None:
            return not stands_alone(operation.payload)
        return not self.subscriptions.isdisjoint(changed(operation.payload))


def tell_vanished(
    services: Services, plan: Plan, orders: Iterable[OrderSnapshot], *, options: Options
) -> Mapping[Key, Problem]:
    """Of each order of the account that was sent without an answer and is not among its `orders` any more: whether Zuora has it, and
    what to do. One that Zuora has stays open: should Salesforce show it again, it is held against what was sent.

    The answer is what of the plan waits, and why. Raises RemoteUnavailable.
    """
    shown = {order_key(order) for order in orders}
    unanswered = services.intents.unanswered_orders()
    vanished = {key: sent for key, sent in unanswered.items() if key not in shown}
    if unanswered:
        services.intents.note_vanished(vanished.keys())
    why = _NOT_SHOWN if options.sync_orders else _SWITCHED_OFF
    doubts = [_told(services, key, sent, why) for key, sent in vanished.items()]
    return {
        operation.key: doubt.problem
        for operation in plan.operations
        for doubt in reversed(doubts)
        if doubt is not None and doubt.holds(operation)
    }


def _told(services: Services, key: Key, sent: Unanswered, why: str) -> _Doubt | None:
    """Tells of one, and settles it where nothing is left to do. None where no order need wait for it."""
    title = sent.sought.title
    told = f"{title} had been sent by an earlier run that heard no answer. {why}"
    entry = Entry(Step.APPLY, told, noun=key.noun, record=title, salesforce_id=sent.sought.salesforce_id)
    if (found := look_up(services, key.value)) is None:
        is_closed = close_absent(services, key, entry, advice=_absent(sent))
        return None if is_closed or not sent.held_s else _doubt(key, sent, _may_come(sent))
    link = order_link({"orderNumber": key.value, **found})
    entry = replace(entry, zuora_id=link["id"])
    if order_standing.is_withdrawn(found):
        told = f"{told} It was withdrawn in Zuora ({link['status']}): nothing is billed by it."
        services.journal.write(replace(entry, message=told))
        services.links.put(key, link)
        return None
    services.journal.write(checked(replace(entry, message=f"{told} {_where(found)}")))
    if order_standing.is_carried_out(found):
        return None
    return replace(_doubt(key, sent, _not_carried_out(found)), subscriptions=touched(found))


def _doubt(key: Key, sent: Unanswered, what: str) -> _Doubt:
    sought = sent.sought
    message = f"{sought.title}, which Salesforce does not show any more, {what}"
    return _Doubt(Problem(Severity.ERROR, key, sought.salesforce_id, message, OPERATOR))


def _may_come(sent: Unanswered) -> str:
    left = age_in_words(timedelta(seconds=sent.held_s, minutes=1))  # rounded up
    ask = f", or choose {_RESOLVE}, which asks Zuora for its job" if sent.has_job else ""
    return f"was sent by an earlier run that heard no answer, and Zuora may still make it. Resync in {left}{ask}."


def _not_carried_out(found: JSON) -> str:
    if reason := order_standing.refusal(found):
        return f"could not be looked up in Zuora, which may bill it: {reason} Until it can, what may build on it waits."
    status = _status(found)
    return f"has the status {status} in Zuora: {order_standing.advice_unshown(status)}"


def _absent(sent: Unanswered) -> str:
    comes = "and may still make it" if sent.held_s else "and is not expected to make it any more"
    ends = (
        f"{_RESOLVE} asks Zuora for its job, and closes it where that failed."
        if sent.has_job
        else "It is closed where it is not there a day after it was sent: resync then."
    )
    return f"Zuora does not show it, {comes}. Nothing of it is sent from here, and every sync looks it up. {ends}"


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
