"""Creating one record in Zuora, never twice: an intent is committed before the call and settled with the link after it.

    claim the intent -> [look up, where an earlier run left it open] -> POST with its idempotency key -> settle

A definite refusal closes the intent (Zuora keeps a failure for 24 hours under its key, so the next try gets a new one).
A passing refusal (lock, limit) is repeated with a new key. No readable answer means "unknown": the record is looked up
and, only if absent, sent again under the same key, whose stored answer Zuora replays; until that is resolved the key stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.domain import JSON, contacts, ids
from connector.domain.operations import Key, Noun, Operation
from connector.domain.orders import order_link
from connector.errors import ConnectorError, RecordError, RemoteRejected, RemoteUnavailable
from connector.sync.journal import Intent, IntentBusy
from connector.sync.rendering import plain
from connector.sync.services import Services

Yield = dict[Key, dict[str, str]]

ATTEMPTS = 3
PAUSE = 1.0
"""Seconds before a create is looked up or repeated; a stated Retry-After that is longer counts instead."""
PATIENCE = 30.0
"""A longer Retry-After is left to the job, which waits without holding a worker."""
BUSY_LOOKS = 40
BUSY_PAUSE = 0.5
BY_ANOTHER_RUN = "was created in Zuora by another run meanwhile; it is used"
WITHOUT_AN_ANSWER = "had already been created in Zuora although no answer arrived; it was found and is used"


@dataclass(frozen=True, slots=True)
class Made:
    """What is now known of a record; `found` says how, where it was there already and nothing was created."""

    known: Yield
    found: str = ""


def create(services: Services, operation: Operation, payload: JSON) -> Made:
    """Create the record of `operation` (references resolved) and return what is now known of it.

    Raises RemoteRejected, RecordError, ConfigError (nothing was created) or RemoteUnavailable (try again later).
    """
    intent = _claim(services, operation, payload)
    if isinstance(intent, Made):
        return intent
    if intent.inherited and (found := _look_up(services, operation, payload, intent)):
        return _adopt(services, intent, found)
    in_doubt = intent.inherited
    for attempt in range(1, ATTEMPTS + 1):
        try:
            created = _SEND[operation.key.noun](services, operation, payload, intent.idempotency_key)
        except RemoteUnavailable as error:
            # Doubt about an earlier attempt is not lifted by another that did not come through: a lock, a limit or a dead
            # line says nothing of what Zuora made of the first. A second key would be a second record.
            in_doubt = in_doubt or error.outcome_unknown
            if attempt == ATTEMPTS or (error.retry_after or 0) > PATIENCE:
                _give_up(services, intent, error, in_doubt=in_doubt)
                raise
            services.wait(max(error.retry_after or 0, PAUSE * attempt))
            if not in_doubt:
                intent = services.intents.renew(intent)
            elif found := _look_up(services, operation, payload, intent):
                return _adopt(services, intent, found)
        except ConnectorError as error:
            _give_up(services, intent, error, in_doubt=in_doubt and not _is_zuoras_word(error))
            raise
        else:
            services.intents.settle(intent, created)
            return Made(created)
    raise AssertionError("the last attempt returns or raises")


def _claim(services: Services, operation: Operation, payload: JSON) -> Intent | Made:
    """The intent, or what another run made of the same record since it was planned."""
    for _ in range(BUSY_LOOKS):
        if link := services.links.get(operation.key):
            return Made({operation.key: dict(link)}, BY_ANOTHER_RUN)
        try:
            intent = services.intents.claim(operation.key, _digest(payload))
        except IntentBusy:
            services.wait(BUSY_PAUSE)
            continue
        if link := services.links.get(operation.key):
            # Another run settled between our look and our claim; it stored the link before it let go of the intent.
            known = {operation.key: dict(link)}
            services.intents.settle(intent, known)
            return Made(known, BY_ANOTHER_RUN)
        return intent
    raise RemoteUnavailable(
        "another run is creating it and has not finished. It is tried again by itself.",
        system="Zuora",
        record=operation.salesforce_id,
    )


def _digest(payload: JSON) -> str:
    return hashlib.sha256(
        json.dumps(plain(payload), sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _is_zuoras_word(error: ConnectorError) -> bool:
    """Only Zuora's own numbered refusal of this very request says that nothing came of its idempotency key; a login that
    fails or a redirect does not."""
    return isinstance(error, RemoteRejected) and error.system == "Zuora" and bool(error.code)


def _give_up(services: Services, intent: Intent, error: ConnectorError, *, in_doubt: bool) -> None:
    if in_doubt:
        services.intents.leave_unknown(intent, str(error))
    else:
        services.intents.fail(intent, str(error))


def _look_up(services: Services, operation: Operation, payload: JSON, intent: Intent) -> Yield:
    """What Zuora holds under the natural key; empty where nothing. The intent stays open if this fails, too."""
    try:
        return _FIND[operation.key.noun](services, operation, payload)
    except ConnectorError as error:
        services.intents.leave_unknown(intent, str(error))
        raise


def _adopt(services: Services, intent: Intent, found: Yield) -> Made:
    services.intents.settle(intent, found)
    return Made(found, WITHOUT_AN_ANSWER)


def _send_account(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    made = services.zuora.create_account(payload, idempotency_key=key)
    contact_ids = {"billToContactId": made.bill_to_id, "soldToContactId": made.sold_to_id}
    return {
        operation.key: {"id": made.account_id, "accountNumber": made.account_number},
        **{
            contact: {"id": contact_ids[name]}
            for name, contact in operation.yields.items()
            if contact_ids.get(name)
        },
    }


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


def _send_order(services: Services, operation: Operation, payload: JSON, key: str) -> Yield:
    answer = services.zuora.create_order(payload, idempotency_key=key)
    return {operation.key: order_link(answer)}


def _find_account(services: Services, operation: Operation, payload: JSON) -> Yield:
    wanted = operation.key.value
    found = [
        each
        for each in services.zuora.find_accounts([wanted])
        if ids.same(str(each.get("crmId") or ""), wanted)
    ]
    if len(found) > 1:
        numbers = ", ".join(str(each["accountNumber"]) for each in found)
        raise RecordError(
            f"{operation.title} has several Zuora accounts with its CRM ID: {numbers}. "
            "Choose one on the account's page (“Use this Zuora account”) and resync.",
            record=operation.salesforce_id,
        )
    if not found:
        return {}
    roles = {"billToContactId": "billToContact", "soldToContactId": "soldToContact"}
    people = {key: (found[0].get(roles[name]) or {}).get("id") for name, key in operation.yields.items()}
    return {
        operation.key: {"id": str(found[0]["id"]), "accountNumber": str(found[0]["accountNumber"])},
        **{key: {"id": str(contact_id)} for key, contact_id in people.items() if contact_id},
    }


def _find_contact(services: Services, operation: Operation, payload: JSON) -> Yield:
    held = services.zuora.find_contacts([str(payload["accountId"])])
    found = contacts.find(held, operation.key.value)
    return {operation.key: {"id": str(found["id"])}} if found else {}


def _find_product(services: Services, operation: Operation, payload: JSON) -> Yield:
    found = services.zuora.find_product(operation.key.value)
    return {operation.key: {"id": found}} if found else {}


def _find_rate_plan(services: Services, operation: Operation, payload: JSON) -> Yield:
    found = services.zuora.find_rate_plan(operation.key.value)
    return {operation.key: {"id": found.rate_plan_id, "productId": found.product_id}} if found else {}


def _find_charge(services: Services, operation: Operation, payload: JSON) -> Yield:
    found = services.zuora.find_rate_plan(operation.key.value)
    if found is None or not found.charge_id:
        return {}
    return {
        operation.key: {
            "id": found.charge_id,
            "chargeModel": found.charge_model,
            "chargeType": found.charge_type,
        }
    }


def _find_order(services: Services, operation: Operation, payload: JSON) -> Yield:
    found = services.zuora.get_order(operation.key.value)
    return {operation.key: order_link(found)} if found else {}


_SEND: Mapping[Noun, Callable[[Services, Operation, JSON, str], Yield]] = {
    Noun.ACCOUNT: _send_account,
    Noun.CONTACT: _send_contact,
    Noun.PRODUCT: _send_product,
    Noun.RATE_PLAN: _send_rate_plan,
    Noun.CHARGE: _send_charge,
    Noun.ORDER: _send_order,
}
_FIND: Mapping[Noun, Callable[[Services, Operation, JSON], Yield]] = {
    Noun.ACCOUNT: _find_account,
    Noun.CONTACT: _find_contact,
    Noun.PRODUCT: _find_product,
    Noun.RATE_PLAN: _find_rate_plan,
    Noun.CHARGE: _find_charge,
    Noun.ORDER: _find_order,
}
