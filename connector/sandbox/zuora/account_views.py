"""Accounts as GET /v1/accounts/{key} and its summary answer them."""

from __future__ import annotations

from typing import Any

from connector.sandbox.zuora.contacts import shown_in_account
from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.store import Record, View

_BASIC = words(
    "id name accountNumber notes status crmId batch communicationProfileId profileNumber"
    " organizationLabel creditMemoTemplateId customerServiceRepName debitMemoTemplateId"
    " invoiceTemplateId parentId partnerAccount purchaseOrderNumber salesRep sequenceSetId"
    " summaryStatementTemplateId"
)
_BILLING = words(
    "additionalEmailAddresses autoPay billCycleDay currency defaultPaymentMethodId"
    " invoiceDeliveryPrefsEmail invoiceDeliveryPrefsPrint paymentGateway paymentTerm"
)
_SUMMARY = words(
    "id name accountNumber autoPay batch currency invoiceDeliveryPrefsEmail invoiceDeliveryPrefsPrint"
    " organizationLabel partnerAccount purchaseOrderNumber status additionalEmailAddresses"
)
_SUMMARY_CONTACT = words(
    "id firstName lastName address1 address2 city country county fax state taxRegion workEmail"
    " workPhone zipCode"
)
_ZERO = "0.00"
_METRICS = words(
    "balance totalInvoiceBalance totalDebitMemoBalance unappliedCreditMemoAmount unappliedPaymentAmount"
    " contractedMrr"
)


def full(view: View, account: Record) -> dict[str, Any]:
    return {
        "basicInfo": {name: account.get(name) for name in _BASIC} | _custom(account),
        "billingAndPayment": {name: account.get(name) for name in _BILLING} | _cycle(account),
        "metrics": dict.fromkeys([*_METRICS, "creditBalance"], _ZERO) | {"reservedPaymentAmount": 0},
        "billToContact": shown_in_account(_contact(view, account, "billToId")),
        "soldToContact": shown_in_account(_contact(view, account, "soldToId")),
        "shipToContact": shown_in_account(_contact(view, account, "shipToId")),
        "taxInfo": account["taxInfo"],
    }


def summary(view: View, account: Record, *, subscriptions: list[dict[str, Any]]) -> dict[str, Any]:
    """`subscriptions` are the six latest ones, as the summary shows them."""
    basic = {name: account.get(name) for name in _SUMMARY} | _custom(account) | _cycle(account)
    return {
        "basicInfo": basic | {"balance": _ZERO, "billCycleDay": str(account["billCycleDay"])},
        "billToContact": short_contact(_contact(view, account, "billToId")),
        "soldToContact": short_contact(_contact(view, account, "soldToId")),
        "shipToContact": short_contact(_contact(view, account, "shipToId")),
        "taxInfo": account["taxInfo"],
        "subscriptions": subscriptions,
        "invoices": [],
        "payments": [],
        "usage": [],
    }


def _custom(record: Record) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name.endswith(("__c", "__NS"))}


def _cycle(account: Record) -> dict[str, Any]:
    return {"bcdSettingOption": "ManualSet" if account["billCycleDay"] else "AutoSet"}


def _contact(view: View, account: Record, role: str) -> Record | None:
    return view.get("contacts", account[role]) if account.get(role) else None


def short_contact(contact: Record | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    return {name: contact.get(name) for name in _SUMMARY_CONTACT} | _custom(contact)
