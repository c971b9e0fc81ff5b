"""CreateSubscription: owners, contacts, term, rate plans, and the status that missing trigger dates leave
it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE
from connector.sandbox.zuora.orders.rate_plans import subscribe
from connector.sandbox.zuora.orders.recipients import recipients
from connector.sandbox.zuora.orders.state import Action, Work, add_version, status_by
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
    values: dict[str, Any] = {
        "subscriptionNumber": _number(work, action, details.get("subscriptionNumber")),
        "accountId": owner["id"],
        "invoiceOwnerId": invoice_owner["id"],
        "currency": _currency(work, action, details.get("currency")),
        "contractEffectiveDate": action.effective_date,
        "serviceActivationDate": action.triggers.get("serviceActivationDate"),
        "customerAcceptanceDate": action.triggers.get("customerAcceptanceDate"),
        "notes": details.get("notes") or entry.get("notes"),
        "invoiceSeparately": details.get("invoiceSeparately", False),
        "cancelledDate": None,
        "status": status_by(work.tenant, action.triggers),
        "suspensions": [],
        "creatorAccountId": work.account["id"],
        **recipients(work, action, {}, owner_id=owner["id"], invoice_owner_id=invoice_owner["id"]),
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
