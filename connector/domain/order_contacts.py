"""Whom an order bills and sells to (vendor rules C1 to C5): its contact, else its address, else nothing: the account's counts.

- A named contact must belong to the account that bears the role: the invoice owner for the bill-to, the subscription owner for
  the ship-to. Where the order names such an owner another contact is an error (C5). Where it names none, the contact of another
  account is copied under the order's own account, and a warning says so: the order is explicit about the person, the debtor
  stays the account, Zuora takes contacts of that account only, and an invoice addressed as sold is worth more than an order
  that waits. The copy has an identity of its own (contact and account), so that it is made once and the original is untouched.
- An address says something of its own only where it differs from that of the account in the role and from that of the
  order's account, from which Salesforce fills it in. Its contact is found again by the order's id and the role; the vendor
  makes a new one each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connector.domain import JSON, contacts, ids
from connector.domain.account_contacts import create_contact, update_contact
from connector.domain.contacts import Wanted
from connector.domain.drafts import Draft, Ground, account_key
from connector.domain.labels import account_label, contact_label, order_label
from connector.domain.matching import match_account
from connector.domain.operations import Action, Key, Noun, Operation, Problem, Ref, Severity
from connector.domain.order_addresses import is_address_of, is_stated, moved, unread
from connector.domain.order_owners import owner_id
from connector.domain.rules import Options, Pair
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot
from connector.errors import ConfigError, RecordError

ORDER_IDENTITY = "crmOrderId__c"


@dataclass(frozen=True, slots=True)
class Role:
    """`field` is the lookup on Order, `relationship` where gather puts the contact's record."""

    pair: Pair
    field: str
    relationship: str
    label: str
    owner: str
    address: str


BILL_TO = Role(
    Pair.BILL_TO, "BillToContactId", "BillToContact", "Bill To Contact", "invoice owner", "billing"
)
SHIP_TO = Role(
    Pair.SOLD_TO, "ShipToContactId", "ShipToContact", "Ship To Contact", "subscription owner", "shipping"
)
ROLES = (BILL_TO, SHIP_TO)


@dataclass(frozen=True, slots=True)
class Choice:
    """The contact of one role. `value` None: nothing is sent. `operations`: what must be done to the contact first."""

    value: Ref | None = None
    operations: tuple[Operation, ...] = ()
    problems: tuple[Problem, ...] = ()


def named_contacts(record: JSON) -> tuple[str, ...]:
    """The 18-character ids of the contacts an order's record names."""
    return tuple(ids.normalise(str(record[role.field])) for role in ROLES if record.get(role.field))


def identities(record: JSON, account_id: str, options: Options) -> Iterator[tuple[str, str]]:
    """What an order's record may need of contacts: (18-character id of the account, value of crmId__c) for each.

    `account_id`: the order's own account, which bears a role for which the order names no owner.
    """
    for role, field in ((BILL_TO, options.invoice_owner_field), (SHIP_TO, options.subscription_owner_field)):
        holder_id = owner_id(record, field) or account_id
        yield holder_id, contacts.address_identity(ids.normalise(str(record["Id"])), role.pair)
        if person := record.get(role.relationship):
            yield holder_id, _identity(person, holder_id)


def choose(
    role: Role,
    order: OrderSnapshot,
    *,
    account: AccountSnapshot,
    holder: AccountSnapshot,
    ground: Ground,
    snapshot: Snapshot,
) -> Choice:
    """The contact for `role` on the Zuora account of `holder`, the owner in that role or the order's own account.

    Raises RecordError where the contact cannot be read or is another account's, or the address does not suffice.
    """
    if order.record.get(role.field):
        return _named(role, order, account, holder, ground, snapshot)
    if hidden := unread(order, ground.rules, role.pair):
        return Choice(problems=(_hidden(role, order, hidden),))
    if not is_stated(order, ground.rules, role.pair):
        return Choice()
    if any(is_address_of(each, order, ground.rules, role.pair) for each in (holder, account)):
        return Choice()
    return _at_address(role, order, holder, ground, snapshot)


def _named(
    role: Role,
    order: OrderSnapshot,
    account: AccountSnapshot,
    holder: AccountSnapshot,
    ground: Ground,
    snapshot: Snapshot,
) -> Choice:
    person = order.record.get(role.relationship)
    if not isinstance(person, dict):
        raise RecordError(
            f"{order_label(order)} names the {role.label} {order.record[role.field]}, which cannot be read: it is deleted, or "
            f"hidden from the integration user. Correct {role.label} on the order in Salesforce, or give the user access, "
            "and resync.",
            record=order.salesforce_id,
        )
    is_own = ids.same(person.get("AccountId"), holder.salesforce_id)
    is_ours = holder.salesforce_id == account.salesforce_id
    if not is_own and not is_ours:
        raise _of_another_account(role, order, person, holder, snapshot)
    current = _held(_identity(person, holder.salesforce_id), holder, ground, snapshot)
    wanted = contacts.further(person, ground.rules, creating=current is None, current=current)
    if is_own:
        # An owner that Zuora has is left as it is, its contacts with it.
        return _settled(wanted, current, holder, order, keeps=not is_ours)
    identity = _identity(person, holder.salesforce_id)
    label = f"{wanted.label}, for {account_label(holder)}"
    copy = replace(
        wanted, identity=identity, label=label, payload={**wanted.payload, contacts.IDENTITY: identity}
    )
    choice = _settled(copy, current, holder, order)
    return replace(choice, problems=(_copied(role, order, person, holder, snapshot), *choice.problems))


