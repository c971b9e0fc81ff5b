"""Accounts and contacts: found by CRM ID and account id, created once, updated by patch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connector.clients.zuora import names
from connector.clients.zuora.errors import Asked
from connector.clients.zuora.wire import Wire, in_filters, part, wanted
from connector.domain import JSON

_SHORT_ID = 15
_EXPANDED = ("billto", "soldto")


@dataclass(frozen=True, slots=True)
class CreatedAccount:
    """What Zuora made of one POST: an account and its contacts. `sold_to_id` equals `bill_to_id` where they share one."""

    account_id: str
    account_number: str
    bill_to_id: str
    sold_to_id: str


@dataclass(frozen=True, slots=True)
class NumberedAccount(CreatedAccount):
    """An account as it is found by its number; ids of contacts it lacks are empty."""

    crm_id: str


class Accounts(Wire):
    # Reference: https://developer.zuora.com/v1-api-reference/api/object-queries/queryaccounts/
    def find_accounts(self, crm_ids: Iterable[str]) -> list[JSON]:
        """Accounts whose CRM ID is one of these ids in its 18- or 15-character form, under the names of writes.

        Zuora matches without regard to case, so an account of another id may be among them: the caller compares exactly.
        """
        both = (form for crm_id in crm_ids for form in (crm_id, crm_id[:_SHORT_ID]))
        return [
            names.account(record)
            for text in in_filters("crmid", both)
            for record in self._query("accounts", filters=[text], expand=_EXPANDED)
        ]

    # Reference: https://developer.zuora.com/v1-api-reference/api/object-queries/queryaccountbykey/
    def get_account(self, zuora_id: str) -> JSON | None:
        """One account as `find_accounts` answers it; None where Zuora has none of that id."""
        record = self._find(
            f"/object-query/accounts/{part(zuora_id, 'account id')}",
            record=zuora_id,
            params=[("expand[]", noun) for noun in _EXPANDED],
        )
        return None if record is None else names.account(record)

    # Reference: https://developer.zuora.com/v1-api-reference/api/accounts/get_account/
    def has_account(self, zuora_id: str) -> bool:
        """Whether Zuora has the account, asked directly and not through a query that may lag."""
        return self._find(f"/v1/accounts/{part(zuora_id, 'account id')}", record=zuora_id) is not None

    # Reference: https://developer.zuora.com/v1-api-reference/api/accounts/get_account/
    def account_of_number(self, number: str) -> NumberedAccount | None:
        """The account that has this number, asked directly and not through a query that may lag; None where none has."""
        path = f"/v1/accounts/{part(number, 'account number')}"
        answer = self._find(path, record=number)
        if answer is None:
            return None
        asked, info = Asked("GET", path, number), answer.get("basicInfo") or {}
        contacts = [answer.get(role) or {} for role in ("billToContact", "soldToContact")]
        bill_to_id, sold_to_id = (str(contact.get("id") or "") for contact in contacts)
        return NumberedAccount(
            account_id=wanted(info, "id", asked),
            account_number=wanted(info, "accountNumber", asked),
            bill_to_id=bill_to_id,
            sold_to_id=sold_to_id,
            crm_id=str(info.get("crmId") or ""),
        )

    # Reference: https://developer.zuora.com/v1-api-reference/api/accounts/post_account/
    def create_account(self, payload: JSON, *, idempotency_key: str) -> CreatedAccount:
        record = str(payload.get("crmId") or payload.get("name") or "")
        asked = Asked("POST", "/v1/accounts", record, creates=True)
        answer = self._create(asked.path, payload, record=record, idempotency_key=idempotency_key)
        bill_to_id = wanted(answer, "billToContactId", asked)
        return CreatedAccount(
            account_id=wanted(answer, "accountId", asked),
            account_number=wanted(answer, "accountNumber", asked),
            bill_to_id=bill_to_id,
            sold_to_id=str(answer.get("soldToContactId") or bill_to_id),
        )

    # Reference: https://developer.zuora.com/v1-api-reference/api/accounts/put_account/
    def update_account(self, zuora_id: str, payload: JSON) -> None:
        """Change the fields given and no others; an empty text empties a field."""
        self._change(f"/v1/accounts/{part(zuora_id, 'account id')}", payload, record=zuora_id)

    # Reference: https://developer.zuora.com/v1-api-reference/api/object-queries/querycontacts/
    def find_contacts(self, account_ids: Iterable[str]) -> list[JSON]:
        """Every contact of these accounts, under the names of writes (`zipCode`), with `id` and `accountId`."""
        return [
            names.contact(record)
            for text in in_filters("accountid", account_ids)
            for record in self._query("contacts", filters=[text])
        ]

    # Reference: https://developer.zuora.com/v1-api-reference/api/contacts/get_contact/
    def get_contact(self, contact_id: str) -> JSON | None:
        """One contact, read directly and not through a query that may lag; None where Zuora has none of that id."""
        answer = self._find(f"/v1/contacts/{part(contact_id, 'contact id')}", record=contact_id)
        # The documented answer leaves `id` out although the real one has it.
        return None if answer is None else {**names.contact(answer), "id": contact_id}

    # Reference: https://developer.zuora.com/v1-api-reference/api/contacts/post_createcontact/
    def create_contact(self, payload: JSON, *, idempotency_key: str) -> str:
        """The id of the new contact.

        The documented answer leaves `id` out although the real one has it: without it the outcome counts as unknown.
        """
        record = f"{payload.get('firstName', '')} {payload.get('lastName', '')}".strip()
        asked = Asked("POST", "/v1/contacts", record, creates=True)
        answer = self._create(asked.path, payload, record=record, idempotency_key=idempotency_key)
        return wanted(answer, "id", asked)

    # Reference: https://developer.zuora.com/v1-api-reference/api/contacts/put_updatecontact/
    def update_contact(self, contact_id: str, payload: JSON) -> None:
        """Change the fields given and no others; an empty text empties a field."""
        self._change(f"/v1/contacts/{part(contact_id, 'contact id')}", payload, record=contact_id)
