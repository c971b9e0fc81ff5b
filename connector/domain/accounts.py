"""One account and its contacts: created whole where Zuora lacks it, else brought up to date field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connector.domain import JSON, contacts
from connector.domain.contacts import Wanted
from connector.domain.diffs import changes, patch
from connector.domain.labels import account_label
from connector.domain.mapping import FieldProblem, build
from connector.domain.operations import Action, Change, Key, Noun, Operation, Problem, Ref, Severity
from connector.domain.rules import Options, Pair, Rule
from connector.domain.snapshot import AccountSnapshot


@dataclass(slots=True)
class Draft:
    """A plan being written: appended to in flow order, then frozen."""

    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: dict[Key, dict[str, str]] = field(default_factory=dict)

    def add_field_problems(self, key: Key, record: str, found: Sequence[FieldProblem]) -> None:
        self.problems += [Problem(problem.severity, key, record, problem.message) for problem in found]

    def has_error(self, key: Key) -> bool:
        return any(problem.key == key and problem.severity is Severity.ERROR for problem in self.problems)


def account_key(salesforce_id: str) -> Key:
    return Key(Noun.ACCOUNT, salesforce_id)


def create_account(
    draft: Draft,
    account: AccountSnapshot,
    *,
    parent: Ref | str | None,
    rules: Sequence[Rule],
    options: Options,
) -> None:
    """Plan the account with its bill-to and sold-to in one call, then its further contacts.

    Raises RecordError where the billing address does not suffice.
    """
    key = account_key(account.salesforce_id)
    label = account_label(account)
    mapped = build(rules, account.record, pair=Pair.ACCOUNT, creating=True, record_label=label)
    bill_to = contacts.bill_to(account, rules, options, creating=True)
    sold_to = _apart(contacts.sold_to(account, rules, options, creating=True), bill_to, account)
    # Without an explicit bill cycle day Zuora refuses an account that has no subscription; without an explicit
    # false it may set accounts made by this call to automatic payment.
    payload: JSON = {"billCycleDay": 1, "autoPay": False, **mapped.payload, "crmId": account.salesforce_id}
    payload.setdefault("currency", options.default_currency)
    if parent is not None:
        payload["parentId"] = parent
    payload["billToContact"] = bill_to.payload
    yields = {"billToContactId": bill_to.key}
    draft.add_field_problems(key, account.salesforce_id, (*mapped.problems, *bill_to.problems))
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
        )
    )
    roles = {bill_to.identity, *([sold_to.identity] if sold_to else [])}
    _further_contacts(draft, account, Ref(key), (), roles, rules, options)


def update_account(
    draft: Draft,
    account: AccountSnapshot,
    found: JSON,
    held: Sequence[JSON],
    *,
    parent: Ref | str | None,
    rules: Sequence[Rule],
    options: Options,
) -> None:
    """Plan what differs of an account Zuora has: contacts first, then the account, which may point at new ones.

    `found` is Zuora's account, `held` its contacts. Raises RecordError where the billing address does not suffice.
    """
    key = account_key(account.salesforce_id)
    zuora_id = str(found["id"])
    draft.known[key] = {"id": zuora_id, "accountNumber": str(found["accountNumber"])}
    mapped = build(
        rules,
        account.record,
        pair=Pair.ACCOUNT,
        creating=False,
        current=found,
        record_label=account_label(account),
    )
    draft.add_field_problems(key, account.salesforce_id, mapped.problems)
    wanted: JSON = {**mapped.payload, **_pointers(draft, account, found, held, rules, options)}
    if parent is not None:
        wanted["parentId"] = parent
    elif found.get("parentId") and not account.parent_id:
        draft.problems.append(_parent_left(account, key, found))
    _compare_currency(draft, account, key, found, rules, options)
    changed = changes(found, wanted, pair=Pair.ACCOUNT)
    draft.operations.append(
        Operation(
            action=Action.UPDATE if changed else Action.UNCHANGED,
            key=key,
            title=account_label(account),
            decision=_update_decision(found, changed),
            salesforce_id=account.salesforce_id,
            payload=patch(found, wanted, pair=Pair.ACCOUNT),
            changes=changed,
            target=zuora_id,
        )
    )


def _pointers(
    draft: Draft,
    account: AccountSnapshot,
    found: JSON,
    held: Sequence[JSON],
    rules: Sequence[Rule],
    options: Options,
) -> JSON:
    """Plan the contacts; the answer is which of them the account must newly point at as bill-to and sold-to."""
    pointers: JSON = {}
    bill_to = contacts.bill_to(account, rules, options, creating=True)
    sold_to = _apart(contacts.sold_to(account, rules, options, creating=True), bill_to, account)
    bill_bearer, sold_bearer = found.get("billToContact") or {}, found.get("soldToContact") or {}
    shared = bool(bill_bearer) and bill_bearer.get("id") == sold_bearer.get("id")
    if (
        pointer := _role(draft, account, bill_to, Pair.BILL_TO, bill_bearer, found, held, rules, options)
    ) is not None:
        pointers["billToContactId"] = pointer
    if sold_to is not None:
        bearer = {} if shared else sold_bearer
        if (
            pointer := _role(draft, account, sold_to, Pair.SOLD_TO, bearer, found, held, rules, options)
        ) is not None:
            pointers["soldToContactId"] = pointer
    elif not shared and sold_bearer.get(contacts.IDENTITY) == contacts.address_identity(
        account.salesforce_id, Pair.SOLD_TO
    ):
        # The shipping address is gone: back to the bill-to. A sold-to somebody chose in Zuora is left alone.
        pointers["soldToContactId"] = pointers.get("billToContactId", bill_bearer.get("id"))
    roles = {bill_to.identity, *([sold_to.identity] if sold_to else [])}
    _further_contacts(draft, account, str(found["id"]), held, roles, rules, options)
    return pointers


def _role(
    draft: Draft,
    account: AccountSnapshot,
    wanted: Wanted,
    pair: Pair,
    bearer: JSON,
    found: JSON,
    held: Sequence[JSON],
    rules: Sequence[Rule],
    options: Options,
) -> Ref | str | None:
    """Plan one role's contact; the answer is what the account must newly point at, None where it already does."""
    current = (
        bearer
        if contacts.bears(bearer, wanted, account_id=account.salesforce_id)
        else contacts.find(held, wanted.identity)
    )
    if current is None:
        _create_contact(draft, wanted, str(found["id"]), account)
        return Ref(wanted.key)
    fresh = contacts.bill_to if pair is Pair.BILL_TO else contacts.sold_to
    rebuilt = fresh(account, rules, options, creating=False, current=current) or wanted
    identity = {contacts.IDENTITY: wanted.identity}
    _update_contact(
        draft,
        replace(rebuilt, identity=wanted.identity, payload={**rebuilt.payload, **identity}),
        current,
        account,
    )
    return None if current.get("id") == bearer.get("id") else str(current["id"])


