"""Order line items: things sold once, outside any subscription.

The document makes no field required; name, quantity, price and start are asked for here (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.contacts import contact_of_account
from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, MISSING_FIELD, Reason, Refused
from connector.sandbox.zuora.orders.state import Work, latest
from connector.sandbox.zuora.store import Record
from connector.sandbox.zuora.tenant import new_id

CONTACTS = ("billTo", "soldTo", "shipTo")


def add_line_items(work: Work, items: list[dict[str, Any]], *, order_id: str) -> list[Record]:
    """Store the order's line items; numbers that are not given are counted from 1."""
    reasons: list[Reason] = []
    records: list[Record] = []
    for index, item in enumerate(items):
        reasons += _reasons(work, item, where=f"orderLineItems[{index}]")
        number = item.get("itemNumber") or str(index + 1)
        if number in [record["itemNumber"] for record in records]:
            message = f"orderLineItems[{index}]: the item number '{number}' is used twice in the order."
            reasons.append(Reason(BUSINESS_RULE, message))
        records.append(_record(work, item, number=number, order_id=order_id))
    if reasons:
        raise Refused(reasons)
    for record in records:
        work.store.put("order_line_items", record)
    return records


def _record(work: Work, item: Mapping[str, Any], *, number: str, order_id: str) -> Record:
    now = work.tenant.timestamp()
    owner = work.store.first("accounts", accountNumber=item.get("ownerAccountNumber")) or work.account
    quantity, price = Decimal(item.get("quantity", 0)), Decimal(item.get("amountPerUnit", 0))
    given = {name: value for name, value in item.items() if value != "" and name != "customFields"}
    return {
        "itemType": "Product",
        "itemCategory": "Sales",
        "itemState": "Executing",
        "billingRule": "TriggerWithoutFulfillment",
        "currency": work.currency,
        "listPricePerUnit": price,
        **given,
        **item.get("customFields", {}),
        "id": new_id(),
        "orderId": order_id,
        "itemNumber": number,
        "itemName": item.get("itemName") or _charge(work, item).get("Name"),
        "ownerAccountId": owner["id"],
        "ownerAccountNumber": owner["accountNumber"],
        "amount": quantity * price,
        "originalOrderDate": work.order_date,
        "createdDate": now,
        "updatedDate": now,
    }


def _charge(work: Work, item: Mapping[str, Any]) -> Record:
    return work.store.get("product_rate_plan_charges", item.get("productRatePlanChargeId") or "") or {}


def _reasons(work: Work, item: Mapping[str, Any], *, where: str) -> list[Reason]:
    found = [(MISSING_FIELD, f"'{name}' is required.") for name in _missing(item)]
    charge_id = item.get("productRatePlanChargeId")
    if charge_id and not _charge(work, item):
        found.append((BAD_VALUE, f"there is no product rate plan charge '{charge_id}'."))
    elif charge_id and _charge(work, item)["ChargeType"] != "OneTime":
        found.append((BUSINESS_RULE, "only one-time charges can be sold as order line items."))
    if item.get("quantity", 1) <= 0 and item.get("itemCategory", "Sales") == "Sales":
        found.append((BAD_VALUE, "'quantity' must be more than 0."))
    if item.get("itemCategory") == "Return":
        found.append((BUSINESS_RULE, "returns are not carried out by this sandbox."))
    if item.get("currency") not in (None, work.currency):
        found.append((BUSINESS_RULE, f"the currency {item['currency']} is not the order's, {work.currency}."))
    start, end = item.get("transactionStartDate"), item.get("transactionEndDate")
    if start and end and end < start:
        found.append((BAD_VALUE, "'transactionEndDate' lies before 'transactionStartDate'."))
    related = item.get("relatedSubscriptionNumber")
    if related and latest(work.store, related) is None:
        found.append((BAD_VALUE, f"there is no subscription '{related}'."))
    owner = item.get("ownerAccountNumber")
    if owner and work.store.first("accounts", accountNumber=owner) is None:
        found.append((BAD_VALUE, f"there is no account '{owner}'."))
    reasons = [Reason(category, f"{where}: {message}") for category, message in found]
    return reasons + _contact_reasons(work, item, where=where)


def _missing(item: Mapping[str, Any]) -> list[str]:
    needed = [name for name in ("quantity", "amountPerUnit") if item.get(name) is None]
    if not item.get("itemName") and not item.get("productRatePlanChargeId"):
        needed.append("itemName")
    if item.get("itemState") == "SentToBilling" and not item.get("transactionStartDate"):
        needed.append("transactionStartDate")
    return needed


def _contact_reasons(work: Work, item: Mapping[str, Any], *, where: str) -> list[Reason]:
    """The invoice owner of an item is always the order's account, and the bill-to is a contact of that; the
    others belong to the item's owner or to the order's account.
    """
    owner = work.store.first("accounts", accountNumber=item.get("ownerAccountNumber")) or work.account
    reasons: list[Reason] = []
    for field in CONTACTS:
        holders = [work.account] if field == "billTo" else [owner, work.account]
        contact = work.store.get("contacts", item.get(field) or "") or {}
        holder = next((each for each in holders if each["id"] == contact.get("accountId")), holders[0])
        if item.get(field):
            try:
                contact_of_account(work.store, item[field], holder["id"], field=f"{where}.{field}")
            except Refused as refusal:
                reasons += refusal.reasons
    return reasons
