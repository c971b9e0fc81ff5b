"""Zuora's orders by the numbers Salesforce gave them: one by one where it matters whether there is one at all, in bulk where a mapping
row may change what was carried out long ago."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from connector.domain import JSON, ids, order_standing
from connector.domain.operations import Key
from connector.domain.order_gates import gate, left_to_people
from connector.domain.orders import order_key
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.sought import Withheld
from connector.errors import ConfigError, RecordError, RemoteRejected
from connector.sync.services import Services

SINGLY = 3
"""More orders of one account than these are looked for in its list first."""
_OF_THE_RECORD = (ConfigError, RecordError, RemoteRejected)


def account_numbers(found: Mapping[str, tuple[JSON, ...]], account_ids: Sequence[str]) -> list[str]:
    """Zuora's numbers of accounts by their 18-character ids; `found`: what answers to their CRM IDs."""
    numbers = [str(account["accountNumber"]) for key in account_ids for account in found.get(key, ())]
    return list(dict.fromkeys(numbers))


def known_orders(
    services: Services, orders: Sequence[OrderSnapshot], unanswered: Collection[Key]
) -> dict[str, JSON]:
    """Zuora's orders by number. Only a link of an order that Zuora carried out is trusted without a look. What was sent without
    an answer is looked up even where it would not be sent any more: Zuora may bill it."""
    known: dict[str, JSON] = {}
    links = services.links.get_all([order_key(order) for order in orders])
    for order in orders:
        number, is_in_doubt = order.order_number, order_key(order) in unanswered
        link = links.get(order_key(order))
        if link and link.get("status") == order_standing.COMPLETED and not is_in_doubt:
            known[number] = {}
        elif link or is_in_doubt or not gate(order):
            answer = look_up(services, number)
            if answer is not None or link:
                known[number] = order_standing.gone() if answer is None else answer
    return known


def withheld_orders(
    services: Services, shown: Sequence[OrderSnapshot], options: Options
) -> tuple[frozenset[Key], dict[Key, Withheld]]:
    """The account's orders that were sent without an answer, and what Zuora has of those that are not sent any more. To be asked before
    the subscriptions are read: one that is carried out by then has changed them, and any other counts as not carried out."""
    unanswered = services.intents.unanswered_orders()
    if not unanswered:
        return frozenset(), {}
    gates = {order_key(order): gate(order) or left_to_people(order, options) for order in shown}
    return frozenset(unanswered), {
        key: Withheld(sent, look_up(services, key.value), has_vanished=key not in gates)
        for key, sent in unanswered.items()
        if gates.get(key, "gone")
    }


def settled_orders(
    services: Services, orders: Sequence[OrderSnapshot], found: Mapping[str, tuple[JSON, ...]]
) -> dict[str, JSON]:
    """What Zuora holds of orders that links remember as carried out, by number. `found` as for `account_numbers`."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        wanted[ids.normalise(str(order.record["AccountId"]))].append(order.order_number)
    held: dict[str, JSON] = {}
    for account_id, numbers in wanted.items():
        if len(numbers) > SINGLY:
            for account_number in account_numbers(found, [account_id]):
                held |= _listed(services, account_number, numbers)
        # What the list does not show: another account's subscriptions; whether an order of line items alone has a subscription owner is
        # unverified.
        for number in numbers:
            if number not in held:
                answer = look_up(services, number)
                held[number] = order_standing.gone() if answer is None else answer
    return held


def _listed(services: Services, account_number: str, numbers: Sequence[str]) -> dict[str, JSON]:
    """Those of the orders that the account's list shows, in no more calls than it takes to ask for each. A list that Zuora refuses
    shows none."""
    shown: dict[str, JSON] = {}
    try:
        for page in islice(services.zuora.order_pages(account_number), len(numbers)):
            shown |= {
                number: order for number, order in page.items() if number in numbers and _is_whole(order)
            }
            if len(shown) == len(numbers):
                break
            services.journal.beat()
    except _OF_THE_RECORD as error:
        if error.record != account_number:
            raise
    return shown


def _is_whole(order: JSON) -> bool:
    """That a list has the custom fields of an order and its line items as the order itself has them is what Zuora's document says, and
    unverified: one that is listed without them is asked for by itself, lest it passes for empty."""
    return all("customFields" in part for part in (order, *(order.get("orderLineItems") or ())))


def look_up(services: Services, number: str) -> JSON | None:
    """One of Zuora's orders; None where there is none. What is wrong with the look-up of one must stop this order, not the account: it
    is noted."""
    services.journal.beat()
    try:
        return services.zuora.get_order(number)
    except _OF_THE_RECORD as error:
        if error.record != number:
            raise
        return order_standing.refused(error.message)
