"""Subscriptions: read whole for an account, because orders of the same chain build on what Zuora holds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from connector.clients.zuora.errors import Asked, unexpected
from connector.clients.zuora.wire import Wire, part, wanted
from connector.domain import JSON, fields
from connector.domain.snapshot import ZuoraSubscription

_BASES = {"Per_Billing_Period": 0, "Per_Month": 1, "Per_Year": 12}


class Subscriptions(Wire):
    # Reference: https://developer.zuora.com/v1-api-reference/api/subscriptions/get_subscriptionsbyaccount/
    def find_subscriptions(self, account_number: str) -> list[tuple[str, ZuoraSubscription]]:
        """The latest version of every subscription the account owns, once for each of its rate plans, with the rate plan's
        externally managed plan id (empty where it has none). An account that Zuora does not have has none."""
        found: list[tuple[str, ZuoraSubscription]] = []
        path = f"/v1/subscriptions/accounts/{part(account_number, 'account number')}"
        detail = ("charge-detail", "last-segment")
        for records, asked in self._pages(path, "subscriptions", record=account_number, params=[detail]):
            for record in records:
                found += _rate_plans(record, asked)
        return found

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/put_updatesubscriptioncustomfields/
    def update_subscription_fields(self, number: str, payload: JSON) -> None:
        """Change the custom fields given, of the subscription, its rate plans and their charges, and no others."""
        path = f"/v1/subscriptions/{part(number, 'subscription number')}/customFields"
        self._change(path, payload, record=number)


def _rate_plans(record: JSON, asked: Asked) -> Iterator[tuple[str, ZuoraSubscription]]:
    number = wanted(record, "subscriptionNumber", asked)
    plans = record.get("ratePlans")
    if not isinstance(plans, list):
        raise unexpected(asked, f"ratePlans of {number}")
    # A removed rate plan stays in the list for a while (unverified how long): it bills nothing any more.
    for plan in [plan for plan in plans if plan.get("lastChangeType") != "Remove"] or plans:
        yield str(plan.get("externallyManagedPlanId") or ""), _subscription(number, record, plan, asked)


def _subscription(number: str, record: JSON, plan: JSON, asked: Asked) -> ZuoraSubscription:
    charges = plan.get("ratePlanCharges") or []
    charge: JSON = charges[-1] if len(charges) == 1 else {}
    return ZuoraSubscription(
        number=number,
        order_number=str(record.get("orderNumber") or ""),
        status=wanted(record, "status", asked),
        owner_number=str(record.get("accountNumber") or ""),
        invoice_owner_number=str(
            record.get("invoiceOwnerAccountNumber") or record.get("accountNumber") or ""
        ),
        rate_plan_id=wanted(plan, "id", asked),
        charge_number=str(charge.get("number") or ""),
        quantity=_decimal(charge.get("quantity")),
        price=_decimal(charge.get("price")),
        base_months=_base_months(charge),
        subscription_start=str(record.get("subscriptionStartDate") or "")[:10],
        term_start=str(record.get("termStartDate") or "")[:10],
        term_end=str(record["termEndDate"])[:10] if record.get("termEndDate") else None,
        custom_fields=_custom_fields(record),
        plan_fields=_custom_fields(plan),
        charge_fields=_custom_fields(charge),
    )


def _custom_fields(record: JSON) -> JSON:
    """They stand among the others, told by their names alone."""
    return {name: value for name, value in record.items() if fields.is_custom(name)}


def _base_months(charge: JSON) -> int | None:
    """The list price base, which orders spell with underscores and the catalog with blanks."""
    base = str(charge.get("listPriceBase") or "").replace(" ", "_")
    if base == "Per_Specific_Months":
        return int(charge.get("specificListPriceBase") or 0) or None
    return _BASES.get(base)


def _decimal(value: object) -> Decimal | None:
    """The quantity of a flat fee or of usage is null."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
