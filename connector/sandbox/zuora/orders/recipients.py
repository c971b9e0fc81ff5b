"""Whom a subscription's documents go to and how: contacts, payment term, template, sequence set, invoice group.

Where the subscription says nothing, the account's own count. An action sets a value, or clears it with the flag
`clearingExisting…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.contacts import contact_of_account
from connector.sandbox.zuora.errors import BAD_VALUE
from connector.sandbox.zuora.orders.state import Action, Work

CLEARED_BY = {
    "billToContactId": "clearingExistingBillToContact",
    "soldToContactId": "clearingExistingSoldToContact",
    "shipToContactId": "clearingExistingShipToContact",
    "paymentTerm": "clearingExistingPaymentTerm",
    "invoiceTemplateId": "clearingExistingInvoiceTemplate",
    "sequenceSetId": "clearingExistingSequenceSet",
    "invoiceGroupNumber": "clearingExistingInvoiceGroupNumber",
    "communicationProfileId": "clearingExistingCommunicationProfile",
}
_OF_INVOICE_OWNER = ("billToContactId",)
CONTACTS = ("billToContactId", "soldToContactId", "shipToContactId")


def recipients(
    work: Work, action: Action, before: Mapping[str, Any], *, owner_id: str, invoice_owner_id: str
) -> dict[str, str | None]:
    """All of them after an action; `before` is the subscription as it was, empty for a new one.

    The bill-to belongs to the invoice owner, the other contacts to the subscription's owner.
    """
    details = action.details
    values: dict[str, str | None] = {}
    for field, flag in CLEARED_BY.items():
        given = details.get(field) or None
        if given and details.get(flag):
            raise action.refuse(f"'{field}' is given and cleared by '{flag}'.", category=BAD_VALUE)
        values[field] = given or (None if details.get(flag) else before.get(field))
        if given and field in CONTACTS:
            account_id = invoice_owner_id if field in _OF_INVOICE_OWNER else owner_id
            contact_of_account(work.store, given, account_id, field=field)
    term = details.get("paymentTerm")
    if term and term not in work.tenant.settings.payment_terms:
        raise action.refuse(f"the payment term '{term}' is not defined.", category=BAD_VALUE)
    return values


def changed_recipients(work: Work, action: Action, subscription: Mapping[str, Any]) -> dict[str, str | None]:
    """As `recipients`, for a subscription whose owners stay."""
    return recipients(
        work,
        action,
        subscription,
        owner_id=subscription["accountId"],
        invoice_owner_id=subscription["invoiceOwnerId"],
    )
