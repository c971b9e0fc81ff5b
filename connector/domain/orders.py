"""A Salesforce CPQ order becomes one Zuora order: what each line does to its subscription, a line item per one-time line.

Only orders that are whole are carried (activated, contracted, priced); a gated one is skipped with its reason. A new order, an
amendment, a renewal and a cancellation take the same way: the chains of the order are folded (`chain_book`) and the difference
to what they were becomes order actions (`order_actions`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from connector.domain import JSON
from connector.domain.chain_changes import ChainChange
from connector.domain.drafts import account_key
from connector.domain.labels import counted, order_label
from connector.domain.line_fields import plain
from connector.domain.matching import SettledInZuora
from connector.domain.operations import Action, Key, Noun, Operation, Problem, Ref, references
from connector.domain.order_actions import Target
from connector.domain.order_currencies import order_currency
from connector.domain.order_effects import effects, is_silent, order_kind, summary, transfers
from connector.domain.order_gates import gate, is_activated, left_to_people
from connector.domain.order_history import History, Reading
from connector.domain.order_money import change_money, one_time_money, sums
from connector.domain.order_overrides import override_problems
from connector.domain.order_pieces import order_line_item
from connector.domain.order_problems import left_out, line_problems
from connector.domain.order_products import missing_products
from connector.domain.order_standing import standing
from connector.domain.order_subscriptions import entry, standing_warnings, targets
from connector.domain.order_terms import OrderTerms, kept_terms, with_terms
from connector.domain.order_transfers import with_transfer
from connector.domain.rules import Options
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, ZuoraState
from connector.errors import RecordError

MOST_AT_ONCE = 50
MOST_AT_ALL = 300
MAX_LINE_ITEMS = 100


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """`history` is what later orders build on."""

    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...] = ()
    history: History = field(default_factory=History)


def order_key(order: OrderSnapshot) -> Key:
    return Key(Noun.ORDER, order.order_number)


def order_link(answer: JSON) -> dict[str, str]:
    """What is remembered of an order, from Zuora's answer to its creation or from the order itself."""
    number = str(answer["orderNumber"])
    return {
        "id": str(answer.get("orderId") or number),
        "orderNumber": number,
        "status": str(answer.get("status") or ""),
    }


def plan_order(
    order: OrderSnapshot,
    *,
    account: AccountSnapshot,
    account_currency: str,
    state: ZuoraState,
    options: Options,
    terms: Callable[[], OrderTerms] = OrderTerms,
    history: History | None = None,
) -> OrderPlan:
    """The operations of one order: skip, unchanged, or what it needs (contacts, missing products) and then the order itself.

    `terms` is asked for what the order says for all its lines, and only where that counts.
    Raises RecordError or ConfigError where the order cannot be carried as it is.
    """
    before = history or History()
    if (found := state.orders.get(order.order_number)) is not None:
        told = standing(order, found, key=order_key(order))
        kept = _settled(order, Action.UNCHANGED, "Zuora already has this order", before)
        return OrderPlan((kept,), told, before)
    if reason := gate(order) or left_to_people(order, options):
        waits = before
        if is_activated(order):
            waits = before.without(order, f"{order_label(order)} is not carried: {reason}.")
        return OrderPlan((_settled(order, Action.SKIP, f"Not carried: {reason}", before),), history=waits)
    entered = _enter(order, account_currency=account_currency, options=options, history=before)
    if skipped := _untold(order, entered, terms, state=state, options=options, history=before):
        return skipped
    reading, changes, after = entered.reading, entered.changes, entered.after
    own = terms()
    operation = _create(
        order, reading, changes, account=account, state=state, options=options, history=before, terms=own
    )
    billed = own.billed.key.value if own.billed else ""
    after = after.touching(changes, order_key(order), billed=billed, account=account.salesforce_id)
    needed = {ref.key for ref in references(operation.payload)}
    people = [each for each in own.operations if each.key in needed]
    operations = (*people, *missing_products(reading, changes, state, options), operation)
    problems = (
        *own.problems,
        *(own.item_problems if reading.one_time else ()),
        *kept_terms(order, operation.payload, own),
        *override_problems(order, account, key=order_key(order), options=options),
        *left_out(order, reading),
        *standing_warnings(order, changes, state=state, history=before),
        *line_problems(order, reading, changes, operation, options=options),
    )
    return OrderPlan(operations, problems, after)


def without_effect(
    order: OrderSnapshot,
    *,
    account_currency: str,
    state: ZuoraState,
    options: Options,
    terms: Callable[[], OrderTerms],
    history: History,
) -> OrderPlan | None:
    """The plan of an order that Zuora is told nothing of; None where it is told something, has it, or may not have it yet.

    Raises RecordError or ConfigError where the order does not follow from `history`.
    """
    if order.order_number in state.orders or gate(order) or left_to_people(order, options):
        return None
    entered = _enter(order, account_currency=account_currency, options=options, history=history)
    return _untold(order, entered, terms, state=state, options=options, history=history)


@dataclass(frozen=True, slots=True)
class _Entered:
    """An order's lines, what they do, and what later orders build on."""

    reading: Reading
    changes: tuple[ChainChange, ...]
    after: History


def _enter(order: OrderSnapshot, *, account_currency: str, options: Options, history: History) -> _Entered:
    currency = order_currency(order, account_currency, options)
    reading = history.read(order, currency=currency, options=options)
    if not (reading.carried or reading.heads or reading.empty):
        raise RecordError(
            f"{order_label(order)} has no order products with a quantity. Add them in Salesforce and resync.",
            record=order.salesforce_id,
        )
    book, changes = history.book.enter(order, reading.subscriptions, options=options)
    return _Entered(reading, changes, history.after(reading, book))


