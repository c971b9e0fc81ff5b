"""Order previews: the order is carried out without being kept, and the documents of its change are answered.

Zuora would also list what of the touched subscriptions is not billed yet; whether it does for periods that lie before
the change is unverified, so a tenant setting says it: with `preview_lists_unbilled` every item of the touched
subscriptions is listed from their start, and nothing is taken back, because nothing counts as billed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from connector.sandbox.zuora.accounts import create_account
from connector.sandbox.zuora.declared import accounts as declared_accounts
from connector.sandbox.zuora.errors import BUSINESS_RULE, refuse
from connector.sandbox.zuora.orders import billing, documents
from connector.sandbox.zuora.orders.dates import parse
from connector.sandbox.zuora.orders.items import Item
from connector.sandbox.zuora.orders.placing import place_order
from connector.sandbox.zuora.orders.state import latest, trigger_dates
from connector.sandbox.zuora.store import Record, Store
from connector.sandbox.zuora.tenant import Tenant


def preview_order(tenant: Tenant, store: Store, body: Mapping[str, Any]) -> dict[str, Any]:
    """The `previewResult` of an order that `check_order` has passed. The caller's transaction must not be kept."""
    options = body["previewOptions"]
    types = options.get("previewTypes") or []
    if types != ["BillingDocs"]:
        raise refuse(BUSINESS_RULE, "This sandbox previews BillingDocs and no other previewTypes.")
    bounds = billing.bounds_of(options)
    given = [entry.get("subscriptionNumber") for entry in body.get("subscriptions", [])]
    before = {number: latest(store, number) for number in given if number}
    order = place_order(tenant, store, _for_account(tenant, store, body))
    old: list[Item] = []
    new: list[Item] = []
    for number, since in _first_changes(order).items():
        was, now = before.get(number), latest(store, number)
        within = replace(bounds, since=since if was else None)
        if tenant.settings.preview_lists_unbilled:
            was, within = None, replace(within, since=None)
        if was is not None:
            old += billing.billed([was | {"isLatestVersion": True}], _as_far(within, was, now))
        new += billing.billed([now] if now else [], _as_far(within, was, now))
    charged, credited = documents.changes(old, new)
    if tenant.settings.preview_credits_negative:
        credited = [item | {"amountWithoutTax": -item["amountWithoutTax"]} for item in credited]
    items = [store.get("order_line_items", found) or {} for found in order["lineItemIds"]]
    charged += [documents.of_line_item(item) for item in items if item["itemState"] == "SentToBilling"]
    return {
        "invoices": documents.invoices(charged, target=bounds.thru),
        "creditMemos": documents.credit_memos(credited, target=bounds.thru),
    }


def _as_far(bounds: billing.Bounds, was: Record | None, now: Record | None) -> billing.Bounds:
    """The bounds for both sides of a change. To the end of the term is to the later end of the two, so that a term
    cut short is credited; where one side has no end, to the end of the other.
    """
    if bounds.thru is not None or bounds.periods is not None:
        return bounds
    ends = [item["termEndDate"] for item in (was, now) if item]
    if was is None or None not in ends or ends == [None, None]:
        return bounds
    return replace(bounds, thru=parse(max(end for end in ends if end)) - timedelta(days=1))


def _first_changes(order: Record) -> dict[str, date]:
    """The day of the first action on each of the order's subscriptions."""
    days: dict[str, date] = {}
    for entry in order["subscriptions"]:
        for action in entry["orderActions"]:
            day = parse(trigger_dates(action, where="")["contractEffectiveDate"])
            number = entry["subscriptionNumber"]
            days[number] = min(day, days.get(number, day))
    return days


def _for_account(tenant: Tenant, store: Store, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body with an account; for `previewAccountInfo` one that lives as long as the preview."""
    info = body.get("previewAccountInfo")
    if not info:
        return body
    contact = {"firstName": "Preview", "lastName": "Preview", **info.get("soldToContact", {})}
    account = {
        "name": "Preview",
        "autoPay": False,
        "currency": info.get("currency"),
        "billCycleDay": info.get("billCycleDay"),
        "billToContact": contact,
    }
    account = {name: value for name, value in account.items() if value is not None}
    made = create_account(tenant, store, account, shape=declared_accounts.IN_ORDER)
    return {**body, "existingAccountId": made["id"]}
