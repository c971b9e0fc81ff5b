"""The billing and shipping address of an order, read through the mapping rows of the account's: same names, same transforms.

Salesforce's Order has the address fields of Account under the same names. What else the rows read (a custom field, a constant)
is the account's.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON, paths, transforms
from connector.domain.diffs import changes
from connector.domain.mapping import build
from connector.domain.rules import Pair, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot

_PREFIX = {Pair.BILL_TO: "Billing", Pair.SOLD_TO: "Shipping"}
_PARTS = ("Street", "City", "State", "StateCode", "PostalCode", "Country", "CountryCode")


def address_fields(rules: Sequence[Rule], pair: Pair) -> tuple[str, ...]:
    """The standard address fields the rows of a role read, each once: ("BillingStreet", …)."""
    standard = {f"{_PREFIX[pair]}{part}".lower() for part in _PARTS}
    read = (path for rule in rules if rule.pair is pair for path in transforms.sources(rule))
    return tuple(path for path in dict.fromkeys(read) if path.lower() in standard)


def unread(order: OrderSnapshot, rules: Sequence[Rule], pair: Pair) -> tuple[str, ...]:
    """The address fields of the order that were not read: hidden from the integration user."""
    return tuple(name for name in address_fields(rules, pair) if not paths.has(order.record, name))


def is_stated(order: OrderSnapshot, rules: Sequence[Rule], pair: Pair) -> bool:
    return any(str(paths.read(order.record, name) or "").strip() for name in address_fields(rules, pair))


def moved(
    account: AccountSnapshot, order: OrderSnapshot, rules: Sequence[Rule], pair: Pair
) -> AccountSnapshot:
    """The account as it would be at the order's address."""
    fields = address_fields(rules, pair)
    replaced = {name.lower() for name in fields}
    record: JSON = {name: value for name, value in account.record.items() if name.lower() not in replaced}
    record |= {name: paths.read(order.record, name) for name in fields}
    return AccountSnapshot(account.salesforce_id, record)


def is_address_of(account: AccountSnapshot, order: OrderSnapshot, rules: Sequence[Rule], pair: Pair) -> bool:
    """Whether Zuora would hold the same for the order's address and the account's: mapped values, not raw texts."""
    one, other = (
        build(rules, each.record, pair=pair, creating=True, record_label=account.salesforce_id).payload
        for each in (account, moved(account, order, rules, pair))
    )
    return not changes(one, other, pair=pair) and not changes(other, one, pair=pair)
