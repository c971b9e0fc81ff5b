"""A Salesforce CPQ order becomes one Zuora order: a subscription per subscription line, a line item per one-time line.

Only orders that are whole are carried (activated, contracted, priced); a gated one is skipped with its reason. This
module plans NEW orders; an order of another kind is refused by name, so that nobody takes silence for success.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.domain import JSON
from connector.domain.catalog import ProductUse, product_operations
from connector.domain.drafts import account_key
from connector.domain.labels import counted, line_label, order_label
from connector.domain.lines import Line, read_line
from connector.domain.matching import SettledInZuora
from connector.domain.operations import Action, Key, LineMoney, Noun, Operation, Problem, Ref, Severity
from connector.domain.order_kinds import OrderKind, kind
from connector.domain.order_overrides import override_problems
from connector.domain.order_pieces import order_line_item, subscription
from connector.domain.order_standing import standing
from connector.domain.order_terms import OrderTerms, order_currency, with_terms
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, ZuoraState
from connector.domain.usage import usage_difference
from connector.errors import RecordError

MAX_SYNC_SUBSCRIPTIONS = 50
MAX_SUBSCRIPTIONS = 300
"""Zuora's limits of one order, carried out at once and in the background."""
MAX_LINE_ITEMS = 100


@dataclass(frozen=True, slots=True)
class OrderPlan:
    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...] = ()


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


def gate(order: OrderSnapshot) -> str:
    """Why an order is not carried yet; empty when it may be. Design: StatusCode, price calculation, contracted."""
    record = order.record
    if record.get("StatusCode") != "Activated":
        return f"its status is {record.get('Status') or 'unknown'}, not activated. Activate it in Salesforce and resync"
    calculation = str(record.get("SBQQ__PriceCalcStatus__c") or "")
    if calculation == "Queued":
        return "Salesforce is still calculating its prices. Resync in a few minutes"
    if calculation == "Failed":
        reason = record.get("SBQQ__PriceCalcStatusMessage__c") or "no reason given"
        return (
            f"Salesforce could not calculate its prices ({reason}). Recalculate it in Salesforce and resync"
        )
    subscription_lines = any(line.get("SBQQ__SubscriptionPricing__c") for line in order.lines)
    if subscription_lines and not record.get("SBQQ__Contracted__c"):
        return "it has subscription lines and is not contracted. Tick Contracted in Salesforce and resync"
    return ""


def plan_order(
    order: OrderSnapshot,
    *,
    account: AccountSnapshot,
    account_currency: str,
    state: ZuoraState,
    options: Options,
    terms: Callable[[], OrderTerms] = OrderTerms,
) -> OrderPlan:
    """The operations of one order: skip, unchanged, or its missing products and then the order itself.

    `terms` is asked for what the order says for all its lines, and only where it is to be created.

    Raises RecordError or ConfigError where the order cannot be carried as it is.
    """
    if (found := state.orders.get(order.order_number)) is not None:
        told = standing(order, found, key=order_key(order))
        return OrderPlan((_settled(order, Action.UNCHANGED, "Zuora already has this order"),), told)
    if reason := gate(order):
        return OrderPlan((_settled(order, Action.SKIP, f"Not carried: {reason}"),))
    _refuse_other_kinds(order)
    currency = order_currency(order, account_currency, options)
    own = terms()
    lines = [read_line(order, line, currency=currency, options=options) for line in order.lines]
    carried = [line for line in lines if line.quantity]
    _check_size(order, carried)
    operations = _products(carried, state, options)
    order_operation = _create(order, carried, account=account, terms=own)
    problems = [
        *own.problems,
        *(own.item_problems if any(not line.is_subscription for line in carried) else ()),
        *override_problems(order, account, key=order_key(order), options=options),
        *_empty_lines(order, lines),
        *_line_problems(order, carried, options),
    ]
    return OrderPlan((*own.operations, *operations, order_operation), tuple(problems))


def _refuse_other_kinds(order: OrderSnapshot) -> None:
    what, hint = kind(order)
    if what is OrderKind.NEW:
        return
    correct = ", or correct that in Salesforce if it is a new order" if hint else ""
    raise SettledInZuora(
        f"{order_label(order)} is {what.with_article} order{f' ({hint})' if hint else ''}; this version carries new orders only. "
        f"Enter it in Zuora by hand, under the same order number{correct}, and resync.",
        record=order.salesforce_id,
    )


