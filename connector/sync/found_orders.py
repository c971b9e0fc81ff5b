"""Orders that an earlier run sent and heard no answer of, and that are found in Zuora: whether anybody must compare them.

Which version of an order Zuora holds cannot be told from its being there. Where only one was ever sent, it is held against what
would be sent now: the order is planned once more, as if Zuora lacked it. The same digest proves that nothing is to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from connector.domain import JSON
from connector.domain.operations import Action, Key, Operation, Plan, Severity, references
from connector.domain.plan import plan_account
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import Snapshot
from connector.errors import ConfigError
from connector.sync.journal import Entry, Step
from connector.sync.outcome import OPERATOR
from connector.sync.rendering import digest
from connector.sync.resolving import resolve
from connector.sync.sending import Yield
from connector.sync.services import Services
from connector.sync.wording import CHANGED_SINCE, SAME_AS_NOW

Anew = Callable[[Key], Operation | None]
"""The operation that would create an order of the account, were it not in Zuora; None where there is none."""
_UNTOLD = "Where it was changed in Salesforce since, enter the change in Zuora by hand."


def planned_anew(snapshot: Snapshot, salesforce_id: str, *, rules: Sequence[Rule], options: Options) -> Anew:
    def planned(key: Key) -> Operation | None:
        others = {number: found for number, found in snapshot.zuora.orders.items() if number != key.value}
        without = replace(snapshot, zuora=replace(snapshot.zuora, orders=others))
        operations = plan_account(without, salesforce_id, rules=rules, options=options).operations
        return next((each for each in operations if each.key == key and each.action is Action.CREATE), None)

    return planned


def tell_found(
    services: Services, plan: Plan, key: Key, *, sent: str, known: Yield, anew: Operation | None
) -> None:
    """`sent` is the digest of what was sent of the order; empty where that were different things."""
    title = next((each.title for each in plan.operations if each.key == key), f"Order {key.value}")
    advice = _advice(services, sent, known, anew)
    is_changed = advice == CHANGED_SINCE
    services.journal.write(
        Entry(
            Step.APPLY,
            f"{title} had been sent by an earlier run that heard no answer, and Zuora has it. {advice}",
            level=Severity.WARNING if is_changed else Severity.NOTICE,
            noun=key.noun,
            record=title,
            zuora_id=known[key].get("id", ""),
            who_acts=OPERATOR if is_changed else "",
        )
    )


def _advice(services: Services, sent: str, known: Yield, anew: Operation | None) -> str:
    if not sent:
        return CHANGED_SINCE
    payload = _resolved(services, known, anew) if anew is not None else None
    if payload is None:
        return _UNTOLD
    if digest(payload) == sent:
        return SAME_AS_NOW
    return CHANGED_SINCE if _stands_alone(payload) else _UNTOLD


def _resolved(services: Services, known: Yield, operation: Operation) -> JSON | None:
    """What is not of this plan, for its order seemed to need nothing more, is known of links."""
    keys = {ref.key for ref in references(operation.payload)}
    linked = {key: dict(link) for key in keys - known.keys() if (link := services.links.get(key))}
    with suppress(ConfigError):
        payload: JSON = resolve(operation.payload, known | linked)
        return payload
    return None


def _stands_alone(payload: JSON) -> bool:
    """Whether the order only opens subscriptions: the actions of any other are made from what Zuora holds, which it has changed."""
    actions = [action for each in payload.get("subscriptions", ()) for action in each["orderActions"]]
    return all(action["type"] == "CreateSubscription" for action in actions)
