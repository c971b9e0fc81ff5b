"""Accounts with their bill-to, sold-to and ship-to contacts, and the parent hierarchy.

The CRM id is not unique, a parent is named by id only, a hierarchy has five levels at most, and an update
is a patch in which an empty string empties a field.
"""

from __future__ import annotations

import re
from typing import Any

from connector.sandbox.zuora import contacts
from connector.sandbox.zuora.declared import accounts as declared
from connector.sandbox.zuora.errors import (
    BAD_VALUE,
    BUSINESS_RULE,
    MISSING_FIELD,
    NOT_FOUND,
    Reason,
    Refused,
    refuse,
)
from connector.sandbox.zuora.fields import Shape, check, words
from connector.sandbox.zuora.hierarchy import parent_reasons
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant, new_id

ROLES = {"billTo": "billToContact", "soldTo": "soldToContact", "shipTo": "shipToContact"}
_BATCH = re.compile(r"Batch([1-9]|[1-4][0-9]|50)")
_TEXTS = words(
    "batch communicationProfileId creditMemoTemplateId crmId customerServiceRepName debitMemoTemplateId"
    " invoiceTemplateId notes organizationLabel parentId paymentGateway paymentTerm profileNumber"
    " purchaseOrderNumber salesRep sequenceSetId summaryStatementTemplateId defaultPaymentMethodId"
)
_NOT_KEPT = words(
    "billToContact soldToContact shipToContact soldToSameAsBillTo shipToSameAsBillTo runBilling"
    " collect applyCredit applyCreditBalance applicationOrder creditMemoReasonCode documentDate"
    " targetDate subscription creditCard paymentMethod hpmCreditCardPaymentMethodId billToContactId"
    " soldToContactId shipToContactId"
)


def create_account(
    tenant: Tenant, store: Store, body: dict[str, Any], *, shape: Shape = declared.CREATE
) -> Record:
    """Store an account and its contacts; Refused with every reason when it cannot be."""
    reasons = check(body, shape, custom_fields=tenant.settings.custom_fields)
    given = _flat(body)
    reasons += _rules(tenant, store, given)
    reasons += _creation_rules(tenant, store, given)
    for role in ROLES.values():
        if isinstance(given.get(role), dict):
            reasons += contacts.address_reasons(tenant, given[role], path=f"{role}: ")
    if reasons:
        raise Refused(reasons)
    record = _new_record(tenant, store, given)
    bill_to = contacts.add_contact(tenant, store, given["billToContact"], account_id=record["id"])
    record["billToId"] = bill_to["id"]
    record["soldToId"] = _other_contact(tenant, store, given, "soldTo", bill_to)
    # Whether a ship-to copy is made as a sold-to copy is, is unverified; none is.
    if given.get("shipToContact") or given.get("shipToSameAsBillTo"):
        record["shipToId"] = _other_contact(tenant, store, given, "shipTo", bill_to)
    store.put("accounts", record)
    return record


def update_account(tenant: Tenant, store: Store, key: str, body: dict[str, Any]) -> Record:
    account = find_account(store, key)
    reasons = check(body, declared.UPDATE, custom_fields=tenant.settings.custom_fields)
    reasons += _rules(tenant, store, body, account=account)
    if body.get("name") == "":
        reasons.append(Reason(MISSING_FIELD, "'name' is required and may not be empty."))
    if body.get("parentId") == "" and account["parentId"] and not tenant.settings.parent_can_be_cleared:
        reasons.append(Reason(BAD_VALUE, "'parentId' cannot be emptied."))  # unverified
    if reasons:
        raise Refused(reasons)
    changes: dict[str, Any] = {}
    for role, name in ROLES.items():
        chosen = body.get(f"{name}Id")
        if chosen:
            contacts.contact_of_account(store, chosen, account["id"], field=f"{name}Id")
            changes[f"{role}Id"] = chosen
        if body.get(name):
            current = store.get("contacts", changes.get(f"{role}Id") or account[f"{role}Id"] or "")
            if current is None:
                raise refuse(BAD_VALUE, f"The account has no '{name}' to change.")
            contacts.change_contact(tenant, store, current, body[name])
            if role == "billTo" and body[name].get("workEmail"):
                changes["invoiceDeliveryPrefsEmail"] = True
    for name, value in body.items():
        if name not in _NOT_KEPT:
            changes[name] = None if value == "" else value
    if "taxInfo" in changes:
        changes["taxInfo"] = account["taxInfo"] | changes["taxInfo"]
    return store.change("accounts", account["id"], **changes, updatedDate=tenant.timestamp())


