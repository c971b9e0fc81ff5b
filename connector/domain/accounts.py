"""One account and its contacts: created whole where Zuora lacks it, else brought up to date field by field."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON, contacts
from connector.domain.account_contacts import apart, hidden_sold_to, plan_further, plan_role
from connector.domain.account_numbers import account_number, kept_number
from connector.domain.contacts import Wanted
from connector.domain.diffs import changes, patch
from connector.domain.drafts import Draft, Ground, account_key
from connector.domain.labels import account_label, counted
from connector.domain.mapping import build
from connector.domain.operations import Action, Change, Key, Noun, Operation, Problem, Ref, Severity
from connector.domain.rules import Pair
from connector.domain.snapshot import AccountSnapshot
from connector.errors import ConfigError, RecordError


def create_account(
    draft: Draft,
    account: AccountSnapshot,
    ground: Ground,
    *,
    parent: Ref | str | None,
    is_related: bool = False,
) -> None:
    """Plan the account with its bill-to and sold-to in one call, then its further contacts. `is_related`: another account is what
    is synced.

    Raises RecordError or ConfigError where the billing address does not suffice, or its own number cannot be made.
    """
    key = account_key(account.salesforce_id)
    label = account_label(account)
    rules, options = ground.rules, ground.options
    mapped = build(rules, account.record, pair=Pair.ACCOUNT, creating=True, record_label=label)
    bill_to = contacts.bill_to(account, rules, options, creating=True)
    sold_to = apart(contacts.sold_to(account, rules, options, creating=True), bill_to, account)
    # Without an explicit bill cycle day Zuora refuses an account that has no subscription; without an explicit
    # false it may set accounts made by this call to automatic payment.
    payload: JSON = {"billCycleDay": 1, "autoPay": False, **mapped.payload, "crmId": account.salesforce_id}
    if not payload.get("currency"):
        payload["currency"] = options.default_currency
        draft.problems.append(_default_currency(account, key, options.default_currency))
    if number := account_number(account, rules, options):
        payload["accountNumber"] = number
    if parent is not None:
        payload["parentId"] = parent
    payload["billToContact"] = bill_to.payload
    yields = {"billToContactId": bill_to.key}
    # An org of one currency has no currency field at all; what is used instead is told above.
    told = [
        each for each in mapped.problems if each.target != "currency" or each.severity is not Severity.NOTICE
    ]
    draft.add_field_problems(key, account.salesforce_id, (*told, *bill_to.problems))
    if hidden := contacts.hidden(account, rules, Pair.SOLD_TO):
        draft.problems.append(hidden_sold_to(account, hidden, is_kept=False))
    if sold_to is None:
        payload["soldToSameAsBillTo"] = True
    else:
        payload["soldToContact"] = sold_to.payload
        yields["soldToContactId"] = sold_to.key
        draft.add_field_problems(key, account.salesforce_id, sold_to.problems)
    draft.operations.append(
        Operation(
            action=Action.CREATE,
            key=key,
            title=label,
            decision=f"Zuora has no account with CRM ID {account.salesforce_id}: create it",
            salesforce_id=account.salesforce_id,
            payload=payload,
            yields=yields,
            is_owing=is_related and options.sync_contacts and bool(account.contacts),
        )
    )
    plan_further(draft, account, ground, owner=Ref(key), held=(), taken=_identities(bill_to, sold_to))


def complete_account(draft: Draft, account: AccountSnapshot, found: JSON, ground: Ground) -> None:
    """Plan the contacts that an earlier run left owing to an account it had created for the sake of another."""
    try:
        bill_to = contacts.bill_to(account, ground.rules, ground.options, creating=True)
    except (RecordError, ConfigError):
        return  # a matter of its own sync; it stays owed
    sold_to = apart(contacts.sold_to(account, ground.rules, ground.options, creating=True), bill_to, account)
    held = ground.zuora.contacts.get(str(found["id"]), ())
    taken = _identities(bill_to, sold_to)
    plan_further(draft, account, ground, owner=str(found["id"]), held=held, taken=taken)


def update_account(
    draft: Draft, account: AccountSnapshot, found: JSON, ground: Ground, *, parent: Ref | str | None
) -> None:
    """Plan what differs of an account Zuora has: contacts first, then the account, which may point at new ones.

    `found` is Zuora's account. Raises RecordError or ConfigError where the billing address does not suffice.
    """
    key = account_key(account.salesforce_id)
    zuora_id, label = str(found["id"]), account_label(account)
    draft.known[key] = {"id": zuora_id, "accountNumber": str(found["accountNumber"])}
    mapped = build(
        ground.rules, account.record, pair=Pair.ACCOUNT, creating=False, current=found, record_label=label
    )
    draft.add_field_problems(key, account.salesforce_id, mapped.problems)
    draft.problems += kept_number(account, found, ground.rules, ground.options)
    wanted: JSON = {**mapped.payload, **_pointers(draft, account, found, ground)}
    if isinstance(parent, str):
        wanted["parentId"] = parent
    elif found.get("parentId") and not account.parent_id:
        draft.problems.append(_parent_left(account, key, found))
    _compare_currency(draft, account, key, found, ground)
    changed = changes(found, wanted, pair=Pair.ACCOUNT)
    draft.operations.append(
        Operation(
            action=Action.UPDATE if changed else Action.UNCHANGED,
            key=key,
            title=label,
            decision=_update_decision(found, changed),
            salesforce_id=account.salesforce_id,
            payload=patch(found, wanted, pair=Pair.ACCOUNT),
            changes=changed,
            target=zuora_id,
        )
    )
    if isinstance(parent, Ref):
        draft.operations.append(
            place_account(account, found, parent, decision="Its parent is created first: update")
        )


def place_account(account: AccountSnapshot, found: JSON, parent: Ref | str, *, decision: str) -> Operation:
    """A step of its own: what keeps a parent from being created must not keep its child from being up to date."""
    return Operation(
        action=Action.UPDATE,
        key=Key(Noun.ACCOUNT, f"{account.salesforce_id}-parent"),
        title=f"The place of {account_label(account)} under its parent",
        decision=decision,
        salesforce_id=account.salesforce_id,
        payload={"parentId": parent},
        changes=(Change("parentId", found.get("parentId"), parent),),
        target=str(found["id"]),
    )


def _pointers(draft: Draft, account: AccountSnapshot, found: JSON, ground: Ground) -> JSON:
    """Plan the contacts; the answer is which of them the account must newly point at as bill-to and sold-to."""
    bill_to = contacts.bill_to(account, ground.rules, ground.options, creating=True)
    sold_to = apart(contacts.sold_to(account, ground.rules, ground.options, creating=True), bill_to, account)
    bill_bearer, sold_bearer = found.get("billToContact") or {}, found.get("soldToContact") or {}
    pointers: JSON = {}
    if (
        pointer := plan_role(draft, account, bill_to, found, ground, pair=Pair.BILL_TO, bearer=bill_bearer)
    ) is not None:
        pointers["billToContactId"] = pointer
    if (pointer := _sold_to_pointer(draft, account, sold_to, found, ground, bill_to=pointer)) is not None:
        pointers["soldToContactId"] = pointer
    taken = _identities(bill_to, sold_to)
    if contacts.hidden(account, ground.rules, Pair.SOLD_TO):
        taken = (*taken, str(sold_bearer.get(contacts.IDENTITY) or ""))
    held = ground.zuora.contacts.get(str(found["id"]), ())
    plan_further(draft, account, ground, owner=str(found["id"]), held=held, taken=taken)
    return pointers


def _sold_to_pointer(
    draft: Draft,
    account: AccountSnapshot,
    sold_to: Wanted | None,
    found: JSON,
    ground: Ground,
    *,
    bill_to: Ref | str | None,
) -> Ref | str | None:
    """Plan the sold-to; the answer is whom the account must newly point at. `bill_to`: whom it will as its bill-to."""
    bill_bearer, sold_bearer = found.get("billToContact") or {}, found.get("soldToContact") or {}
    shared = bool(bill_bearer) and bill_bearer.get("id") == sold_bearer.get("id")
    if sold_to is not None:
        bearer = {} if shared else sold_bearer
        return plan_role(draft, account, sold_to, found, ground, pair=Pair.SOLD_TO, bearer=bearer)
    hidden = contacts.hidden(account, ground.rules, Pair.SOLD_TO)
    if hidden:
        draft.problems.append(hidden_sold_to(account, hidden, is_kept=True))
    if shared:
        # One contact is both and stays both: left behind, the old bill-to would look like somebody's choice.
        return bill_to
    own_sold_to = contacts.address_identity(account.salesforce_id, Pair.SOLD_TO)
    if not hidden and sold_bearer.get(contacts.IDENTITY) == own_sold_to:
        # The shipping address is gone: back to the bill-to. A sold-to somebody chose in Zuora is left alone.
        return bill_to or bill_bearer.get("id")
    return None


def _identities(*roles: Wanted | None) -> tuple[str, ...]:
    return tuple(wanted.identity for wanted in roles if wanted)


def _default_currency(account: AccountSnapshot, key: Key, currency: str) -> Problem:
    return Problem(
        Severity.NOTICE,
        key,
        account.salesforce_id,
        f"{account_label(account)} states no currency in Salesforce; it is created in {currency}, the integration's default. "
        "Zuora never changes it afterwards.",
        who_acts="The operator of this connector",
    )


def _update_decision(found: JSON, changed: Sequence[Change]) -> str:
    where = f"Zuora account {found['accountNumber']} has this CRM ID"
    if not changed:
        return f"{where} and holds the same values"
    return f"{where}; {counted(len(changed), 'difference')}: update"


def _parent_left(account: AccountSnapshot, key: Key, found: JSON) -> Problem:
    return Problem(
        Severity.WARNING,
        key,
        account.salesforce_id,
        # Whether Zuora's API can clear a parent is unverified, so it is not tried.
        f"{account_label(account)} has no parent in Salesforce, but Zuora account {found['accountNumber']} has one. "
        "Clearing a parent is not sent; remove it in Zuora if it should go.",
        who_acts="The billing administrator, in Zuora",
    )


def _compare_currency(draft: Draft, account: AccountSnapshot, key: Key, found: JSON, ground: Ground) -> None:
    created = build(
        [rule for rule in ground.rules if rule.target == "currency"],
        account.record,
        pair=Pair.ACCOUNT,
        creating=True,
        record_label=account_label(account),
    )
    wanted = str(created.payload.get("currency") or "")
    if not wanted or wanted == found.get("currency"):
        return
    draft.problems.append(
        Problem(
            Severity.WARNING,
            key,
            account.salesforce_id,
            f"{account_label(account)} is in {wanted} in Salesforce, but Zuora bills account {found['accountNumber']} in "
            f"{found.get('currency')}; Zuora never changes an account's currency. Correct it in Salesforce, "
            "or bill this customer through a new Zuora account.",
        )
    )
