"""Placing an order: who buys, within which limits, then every action in turn; all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.sandbox.zuora.accounts import create_account
from connector.sandbox.zuora.declared import accounts as declared_accounts
from connector.sandbox.zuora.declared import orders as declared
from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, MISSING_FIELD, Reason, Refused, refuse
from connector.sandbox.zuora.fields import Shape, check
from connector.sandbox.zuora.orders.actions import DETAILS, ON_EXISTING, create_subscription
from connector.sandbox.zuora.orders.line_items import add_line_items
from connector.sandbox.zuora.orders.state import Action, Work, is_pending, latest, trigger_dates
from connector.sandbox.zuora.store import Record, Store
from connector.sandbox.zuora.tenant import Tenant, new_id

ACCOUNT_CHOICES = ("existingAccountNumber", "existingAccountId", "newAccount")
MOST_LINE_ITEMS = 100
NUMBER_PREFIX = "O-"


@dataclass(frozen=True, slots=True)
class Kind:
    """How an order came in: its declared body, and how many subscriptions and actions it may have."""

    shape: Shape
    most: int
    account_choices: tuple[str, ...] = ACCOUNT_CHOICES


AT_ONCE = Kind(declared.ORDER, 50)
IN_BACKGROUND = Kind(declared.ASYNC_ORDER, 300)
PREVIEWED = Kind(declared.PREVIEW, 50, (*ACCOUNT_CHOICES[:2], "previewAccountInfo"))


def check_order(tenant: Tenant, body: Mapping[str, Any], kind: Kind) -> None:
    """What can be said of an order's body alone; Refused with every reason."""
    reasons = check(body, kind.shape, custom_fields=tenant.settings.custom_fields)
    if reasons:
        raise Refused(reasons)
    entries, items = body.get("subscriptions", []), body.get("orderLineItems", [])
    actions = [len(entry.get("orderActions", [])) for entry in entries]
    for many, what in ((len(entries), "subscriptions"), (sum(actions), "order actions")):
        if many > kind.most:  # the numbers are documented, the code is unverified
            reasons.append(
                Reason(BUSINESS_RULE, f"An order has at most {kind.most} {what}; this one has {many}.")
            )
    if len(items) > MOST_LINE_ITEMS:
        message = f"An order has at most {MOST_LINE_ITEMS} order line items; this one has {len(items)}."
        reasons.append(Reason(BUSINESS_RULE, message))
    if not any(actions) and not items:
        reasons.append(Reason(MISSING_FIELD, "An order needs an order action or an order line item."))
    chosen = [choice for choice in kind.account_choices if body.get(choice)]
    if len(chosen) != 1:
        message = f"Exactly one of {', '.join(kind.account_choices)} is needed; there are {len(chosen)}."
        reasons.append(Reason(MISSING_FIELD if not chosen else BAD_VALUE, message))
    if reasons:
        raise Refused(reasons)
    _refuse_what_is_not_carried_out(body)


def place_order(tenant: Tenant, store: Store, body: Mapping[str, Any]) -> Record:
    """Carry out an order that `check_order` has passed; the stored order. The caller's transaction makes
    it atomic.
    """
    number = body.get("orderNumber") or f"{NUMBER_PREFIX}{store.next_number('order'):08d}"
    if store.first("orders", orderNumber=number):  # that it is refused is sure, the code is unverified
        raise refuse(BUSINESS_RULE, f"The order number '{number}' is already in use.")
    account = _account(tenant, store, body)
    work = Work(tenant, store, account, number, body["orderDate"], account["currency"])
    order_id = new_id()
    entries = [
        _carry_out_entry(work, entry, index) for index, entry in enumerate(body.get("subscriptions", []))
    ]
    items = add_line_items(work, body.get("orderLineItems", []), order_id=order_id)
    now = tenant.timestamp()
    numbers = [entry["subscriptionNumber"] for entry in entries]
    pending = any(is_pending(latest(store, found) or {"status": ""}) for found in numbers)
    record = {
        "id": order_id,
        "orderNumber": number,
        "orderDate": body["orderDate"],
        "category": body.get("category", "NewSales"),
        "reasonCode": body.get("reasonCode"),
        "description": body.get("description"),
        "status": "Pending" if pending else "Completed",
        "accountId": account["id"],
        "currency": work.currency,
        "subscriptions": entries,
        "lineItemIds": [item["id"] for item in items],
        "createdDate": now,
        "updatedDate": now,
        **body.get("customFields", {}),
    }
    store.put("orders", record)
    return record


def _refuse_what_is_not_carried_out(body: Mapping[str, Any]) -> None:
    processing = body.get("processingOptions", {})
    for option in ("runBilling", "collectPayment", "refund", "writeOff"):
        if processing.get(option):
            raise refuse(BUSINESS_RULE, f"'processingOptions.{option}' is not carried out by this sandbox.")
    if body.get("status", "Completed") != "Completed":
        raise refuse(BUSINESS_RULE, f"This sandbox keeps no orders of the status {body['status']}.")
    for name in ("commitments", "schedulingOptions"):
        if body.get(name):
            raise refuse(BUSINESS_RULE, f"'{name}' is not carried out by this sandbox.")
    if body.get("category") == "Return":
        raise refuse(BUSINESS_RULE, "Return orders are not carried out by this sandbox.")


