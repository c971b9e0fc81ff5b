"""What an account's orders left behind: those Zuora has, and between them those it never hears of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from connector.domain.operations import Key
from connector.domain.order_gates import is_activated
from connector.domain.order_history import BUGS, History
from connector.domain.order_owners import owner_id
from connector.domain.order_sequence import chains_touched
from connector.domain.order_standing import is_carried_out
from connector.domain.order_terms import OrderTerms
from connector.domain.orders import OrderPlan, order_key, without_effect
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from connector.errors import ConfigError, RecordError


def carried_before(
    ordered: Sequence[OrderSnapshot],
    state: ZuoraState,
    currency: str,
    *,
    options: Options,
    terms: Callable[[OrderSnapshot], OrderTerms],
) -> tuple[History, dict[Key, OrderPlan]]:
    """The ground for the orders that Zuora lacks. And the plans of those without effect, which count in their place: carried over
    what came after them they might seem to have one. What follows a change that Zuora has yet to hear of waits for that.
    """
    history, counted = History(), dict[Key, OrderPlan]()
    chains, waiting = chains_touched(ordered), frozenset[str]()
    billed = _billed_later(ordered, state, options, chains)
    for order in ordered:
        touched = chains[order.salesforce_id]
        if _is_carried_out(order, state):
            history = history.settled(order, account_currency=currency, options=options, state=state)
            continue
        if not is_activated(order):
            continue
        plan = None
        if not touched & waiting:
            overtaken = touched <= billed[order.salesforce_id]
            with suppress(RecordError, ConfigError, *BUGS):  # told when the order is planned
                plan = without_effect(
                    order,
                    account_currency=currency,
                    state=state,
                    options=options,
                    terms=OrderTerms if overtaken else partial(terms, order),
                    history=history,
                )
        if plan is None:
            waiting |= touched
        else:
            history, counted[order_key(order)] = plan.history, plan
    return history, counted


def _billed_later(
    ordered: Sequence[OrderSnapshot],
    state: ZuoraState,
    options: Options,
    chains: Mapping[str, frozenset[str]],
) -> Mapping[str, frozenset[str]]:
    """The chains of which an order that comes later, and that Zuora has, says who is billed; by order."""
    found, later = {}, frozenset[str]()
    for order in reversed(ordered):
        found[order.salesforce_id] = later
        if _is_carried_out(order, state) and owner_id(order.record, options.invoice_owner_field):
            later |= chains[order.salesforce_id]
    return found


def _is_carried_out(order: OrderSnapshot, state: ZuoraState) -> bool:
    found = state.orders.get(order.order_number)
    return found is not None and is_carried_out(found)
