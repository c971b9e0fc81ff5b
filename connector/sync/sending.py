"""Which call creates a record of each noun in Zuora, which one finds it by its natural key, and which one changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connector.clients.zuora import ZuoraClient
from connector.domain import JSON, contacts, ids
from connector.domain.operations import OWED, Key, Noun, Operation
from connector.domain.orders import order_link
from connector.domain.sought import Sought
from connector.errors import RecordError
from connector.sync.services import Services


class NumberTaken(RecordError):
    """Another account of Zuora's has the number ours was to get."""


Yield = dict[Key, dict[str, str]]


def _send_account(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    made = services.zuora.create_account(payload, idempotency_key=key)
    contact_ids = {"billToContactId": made.bill_to_id, "soldToContactId": made.sold_to_id}
    return {
        operation.key: {"id": made.account_id, "accountNumber": made.account_number, **_owing(operation)},
        **{
            contact: {"id": contact_ids[name]}
            for name, contact in operation.yields.items()
            if contact_ids.get(name)
        },
    }


def _owing(operation: Operation | Sought) -> dict[str, str]:
    return {"contacts": OWED} if operation.is_owing else {}


def _send_contact(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    return {operation.key: {"id": services.zuora.create_contact(payload, idempotency_key=key)}}


def _send_product(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    return {operation.key: {"id": services.zuora.create_product(payload, idempotency_key=key)}}


def _send_rate_plan(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    rate_plan_id = services.zuora.create_rate_plan(payload, idempotency_key=key)
    return {operation.key: {"id": rate_plan_id, "productId": str(payload["ProductId"])}}


def _send_charge(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    charge_id = services.zuora.create_charge(payload, idempotency_key=key)
    return {
        operation.key: {
            "id": charge_id,
            "chargeModel": str(payload["ChargeModel"]),
            "chargeType": str(payload["ChargeType"]),
        }
    }


def _send_order(services: Services, operation: Operation, payload: JSON, key: str) -> Yield | str:
    if operation.is_asynchronous:
        return services.zuora.create_order_async(payload, idempotency_key=key)
    answer = services.zuora.create_order(payload, idempotency_key=key)
    return {operation.key: order_link(answer)}


def _find_account(zuora: ZuoraClient, sought: Sought) -> Yield:
    wanted = sought.key.value
    found = [each for each in zuora.find_accounts([wanted]) if ids.same(str(each.get("crmId") or ""), wanted)]
    if len(found) > 1:
        numbers = ", ".join(str(each["accountNumber"]) for each in found)
        raise RecordError(
            f"{sought.title} has several Zuora accounts with its CRM ID: {numbers}. "
            "Choose one on the account's page (“Use this Zuora account”) and resync.",
            record=sought.salesforce_id,
        )
    if not found:
        return _of_number(zuora, sought) if sought.account_number else {}
    roles = {"billToContactId": "billToContact", "soldToContactId": "soldToContact"}
    people = {key: (found[0].get(roles[name]) or {}).get("id") for name, key in sought.yields.items()}
    return {
        sought.key: {
            "id": str(found[0]["id"]),
            "accountNumber": str(found[0]["accountNumber"]),
            **_owing(sought),
        },
        **{key: {"id": str(contact_id)} for key, contact_id in people.items() if contact_id},
    }


def _of_number(zuora: ZuoraClient, sought: Sought) -> Yield:
    """The account under the number we gave it, if it is ours. Raises NumberTaken where it is another's."""
    found = zuora.account_of_number(sought.account_number)
    if found is None:
        return {}
    if not ids.same(found.crm_id, sought.key.value):
        raise NumberTaken(
            f"{sought.title} cannot be created as {sought.account_number}: Zuora's account {found.account_number} "
            f"({found.account_id}) has this number, and belongs to CRM ID {found.crm_id or '(none)'}, not {sought.key.value}. It is "
            "not used. Correct what the number is made of, or that account's CRM ID in Zuora, and resync.",
            record=sought.salesforce_id,
        )
    people = {"billToContactId": found.bill_to_id, "soldToContactId": found.sold_to_id}
    return {
        sought.key: {"id": found.account_id, "accountNumber": found.account_number, **_owing(sought)},
        **{key: {"id": people[name]} for name, key in sought.yields.items() if people.get(name)},
    }


def find_by_number(zuora: ZuoraClient, sought: Sought) -> Yield:
    """As `_of_number`; empty as well where another account has the number."""
    try:
        return _of_number(zuora, sought)
    except NumberTaken:
        return {}


def _find_contact(zuora: ZuoraClient, sought: Sought) -> Yield:
    held = zuora.find_contacts([sought.zuora_account_id])
    found = contacts.find(held, sought.key.value)
    return {sought.key: {"id": str(found["id"])}} if found else {}


def _find_product(zuora: ZuoraClient, sought: Sought) -> Yield:
    found = zuora.find_product(sought.key.value)
    return {sought.key: {"id": found}} if found else {}


def _find_rate_plan(zuora: ZuoraClient, sought: Sought) -> Yield:
    found = zuora.find_rate_plan(sought.key.value)
    return {sought.key: {"id": found.rate_plan_id, "productId": found.product_id}} if found else {}


def _find_charge(zuora: ZuoraClient, sought: Sought) -> Yield:
    found = zuora.find_rate_plan(sought.key.value)
    if found is None or not found.charge_id:
        return {}
    return {
        sought.key: {
            "id": found.charge_id,
            "chargeModel": found.charge_model,
            "chargeType": found.charge_type,
        }
    }


def _find_order(zuora: ZuoraClient, sought: Sought) -> Yield:
    found = zuora.get_order(sought.key.value)
    return {sought.key: order_link(found)} if found else {}


SEND: Mapping[Noun, Callable[[Services, Operation, JSON, str], Yield | str]] = {
    Noun.ACCOUNT: _send_account,
    Noun.CONTACT: _send_contact,
    Noun.PRODUCT: _send_product,
    Noun.RATE_PLAN: _send_rate_plan,
    Noun.CHARGE: _send_charge,
    Noun.ORDER: _send_order,
}
"""Noun -> the call that creates; what it yields, or the id of the job an asynchronous order became."""

FIND: Mapping[Noun, Callable[[ZuoraClient, Sought], Yield]] = {
    Noun.ACCOUNT: _find_account,
    Noun.CONTACT: _find_contact,
    Noun.PRODUCT: _find_product,
    Noun.RATE_PLAN: _find_rate_plan,
    Noun.CHARGE: _find_charge,
    Noun.ORDER: _find_order,
}
"""Noun -> what Zuora holds under the natural key; empty where nothing."""

UPDATE: Mapping[Noun, Callable[[ZuoraClient, str, JSON], None]] = {
    Noun.ACCOUNT: ZuoraClient.update_account,
    Noun.CONTACT: ZuoraClient.update_contact,
    Noun.ORDER: ZuoraClient.update_order_fields,
    Noun.ORDER_LINE_ITEM: ZuoraClient.update_line_item,
    Noun.SUBSCRIPTION: ZuoraClient.update_subscription_fields,
}
"""Noun -> the call that changes what an operation names as its target. Idempotent by content: no write intent, no key."""
