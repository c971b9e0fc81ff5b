"""Records that an earlier attempt sent and heard no answer of: what is told of them before they are settled.

Which version of an order Zuora holds cannot be told from its being there, and no later run compares it. Where only one was ever
sent, it is held against what would be sent now: the order is planned once more, as if Zuora lacked it. What somebody must compare
is told before the intent is settled: after a crash between the two it is told twice, never not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from connector.domain import JSON
from connector.domain.operations import Action, Key, Noun, Operation, Plan, Severity, references
from connector.domain.order_gates import gate
from connector.domain.order_kinds import OrderKind
from connector.domain.order_reach import stands_alone
from connector.domain.order_standing import COMPLETED
from connector.domain.plan import plan_account
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import Snapshot
from connector.domain.to_check import CHECK
from connector.errors import ConfigError
from connector.sync import wording
from connector.sync.journal import Entry, Intent, Step
from connector.sync.outcome import OPERATOR
from connector.sync.rendering import digest
from connector.sync.resolving import resolve
from connector.sync.sending import Yield
from connector.sync.services import Services

_MAY_COME = (
    "Zuora does not show it, and may still make it. Nothing of it is sent from here: every sync looks it up, and closes it where it "
    "is not there a day after it was sent. Resync then; where it was sent to be created in the background, choose “Resolve by "
    "looking up” under Open writes, which asks Zuora for its job."
)
_UNTOLD = "Where it was changed in Salesforce since, enter the change in Zuora by hand."


@dataclass(frozen=True, slots=True)
class Made:
    """What is now known of a record; `found` says how, where it was there already and nothing was created."""

    known: Yield
    found: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """What a sync would make of an order, were it not in Zuora: it creates or skips it. `is_gated`: Salesforce alone says no."""

    operation: Operation
    is_gated: bool = False


Anew = Callable[[Key], Now | None]
"""What would be made of an order of the account now; None where it has none of that number."""


def planned_anew(snapshot: Snapshot, salesforce_id: str, *, rules: Sequence[Rule], options: Options) -> Anew:
    orders = [order for account in snapshot.accounts.values() for order in account.orders]
    gated = {order.order_number for order in orders if gate(order)}

    def planned(key: Key) -> Now | None:
        others = {number: found for number, found in snapshot.zuora.orders.items() if number != key.value}
        without = replace(snapshot, zuora=replace(snapshot.zuora, orders=others))
        operations = plan_account(without, salesforce_id, rules=rules, options=options).operations
        decided = (each for each in operations if each.action in (Action.CREATE, Action.SKIP))
        operation = next((each for each in decided if each.key == key), None)
        return Now(operation, is_gated=key.value in gated) if operation else None

    return planned


def tell_found(services: Services, plan: Plan, *, known: Yield, anew: Anew) -> None:
    """Of each order that was sent without an answer and is there: whether somebody must compare it. To be told before it is
    settled."""
    orders = [key for key in known if key.noun is Noun.ORDER]
    for key, sent in services.intents.unanswered(orders).items():
        title = next((each.title for each in plan.operations if each.key == key), f"Order {key.value}")
        is_to_be_compared, advice = _advice(services, key, sent, known, anew(key))
        told = f"{title} had been sent by an earlier run that heard no answer, and Zuora has it. {advice}"
        entry = Entry(
            Step.APPLY, told.rstrip(), noun=key.noun, record=title, zuora_id=known[key].get("id", "")
        )
        services.journal.write(checked(entry) if is_to_be_compared else entry)


def settle_absent(services: Services, plan: Plan) -> None:
    """Of each order that was sent without an answer, that is not there and would not be sent any more: whether anything can still
    come of it. The plan is of what was just looked up."""
    blocked = plan.blocked()
    absent = {
        each.key: each
        for each in plan.operations
        if each.key.noun is Noun.ORDER and each.action is Action.SKIP and each.key not in blocked
    }
    for key in services.intents.unanswered(absent.keys()):
        title = absent[key].title
        told = f"{title} was sent by an earlier run that heard no answer, and would not be sent now."
        entry = Entry(Step.APPLY, told, noun=key.noun, record=title, salesforce_id=absent[key].salesforce_id)
        close_absent(services, key, entry, advice=_MAY_COME)


def close_absent(services: Services, key: Key, entry: Entry, *, advice: str) -> None:
    """Closes an order that is not in Zuora and is not sent any more, where nothing can come of it. The entry says why
    it is not sent, `advice` what to do about one that stays open."""
    if services.intents.close_absent(key):
        told = f"{entry.message} Zuora does not have it: nothing came of it."
        services.journal.write(replace(entry, message=told))
    else:
        services.journal.write(checked(replace(entry, message=f"{entry.message} {advice}")))


def adopted(services: Services, operation: Operation, known: Yield, how: str, intent: Intent) -> Made:
    """A record that was there already. Where it was sent otherwise than it is wanted now, that is told before it is settled. An order
    that changes subscriptions differs also where only Zuora has changed them since, by this very order: unless it was sent in several
    versions, it is told as found."""
    if intent.differs:
        is_order = operation.key.noun is Noun.ORDER
        can_be_told = not is_order or intent.is_ambiguous or stands_alone(operation.payload)
        entry = Entry(
            Step.APPLY,
            f"{operation.title} was found in Zuora. {wording.caution(operation, differs=True) if can_be_told else _UNTOLD}",
            level=Severity.WARNING if can_be_told else Severity.NOTICE,
            noun=operation.key.noun,
            record=operation.title,
            salesforce_id=operation.salesforce_id,
            zuora_id=known.get(operation.key, {}).get("id", ""),
        )
        services.journal.write(checked(entry) if is_order and can_be_told else entry)
    return Made(known, how)


def checked(entry: Entry) -> Entry:
    """As one that tells somebody to look at the record himself."""
    return replace(entry, level=Severity.WARNING, action=CHECK, who_acts=OPERATOR)


def _advice(services: Services, key: Key, sent: str, known: Yield, now: Now | None) -> tuple[bool, str]:
    """Whether somebody must compare the two, and what is said of it."""
    if not sent:
        return True, wording.CHANGED_SINCE
    if now is None:
        return False, _UNTOLD
    operation = now.operation
    if operation.action is Action.SKIP:
        is_plain = now.is_gated or operation.kind == OrderKind.NEW
        return (True, wording.not_sent_now(operation.decision)) if is_plain else (False, _UNTOLD)
    payload = _resolved(services, known, operation)
    if payload is None:
        return False, _UNTOLD
    if digest(payload) == sent:
        return False, wording.SAME_AS_NOW if known[key].get("status") == COMPLETED else ""
    return (True, wording.CHANGED_SINCE) if stands_alone(payload) else (False, _UNTOLD)


def _resolved(services: Services, known: Yield, operation: Operation) -> JSON | None:
    """What is not of this plan, for its order seemed to need nothing more, is known of links."""
    keys = {ref.key for ref in references(operation.payload)}
    linked = {key: dict(link) for key, link in services.links.get_all(keys - known.keys()).items()}
    with suppress(ConfigError):
        payload: JSON = resolve(operation.payload, known | linked)
        return payload
    return None
