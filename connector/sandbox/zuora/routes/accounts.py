"""/v1/accounts"""

from __future__ import annotations

from flask import Blueprint, Response

from connector.sandbox.zuora import account_views
from connector.sandbox.zuora.accounts import create_account, find_account, update_account
from connector.sandbox.zuora.orders.subscription_views import short
from connector.sandbox.zuora.wire import read_body, succeeded, tenant

blueprint = Blueprint("accounts", __name__, url_prefix="/v1/accounts")
LATEST = 6  # subscriptions in the summary


@blueprint.post("")
def create() -> Response:
    with tenant().writing() as store:
        account = create_account(tenant(), store, read_body())
        answer = {
            "accountId": account["id"],
            "accountNumber": account["accountNumber"],
            "billToContactId": account["billToId"],
            "soldToContactId": account["soldToId"],
        }
        if account["shipToId"]:
            answer["shipToContactId"] = account["shipToId"]
        return succeeded(answer)


@blueprint.get("/<key>")
def read(key: str) -> Response:
    with tenant().reading() as view:
        return succeeded(account_views.full(view, find_account(view, key)))


@blueprint.get("/<key>/summary")
def read_summary(key: str) -> Response:
    with tenant().reading() as view:
        account = find_account(view, key)
        found = view.where("subscriptions", accountId=account["id"], isLatestVersion=True)
        subscriptions = [short(item) for item in reversed(found[-LATEST:])]
        return succeeded(account_views.summary(view, account, subscriptions=subscriptions))


@blueprint.put("/<key>")
def update(key: str) -> Response:
    with tenant().writing() as store:
        update_account(tenant(), store, key, read_body())
        return succeeded({})
