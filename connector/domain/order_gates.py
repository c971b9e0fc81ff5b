"""Which orders are carried: those that are whole. The others wait in Salesforce, each with its reason."""

from __future__ import annotations

from connector.domain.order_kinds import OrderKind, kind
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot


def is_activated(order: OrderSnapshot) -> bool:
    return bool(order.record.get("StatusCode") == "Activated")


def gate(order: OrderSnapshot) -> str:
    """Why an order is not carried yet; empty when it may be. Design: StatusCode, price calculation, contracted."""
    record = order.record
    if not is_activated(order):
        return f"its status is {record.get('Status') or 'unknown'}, not activated. Activate it in Salesforce and resync"
    calculation = str(record.get("SBQQ__PriceCalcStatus__c") or "")
    if calculation == "Queued":
        return "Salesforce is still calculating its prices. Resync in a few minutes"
    if calculation == "Failed":
        reason = record.get("SBQQ__PriceCalcStatusMessage__c") or "no reason given"
        return (
            f"Salesforce could not calculate its prices ({reason}). Recalculate it in Salesforce and resync"
        )
    subscription_lines = any(line.get("SBQQ__SubscriptionPricing__c") for line in order.lines)
    if subscription_lines and not record.get("SBQQ__Contracted__c"):
        return "it has subscription lines and is not contracted. Tick Contracted in Salesforce and resync"
    return ""


def left_to_people(order: OrderSnapshot, options: Options) -> str:
    what, _ = kind(order)
    if options.amend_subscriptions or what is OrderKind.NEW:
        return ""
    return (
        f"it is {what.with_article} order, and the integration leaves those to people. Enter it in Zuora by hand, under the same "
        "order number"
    )
