"""The heart: what one account's sync will do, decided purely from what was read. Reads as the table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.domain import JSON, ids
from connector.domain.accounts import create_account, place_account, update_account
from connector.domain.catalog import known_keys
from connector.domain.drafts import Draft, Ground, account_key
from connector.domain.hierarchy import ancestors, incomplete_parents
from connector.domain.labels import account_label, order_label
from connector.domain.matching import SettledInZuora, is_canceled, match_account
from connector.domain.operations import Action, Key, Noun, Operation, Plan, Problem, Ref, Severity
from connector.domain.orders import order_key, order_link, plan_order
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot
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
        _follow_merges(draft, snapshot, account, requested_id)
        parents = ancestors(account, snapshot.accounts)
        parent = _plan_parents(draft, snapshot, parents, ground)
        _plan_itself(draft, snapshot, account, parent, ground)
    except (RecordError, ConfigError) as error:
        draft.problems.append(_problem(account_key(salesforce_id), salesforce_id, error))
    if options.sync_orders:
        _plan_orders(draft, snapshot, account, options)
    return _freeze(draft, salesforce_id, account)


def _freeze(draft: Draft, salesforce_id: str, account: AccountSnapshot | None = None) -> Plan:
    plan = Plan(
        salesforce_id,
        account.name if account else "",
        tuple(draft.operations),
        tuple(draft.problems),
        draft.known,
        parent_id=ids.normalise(account.parent_id) if account and account.parent_id else "",
    )
    return replace(plan, problems=(*plan.problems, *incomplete_parents(plan)))


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
    return _problem(account_key(requested_id), requested_id, RecordError(message))


def _follow_merges(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, requested_id: str) -> None:
    """A merged account is never created again; where Zuora still has the loser's account, a person decides.

    Raises RecordError where only the loser is in Zuora: creating the winner would split one customer in two.
    """
    key = account_key(account.salesforce_id)
    if requested_id != account.salesforce_id:
        message = f"Account {requested_id} was merged into {account_label(account)}; that account is synced instead."
        draft.problems.append(Problem(Severity.NOTICE, key, account.salesforce_id, message))
    losers = [loser for loser, winner in snapshot.merged.items() if winner == account.salesforce_id]
    left = [
        found
        for loser in losers
        for found in snapshot.zuora.accounts.get(loser, ())
        if ids.same(str(found.get("crmId")), loser) and not is_canceled(found)
    ]
    if not left:
        return
    numbers = ", ".join(str(found["accountNumber"]) for found in left)
    if match_account(account, snapshot) is None:
        raise SettledInZuora(
            f"{account_label(account)} swallowed a merged account that Zuora still knows as {numbers}; creating another would split "
            f"the customer. Set the CRM ID of {numbers} to {account.salesforce_id} in Zuora and resync.",
            record=account.salesforce_id,
        )
    message = (
        f"{account_label(account)} swallowed a merged account that Zuora still bills as {numbers}. "
        "Decide in Zuora whether its subscriptions move; nothing is moved here."
    )
    draft.problems.append(
        Problem(Severity.WARNING, key, account.salesforce_id, message, "The billing administrator, in Zuora")
    )


def _plan_parents(
    draft: Draft, snapshot: Snapshot, parents: Sequence[str], ground: Ground
) -> Ref | str | None:
    """Create each missing ancestor with its contacts, without its orders; the answer points at the direct parent.

    An ancestor that Zuora has is left as it is, but for its own place in the chain: its own sync updates it.
    """
    above: Ref | str | None = None
    upper: AccountSnapshot | None = None
    is_new = False
    for parent_id in parents:
        parent, key = snapshot.accounts[parent_id], account_key(parent_id)
        try:
            found = match_account(parent, snapshot)
            if found is None:
                create_account(draft, parent, ground, parent=above)
                above, is_new = Ref(key), True
            else:
                draft.known[key] = {"id": str(found["id"]), "accountNumber": str(found["accountNumber"])}
                if above is not None and upper is not None:
                    _join(draft, parent, found, above, upper, is_new=is_new)
                above = str(found["id"])
        except (RecordError, ConfigError) as error:
            draft.problems.append(_problem(key, parent_id, error))
            above = Ref(key)
        upper = parent
    return above


def _join(
    draft: Draft,
    parent: AccountSnapshot,
    found: JSON,
    above: Ref | str,
    upper: AccountSnapshot,
    *,
    is_new: bool,
) -> None:
    """Close the chain between two ancestors, `upper` (in Zuora: `above`) and `parent`, which Zuora has.

    One that Zuora has under another parent is moved only where this run created some of the chain above (`is_new`), which
    would stand there unused. Otherwise that is the matter of its own sync, and told.
    """
    held = str(found.get("parentId") or "")
    if held == above:
        return
    if is_new or not held:
        decision = (
            f"Zuora account {found['accountNumber']} is there, but not under {account_label(upper)}: update its parent "
            "and nothing else"
        )
        draft.operations.append(place_account(parent, found, above, decision=decision))
        return
    if isinstance(above, Ref):
        return  # What keeps that ancestor from being created or found is told as its own error.
    label = account_label(parent)
    message = (
        f"{label} stands under {account_label(upper)} in Salesforce, but Zuora account {found['accountNumber']} has "
        f"another parent. It is left there; sync {label} itself to move it."
    )
    key = account_key(parent.salesforce_id)
    draft.problems.append(Problem(Severity.WARNING, key, parent.salesforce_id, message, ConfigError.who_acts))


def _plan_itself(
    draft: Draft, snapshot: Snapshot, account: AccountSnapshot, parent: Ref | str | None, ground: Ground
) -> None:
    found = match_account(account, snapshot)
    if found is None:
        create_account(draft, account, ground, parent=parent)
        return
    update_account(draft, account, found, ground, parent=parent)


def _plan_orders(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, options: Options) -> None:
    """Oldest first; one order that cannot be carried does not stop the others."""
    key = account_key(account.salesforce_id)
    currency = _billing_currency(draft, snapshot, account, key)
    planned = {operation.key: operation for operation in draft.operations}
    for external_id, rate_plan in snapshot.zuora.rate_plans.items():
        draft.known |= known_keys(rate_plan, external_id)
    draft.known |= {
        Key(Noun.PRODUCT, sku): {"id": product_id} for sku, product_id in snapshot.zuora.products.items()
    }
    for order in sorted(
        account.orders, key=lambda each: (str(each.record.get("EffectiveDate") or ""), each.order_number)
    ):
        this = order_key(order)
        try:
            _refuse_foreign(draft, snapshot, order, key)
            plan = plan_order(
                order, account=account, account_currency=currency, state=snapshot.zuora, options=options
            )
            _refuse_two_ways(order, plan.operations, planned)
        except (RecordError, ConfigError) as error:
            draft.problems.append(_problem(this, order.salesforce_id, error))
            draft.operations.append(_waiting(order, this, str(error)))
            continue
        if found := snapshot.zuora.orders.get(order.order_number):
            draft.known[this] = order_link({"orderNumber": order.order_number, **found})
        draft.problems += plan.problems
        stopped = draft.has_error(this) or draft.has_error(key)
        wanted = [operation for operation in plan.operations if operation.key not in planned]
        wanted = [operation for operation in wanted if not stopped or operation.key == this]
        planned |= {operation.key: operation for operation in wanted}
        draft.operations += wanted


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
    return Operation(Action.SKIP, key, order_label(order), f"Stopped: {reason}", order.salesforce_id)


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


def _problem(key: Key, record: str, error: ConnectorError) -> Problem:
    return Problem(Severity.ERROR, key, error.record or record, error.message, error.who_acts)
