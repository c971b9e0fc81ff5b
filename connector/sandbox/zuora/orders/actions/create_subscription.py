"""CreateSubscription: owners, contacts, term, rate plans, and the status that missing trigger dates leave
it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.contacts import contact_of_account
from connector.sandbox.zuora.errors import BAD_VALUE
from connector.sandbox.zuora.orders.rate_plans import subscribe
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.orders.terms import first_term
from connector.sandbox.zuora.store import Record

NUMBER_PREFIX = "A-S"


def create_subscription(work: Work, action: Action, entry: Mapping[str, Any]) -> Record:
    """`entry` is the order's subscription entry, whose notes, quote and custom fields go to the
    subscription.
    """
    details = action.details
    if details.get("newSubscriptionOwnerAccount"):
        raise action.refuse("a new subscription owner account is not made by this sandbox.")
    owner = _account(work, action, details.get("subscriptionOwnerAccountNumber"))
    invoice_owner = _account(work, action, details.get("invoiceOwnerAccountNumber"))
    term = details.get("paymentTerm")
    if term and term not in work.tenant.settings.payment_terms:
        raise action.refuse(f"the payment term '{term}' is not defined.", category=BAD_VALUE)
    values: dict[str, Any] = {
        "subscriptionNumber": _number(work, action, details.get("subscriptionNumber")),
        "accountId": owner["id"],
        "invoiceOwnerId": invoice_owner["id"],
        "currency": _currency(work, action, details.get("currency")),
        "contractEffectiveDate": action.effective_date,
        "serviceActivationDate": action.triggers.get("serviceActivationDate"),
        "customerAcceptanceDate": action.triggers.get("customerAcceptanceDate"),
        "notes": details.get("notes") or entry.get("notes"),
        "paymentTerm": term,
        "invoiceSeparately": details.get("invoiceSeparately", False),
        "cancelledDate": None,
        "status": _status(work, action),
        "creatorAccountId": work.account["id"],
        **_contacts(work, details, owner=owner, invoice_owner=invoice_owner),
        **first_term(action),
        **entry.get("quote", {}),
        **entry.get("customFields", {}),
    }
    plans = details.get("subscribeToRatePlans", [])
    values["ratePlans"] = [subscribe(work, action, plan, values) for plan in plans]
    return add_version(work, None, values)


def _account(work: Work, action: Action, number: str | None) -> Record:
    if not number:
        return work.account
    account = work.store.first("accounts", accountNumber=number)
    if account is None:
        raise action.refuse(f"there is no account '{number}'.", category=BAD_VALUE)
    return account


def _number(work: Work, action: Action, given: str | None) -> str:
    if not given:
        return f"{NUMBER_PREFIX}{work.store.next_number('subscription'):08d}"
    if work.store.first("subscriptions", subscriptionNumber=given):  # code and words unverified
        raise action.refuse(f"the subscription number '{given}' is already in use.")
    return given


def _currency(work: Work, action: Action, given: str | None) -> str:
    if given and given != work.currency:
        if not work.tenant.settings.multiple_currencies:
            raise action.refuse(f"the currency {given} is not the account's, {work.currency}.")
        if given not in work.tenant.settings.currencies:
            raise action.refuse(f"the currency {given} is not enabled.", category=BAD_VALUE)
        work.currency = given
    return work.currency


def _contacts(
    work: Work, details: Mapping[str, Any], *, owner: Record, invoice_owner: Record
) -> dict[str, str | None]:
    """The bill-to belongs to the invoice owner, the others to the subscription owner; None means the
    account's.
    """
    chosen: dict[str, str | None] = {}
    for field, account in (
        ("billToContactId", invoice_owner),
        ("soldToContactId", owner),
        ("shipToContactId", owner),
    ):
        chosen[field] = details.get(field) or None
        if chosen[field]:
            contact_of_account(work.store, details[field], account["id"], field=field)
    return chosen


def _status(work: Work, action: Action) -> str:
    settings = work.tenant.settings
    if settings.service_activation_required and not action.triggers.get("serviceActivationDate"):
        return "Pending Activation"
    if settings.customer_acceptance_required and not action.triggers.get("customerAcceptanceDate"):
        return "Pending Acceptance"
    return "Active"