def _further_contacts(
    draft: Draft,
    account: AccountSnapshot,
    owner: Ref | str,
    held: Sequence[JSON],
    roles: set[str],
    rules: Sequence[Rule],
    options: Options,
) -> None:
    if not options.sync_contacts:
        return
    for record in account.contacts:
        wanted = contacts.further(record, rules, creating=True)
        if wanted.identity in roles:
            continue
        current = contacts.find(held, wanted.identity)
        if current is None:
            _create_contact(draft, wanted, owner, account)
        else:
            _update_contact(
                draft, contacts.further(record, rules, creating=False, current=current), current, account
            )


def _create_contact(draft: Draft, wanted: Wanted, owner: Ref | str, account: AccountSnapshot) -> None:
    draft.add_field_problems(wanted.key, wanted.identity[:18], wanted.problems)
    draft.operations.append(
        Operation(
            action=Action.CREATE,
            key=wanted.key,
            title=wanted.label,
            decision=f"Zuora has no contact with {contacts.IDENTITY} {wanted.identity} on this account: create it",
            salesforce_id=wanted.identity[:18],
            payload={"accountId": owner, **wanted.payload},
            needs=(account_key(account.salesforce_id),) if isinstance(owner, Ref) else (),
        )
    )


def _update_contact(draft: Draft, wanted: Wanted, current: JSON, account: AccountSnapshot) -> None:
    draft.add_field_problems(wanted.key, wanted.identity[:18], wanted.problems)
    draft.known[wanted.key] = {"id": str(current["id"]), "accountSalesforceId": account.salesforce_id}
    changed = changes(current, wanted.payload, pair=Pair.CONTACT)
    draft.operations.append(
        Operation(
            action=Action.UPDATE if changed else Action.UNCHANGED,
            key=wanted.key,
            title=wanted.label,
            decision="Zuora holds the same values"
            if not changed
            else f"{len(changed)} fields differ: update them",
            salesforce_id=wanted.identity[:18],
            payload=patch(current, wanted.payload, pair=Pair.CONTACT),
            changes=changed,
            target=str(current["id"]),
        )
    )


def _apart(sold_to: Wanted | None, bill_to: Wanted, account: AccountSnapshot) -> Wanted | None:
    """One person in both roles, with two addresses, is two Zuora contacts: the second is named by account and role."""
    if sold_to is None or sold_to.identity != bill_to.identity:
        return sold_to
    identity = contacts.address_identity(account.salesforce_id, Pair.SOLD_TO)
    return replace(sold_to, identity=identity, payload={**sold_to.payload, contacts.IDENTITY: identity})


def _update_decision(found: JSON, changed: Sequence[Change]) -> str:
    where = f"Zuora account {found['accountNumber']} has this CRM ID"
    if not changed:
        return f"{where} and holds the same values"
    return f"{where}; {len(changed)} field{'s' if len(changed) > 1 else ''} differ: update"


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


def _compare_currency(
    draft: Draft, account: AccountSnapshot, key: Key, found: JSON, rules: Sequence[Rule], options: Options
) -> None:
    created = build(
        [rule for rule in rules if rule.target == "currency"],
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
