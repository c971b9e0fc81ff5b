"""/v1/subscriptions"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.zuora.accounts import find_account
from connector.sandbox.zuora.errors import BAD_VALUE, NOT_FOUND, refuse
from connector.sandbox.zuora.fields import is_date
from connector.sandbox.zuora.orders.custom_fields import change_subscription
from connector.sandbox.zuora.orders.state import latest
from connector.sandbox.zuora.orders.subscription_views import DETAILS, full
from connector.sandbox.zuora.paging import page_of
from connector.sandbox.zuora.store import Record, View
from connector.sandbox.zuora.wire import read_body, succeeded, tenant

blueprint = Blueprint("subscriptions", __name__, url_prefix="/v1/subscriptions")


@blueprint.get("/accounts/<key>")
def list_of_account(key: str) -> Response:
    with tenant().reading() as view:
        account = find_account(view, key)
        found = view.where("subscriptions", accountId=account["id"], isLatestVersion=True)
        page, more = page_of(found)
        shown = [_shown(view, item) for item in page]
        return succeeded({"subscriptions": shown, **more})


@blueprint.get("/<key>")
def read(key: str) -> Response:
    """By number (the latest version) or by the id of any version."""
    with tenant().reading() as view:
        found = latest(view, key) or view.get("subscriptions", key)
        if found is None:
            raise refuse(NOT_FOUND, f"Cannot find a subscription with the key '{key}'.")
        return succeeded(_shown(view, found))


@blueprint.get("/<number>/versions/<int:version>")
def read_version(number: str, version: int) -> Response:
    with tenant().reading() as view:
        found = view.first("subscriptions", subscriptionNumber=number, version=version)
        if found is None:
            raise refuse(NOT_FOUND, f"Cannot find version {version} of the subscription '{number}'.")
        return succeeded(_shown(view, found))


@blueprint.put("/<number>/customFields")
def change_custom_fields(number: str) -> Response:
    body = read_body()
    with tenant().writing() as store:
        change_subscription(tenant(), store, number, body)
        return succeeded({})


def _shown(view: View, subscription: Record) -> dict[str, Any]:
    empty_plans = request.args.get("exclude-rate-plans-with-no-charges", "false").lower() != "true"
    return full(view, subscription, today=_as_of(), detail=_detail(), empty_plans=empty_plans)


def _detail() -> str:
    detail = request.args.get("charge-detail", DETAILS[0])
    if detail not in DETAILS:
        raise refuse(BAD_VALUE, f"'charge-detail' is one of {', '.join(DETAILS)} here, not '{detail}'.")
    return detail


def _as_of() -> date:
    text = request.args.get("as-of-date")
    if text is None:
        return tenant().today()
    if not is_date(text):
        raise refuse(BAD_VALUE, f"'as-of-date' has the value '{text}'; a date is written yyyy-mm-dd.")
    return date.fromisoformat(text)
