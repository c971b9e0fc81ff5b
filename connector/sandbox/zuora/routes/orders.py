"""/v1/orders, /v1/order-line-items, /v1/async/orders, /v1/async-jobs"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.zuora.accounts import find_account
from connector.sandbox.zuora.errors import BAD_VALUE, NOT_FOUND, refuse
from connector.sandbox.zuora.fields import is_date
from connector.sandbox.zuora.orders import activating, custom_fields, views
from connector.sandbox.zuora.orders.jobs import poll_job, start_job
from connector.sandbox.zuora.orders.placing import AT_ONCE, IN_BACKGROUND, PREVIEWED, check_order, place_order
from connector.sandbox.zuora.orders.previews import preview_order
from connector.sandbox.zuora.orders.state import latest
from connector.sandbox.zuora.paging import page_of
from connector.sandbox.zuora.store import Record, View
from connector.sandbox.zuora.wire import read_body, request_version, succeeded, tenant

blueprint = Blueprint("orders", __name__, url_prefix="/v1")
STATUSES = ("all", "cancelled", "completed", "draft", "executing", "failed", "pending", "scheduled")
SUBSCRIPTION_OBJECTS_SINCE = "223.0"


@blueprint.post("/orders")
def create() -> Response:
    body = read_body()
    with tenant().writing() as store:
        check_order(tenant(), body, AT_ONCE)
        order = place_order(tenant(), store, body)
        old_form = not request_version().is_at_least(SUBSCRIPTION_OBJECTS_SINCE)
        return succeeded(views.created(store, order, with_ids=_with_ids(), old_form=old_form))


@blueprint.post("/async/orders")
def create_in_background() -> Response:
    body = read_body()
    with tenant().reading():
        check_order(tenant(), body, IN_BACKGROUND)
    job_id = start_job(tenant(), body, with_ids=_with_ids())
    answer = succeeded({"jobId": job_id})
    answer.headers["Location"] = f"{request.host_url}v1/async-jobs/{job_id}"
    return answer


@blueprint.get("/async-jobs/<job_id>")
def read_job(job_id: str) -> Response:
    return succeeded(poll_job(tenant(), job_id))


@blueprint.post("/orders/preview")
def preview() -> Response:
    body = read_body()
    with tenant().writing(keep=False) as store:
        check_order(tenant(), body, PREVIEWED)
        return succeeded({"previewResult": preview_order(tenant(), store, body)})


@blueprint.get("/orders/<number>")
def read(number: str) -> Response:
    with tenant().reading() as view:
        order = view.first("orders", orderNumber=number)
        if order is None:
            raise refuse(NOT_FOUND, f"Cannot find an order with the number '{number}'.")
        return succeeded({"order": views.full(view, order)})


@blueprint.put("/orders/<number>/triggerDates")
def give_trigger_dates(number: str) -> Response:
    body = read_body()
    with tenant().writing() as store:
        order = activating.give_trigger_dates(tenant(), store, number, body)
        return succeeded(activating.shown(store, order))


@blueprint.put("/orders/<number>/customFields")
def change_custom_fields(number: str) -> Response:
    body = read_body()
    with tenant().writing() as store:
        custom_fields.change_order(tenant(), store, number, body)
        return succeeded({})


@blueprint.put("/order-line-items/<item_id>")
def change_line_item(item_id: str) -> Response:
    body = read_body()
    with tenant().writing() as store:
        custom_fields.change_line_item(tenant(), store, item_id, body)
        return succeeded({})


@blueprint.get("/orders")
def list_all() -> Response:
    with tenant().reading() as view:
        return _listed(view, lambda order: True)


@blueprint.get("/orders/subscriptionOwner/<number>")
def list_by_subscription_owner(number: str) -> Response:
    with tenant().reading() as view:
        find_account(view, number)
        return _listed(view, lambda order: number in _subscription_owners(view, order))


@blueprint.get("/orders/invoiceOwner/<number>")
def list_by_invoice_owner(number: str) -> Response:
    with tenant().reading() as view:
        account = find_account(view, number)
        return _listed(view, lambda order: account["id"] in _invoice_owners(view, order))


@blueprint.get("/orders/subscription/<number>")
def list_by_subscription(number: str) -> Response:
    with tenant().reading() as view:
        if latest(view, number) is None:
            raise refuse(NOT_FOUND, f"Cannot find a subscription with the number '{number}'.")
        return _listed(
            view, lambda order: number in [e["subscriptionNumber"] for e in order["subscriptions"]]
        )


@blueprint.get("/orders/subscription/<number>/pending")
def list_pending(number: str) -> Response:
    with tenant().reading() as view:
        found = latest(view, number) or view.get("subscriptions", number)
        if found is None:
            raise refuse(NOT_FOUND, f"Cannot find a subscription with the key '{number}'.")
        wanted = found["subscriptionNumber"]
        return _listed(
            view,
            lambda order: (
                order["status"] == "Pending"
                and wanted in [e["subscriptionNumber"] for e in order["subscriptions"]]
            ),
        )


def _with_ids() -> bool:
    return request.args.get("returnIds", "false").lower() == "true"


def _listed(view: View, belongs: Callable[[Record], bool]) -> Response:
    """Newest first (unverified), filtered as the query asks."""
    status = request.args.get("status", "all")
    if status not in STATUSES:
        raise refuse(
            BAD_VALUE, f"'status' has the value '{status}', which is not one of {', '.join(STATUSES)}."
        )
    dated = _date_filter()
    found = [
        order
        for order in reversed(view.all("orders"))
        if belongs(order) and status in ("all", order["status"].lower()) and dated(order)
    ]
    page, more = page_of(found)
    return succeeded({"orders": [views.full(view, order) for order in page], **more})


def _date_filter() -> Callable[[Record], bool]:
    option = request.args.get("dateFilterOption")
    if option is None:
        return lambda order: True
    if option not in ("orderDate", "updatedDate"):
        raise refuse(BAD_VALUE, "'dateFilterOption' is orderDate or updatedDate.")
    start, end = request.args.get("startDate", "0001-01-01"), request.args.get("endDate", "9999-12-31")
    if not is_date(start) or not is_date(end):
        raise refuse(BAD_VALUE, "'startDate' and 'endDate' are written yyyy-mm-dd.")
    return lambda order: start <= order[option][:10] <= end


def _subscription_owners(view: View, order: Record) -> list[Any]:
    items = [view.get("order_line_items", found) or {} for found in order["lineItemIds"]]
    owners = [entry["subscriptionOwnerAccountNumber"] for entry in order["subscriptions"]]
    return owners + [item["ownerAccountNumber"] for item in items]


def _invoice_owners(view: View, order: Record) -> list[Any]:
    found = [latest(view, entry["subscriptionNumber"]) or {} for entry in order["subscriptions"]]
    return [order["accountId"], *(subscription["invoiceOwnerId"] for subscription in found)]
