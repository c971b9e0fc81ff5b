"""What an order says for all its subscriptions and line items: owners, contacts, payment term, currency, trigger dates.

One decision an order; the planner of its lines merges the answer into what it builds (`with_terms`, `item_fields`). Where the
order says nothing, nothing is sent, and the account's own terms in Zuora count. That order-level terms reach Zuora at all is
its feature Flexible Billing Attributes (vendor rule O7); each has an option to leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from connector.domain import JSON
from connector.domain.drafts import Ground, account_key
from connector.domain.labels import LONGEST_NAME, account_label, excerpt, order_label
from connector.domain.mapping import build
from connector.domain.matching import match_account
from connector.domain.operations import Key, Noun, Operation, Problem, Ref, Severity
from connector.domain.order_contacts import BILL_TO, SHIP_TO, Choice, choose
from connector.domain.order_currencies import order_currency
from connector.domain.order_keeping import Earlier, kept_notice, sold_before
from connector.domain.order_owners import Owners, owner_id, read_owners
from connector.domain.order_texts import payment_term
from connector.domain.order_triggers import hidden_triggers, in_order, trigger_dates
from connector.domain.rules import MoneyRule, Options, Pair
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot
from connector.errors import RecordError


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """Values may be `Ref`s: to owners, which the plan brings into Zuora first, and to contacts, whose `operations` come along.

    `subscription_fields` go into every createSubscription, `item_fields` into every order line item, `trigger_dates`
    ({"name", "triggerDate"}) into every order action, as late as Zuora takes them there. `item_problems` count only
    where the order has line items. `sold_before`: the sales that its lines change.
    """

    subscription_fields: JSON = field(default_factory=dict)
    item_fields: JSON = field(default_factory=dict)
    trigger_dates: tuple[JSON, ...] = ()
    operations: tuple[Operation, ...] = ()
    problems: tuple[Problem, ...] = ()
    item_problems: tuple[Problem, ...] = ()
    sold_before: tuple[tuple[Earlier, ...], ...] = ()
    billed: Ref | None = None
    """The account number of the invoice owner the order names, its own account included; None where it names none."""


def order_terms(
    order: OrderSnapshot,
    *,
    account: AccountSnapshot,
    account_currency: str,
    ground: Ground,
    snapshot: Snapshot,
) -> OrderTerms:
    """`account_currency`: what Zuora bills the order's account in.

    Raises RecordError or ConfigError where the order's own word cannot be carried and another would be billed.
    """
    options = ground.options
    owners = read_owners(order, account, options=options, snapshot=snapshot)
    bill_to, sold_to = _contacts(order, owners, ground, snapshot)
    currency = _own_currency(order, owners, account_currency, ground, snapshot)
    shared = _given({"paymentTerm": payment_term(order, options), "currency": currency})
    return OrderTerms(
        subscription_fields={
            **_owner_numbers(owners),
            # CPQ's ship-to is Zuora's sold-to (vendor rule C2), which taxes; Zuora's own ship-to stays the account's.
            **_given({"billToContactId": bill_to.value, "soldToContactId": sold_to.value}),
            **shared,
        },
        item_fields=_item_fields(owners, bill_to, sold_to) | shared,
        trigger_dates=tuple(trigger_dates(order)) if options.trigger_dates else (),
        billed=_number(owners.invoice) if owner_id(order.record, options.invoice_owner_field) else None,
        operations=(*bill_to.operations, *sold_to.operations),
        problems=(
            *bill_to.problems,
            *sold_to.problems,
            *(hidden_triggers(order) if options.trigger_dates else ()),
        ),
        item_problems=_items_of_another(order, owners, options),
        sold_before=sold_before(order, account, options=options, rules=ground.rules, merged=snapshot.merged),
    )


def with_terms(entry: JSON, terms: OrderTerms) -> JSON:
    """An entry of an order's `subscriptions` with the order's terms: dates in each action, the rest where a subscription is
    created."""
    actions = [_action_with_terms(action, terms) for action in entry["orderActions"]]
    return {**entry, "orderActions": actions}


def kept_terms(order: OrderSnapshot, payload: JSON, terms: OrderTerms) -> tuple[Problem, ...]:
    """A notice where the order `payload` changes subscriptions that were sold with other terms than it states."""
    return kept_notice(order, payload, terms.sold_before)


def refused_term(operation: Operation, refusal: str) -> str:
    """What is to be added where Zuora refuses an order for its payment term; its list is the tenant's own. Else nothing."""
    if operation.key.noun is not Noun.ORDER or "paymentterm" not in refusal.lower().replace(" ", ""):
        return ""
    entries = operation.payload.get("subscriptions", ())
    actions = (action for entry in entries for action in entry["orderActions"])
    given = [action.get("createSubscription", {}) for action in actions]
    given += operation.payload.get("orderLineItems", ())
    term = next((each["paymentTerm"] for each in given if each.get("paymentTerm")), "")
    if not term:
        return ""
    return (
        f"The order's payment term is “{excerpt(term, longest=LONGEST_NAME)}”: define it in Zuora (Billing Settings, Payment "
        "Terms), correct Payment Term on the order in Salesforce, or switch off the integration's option to carry it, and resync."
    )


