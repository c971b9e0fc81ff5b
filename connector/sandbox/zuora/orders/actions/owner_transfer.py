"""OwnerTransfer: another account owns the subscription, pays for it, or both.

A contact stays only where its account stays; otherwise it is the new owner's own (unverified). An owner with another
currency is refused, unless the tenant sells in several currencies.
"""

from __future__ import annotations

from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD
from connector.sandbox.zuora.orders.recipients import recipients
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.store import Record


def transfer_owner(work: Work, action: Action, subscription: Record) -> Record:
    details = action.details
    if not details.get("destinationAccountNumber") and not details.get("destinationInvoiceAccountNumber"):
        message = "'destinationAccountNumber' or 'destinationInvoiceAccountNumber' is required."
        raise action.refuse(message, category=MISSING_FIELD)
    owner_id = _account(work, action, subscription, "destinationAccountNumber") or subscription["accountId"]
    invoice_owner_id = (
        _account(work, action, subscription, "destinationInvoiceAccountNumber")
        or subscription["invoiceOwnerId"]
    )
    kept: dict[str, Any] = dict(subscription)
    if owner_id != subscription["accountId"]:
        kept |= {"soldToContactId": None, "shipToContactId": None}
    if invoice_owner_id != subscription["invoiceOwnerId"]:
        kept |= {"billToContactId": None}
    chosen = recipients(work, action, kept, owner_id=owner_id, invoice_owner_id=invoice_owner_id)
    return add_version(
        work, subscription, {"accountId": owner_id, "invoiceOwnerId": invoice_owner_id, **chosen}
    )


def _account(work: Work, action: Action, subscription: Record, field: str) -> str | None:
    number = action.details.get(field)
    if not number:
        return None
    account = work.store.first("accounts", accountNumber=number)
    if account is None:
        raise action.refuse(f"there is no account '{number}'.", category=BAD_VALUE)
    if account["currency"] != subscription["currency"] and not work.tenant.settings.multiple_currencies:
        raise action.refuse(
            f"the account '{number}' has the currency {account['currency']}, the subscription"
            f" {subscription['currency']}."
        )
    return str(account["id"])