def find_account(view: View, key: str) -> Record:
    """By id or by number."""
    account = view.get("accounts", key) or view.first("accounts", accountNumber=key)
    if account is None:
        raise refuse(NOT_FOUND, f"Cannot find an account with the key '{key}'.")
    return account


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """A new account inside an order in the spelling of POST /v1/accounts."""
    given = {name: value for name, value in body.items() if name != "customFields"}
    if isinstance(body.get("customFields"), dict):
        given.update(body["customFields"])
    emails = given.get("additionalEmailAddresses")
    if isinstance(emails, str):
        given["additionalEmailAddresses"] = [part.strip() for part in emails.split(",") if part.strip()]
    return given


def _rules(
    tenant: Tenant, store: View, given: dict[str, Any], *, account: Record | None = None
) -> list[Reason]:
    """What holds for creation and update alike."""
    settings, reasons = tenant.settings, []
    name = given.get("name")
    if isinstance(name, str) and ("/" in name or "\\" in name):
        reasons.append(Reason(BAD_VALUE, f"'name' has the value '{name}'; path separators are not allowed."))
    term = given.get("paymentTerm")
    if term and term not in settings.payment_terms:
        reasons.append(Reason(BAD_VALUE, f"'paymentTerm' has the value '{term}', which is not defined."))
    batch = given.get("batch")
    if batch and not _BATCH.fullmatch(str(batch)):
        reasons.append(Reason(BAD_VALUE, f"'batch' has the value '{batch}', which is not defined."))
    methods = ("paymentMethod", "creditCard", "hpmCreditCardPaymentMethodId", "defaultPaymentMethodId")
    has_method = any(given.get(method) for method in methods) or (account or {}).get("defaultPaymentMethodId")
    if given.get("autoPay") is True and not has_method:
        reasons.append(Reason(BUSINESS_RULE, "'autoPay' needs a payment method."))
    if given.get("parentId"):
        if not settings.customer_hierarchy:
            reasons.append(Reason(BUSINESS_RULE, "Customer Hierarchy is not enabled for the tenant."))
        reasons += parent_reasons(store, str(given["parentId"]), child=account)
    return reasons


def _creation_rules(tenant: Tenant, store: View, given: dict[str, Any]) -> list[Reason]:
    settings, reasons = tenant.settings, []
    currency = given.get("currency")
    if currency and currency not in settings.currencies:
        reasons.append(Reason(BAD_VALUE, f"'currency' has the value '{currency}', which is not enabled."))
    if "billCycleDay" not in given and not given.get("subscription"):
        reasons.append(Reason(MISSING_FIELD, "'billCycleDay' is required when no subscription is created."))
    number = given.get("accountNumber")
    if number and str(number).startswith(settings.account_number_prefix):
        message = (
            f"'accountNumber' may not start with the tenant's prefix '{settings.account_number_prefix}'."
        )
        reasons.append(Reason(BAD_VALUE, message))
    elif number and _has_number(store, str(number)):
        reasons.append(Reason(BUSINESS_RULE, f"The account number '{number}' is already in use."))
    for role in ("soldTo", "shipTo"):
        if given.get(f"{role}SameAsBillTo") and given.get(f"{role}Contact"):  # unverified
            reasons.append(Reason(BUSINESS_RULE, f"'{role}SameAsBillTo' excludes '{role}Contact'."))
    return reasons


def _has_number(store: View, number: str) -> bool:
    """Whether case matters is unverified: numbers that differ in case alone are refused, the safe reading."""
    return any(str(each["accountNumber"]).casefold() == number.casefold() for each in store.all("accounts"))


def _new_record(tenant: Tenant, store: Store, given: dict[str, Any]) -> Record:
    now = tenant.timestamp()
    record: Record = {
        "id": new_id(),
        "createdDate": now,
        "updatedDate": now,
        "status": "Active",
        **dict.fromkeys(_TEXTS),
        "batch": "Batch1",
        "paymentTerm": "Due Upon Receipt",
        "autoPay": True,  # documented: accounts made by this call are otherwise set to auto pay
        "billCycleDay": 0,
        "additionalEmailAddresses": [],
        "taxInfo": {},
        "shipToId": None,
    }
    for name in ("invoiceDeliveryPrefsEmail", "invoiceDeliveryPrefsPrint", "partnerAccount"):
        record[name] = False
    kept = {name: value for name, value in given.items() if name not in _NOT_KEPT and value != ""}
    record.update(kept)
    if not record.get("accountNumber"):
        number = store.next_number("account")
        record["accountNumber"] = f"{tenant.settings.account_number_prefix}{number:08d}"
    return record


def _other_contact(tenant: Tenant, store: Store, given: dict[str, Any], role: str, bill_to: Record) -> str:
    """The shared bill-to where that is asked for, the given contact, or a copy of the bill-to."""
    if given.get(f"{role}SameAsBillTo"):
        return str(bill_to["id"])
    values = given.get(f"{role}Contact") or given["billToContact"]
    return str(contacts.add_contact(tenant, store, values, account_id=bill_to["accountId"])["id"])