def _action_with_terms(action: JSON, terms: OrderTerms) -> JSON:
    dates = action["triggerDates"]
    dated = {**action, "triggerDates": [*dates, *in_order(terms.trigger_dates, after=dates)]}
    if "createSubscription" not in action:
        return dated
    return {
        **dated,
        "createSubscription": {**action["createSubscription"], **terms.subscription_fields},
    }


def _contacts(
    order: OrderSnapshot, owners: Owners, ground: Ground, snapshot: Snapshot
) -> tuple[Choice, Choice]:
    if not ground.options.order_contacts:
        return Choice(), Choice()
    bill_to, sold_to = (
        choose(role, order, account=owners.account, holder=holder, ground=ground, snapshot=snapshot)
        for role, holder in ((BILL_TO, owners.invoice), (SHIP_TO, owners.subscription))
    )
    if bill_to.value == sold_to.value:  # one person in both roles is one Zuora contact
        sold_to = replace(sold_to, operations=(), problems=_others(sold_to.problems, bill_to.problems))
    return bill_to, sold_to


def _others(found: tuple[Problem, ...], told: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in found if problem not in told)


def _own_currency(
    order: OrderSnapshot, owners: Owners, account_currency: str, ground: Ground, snapshot: Snapshot
) -> str:
    """The order's currency where one of its accounts is in another; else nothing, and Zuora takes the account's.

    Raises RecordError for an owner in another currency without multi-currency: which of the two Zuora would bill in is
    unverified.
    """
    currency = order_currency(order, account_currency, ground.options)
    differs = bool(account_currency) and currency != account_currency
    for owner in (owners.invoice, owners.subscription):
        if owner.salesforce_id == owners.account.salesforce_id:
            continue
        other = _billed_in(owner, ground, snapshot)
        if other != currency and not ground.options.multi_currency:
            raise RecordError(
                f"{order_label(order)} is in {currency}, but its owner {account_label(owner)} is billed in {other}. Correct the "
                "order's owner or currency in Salesforce; or, where Zuora's multi-currency is on, switch on the integration's "
                "option “Orders in other currencies”. Then resync.",
                record=order.salesforce_id,
            )
        differs = differs or other != currency
    return currency if differs else ""


def _billed_in(account: AccountSnapshot, ground: Ground, snapshot: Snapshot) -> str:
    """What Zuora bills an account in, or will once it is created."""
    try:
        found = match_account(account, snapshot)
    except RecordError:
        found = None  # Told as an error of that account, which stops the order.
    if found is not None and found.get("currency"):
        return str(found["currency"])
    rules = [rule for rule in ground.rules if rule.pair is Pair.ACCOUNT and rule.target == "currency"]
    made = build(rules, account.record, pair=Pair.ACCOUNT, creating=True, record_label=account_label(account))
    return str(made.payload.get("currency") or ground.options.default_currency)


def _items_of_another(order: OrderSnapshot, owners: Owners, options: Options) -> tuple[Problem, ...]:
    """Zuora (order line items): the invoice owner of a line item is always the order's account."""
    if not owners.has_invoice_owner:
        return ()
    severity = Severity.ERROR if options.money_rule is MoneyRule.STOP else Severity.WARNING
    message = (
        f"{order_label(order)} has one-time lines and the invoice owner {account_label(owners.invoice)}: Zuora would bill those lines "
        f"to {account_label(owners.account)}, because a line item is always billed to the account of its order. Sell them in an "
        "order of the invoice owner's own in Salesforce, and resync."
    )
    return (Problem(severity, Key(Noun.ORDER, order.order_number), order.salesforce_id, message),)


def _owner_numbers(owners: Owners) -> JSON:
    """Both or none: whom Zuora would bill for the subscription of a named owner is not left to its defaults."""
    if not (owners.has_invoice_owner or owners.has_subscription_owner):
        return {}
    return {
        "invoiceOwnerAccountNumber": _number(owners.invoice),
        "subscriptionOwnerAccountNumber": _number(owners.subscription),
    }


def _item_fields(owners: Owners, bill_to: Choice, sold_to: Choice) -> JSON:
    return _given(
        {
            "ownerAccountNumber": _number(owners.subscription) if owners.has_subscription_owner else None,
            # A line item is billed to the order's account, and its bill-to must be a contact of that.
            "billTo": None if owners.has_invoice_owner else bill_to.value,
            "soldTo": sold_to.value,
        }
    )


def _number(account: AccountSnapshot) -> Ref:
    return Ref(account_key(account.salesforce_id), "accountNumber")


def _given(fields: JSON) -> JSON:
    return {name: value for name, value in fields.items() if value}
