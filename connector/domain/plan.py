"""The heart: what one account's sync will do, decided purely from what was read. Reads as the table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from connector.domain import ids
from connector.domain.accounts import create_account, update_account
from connector.domain.catalog import known_keys
from connector.domain.drafts import Draft, Ground, account_key, problem_of
from connector.domain.hierarchy import ancestors
from connector.domain.labels import account_label, order_label
from connector.domain.matching import SettledInZuora, match_account
from connector.domain.notices import gathered
from connector.domain.operations import Action, Key, Noun, Operation, Plan, Problem, Ref, Severity
from connector.domain.order_effects import order_kind
from connector.domain.order_history import BUGS
from connector.domain.order_mapping import in_use, with_mapping
from connector.domain.order_mapping_updates import mapping_updates
from connector.domain.order_owners import owner_fields, owner_id
from connector.domain.order_past import carried_before
from connector.domain.order_sequence import in_sequence
from connector.domain.order_terms import order_terms
from connector.domain.orders import order_key, order_link, plan_order
from connector.domain.related_accounts import follow_merges, plan_owner, plan_parents
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot
from connector.domain.vanished import waiting
from connector.errors import ConfigError, ConnectorError, RecordError


def plan_account(snapshot: Snapshot, requested_id: str, *, rules: Sequence[Rule], options: Options) -> Plan:
    """Decide everything for one account: parents root first, the account with its contacts, products, orders.

    Never raises for what a record or Zuora's state may hold: every reason not to act is a Problem of the plan.
    """
    draft, ground = Draft(), Ground(rules, options, snapshot.zuora)
    salesforce_id = snapshot.merged.get(requested_id, requested_id)
    account = snapshot.accounts.get(salesforce_id)
    if account is None:
        draft.problems.append(_gone(snapshot, requested_id))
        return _freeze(draft, requested_id)
    try:
        follow_merges(draft, snapshot, account, requested_id)
        parents = ancestors(account, snapshot.accounts)
        parent = plan_parents(draft, snapshot, parents, ground)
        _plan_itself(draft, snapshot, account, parent, ground)
    except (RecordError, ConfigError) as error:
        draft.add_error(account_key(salesforce_id), salesforce_id, error)
    if options.sync_orders:
        _plan_orders(draft, snapshot, account, ground)
    draft.problems += waiting(snapshot.withheld, draft.operations)
    return _freeze(draft, salesforce_id, account)


def _freeze(draft: Draft, salesforce_id: str, account: AccountSnapshot | None = None) -> Plan:
    return Plan(
        salesforce_id,
        account.name if account else "",
        tuple(draft.operations),
        gathered(draft.problems),
        draft.known,
        parent_id=ids.normalise(account.parent_id) if account and account.parent_id else "",
    )


def _gone(snapshot: Snapshot, requested_id: str) -> Problem:
    salesforce_id = snapshot.merged.get(requested_id, requested_id)
    which = f"Account {requested_id}"
    if salesforce_id != requested_id:
        which += f" was merged into {salesforce_id}, which"
    if salesforce_id in snapshot.deleted:
        message = (
            f"{which} is deleted in Salesforce; nothing is carried. Restore it from the recycle bin and resync, "
            "or remove it from the list of accounts; in Zuora nothing is closed."
        )
    else:
        message = (
            f"{which} cannot be found in Salesforce: the id is of another org, or the integration user may not see it. "
            "Check the id and the user's access, and resync."
        )
    return problem_of(account_key(requested_id), requested_id, RecordError(message))


def _plan_itself(
    draft: Draft, snapshot: Snapshot, account: AccountSnapshot, parent: Ref | str | None, ground: Ground
) -> None:
    found = match_account(account, snapshot)
    if found is None:
        create_account(draft, account, ground, parent=parent)
        return
    update_account(draft, account, found, ground, parent=parent)


def _plan_orders(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, ground: Ground) -> None:
    """In their sequence; one order that cannot be carried does not stop the others, but those that build on it."""
    key = account_key(account.salesforce_id)
    currency = _billing_currency(draft, snapshot, account, key)
    planned = _by_key(draft.operations)
    _know_products(draft, snapshot)
    ordered = in_sequence(account.orders)
    terms = partial(order_terms, account=account, account_currency=currency, ground=ground, snapshot=snapshot)
    _follow_mapping(draft, snapshot, account, ordered, ground)
    history, counted = carried_before(ordered, snapshot.zuora, currency, options=ground.options, terms=terms)
    for order in ordered:
        this = order_key(order)
        try:
            _refuse_foreign(draft, snapshot, order, key)
            plan = counted.get(this) or plan_order(
                order,
                account=account,
                account_currency=currency,
                state=snapshot.zuora,
                options=ground.options,
                terms=partial(terms, order),
                history=history,
            )
            operations, unmapped = with_mapping(order, plan.operations, in_use(ground.rules, ground.options))
            _refuse_two_ways(order, operations, planned)
        except (RecordError, ConfigError, *BUGS) as fault:
            error = fault if isinstance(fault, ConnectorError) else _own_fault(order, fault)
            draft.add_error(this, order.salesforce_id, error)
            draft.operations.append(_waiting(order, this, str(error)))
            history = history.without(order, f"{order_label(order)} comes first and is not carried.")
            continue
        history = history if this in counted else plan.history
        if found := snapshot.zuora.orders.get(order.order_number):
            draft.known[this] = order_link({"orderNumber": order.order_number, **found})
        told = (*plan.problems, *unmapped)
        draft.problems += [problem for problem in told if problem not in draft.problems]
        stopped = draft.has_error(this) or draft.has_error(key)
        if not stopped:
            planned |= _plan_owners(draft, snapshot, operations, ground)
        wanted = [each for each in operations if each.key not in planned]
        wanted = [operation for operation in wanted if not stopped or operation.key == this]
        planned |= _by_key(wanted)
        draft.operations += wanted
        draft.known |= {
            each.key: {"id": each.target} for each in wanted if each.key.noun is Noun.CONTACT and each.target
        }


def _follow_mapping(
    draft: Draft,
    snapshot: Snapshot,
    account: AccountSnapshot,
    ordered: Sequence[OrderSnapshot],
    ground: Ground,
) -> None:
    """What Zuora has comes first: an order of this run may change the subscriptions, and would make their rate plans anew."""
    key = account_key(account.salesforce_id)
    number = draft.known.get(key, {}).get("accountNumber", "")
    if not number or draft.has_error(key):
        return
    operations, problems = mapping_updates(ordered, snapshot.zuora, ground.rules, account_number=number)
    draft.operations += operations
    draft.problems += problems
    owners = [owner_id(order.record, name) for order in ordered for name in owner_fields(ground.options)]
    there = snapshot.zuora.accounts
    held = [found for owner in owners for found in there.get(snapshot.merged.get(owner, owner), ())]
    for each in dict.fromkeys((number, *(str(found["accountNumber"]) for found in held))):
        if reason := snapshot.zuora.unlisted.get(each):
            draft.problems.append(_not_compared(account, each, reason))


def _not_compared(account: AccountSnapshot, number: str, reason: str) -> Problem:
    message = (
        f"{account_label(account)}: mapped fields of subscriptions are not compared, because those of {number} cannot be read in "
        f"Zuora: {reason} Everything else goes on."
    )
    key = account_key(account.salesforce_id)
    return Problem(Severity.WARNING, key, account.salesforce_id, message, ConfigError.who_acts)


def _know_products(draft: Draft, snapshot: Snapshot) -> None:
    for external_id, rate_plan in snapshot.zuora.rate_plans.items():
        draft.known |= known_keys(rate_plan, external_id)
    draft.known |= {
        Key(Noun.PRODUCT, sku): {"id": product_id} for sku, product_id in snapshot.zuora.products.items()
    }


def _plan_owners(
    draft: Draft, snapshot: Snapshot, operations: Sequence[Operation], ground: Ground
) -> dict[Key, Operation]:
    """Plan the accounts an order's operations refer to besides its own; the answer is what that takes."""
    before = len(draft.operations)
    for key in dict.fromkeys(key for operation in operations for key in operation.requirements()):
        if key.noun is Noun.ACCOUNT:
            plan_owner(draft, snapshot, snapshot.accounts[key.value], ground)
    return _by_key(draft.operations[before:])


