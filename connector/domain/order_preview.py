"""A second opinion on an order's money: the body that asks Zuora what it would bill, and the sum of its answer.

Zuora's preview takes nearly what creates an order. What only creation knows and no amount depends on (external ids, processing
options, prices of usage nobody has reported) is left out; what an amount does depend on makes the order one that cannot be
previewed, and says so.

Reference: https://developer.zuora.com/v1-api-reference/api/orders/post_previeworder/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connector.domain import JSON
from connector.domain.operations import Operation, OrderMoney

_ORDER_ONLY = ("description", "processingOptions", "status")
_PLAN_ONLY = ("externallyManagedPlanId", "externalCatalogPlanId")
_UPDATE_ONLY = ("externalCatalogPlanId",)
_UNSAYABLE = {
    "newAccount",
    "commitments",
    "schedulingOptions",
    "periodsAfterChargeStart",
    "startDatePolicy",
    "startPeriodsType",
    "recurringCalculated",
}
_OPTIONS: JSON = {"previewThruType": "TermEnd", "previewTypes": ["BillingDocs"], "skipTax": True}


def why_not_previewed(operation: Operation) -> str:
    """Why Zuora's preview cannot be asked for the total of this order; empty where it can. Part of a sentence."""
    if operation.is_asynchronous:
        return "it is too large for Zuora's preview, which takes 50 subscriptions and 50 order actions"
    if operation.is_evergreen:
        return "it has an evergreen subscription, which has no end to preview up to"
    if not all(
        "chargeNumber" in each or "uniqueToken" in each for each in _charge_updates(operation.payload)
    ):
        return "its subscriptions have only just been created: the preview wants the numbers of their charges"
    for name in sorted(_UNSAYABLE):
        if _values(operation.payload, name):
            return f"Zuora's preview has no field for its “{name}”"
    return ""


def _charge_updates(payload: JSON) -> Iterator[JSON]:
    for entry in payload.get("subscriptions", ()):
        for action in entry.get("orderActions", ()):
            yield from action.get("updateProduct", {}).get("chargeUpdates", ())


def preview_body(payload: JSON) -> JSON:
    """What POST /v1/orders/preview is sent for an order that is created with `payload`: up to the end of every term, billing
    documents alone, without tax."""
    body = _without(payload, _ORDER_ONLY)
    if "subscriptions" in body:
        body["subscriptions"] = [
            {**entry, "orderActions": [_action(action) for action in entry.get("orderActions", [])]}
            for entry in body["subscriptions"]
        ]
    return {**body, "previewOptions": dict(_OPTIONS)}


def previewed_total(result: JSON) -> Decimal | None:
    """Invoices less credit memos, without tax; None where the answer does not state them.

    The sign of a credit memo's amount in a preview is unverified: its size is taken, and is a credit.
    """
    invoices, memos = result.get("invoices"), result.get("creditMemos")
    if invoices is None and memos is None:
        return None
    billed = [_amount(document) for document in invoices or []]
    credited = [_amount(document) for document in memos or []]
    if None in billed or None in credited:
        return None
    return sum((each for each in billed if each is not None), Decimal(0)) - sum(
        (abs(each) for each in credited if each is not None), Decimal(0)
    )


def planned_sums(operation: Operation) -> OrderMoney:
    """The sums of an order as the plan states them; where it states none, those of its lines. Then the bound is a
    hundredth of a currency unit for each billing period."""
    if operation.sums is not None:
        return operation.sums
    lines = operation.money
    bound = sum((Decimal(line.periods) for line in lines), Decimal(0)) * Decimal("0.01")
    return OrderMoney(
        currency="",
        zuora_total=_text(sum((Decimal(line.zuora_total) for line in lines), Decimal(0))),
        salesforce_total=_text(sum((Decimal(line.salesforce_total) for line in lines), Decimal(0))),
        order_amount="",
        bound=_text(bound),
    )


