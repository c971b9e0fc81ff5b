"""The contacts of one account: who must exist in Zuora, what differs of those that do, and whom a role must point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.domain import JSON, contacts, ids
from connector.domain.contacts import Wanted
from connector.domain.diffs import changes, patch
from connector.domain.drafts import Draft, Ground, account_key
from connector.domain.labels import account_label, counted
from connector.domain.operations import Action, Operation, Problem, Ref, Severity
from connector.domain.rules import Pair
from connector.domain.snapshot import AccountSnapshot
from connector.errors import ConfigError


def plan_role(
    draft: Draft,
    account: AccountSnapshot,
    wanted: Wanted,
    found: JSON,
    ground: Ground,
    *,
    pair: Pair,
    bearer: JSON,
) -> Ref | str | None:
    """Plan the bill-to or sold-to of an account Zuora has (`found`; `bearer` is in the role now).

    The answer is what the account must newly point at, None where it already does.
    """
    current = _current(bearer, wanted, account, found, ground)
    if current is None:
        create_contact(draft, wanted, str(found["id"]), account)
        return Ref(wanted.key)
    build = contacts.bill_to if pair is Pair.BILL_TO else contacts.sold_to
    again = build(account, ground.rules, ground.options, creating=False, current=current) or wanted
    identity = {contacts.IDENTITY: wanted.identity}
    update_contact(
        draft, replace(again, identity=wanted.identity, payload={**again.payload, **identity}), current
    )
    return None if current.get("id") == bearer.get("id") else str(current["id"])


def plan_further(
    draft: Draft,
    account: AccountSnapshot,
    ground: Ground,
    *,
    owner: Ref | str,
    held: Sequence[JSON],
    taken: Sequence[str],
) -> None:
    """Plan the account's other Salesforce contacts; `owner` is its Zuora id, `held` what Zuora has on it.

    `taken` are the identities of those in a role: they bear the account's address, not their own.
    """
    if not ground.options.sync_contacts:
        return
    for record in account.contacts:
        wanted = contacts.further(record, ground.rules, creating=True)
        if any(identity == wanted.identity or ids.same(identity, wanted.identity) for identity in taken):
            continue
        current = contacts.find(
            held, wanted.identity, linked=ground.zuora.contact_links.get(wanted.identity, "")
        )
        if current is None:
            create_contact(draft, wanted, owner, account)
        else:
            update_contact(
                draft, contacts.further(record, ground.rules, creating=False, current=current), current
            )


def apart(sold_to: Wanted | None, bill_to: Wanted, account: AccountSnapshot) -> Wanted | None:
    """One person in both roles, with two addresses, is two Zuora contacts: the second is named by account and role."""
    if sold_to is None or sold_to.identity != bill_to.identity:
        return sold_to
    identity = contacts.address_identity(account.salesforce_id, Pair.SOLD_TO)
    return replace(sold_to, identity=identity, payload={**sold_to.payload, contacts.IDENTITY: identity})


def hidden_sold_to(account: AccountSnapshot, hidden: Sequence[str], *, is_kept: bool) -> Problem:
    """Said where a part of the shipping address was not read; `is_kept`: the account is in Zuora already."""
    outcome = "is left as it is" if is_kept else "is its bill-to until then"
    return Problem(
        Severity.WARNING,
        account_key(account.salesforce_id),
        account.salesforce_id,
        f"The shipping address of {account_label(account)} was not read: {contacts.not_shown(hidden)}. "
        f"Its sold-to contact in Zuora {outcome}. Give the integration user read access in Salesforce, or correct "
        "the mapping, and resync.",
        who_acts=ConfigError.who_acts,
    )


def _current(
    bearer: JSON, wanted: Wanted, account: AccountSnapshot, found: JSON, ground: Ground
) -> JSON | None:
    if contacts.bears(bearer, wanted, account_id=account.salesforce_id):
        return bearer
    held = ground.zuora.contacts.get(str(found["id"]), ())
    return contacts.find(held, wanted.identity, linked=ground.zuora.contact_links.get(wanted.identity, ""))


def create_contact(draft: Draft, wanted: Wanted, owner: Ref | str, account: AccountSnapshot) -> None:
    """Plan a new contact; `owner` is the Zuora id of `account`, or will be."""
    salesforce_id = wanted.identity[:18]
    draft.add_field_problems(wanted.key, salesforce_id, wanted.problems)
    draft.operations.append(
        Operation(
            action=Action.CREATE,
            key=wanted.key,
            title=wanted.label,
            decision=f"Zuora has no contact with {contacts.IDENTITY} {wanted.identity} on this account: create it",
            salesforce_id=salesforce_id,
            payload={"accountId": owner, **wanted.payload},
            needs=(account_key(account.salesforce_id),) if isinstance(owner, Ref) else (),
        )
    )


def update_contact(draft: Draft, wanted: Wanted, current: JSON) -> None:
    """Plan what differs of a contact Zuora has (`current`), if anything does."""
    salesforce_id = wanted.identity[:18]
    draft.add_field_problems(wanted.key, salesforce_id, wanted.problems)
    draft.known[wanted.key] = {"id": str(current["id"])}
    changed = changes(current, wanted.payload, pair=Pair.CONTACT)
    decision = "Zuora holds the same values"
    if changed:
        decision = f"{counted(len(changed), 'difference').capitalize()}: update"
    draft.operations.append(
        Operation(
            action=Action.UPDATE if changed else Action.UNCHANGED,
            key=wanted.key,
            title=wanted.label,
            decision=decision,
            salesforce_id=salesforce_id,
            payload=patch(current, wanted.payload, pair=Pair.CONTACT),
            changes=changed,
            target=str(current["id"]),
        )
    )
