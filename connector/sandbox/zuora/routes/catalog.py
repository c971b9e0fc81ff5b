"""/v1/object/product*, /v1/catalog, /v1/products and /v1/product-rate-plans"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from connector.sandbox.zuora import catalog, catalog_views
from connector.sandbox.zuora.errors import NOT_FOUND, refuse
from connector.sandbox.zuora.paging import page_of
from connector.sandbox.zuora.store import Record
from connector.sandbox.zuora.wire import answered, read_body, succeeded, tenant

blueprint = Blueprint("catalog", __name__, url_prefix="/v1")
KINDS: dict[str, tuple[str, Callable[..., Record]]] = {
    "product": ("products", catalog.create_product),
    "product-rate-plan": ("product_rate_plans", catalog.create_rate_plan),
    "product-rate-plan-charge": ("product_rate_plan_charges", catalog.create_charge),
}


@blueprint.post("/object/<name>")
def create(name: str) -> Response:
    _, make = _kind(name)
    strict = request.args.get("rejectUnknownFields", "false").lower() == "true"
    with tenant().writing() as store:
        record = make(tenant(), store, read_body(), strict=strict)
        return answered({"Success": True, "Id": record["id"]})


@blueprint.get("/object/<name>/<record_id>")
def read(name: str, record_id: str) -> Response:
    table, _ = _kind(name)
    with tenant().reading() as view:
        record = view.get(table, record_id)
        if record is None:
            return answered({"records": [], "size": 0, "done": True}, status=404)
        return answered(catalog_views.crud(record, table=table))


@blueprint.get("/catalog/products")
def list_products() -> Response:
    with tenant().reading() as view:
        found, more = page_of(view.all("products"), usual=10)
        shown = [catalog_views.product(record, base_url=request.host_url) for record in found]
        return succeeded({"products": shown, **more})


@blueprint.get("/catalog/products/<key>")
def read_product(key: str) -> Response:
    with tenant().reading() as view:
        product = catalog.find_product(view, key)
        return answered(catalog_views.product(product, base_url=request.host_url))  # no `success` is declared


@blueprint.get("/products/<key>/product-rate-plans")
def list_rate_plans(key: str) -> Response:
    with tenant().reading() as view:
        product = catalog.find_product(view, key)
        found, more = page_of(view.where("product_rate_plans", ProductId=product["id"]))
        shown = [catalog_views.rate_plan(view, plan, today=tenant().today()) for plan in found]
        return succeeded({"productRatePlans": shown, **more})


@blueprint.get("/product-rate-plans/<key>")
def read_rate_plan(key: str) -> Response:
    with tenant().reading() as view:
        return succeeded(_with_ids(catalog.find_rate_plan(view, key), source_as="ExternalIdSourceSystem"))


@blueprint.get("/product-rate-plans/external-id/<external_id>")
def find_by_external_id(external_id: str) -> Response:
    with tenant().reading() as view:
        found = catalog.rate_plans_with_external_id(view, external_id)
        if not found:  # that nothing found is an error and not an empty list is unverified
            raise refuse(NOT_FOUND, f"Cannot find a product rate plan with the external id '{external_id}'.")
        return succeeded(
            {"productRatePlans": [_with_ids(p, source_as="externalIdSourceSystem") for p in found]}
        )


def _with_ids(plan: Record, *, source_as: str) -> dict[str, Any]:
    return catalog_views.rate_plan_with_external_ids(plan, today=tenant().today(), source_as=source_as)


def _kind(name: str) -> tuple[str, Callable[..., Record]]:
    if name not in KINDS:
        raise refuse(NOT_FOUND, f"The endpoint /v1/object/{name} does not exist.")
    return KINDS[name]
