"""The accounts a sync stands on without syncing them: the parents of an account, and the owners its orders name.

One that Zuora lacks is created with its contacts, without its orders; one that Zuora has is left as it is, but for a parent's own
place in the chain, and for contacts that the run which created it could not make.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON, ids
from connector.domain.accounts import complete_account, create_account, place_account
from connector.domain.drafts import Draft, Ground, account_key
from connector.domain.hierarchy import ancestors
from connector.domain.labels import account_label
from connector.domain.matching import SettledInZuora, is_canceled, match_account
from connector.domain.operations import OWED, Action, Key, Problem, Ref, Severity
from connector.domain.snapshot import AccountSnapshot, Snapshot
from connector.errors import ConfigError, RecordError


def plan_parents(
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
        if (standing := _standing(draft, key)) is not None:
            above, upper, is_new = standing, parent, isinstance(standing, Ref)
            continue
        try:
            found = match_account(parent, snapshot)
            if found is None:
                create_account(draft, parent, ground, parent=above, is_related=True)
                above, is_new = Ref(key), True
            else:
                _know(draft, snapshot, parent, found, ground)
                if above is not None and upper is not None:
                    _join(draft, parent, found, above, upper, is_new=is_new)
                above = str(found["id"])
        except (RecordError, ConfigError) as error:
            draft.add_error(key, parent_id, error)
            above = Ref(key)
        upper = parent
    return above


def plan_owner(draft: Draft, snapshot: Snapshot, owner: AccountSnapshot, ground: Ground) -> None:
    """See to it that an account an order names is in Zuora before the order. What prevents it is a problem of that account, which
    stops the orders that need it and nothing else."""
    key = account_key(owner.salesforce_id)
    if _standing(draft, key) is not None:
        return
    try:
        found = match_account(owner, snapshot)
        if found is not None:
            _know(draft, snapshot, owner, found, ground)
            return
        follow_merges(draft, snapshot, owner, owner.salesforce_id)
        above = plan_parents(draft, snapshot, ancestors(owner, snapshot.accounts), ground)
        create_account(draft, owner, ground, parent=above, is_related=True)
    except (RecordError, ConfigError) as error:
        draft.add_error(key, owner.salesforce_id, error)


def _know(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, found: JSON, ground: Ground) -> None:
    known = {"id": str(found["id"]), "accountNumber": str(found["accountNumber"])}
    if account.salesforce_id in snapshot.owed:
        known["contacts"] = OWED
        complete_account(draft, account, found, ground)
    draft.known[account_key(account.salesforce_id)] = known


def follow_merges(draft: Draft, snapshot: Snapshot, account: AccountSnapshot, requested_id: str) -> None:
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


def _standing(draft: Draft, key: Key) -> Ref | str | None:
    """How to point at an account this plan has decided about already; None where it has not."""
    if known := draft.known.get(key):
        return known["id"]
    if draft.has_error(key) or any(
        each.key == key and each.action is Action.CREATE for each in draft.operations
    ):
        return Ref(key)
    return None
