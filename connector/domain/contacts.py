"""Who is bill-to and sold-to, and which Zuora contact is which Salesforce contact.

Zuora contacts have no CRM id of their own: the custom field `crmId__c` carries our identity, the 18-character Contact id or,
for a contact made from an address or named after a person of another account, the account id and the role. The vendor makes
a new contact per order; we find the one that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.domain import JSON, ids, paths, transforms
from connector.domain.countries import country
from connector.domain.labels import account_label, contact_label
from connector.domain.mapping import FieldProblem, build
from connector.domain.operations import Key, Noun, Severity
from connector.domain.rules import Options, Pair, Rule, StateRule
from connector.domain.snapshot import AccountSnapshot
from connector.domain.values import cleaned
from connector.errors import ConfigError, ConnectorError, RecordError

IDENTITY = "crmId__c"
NAME_LENGTH = 100
_ROLE = {Pair.BILL_TO: "billTo", Pair.SOLD_TO: "soldTo"}
_ADDRESS = {Pair.BILL_TO: "billing", Pair.SOLD_TO: "shipping"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact as Zuora should hold it. `identity` is the value of crmId__c; `payload` holds it too."""

    identity: str
    label: str
    payload: JSON
    problems: tuple[FieldProblem, ...] = ()

    @property
    def key(self) -> Key:
        return Key(Noun.CONTACT, self.identity)

    @property
    def is_sound(self) -> bool:
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def bill_to(
    account: AccountSnapshot,
    rules: Sequence[Rule],
    options: Options,
    *,
    creating: bool,
    current: JSON | None = None,
) -> Wanted:
    """The bill-to of an account, from its billing address.

    It must have its country and state (vendor rule A3; option: state only where subdivided), in `current`, what Zuora holds, at
    the least. Raises RecordError where Salesforce lacks them, ConfigError where they are hidden or the mapping withholds them.
    """
    wanted = from_address(Pair.BILL_TO, account, rules, options, creating=creating, current=current)
    for field in missing({**(current or {}), **wanted.payload}, options.state_rule):
        if any(problem.target == field and problem.severity is Severity.ERROR for problem in wanted.problems):
            continue
        raise _lacking(account, field, [rule for rule in rules if rule.target == field])
    return wanted


def sold_to(
    account: AccountSnapshot,
    rules: Sequence[Rule],
    options: Options,
    *,
    creating: bool,
    current: JSON | None = None,
) -> Wanted | None:
    """The sold-to of an account, from its shipping address; None where that is empty: the bill-to is the sold-to then.

    None also where a part of the address is `hidden`: what is there cannot be told from nothing.
    """
    if hidden(account, rules, Pair.SOLD_TO):
        return None
    if not any(
        str(paths.read(account.record, source) or "").strip() for source in _sources(rules, Pair.SOLD_TO)
    ):
        return None
    return from_address(Pair.SOLD_TO, account, rules, options, creating=creating, current=current)


def hidden(account: AccountSnapshot, rules: Sequence[Rule], pair: Pair) -> tuple[str, ...]:
    """The paths of an address that were not read: absent from the org, or kept from the integration user."""
    return tuple(path for path in _sources(rules, pair) if not paths.has(account.record, path))


def not_shown(hidden_paths: Sequence[str]) -> str:
    """For example "BillingCity, BillingState do not exist or are hidden from the integration user"."""
    verbs = ("do", "are") if len(hidden_paths) > 1 else ("does", "is")
    return f"{', '.join(hidden_paths)} {verbs[0]} not exist or {verbs[1]} hidden from the integration user"


def further(contact: JSON, rules: Sequence[Rule], *, creating: bool, current: JSON | None = None) -> Wanted:
    """A Salesforce contact of the account, as a Zuora contact of its own."""
    identity = ids.normalise(str(contact["Id"]))
    label = contact_label(contact)
    mapped = build(rules, contact, pair=Pair.CONTACT, creating=creating, current=current, record_label=label)
    return Wanted(identity, label, {**mapped.payload, IDENTITY: identity}, mapped.problems)


def address_identity(account_id: str, pair: Pair) -> str:
    return f"{account_id}-{_ROLE[pair]}"