def _settled(order: OrderSnapshot, action: Action, decision: str) -> Operation:
    return Operation(
        action=action,
        key=order_key(order),
        title=order_label(order),
        decision=decision,
        salesforce_id=order.salesforce_id,
    )


def _check_size(order: OrderSnapshot, lines: list[Line]) -> None:
    subscriptions = sum(1 for line in lines if line.is_subscription)
    items = len(lines) - subscriptions
    if not lines:
        raise RecordError(
            f"{order_label(order)} has no order products with a quantity. Add them in Salesforce and resync.",
            record=order.salesforce_id,
        )
    if subscriptions > MAX_SUBSCRIPTIONS or items > MAX_LINE_ITEMS:
        raise RecordError(
            f"{order_label(order)} has {subscriptions} subscription lines and {items} one-time lines; Zuora takes at most "
            f"{MAX_SUBSCRIPTIONS} subscriptions and {MAX_LINE_ITEMS} line items in one order. Split the order in Salesforce "
            "and resync.",
            record=order.salesforce_id,
        )


def _products(lines: list[Line], state: ZuoraState, options: Options) -> list[Operation]:
    """Each missing product once, in line order."""
    operations: dict[Key, Operation] = {}
    uses: dict[str, ProductUse] = {}
    for use in (use for line in lines for use in line.uses):
        first = uses.setdefault(use.external_id, use)
        if first.setup is not use.setup:
            raise RecordError(
                f"{use.label} is sold as {first.setup} and as {use.setup} in one order; "
                "Zuora's rate plan holds one charge. Use two products in Salesforce and resync.",
                record=use.external_id,
            )
        for operation in product_operations(use, state, options=options):
            operations.setdefault(operation.key, operation)
    return list(operations.values())


def _create(
    order: OrderSnapshot, lines: list[Line], *, account: AccountSnapshot, terms: OrderTerms
) -> Operation:
    payload: JSON = {
        "orderNumber": order.order_number,
        "orderDate": order.record["EffectiveDate"],
        "existingAccountNumber": Ref(account_key(account.salesforce_id), "accountNumber"),
    }
    if subscriptions := [with_terms(subscription(line), terms) for line in lines if line.is_subscription]:
        payload["subscriptions"] = subscriptions
    if items := [
        order_line_item(order, line) | terms.item_fields for line in lines if not line.is_subscription
    ]:
        payload["orderLineItems"] = items
    # Billing runs are the tenant's own business: an order sync never makes an invoice or takes a payment.
    payload["processingOptions"] = {"runBilling": False, "collectPayment": False}
    return Operation(
        action=Action.CREATE,
        key=order_key(order),
        title=order_label(order),
        decision=f"Zuora has no order {order.order_number}: create it with "
        f"{counted(len(subscriptions), 'subscription')} and {counted(len(items), 'line item')}",
        salesforce_id=order.salesforce_id,
        payload=payload,
        money=tuple(line.money for line in lines),
        is_asynchronous=len(subscriptions) > MAX_SYNC_SUBSCRIPTIONS,
    )


def _empty_lines(order: OrderSnapshot, lines: list[Line]) -> list[Problem]:
    return [
        Problem(
            Severity.NOTICE,
            order_key(order),
            order.salesforce_id,
            f"{line_label(order, line.record)} has quantity 0 and is left out.",
        )
        for line in lines
        if not line.quantity
    ]


def _line_problems(order: OrderSnapshot, lines: list[Line], options: Options) -> list[Problem]:
    found = [problem for line in lines for problem in line.problems]
    severity = Severity.ERROR if options.money_rule is MoneyRule.STOP else Severity.WARNING
    money = [
        Problem(severity, order_key(order), order.salesforce_id, _difference(order, line, line.money))
        for line in lines
        if not line.money.within_bound
    ]
    return found + money


def _difference(order: OrderSnapshot, line: Line, money: LineMoney) -> str:
    if line.usage:
        return usage_difference(line_label(order, line.record), money)
    return (
        f"{line_label(order, line.record)}: Zuora would bill {money.zuora_total} ({money.quantity} x {money.per_period} x {money.periods} "
        f"periods), Salesforce sold {money.salesforce_total}; the difference of {money.difference} is more than rounding. "
        "Correct Unit Price, Total Price or the dates in Salesforce, or allow more price decimals in the integration, and resync."
    )