def _at_address(
    role: Role, order: OrderSnapshot, holder: AccountSnapshot, ground: Ground, snapshot: Snapshot
) -> Choice:
    identity = contacts.address_identity(order.salesforce_id, role.pair)
    current = _held(identity, holder, ground, snapshot)
    label = f"The {role.address} address of {order_label(order)}"
    made = contacts.from_address(
        role.pair,
        moved(holder, order, ground.rules, role.pair),
        ground.rules,
        ground.options,
        creating=current is None,
        current=current,
        label=label,
    )
    marks = {contacts.IDENTITY: identity, ORDER_IDENTITY: order.salesforce_id}
    wanted = replace(made, identity=identity, label=label, payload={**made.payload, **marks})
    if role.pair is Pair.BILL_TO:
        _check_complete(wanted, order, current or {}, ground.options)
    return _settled(wanted, current, holder, order)


def _settled(
    wanted: Wanted,
    current: JSON | None,
    holder: AccountSnapshot,
    order: OrderSnapshot,
    *,
    keeps: bool = False,
) -> Choice:
    draft = Draft()
    if current is None:
        create_contact(draft, wanted, Ref(account_key(holder.salesforce_id)), holder)
    else:
        update_contact(draft, wanted, current)
    (operation,) = draft.operations
    problems = tuple(draft.problems)
    if keeps and operation.action is Action.UPDATE:
        decision = "Zuora has it; the contacts of an owner are left as they are"
        operation = replace(operation, action=Action.UNCHANGED, decision=decision, payload={}, changes=())
        problems = ()
    # What the contact stands on is in its payload. A `need` beside it would pass for a gap in an account made here, but the
    # order itself comes back to this contact.
    return Choice(Ref(wanted.key), (replace(operation, needs=()),), problems)


def _held(identity: str, holder: AccountSnapshot, ground: Ground, snapshot: Snapshot) -> JSON | None:
    try:
        found = match_account(holder, snapshot)
    except RecordError:
        return None  # Told as an error of that account, which stops the order.
    if found is None:
        return None
    held = ground.zuora.contacts.get(str(found["id"]), ())
    return contacts.find(held, identity, linked=ground.zuora.contact_links.get(identity, ""))


def _identity(person: JSON, holder_id: str) -> str:
    contact_id = ids.normalise(str(person["Id"]))
    return contact_id if ids.same(person.get("AccountId"), holder_id) else f"{contact_id}-{holder_id}"


def _check_complete(wanted: Wanted, order: OrderSnapshot, current: JSON, options: Options) -> None:
    """As for the account's own bill-to (vendor rule A3)."""
    told = {problem.target for problem in wanted.problems if problem.severity is Severity.ERROR}
    for field in contacts.missing({**current, **wanted.payload}, options.state_rule):
        if field not in told:
            raise RecordError(
                f"{order_label(order)} has a billing address of its own, without {field}; Zuora bills and taxes by it. Complete "
                "the order's billing address in Salesforce, or empty it so that the account's counts, and resync.",
                record=order.salesforce_id,
            )


def _belonging(person: JSON, snapshot: Snapshot) -> str:
    account_id = str(person.get("AccountId") or "")
    known = snapshot.accounts.get(account_id)
    return account_label(known) if known else f"account {account_id}" if account_id else "no account"


def _of_another_account(
    role: Role, order: OrderSnapshot, person: JSON, holder: AccountSnapshot, snapshot: Snapshot
) -> RecordError:
    return RecordError(
        f"{order_label(order)} names {contact_label(person)} as its {role.label}, who belongs to {_belonging(person, snapshot)}; "
        f"its {role.owner} is {account_label(holder)}, and Zuora takes a contact of that account only. Choose a contact of the "
        f"{role.owner}, or correct the {role.owner} of the order, in Salesforce and resync.",
        record=order.salesforce_id,
    )


def _copied(
    role: Role, order: OrderSnapshot, person: JSON, holder: AccountSnapshot, snapshot: Snapshot
) -> Problem:
    return Problem(
        Severity.WARNING,
        Key(Noun.ORDER, order.order_number),
        order.salesforce_id,
        f"{order_label(order)} names {contact_label(person)} as its {role.label}, who belongs to {_belonging(person, snapshot)}. "
        f"Zuora takes contacts of {account_label(holder)} only: a copy of the contact is kept there. If that is a mistake, "
        f"choose a contact of the account in Salesforce, and correct the order in Zuora.",
    )


def _hidden(role: Role, order: OrderSnapshot, hidden: Sequence[str]) -> Problem:
    return Problem(
        Severity.WARNING,
        Key(Noun.ORDER, order.order_number),
        order.salesforce_id,
        f"The {role.address} address of {order_label(order)} was not read: {contacts.not_shown(hidden)}. The contact of the "
        "account counts. Give the integration user read access to it on Order in Salesforce, and resync.",
        who_acts=ConfigError.who_acts,
    )
