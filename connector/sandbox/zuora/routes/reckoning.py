"""/__sandbox__/billing: what has been sold, item by item, for tests and for the eye.

GET with `account` (a number or id), `subscription` (a number) and `thru` (a day), each optional; the answer lists the
items of the latest versions, the order line items sent to billing, and their sums by currency. Needs no token, as all
of the control's routes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.control import PREFIX
from connector.sandbox.zuora.errors import Refused
from connector.sandbox.zuora.fields import is_date
from connector.sandbox.zuora.orders import billing, documents
from connector.sandbox.zuora.orders.dates import parse
from connector.sandbox.zuora.store import View
from connector.sandbox.zuora.wire import answered, tenant

blueprint = Blueprint("reckoning", __name__, url_prefix=PREFIX.rstrip("/"))


@blueprint.get("/billing")
def read() -> Response:
    thru = request.args.get("thru")
    if thru is not None and not is_date(thru):
        return answered(
            {"error": f"'thru' has the value '{thru}'; a date is written yyyy-mm-dd."}, status=400
        )
    bounds = billing.Bounds(parse(thru) if thru else None, None, ())
    with tenant().reading() as view:
        try:
            found = _items(view, bounds)
        except Refused as refusal:
            return answered({"error": f"{refusal} Give a day as 'thru'."}, status=400)
    totals: dict[str, Decimal] = {}
    for item in found:
        totals[item["currency"]] = totals.get(item["currency"], Decimal(0)) + item["amountWithoutTax"]
    return answered({"items": found, "totals": totals})


def _items(view: View, bounds: billing.Bounds) -> list[dict[str, Any]]:
    number = request.args.get("subscription")
    key = request.args.get("account")
    accounts = {
        account["id"]: account["accountNumber"]
        for account in view.all("accounts")
        if key in (None, account["id"], account["accountNumber"])
    }
    subscriptions = [
        found
        for found in view.all("subscriptions")
        if found["accountId"] in accounts and number in (None, found["subscriptionNumber"])
    ]
    charges = [
        documents.of_charge(item)
        | {
            "accountNumber": accounts[item.subscription["accountId"]],
            "currency": item.subscription["currency"],
        }
        for item in billing.billed(subscriptions, bounds)
    ]
    once = [
        documents.of_line_item(item)
        | {"accountNumber": item["ownerAccountNumber"], "currency": item["currency"]}
        for item in view.all("order_line_items")
        if item["ownerAccountId"] in accounts and number is None and item["itemState"] == "SentToBilling"
    ]
    return charges + once