def _by_key(operations: Sequence[Operation]) -> dict[Key, Operation]:
    """Every record that comes of the operations: an account brings its bill-to and sold-to along."""
    return {key: each for each in operations for key in (each.key, *each.yields.values())}


def _own_fault(order: OrderSnapshot, error: Exception) -> ConfigError:
    return ConfigError(
        f"{order_label(order)} could not be planned: an error of the connector itself ({type(error).__name__}: {error}). Enter "
        "it in Zuora by hand, under the same order number, and report this with the order's lines.",
        record=order.salesforce_id,
    )


def _refuse_two_ways(
    order: OrderSnapshot, operations: Sequence[Operation], planned: Mapping[Key, Operation]
) -> None:
    """A charge an earlier order is about to create must also be the one this order needs."""
    for operation in operations:
        earlier = planned.get(operation.key)
        if earlier is None or operation.key.noun is not Noun.CHARGE:
            continue
        wanted, first = (
            f"{each.payload['ChargeType']} / {each.payload['ChargeModel']}" for each in (operation, earlier)
        )
        if wanted != first:
            raise RecordError(
                f"{operation.title}: an earlier order sells it as {first}, order {order.order_number} as {wanted}; "
                "Zuora's rate plan holds one charge. Use two products in Salesforce and resync.",
                record=operation.salesforce_id,
            )


def _waiting(order: OrderSnapshot, key: Key, reason: str) -> Operation:
    return Operation(
        Action.SKIP,
        key,
        order_label(order),
        f"Stopped: {reason}",
        order.salesforce_id,
        kind=order_kind(order),
    )


def _billing_currency(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, key: Key) -> str:
    created = next(
        (
            operation
            for operation in draft.operations
            if operation.key == key and operation.action is Action.CREATE
        ),
        None,
    )
    if created is not None:
        return str(created.payload["currency"])
    for found in snapshot.zuora.accounts.get(account.salesforce_id, ()):
        if found["id"] == draft.known.get(key, {}).get("id"):
            return str(found.get("currency") or "")
    return ""


def _refuse_foreign(draft: Draft, snapshot: Snapshot, order: OrderSnapshot, key: Key) -> None:
    """An order number that Zuora has under another account is somebody's mistake, never "already there"."""
    existing = snapshot.zuora.orders.get(order.order_number)
    there = str((existing or {}).get("existingAccountNumber") or "")
    here = draft.known.get(key, {}).get("accountNumber", "")
    if existing is not None and there and there != here:
        raise SettledInZuora(
            f"{order_label(order)} is already in Zuora under another account, {there}. "
            "Move or delete it in Zuora, or correct the account of the order in Salesforce, and resync.",
            record=order.salesforce_id,
        )