def _untold(
    order: OrderSnapshot,
    entered: _Entered,
    terms: Callable[[], OrderTerms],
    *,
    state: ZuoraState,
    options: Options,
    history: History,
) -> OrderPlan | None:
    """The plan of an order without effect; None where it has one: an item, a change of a chain, another account billed."""
    reading = entered.reading
    if reading.one_time or not all(map(is_silent, entered.changes)):
        return None
    if options.invoice_owner_field and entered.changes:
        own = terms()
        nothing: JSON = {"orderActions": []}
        told = (with_transfer(nothing, each, own, state=state, history=history) for each in entered.changes)
        if any(each["orderActions"] for each in told):
            return None
    reason = "nothing in it changes what Zuora bills"
    if not reading.carried:
        reason = "none of its lines has a price" if reading.heads else "all its lines have the quantity 0"
    skipped = _settled(order, Action.SKIP, f"Not carried: {reason}", history)
    return OrderPlan((skipped,), left_out(order, reading), entered.after)


def _settled(order: OrderSnapshot, action: Action, decision: str, history: History) -> Operation:
    return Operation(
        action=action,
        key=order_key(order),
        title=order_label(order),
        decision=decision,
        salesforce_id=order.salesforce_id,
        kind=history.kinds.get(order.order_number) or order_kind(order),
    )


def _create(
    order: OrderSnapshot,
    reading: Reading,
    changes: Sequence[ChainChange],
    *,
    account: AccountSnapshot,
    state: ZuoraState,
    options: Options,
    history: History,
    terms: OrderTerms,
) -> Operation:
    _refuse_returns(reading)
    known = targets(order, changes, state=state, history=history, options=options)
    subscriptions = _subscriptions(changes, known, terms, state=state, options=options, history=history)
    items = [order_line_item(order, line) | terms.item_fields for line in reading.one_time]
    is_large = _check_size(order, subscriptions, items)
    payload: JSON = {
        "orderNumber": order.order_number,
        "orderDate": order.record["EffectiveDate"],
        "existingAccountNumber": Ref(account_key(account.salesforce_id), "accountNumber"),
    }
    if subscriptions:
        payload["subscriptions"] = subscriptions
    if items:
        payload["orderLineItems"] = items
    # Billing runs are the tenant's own business: an order sync never makes an invoice or takes a payment.
    payload["processingOptions"] = {"runBilling": False, "collectPayment": False}
    rows = {line.salesforce_id: one_time_money(line) for line in reading.one_time}
    for change in changes:
        rows |= {
            line.salesforce_id: row for line, row in zip(change.lines, change_money(change), strict=True)
        }
    money = tuple(rows[line.salesforce_id] for line in reading.carried)
    told = (*transfers(subscriptions), *effects(changes, reading.one_time))
    what = order_kind(order, changes, reading.one_time)
    amount, currency = _stated_amount(order), reading.carried[0].currency
    return Operation(
        action=Action.CREATE,
        key=order_key(order),
        title=order_label(order),
        decision=f"Zuora has no order {order.order_number}: create it as {summary(what, told)}",
        salesforce_id=order.salesforce_id,
        payload=payload,
        needs=tuple(
            dict.fromkeys(
                key
                for change in changes
                for root in (change.after.root, change.replaces)
                if (key := history.touched.get(root))
            )
        ),
        money=money,
        sums=sums(amount, money, changes, reading.one_time, currency=currency),
        kind=what,
        effects=told,
        is_asynchronous=is_large,
        is_evergreen=any(
            chain.is_evergreen for change in changes for chain in (change.before, change.after) if chain
        ),
    )


def _subscriptions(
    changes: Sequence[ChainChange],
    known: Mapping[str, Target],
    terms: OrderTerms,
    *,
    state: ZuoraState,
    options: Options,
    history: History,
) -> list[JSON]:
    made = (
        with_transfer(entry(change, known, options=options), change, terms, state=state, history=history)
        for change in changes
    )
    return [with_terms(each, terms) for each in made if each["orderActions"]]


def _refuse_returns(reading: Reading) -> None:
    for line in reading.one_time:
        if line.quantity < 0:
            raise SettledInZuora(
                f"{line.label} takes back {plain(-line.quantity)} of a one-time line; Zuora takes it back with a credit memo, not with an "
                "order. Credit it in Zuora and enter the order there by hand, under the same order number, and resync.",
                record=line.salesforce_id,
            )


def _check_size(order: OrderSnapshot, subscriptions: Sequence[JSON], items: Sequence[JSON]) -> bool:
    """Whether the order is too large for Zuora's synchronous endpoint. Raises RecordError where it is too large for any."""
    actions = sum(len(entry["orderActions"]) for entry in subscriptions)
    if actions > MOST_AT_ALL or len(items) > MAX_LINE_ITEMS:
        raise RecordError(
            f"{order_label(order)} comes to {counted(len(subscriptions), 'subscription')} with {counted(actions, 'order action')} "
            f"and {counted(len(items), 'line item')}; Zuora takes at most {MOST_AT_ALL} subscriptions and actions and "
            f"{MAX_LINE_ITEMS} line items in one order. Split it into several orders in Salesforce, and resync.",
            record=order.salesforce_id,
        )
    return max(len(subscriptions), actions) > MOST_AT_ONCE


def _stated_amount(order: OrderSnapshot) -> Decimal | None:
    try:
        stated = Decimal(str(order.record.get("TotalAmount")))
    except InvalidOperation:
        return None
    return stated if stated.is_finite() else None