def _account(tenant: Tenant, store: Store, body: Mapping[str, Any]) -> Record:
    if body.get("newAccount"):
        return create_account(tenant, store, body["newAccount"], shape=declared_accounts.IN_ORDER)
    key = body.get("existingAccountNumber") or body["existingAccountId"]
    field = "accountNumber" if body.get("existingAccountNumber") else "id"
    account = store.first("accounts", **{field: key})
    if account is None:
        raise refuse(BAD_VALUE, f"There is no account '{key}'.")
    return account


def _carry_out_entry(work: Work, entry: Mapping[str, Any], index: int) -> dict[str, Any]:
    """All actions of one subscription; what the order keeps of them."""
    number = entry.get("subscriptionNumber")
    where = f"subscriptions[{index}]"
    subscription = latest(work.store, number) if number else None
    if number and subscription is None:
        raise refuse(BAD_VALUE, f"{where}: there is no subscription '{number}'.")
    base = subscription["version"] if subscription else 0
    if entry.get("ramp"):
        raise refuse(BUSINESS_RULE, f"{where}: ramps are not carried out by this sandbox.")
    kept = []
    for position, given in enumerate(entry.get("orderActions", [])):
        action = _action(given, where=f"{where}.orderActions[{position}]")
        subscription = _carry_out(work, action, subscription, entry)
        kept.append({**given, "id": new_id(), "sequence": position, "subscriptionId": subscription["id"]})
    if subscription is None:
        raise refuse(MISSING_FIELD, f"{where} has no order action.")
    if number:
        changes = {**entry.get("quote", {}), **entry.get("customFields", {})}
        subscription = work.store.change("subscriptions", subscription["id"], **changes)
    owner = work.store.get("accounts", subscription["accountId"]) or work.account
    return {
        "subscriptionNumber": subscription["subscriptionNumber"],
        "subscriptionOwnerAccountNumber": owner["accountNumber"],
        "baseVersion": base,
        "newVersion": subscription["version"],
        "sequence": index,
        "quote": entry.get("quote", {}),
        "customFields": entry.get("customFields", {}),
        "notes": entry.get("notes"),
        "orderActions": kept,
    }


def _action(given: Mapping[str, Any], *, where: str) -> Action:
    wanted = DETAILS[given["type"]]
    present = [name for name in DETAILS.values() if name in given]
    if present != [wanted] and not (given["type"] == "RenewSubscription" and not present):
        message = f"{where}: the type {given['type']} needs '{wanted}' and nothing else; it has {present}."
        raise refuse(BAD_VALUE if present else MISSING_FIELD, message)
    triggers = trigger_dates(given, where=where)
    return Action(given["type"], given.get(wanted, {}), triggers, where)


def _carry_out(work: Work, action: Action, subscription: Record | None, entry: Mapping[str, Any]) -> Record:
    if action.type == "CreateSubscription":
        if subscription is not None:
            raise action.refuse("a subscription that exists cannot be created.", category=BAD_VALUE)
        return create_subscription(work, action, entry)
    if subscription is None:
        raise action.refuse(
            "'subscriptionNumber' is required to change a subscription.", category=MISSING_FIELD
        )
    _refuse_by_state(work, action, subscription)
    return ON_EXISTING[action.type](work, action, subscription)


def _refuse_by_state(work: Work, action: Action, subscription: Record) -> None:
    number, status = subscription["subscriptionNumber"], subscription["status"]
    if status == "Cancelled":
        raise action.refuse(f"the subscription '{number}' is cancelled.")
    if is_pending(subscription) and subscription["orderNumber"] != work.order_number:
        message = (
            f"the subscription '{number}' is {status}: the pending order {subscription['orderNumber']} stands in the"
            " way until its trigger dates are given."
        )
        raise action.refuse(message)
    if status == "Suspended" and action.type != "Resume":  # documented
        raise action.refuse(f"the subscription '{number}' is suspended and can only be resumed.")
    start = subscription["subscriptionStartDate"]
    if action.effective_date < start:
        message = (
            f"{action.effective_date} lies outside the subscription '{number}', which starts on {start}."
        )
        raise action.refuse(message)
    if action.effective_date < subscription["contractEffectiveDate"]:
        # Seen live: gitlab.com/gitlab-org/customers-gitlab-com/-/issues/7240; the category is unverified.
        message = "The contract effective date should not be earlier than the contract effective date of the basic subscription."
        raise action.refuse(message)
    if subscription["termEndDate"] and action.effective_date > subscription["termEndDate"]:
        # Seen live: github.com/guardian/support-service-lambdas/pull/2147; the category is unverified.
        message = "The Contract effective date should not be later than the term end date of the basic subscription."
        raise action.refuse(message)
