"""Contacts: made with an account, inside an order, or on their own; never looked up by anything but their
id.
"""

from __future__ import annotations

from typing import Any

from connector.sandbox.zuora.declared import contacts as declared
from connector.sandbox.zuora.errors import (
    BAD_VALUE,
    BUSINESS_RULE,
    MISSING_FIELD,
    NOT_FOUND,
    Reason,
    Refused,
    refuse,
)
from connector.sandbox.zuora.fields import check, words
from connector.sandbox.zuora.geography import normalised
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant, new_id

_ROLES = ("asBillTo", "asShipTo", "asSoldTo")
_NAMES = words(
    "firstName lastName address1 address2 city country county state taxRegion zipCode fax homePhone"
    " mobilePhone otherPhone otherPhoneType workPhone nickname personalEmail workEmail"
    " contactDescription"
)


def address_reasons(tenant: Tenant, values: dict[str, Any], *, path: str = "") -> list[Reason]:
    if not all(isinstance(values.get(name, ""), str) for name in ("country", "state")):
        return []  # already a reason of its own
    _, reasons = normalised(values, with_subregions=tenant.settings.countries_with_subregions)
    return [Reason(reason.category, f"{path}{reason.message}") for reason in reasons]


def stored_values(tenant: Tenant, values: dict[str, Any]) -> dict[str, Any]:
    """The given fields as they are kept: country and state by name, an empty string as nothing."""
    translated: dict[str, Any] = normalised(
        values, with_subregions=tenant.settings.countries_with_subregions
    )[0]
    if "postalCode" in translated:
        translated["zipCode"] = translated.pop("postalCode")
    translated.update(translated.pop("customFields", {}))
    return {name: None if value == "" else value for name, value in translated.items()}


def add_contact(tenant: Tenant, store: Store, values: dict[str, Any], *, account_id: str) -> Record:
    """Store a contact whose fields have been checked."""
    now = tenant.timestamp()
    kept = stored_values(tenant, values)
    record = {
        "id": new_id(),
        "accountId": account_id,
        "createdDate": now,
        "updatedDate": now,
        **dict.fromkeys(_NAMES),
        **dict.fromkeys(_ROLES, False),
        **kept,
    }
    store.put("contacts", record)
    return record


def change_contact(tenant: Tenant, store: Store, contact: Record, values: dict[str, Any]) -> Record:
    """Patch a contact: what is not given stays; country and state are judged together as they will stand."""
    for name in ("firstName", "lastName"):
        if values.get(name) == "":
            raise refuse(MISSING_FIELD, f"'{name}' is required and may not be empty.")
    merged = {name: contact[name] or "" for name in ("country", "state")} | values
    reasons = address_reasons(tenant, merged)
    if reasons:
        raise Refused(reasons)
    kept = stored_values(tenant, merged)
    return store.change("contacts", contact["id"], **kept, updatedDate=tenant.timestamp())


def create_contact(tenant: Tenant, store: Store, body: dict[str, Any]) -> Record:
    reasons = check(body, declared.CREATE, custom_fields=tenant.settings.custom_fields)
    reasons += address_reasons(tenant, body)
    if not body.get("accountId") and not body.get("accountNumber"):
        reasons.append(Reason(MISSING_FIELD, "Either 'accountId' or 'accountNumber' is required."))
    if reasons:
        raise Refused(reasons)
    account = _owner(store, body)
    most = tenant.settings.most_contacts
    if len(store.where("contacts", accountId=account["id"])) >= most:
        raise refuse(BUSINESS_RULE, f"An account has at most {most} contacts.")
    values = {name: value for name, value in body.items() if name not in ("accountId", "accountNumber")}
    return add_contact(tenant, store, values, account_id=account["id"])


def update_contact(tenant: Tenant, store: Store, contact_id: str, body: dict[str, Any]) -> Record:
    contact = find_contact(store, contact_id)
    reasons = check(body, declared.UPDATE, custom_fields=tenant.settings.custom_fields)
    if reasons:
        raise Refused(reasons)
    return change_contact(tenant, store, contact, body)


def delete_contact(store: Store, contact_id: str) -> None:
    contact = find_contact(store, contact_id)
    account = store.get("accounts", contact["accountId"]) or {}
    used = [role for role in ("billToId", "soldToId", "shipToId") if account.get(role) == contact_id]
    if used:  # that it is refused is sure, with which words is unverified
        raise refuse(BUSINESS_RULE, f"The contact cannot be deleted: it is the account's {', '.join(used)}.")
    store.remove("contacts", contact_id)


def find_contact(view: View, contact_id: str) -> Record:
    contact = view.get("contacts", contact_id)
    if contact is None:
        raise refuse(NOT_FOUND, f"Cannot find a contact with the id '{contact_id}'.")
    return contact


def contact_of_account(view: View, contact_id: str, account_id: str, *, field: str) -> Record:
    """A contact named in another record; it must belong to that account."""
    contact = view.get("contacts", contact_id)
    if contact is None or contact["accountId"] != account_id:
        raise refuse(
            BAD_VALUE, f"'{field}' names the contact '{contact_id}', which is not one of the account's."
        )
    return contact


def shown(view: View, contact: Record) -> dict[str, Any]:
    """A contact as POST, GET and PUT /v1/contacts answer it; nulls are shown."""
    account = view.get("accounts", contact["accountId"]) or {}
    hidden = {"createdDate", "updatedDate"}
    return {
        **{name: value for name, value in contact.items() if name not in hidden},
        "accountNumber": account.get("accountNumber"),
    }


def shown_in_account(contact: Record | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    hidden = {"createdDate", "updatedDate", "accountId", "contactDescription"}
    return {name: value for name, value in contact.items() if name not in hidden}


def _owner(view: View, body: dict[str, Any]) -> Record:
    found = []
    for field, value in (("id", body.get("accountId")), ("accountNumber", body.get("accountNumber"))):
        if value:
            account = view.first("accounts", **{field: value})
            if account is None:
                raise refuse(BAD_VALUE, f"There is no account '{value}'.")
            found.append(account)
    if found[0]["id"] != found[-1]["id"]:
        raise refuse(BAD_VALUE, "'accountId' and 'accountNumber' name two different accounts.")
    return found[0]