def difference(operation: Operation, verified: Decimal) -> str:
    """How Zuora's own total stands against the plan's; empty where they agree within the bound. Part of a sentence.

    Of subscriptions that exist Zuora may list what the order changes, or everything that is not billed yet (unverified), so
    their whole life is an agreement, too. What lies between, where Zuora has billed a part, looks like any other difference.
    """
    sums = planned_sums(operation)
    apart = verified - Decimal(sums.zuora_total)
    if abs(apart) <= Decimal(sums.bound) or lists_whole_life(operation, verified):
        return ""
    text = (
        f"Zuora's own preview bills {stated(verified, operation)}, this plan reckons with {sums.zuora_total} and Salesforce sold "
        f"{sums.salesforce_total}; the difference of {stated(abs(apart), operation)} is more than rounding ({sums.bound})"
    )
    if sums.whole_total and changes_existing(operation.payload):
        text += f", and the whole life of what it changes comes to {sums.whole_total} ({sums.whole_bound})"
    return text


def lists_whole_life(operation: Operation, verified: Decimal) -> bool:
    """Whether Zuora's own total is not that of the order, but that of all it touches with earlier orders included."""
    sums = planned_sums(operation)
    if not sums.whole_total or abs(verified - Decimal(sums.zuora_total)) <= Decimal(sums.bound):
        return False
    return abs(verified - Decimal(sums.whole_total)) <= Decimal(sums.whole_bound)


def stated(amount: Decimal, operation: Operation) -> str:
    """An amount of Zuora's with the decimals of the plan's own: Zuora says 1950.0 where the plan says 1950.00."""
    alike = amount.quantize(Decimal(planned_sums(operation).zuora_total))
    return _text(alike if alike == amount else amount)


def changes_existing(payload: JSON) -> bool:
    """Whether the order changes subscriptions that exist. An entry that makes its own subscription and changes it, as a ramp
    does, is none of them."""
    entries = payload.get("subscriptions", [])
    kinds = [{action.get("type") for action in entry.get("orderActions", [])} for entry in entries]
    return any(found and "CreateSubscription" not in found for found in kinds)


def _action(action: JSON) -> JSON:
    changed = dict(action)
    if "createSubscription" in changed:
        made = _without(changed["createSubscription"], ("paymentProfile",))
        plans = made.get("subscribeToRatePlans", [])
        changed["createSubscription"] = {**made, "subscribeToRatePlans": [_rate_plan(plan) for plan in plans]}
    if "addProduct" in changed:
        changed["addProduct"] = _rate_plan(changed["addProduct"])
    if "updateProduct" in changed:
        update = _without(changed["updateProduct"], _UPDATE_ONLY)
        if "chargeUpdates" in update:
            update["chargeUpdates"] = [_charge(charge) for charge in update["chargeUpdates"]]
        changed["updateProduct"] = update
    return changed


def _rate_plan(plan: JSON) -> JSON:
    kept = _without(plan, _PLAN_ONLY)
    if "chargeOverrides" in kept:
        kept["chargeOverrides"] = [_charge(charge) for charge in kept["chargeOverrides"]]
    return kept


def _charge(charge: JSON) -> JSON:
    """Without the prices of usage: a preview bills no usage, and knows no such fields."""
    pricing = {
        name: price for name, price in charge.get("pricing", {}).items() if not name.startswith("usage")
    }
    rest = _without(charge, ("pricing",))
    return {**rest, "pricing": pricing} if pricing else rest


def _without(value: JSON, names: tuple[str, ...]) -> JSON:
    return {name: inner for name, inner in value.items() if name not in names}


def _values(value: Any, wanted: str) -> list[Any]:
    """Everything that stands under a name, at any depth."""
    if isinstance(value, Mapping):
        here = [value[wanted]] if wanted in value else []
        return here + [found for inner in value.values() for found in _values(inner, wanted)]
    if isinstance(value, (list, tuple)):
        return [found for inner in value for found in _values(inner, wanted)]
    return []


def _amount(document: JSON) -> Decimal | None:
    found = document.get("amountWithoutTax")
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return None
    return Decimal(found)


def _text(amount: Decimal) -> str:
    return format(amount, "f")