def bears(contact: JSON | None, wanted: Wanted, *, account_id: str) -> bool:
    """Whether Zuora's contact in a role is the one we want there, or an unclaimed one we may take over.

    Unclaimed: no identity, or the bare account id, which the vendor's connector wrote on address contacts (its C6).
    """
    if not contact:
        return False
    identity = str(contact.get(IDENTITY) or "")
    return (
        identity in ("", wanted.identity)
        or ids.same(identity, account_id)
        or ids.same(identity, wanted.identity)
    )


def find(contacts: Iterable[JSON], identity: str, *, linked: str = "") -> JSON | None:
    """The Zuora contact that a link remembers (`linked`, its id), else the one that carries `identity`; the first id where
    the vendor's connector left several."""
    held = list(contacts)
    if linked and (known := next((contact for contact in held if contact["id"] == linked), None)):
        return known
    matches = [
        contact
        for contact in held
        if contact.get(IDENTITY) == identity or ids.same(str(contact.get(IDENTITY) or ""), identity)
    ]
    return min(matches, key=lambda contact: str(contact["id"]), default=None)


def from_address(
    pair: Pair,
    account: AccountSnapshot,
    rules: Sequence[Rule],
    options: Options,
    *,
    creating: bool,
    current: JSON | None,
    label: str = "",
) -> Wanted:
    """The contact of a role at the account's address, named after the designated person or the account. `label` is what it is
    called in messages, unless it is named after a person."""
    label = label or f"The {_ADDRESS[pair]} address of {account_label(account)}"
    mapped = build(rules, account.record, pair=pair, creating=creating, current=current, record_label=label)
    path = options.bill_to_contact if pair is Pair.BILL_TO else options.sold_to_contact
    person = paths.read(account.record, path) if path else None
    identity = address_identity(account.salesforce_id, pair)
    if isinstance(person, dict) and person.get("Id"):
        named = further(person, _personal(rules), creating=creating, current=current)
        # A contact of another account is, or will be, a Zuora contact over there: only its name is lent to this one.
        if ids.same(person.get("AccountId"), account.salesforce_id):
            identity = named.identity
        payload = {**named.payload, **mapped.payload, IDENTITY: identity}
        return Wanted(identity, named.label, payload, (*named.problems, *mapped.problems))
    suffix = f"_{_ROLE[pair]}"
    name = cleaned(account.name, multiline=False)[: NAME_LENGTH - len(suffix)] + suffix
    payload = {"firstName": name, "lastName": name, **mapped.payload, IDENTITY: identity}
    return Wanted(identity, label, payload, mapped.problems)


def _sources(rules: Sequence[Rule], pair: Pair) -> tuple[str, ...]:
    found = (path for rule in rules if rule.pair is pair for path in transforms.sources(rule))
    return tuple(dict.fromkeys(found))


def _personal(rules: Sequence[Rule]) -> list[Rule]:
    """The contact rows without its mailing address: in a role, the address is the account's."""
    address = {"address1", "address2", "city", "state", "zipCode", "country", "county"}
    return [rule for rule in rules if rule.pair is Pair.CONTACT and rule.target not in address]


def _lacking(account: AccountSnapshot, field: str, rules: Sequence[Rule]) -> ConnectorError:
    """Why the bill-to would be without `field`; `rules` are the rows of that name."""
    record, label = account.salesforce_id, account_label(account)
    if unread := hidden(account, rules, Pair.BILL_TO):
        return ConfigError(
            f"The billing {field} of {label} was not read: {not_shown(unread)}. Zuora bills and taxes by it. "
            "Give the integration user read access in Salesforce, or correct the mapping, and resync.",
            record=record,
        )
    sources = _sources(rules, Pair.BILL_TO)
    source = sources[0] if sources else field
    if str(paths.read(account.record, source) or "").strip():
        return ConfigError(
            f"The bill-to of {label} has no {field} in Zuora, and the mapping does not write {source} there in an update. "
            "Zuora bills and taxes by it. Fill it in Zuora, or let the mapping row write it always, and resync.",
            record=record,
        )
    return RecordError(
        f"{label} has no billing {field}; Zuora bills and taxes by it. Fill {source} in Salesforce and resync.",
        record=record,
    )


def missing(payload: JSON, state_rule: StateRule) -> list[str]:
    """Which of country and state a bill-to still wants."""
    if not payload.get("country"):
        return ["country"]
    known = country(str(payload["country"]))
    needs_state = state_rule is StateRule.EVERY_COUNTRY or bool(known and known.has_subdivisions)
    return ["state"] if needs_state and not payload.get("state") else []
