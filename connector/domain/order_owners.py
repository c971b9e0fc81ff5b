"""Who pays and who owns: the accounts an order names besides its own, by lookup fields the integration's options name.

The invoice owner is billed for the order's subscriptions, the subscription owner holds them (vendor rules C5, O6, O15). Both
must be in Zuora before the order; an owner that is the order's own account is no owner.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain import JSON, ids, paths
from connector.domain.labels import order_label
from connector.domain.rules import Options
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot
from connector.errors import ConfigError, RecordError


@dataclass(frozen=True, slots=True)
class Owners:
    """`invoice` is billed, `subscription` holds the subscriptions; either is `account`, the order's own, where none is named."""

    account: AccountSnapshot
    invoice: AccountSnapshot
    subscription: AccountSnapshot

    @property
    def has_invoice_owner(self) -> bool:
        return self.invoice.salesforce_id != self.account.salesforce_id

    @property
    def has_subscription_owner(self) -> bool:
        return self.subscription.salesforce_id != self.account.salesforce_id


def owner_fields(options: Options) -> tuple[str, ...]:
    """The lookup fields to read of every order."""
    return tuple(name for name in (options.invoice_owner_field, options.subscription_owner_field) if name)


def owner_id(record: JSON, field: str) -> str:
    """The 18-character id of the account an order's record names in `field`; empty for none, and for what is no account id,
    which `read_owners` tells."""
    value = paths.read(record, field) if field else None
    named = isinstance(value, str) and value.startswith("001") and ids.is_salesforce_id(value)
    return ids.normalise(str(value)) if named else ""


def read_owners(
    order: OrderSnapshot, account: AccountSnapshot, *, options: Options, snapshot: Snapshot
) -> Owners:
    """Raises ConfigError where a field of the options cannot be read or is no lookup to Account, RecordError where the account
    it names cannot be read."""
    return Owners(
        account,
        _owner(order, account, snapshot, field=options.invoice_owner_field, option="Invoice owner field"),
        _owner(
            order,
            account,
            snapshot,
            field=options.subscription_owner_field,
            option="Subscription owner field",
        ),
    )


def _owner(
    order: OrderSnapshot, account: AccountSnapshot, snapshot: Snapshot, *, field: str, option: str
) -> AccountSnapshot:
    if not field:
        return account
    if not paths.has(order.record, field):
        raise ConfigError(
            f"{order_label(order)} is not carried: the integration's option “{option}” names {field}, which does not exist on "
            "Order or is hidden from the integration user. Correct the option, or give the user read access in Salesforce, "
            "and resync.",
            record=order.salesforce_id,
        )
    value = paths.read(order.record, field)
    if not value:
        return account
    named = owner_id(order.record, field)
    if not named:
        raise ConfigError(
            f"{order_label(order)} has “{str(value)[:40]}” in {field}, which is no account: the integration's option “{option}” "
            "must name a lookup field to Account. Correct the option and resync.",
            record=order.salesforce_id,
        )
    named = snapshot.merged.get(named, named)
    if named == account.salesforce_id:
        return account
    if owner := snapshot.accounts.get(named):
        return owner
    raise RecordError(
        f"{order_label(order)} names the account {named} in {field}, which cannot be read: it is deleted, or hidden from "
        f"the integration user. Correct {field} on the order in Salesforce, or give the user access, and resync.",
        record=order.salesforce_id,
    )
