"""Terms in which an order differs from the orders that sold the subscriptions it changes: these keep what they were sold with.

An amendment in Zuora has no payment term, owner or contact of its own, and none is changed unasked (another invoice owner aside:
`order_transfers`). That is told where, and only where, the order says something else than the one that opened the subscription.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain import JSON, ids, paths
from connector.domain.chain_changes import subscription_number
from connector.domain.labels import listed, order_label
from connector.domain.operations import Key, Noun, Problem, Severity
from connector.domain.order_addresses import address_fields
from connector.domain.order_contacts import BILL_TO, ROLES, SHIP_TO, Role
from connector.domain.order_owners import owner_id
from connector.domain.order_texts import payment_term
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot

MOST_NAMED = 3
"""Subscriptions a sentence names; what more there are is counted."""
_BILL_TO = "bill-to"
_ROLE_WORDS = {BILL_TO: _BILL_TO, SHIP_TO: "ship-to"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The sale of one order product that a line revises, straight or by way of others: the number its subscription would have,
    and what the order at hand says differently ("payment term, Net 60")."""

    subscription: str
    differs: tuple[str, ...] = ()


def sold_before(
    order: OrderSnapshot,
    account: AccountSnapshot,
    *,
    options: Options,
    rules: Sequence[Rule],
    merged: Mapping[str, str],
) -> tuple[tuple[Earlier, ...], ...]:
    """For each line that revises another: itself, the order product it revises, the one that revises, and so on to the first."""
    held = {ids.normalise(str(line["Id"])): (each, line) for each in account.orders for line in each.lines}
    chains = ([(order, line), *_revised(line, held)] for line in order.lines)
    return tuple(
        tuple(
            Earlier(
                subscription_number(earlier, sold),
                tuple(_differences(order, earlier, account, options=options, rules=rules, merged=merged)),
            )
            for earlier, sold in chain
        )
        for chain in chains
        if len(chain) > 1
    )


def kept_notice(
    order: OrderSnapshot, payload: JSON, sold: Sequence[Sequence[Earlier]]
) -> tuple[Problem, ...]:
    """One notice where the order `payload` changes subscriptions whose terms it states differently; else none."""
    entries = payload.get("subscriptions", ())
    changed = {str(each["subscriptionNumber"]): each for each in entries if "subscriptionNumber" in each}
    opened = {
        str(action["createSubscription"].get("subscriptionNumber"))
        for each in entries
        for action in each["orderActions"]
        if "createSubscription" in action
    }
    told: dict[str, dict[str, None]] = {}
    for own, *before in sold if changed else ():
        if own.subscription in opened:
            continue  # A renewal after the end sells anew.
        # A subscription that was opened anew by a renewal is the renewal's; else the first order product names it.
        found = next((each for each in before if each.subscription in changed), before[-1])
        is_transferred = _is_transferred(changed.get(found.subscription))
        for term in found.differs:
            if not (is_transferred and term == _BILL_TO):
                told.setdefault(term, {})[found.subscription] = None
    return _notice(order, {term: tuple(numbers) for term, numbers in told.items()}) if told else ()


def _notice(order: OrderSnapshot, told: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
    stated = " and ".join(f"another {term} (for {_named(numbers)})" for term, numbers in told.items())
    message = (
        f"{order_label(order)} states {stated} than the subscriptions it changes were sold with. In Zuora they keep what they were "
        "sold with. Where the order's word is to count, change the subscriptions in Zuora."
    )
    alike = (
        "Subscriptions keep in Zuora the terms they were sold with, although later orders state others. Where the order's word is "
        "to count, change the subscriptions in Zuora"
    )
    subject = f"order {order.order_number} states {stated}"
    key = Key(Noun.ORDER, order.order_number)
    return (Problem(Severity.NOTICE, key, order.salesforce_id, message, shared=alike, subject=subject),)


def _named(numbers: Sequence[str]) -> str:
    shown, more = list(numbers[:MOST_NAMED]), len(numbers) - MOST_NAMED
    return f"{', '.join(shown)} and {more} more" if more > 0 else listed(shown)


def _is_transferred(entry: JSON | None) -> bool:
    """Whether the bill-to goes along with another invoice owner."""
    return any(
        "billToContactId" in action.get("ownerTransfer", ())
        for action in (entry or {}).get("orderActions", ())
    )


def _revised(
    line: JSON, held: Mapping[str, tuple[OrderSnapshot, JSON]]
) -> Iterator[tuple[OrderSnapshot, JSON]]:
    """Nearest first. Ends where an order product is not among the account's orders, or comes again."""
    seen: set[str] = set()
    while revised := line.get("SBQQ__RevisedOrderProduct__c"):
        order_product = ids.normalise(str(revised))
        if order_product in seen or order_product not in held:
            return
        seen.add(order_product)
        order, line = held[order_product]
        yield order, line


def _differences(
    order: OrderSnapshot,
    earlier: OrderSnapshot,
    account: AccountSnapshot,
    *,
    options: Options,
    rules: Sequence[Rule],
    merged: Mapping[str, str],
) -> Iterator[str]:
    """What the order says and the earlier one says differently; an order that says nothing changes nothing."""
    owner, before = (_owner(each, account, options, merged) for each in (order, earlier))
    if owner_id(order.record, options.subscription_owner_field) and owner != before:
        yield "subscription owner"
    for role in ROLES if options.order_contacts else ():
        said = _contact(order, role, rules)
        if said and said != _contact(earlier, role, rules):
            yield _ROLE_WORDS[role]
    term = payment_term(order, options)
    if term and term != payment_term(earlier, options):
        yield f"payment term, {term}"


def _owner(
    order: OrderSnapshot, account: AccountSnapshot, options: Options, merged: Mapping[str, str]
) -> str:
    named = owner_id(order.record, options.subscription_owner_field) or account.salesforce_id
    return merged.get(named, named)


def _contact(order: OrderSnapshot, role: Role, rules: Sequence[Rule]) -> tuple[str, ...]:
    """The contact an order names in a role, else the address it states; () where it says neither."""
    if named := order.record.get(role.field):
        return (ids.normalise(str(named)),)
    address = tuple(
        " ".join(str(paths.read(order.record, name) or "").split())
        for name in address_fields(rules, role.pair)
    )
    return address if any(address) else ()
