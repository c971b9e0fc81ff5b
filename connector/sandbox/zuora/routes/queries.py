"""/object-query and /v1/action/query"""

from __future__ import annotations

from flask import Blueprint, Response, request

from connector.sandbox.control import is_stale
from connector.sandbox.zuora import object_query, zoql
from connector.sandbox.zuora.errors import MISSING_FIELD, NOT_FOUND, refuse
from connector.sandbox.zuora.query_kinds import ENDPOINTS
from connector.sandbox.zuora.wire import answered, read_body, tenant

blueprint = Blueprint("queries", __name__)


@blueprint.get("/object-query/<name>")
def query(name: str) -> Response:
    _check_kind(name)
    with tenant().querying(stale=is_stale()) as view:
        return answered(object_query.query(view, name, request.args, settings=tenant().settings))


@blueprint.get("/object-query/<name>/<key>")
def read(name: str, key: str) -> Response:
    _check_kind(name)
    with tenant().querying(stale=is_stale()) as view:
        return answered(object_query.read(view, name, key, request.args))


@blueprint.post("/v1/action/query")
def run_zoql() -> Response:
    text = read_body().get("queryString")
    if not isinstance(text, str):
        raise refuse(MISSING_FIELD, "'queryString' is required.")
    with tenant().querying(stale=is_stale()) as view:
        return answered(zoql.run(view, text, settings=tenant().settings))


@blueprint.post("/v1/action/queryMore")
def run_more_zoql() -> Response:
    locator = str(read_body().get("queryLocator", ""))
    with tenant().querying(stale=is_stale()) as view:
        return answered(zoql.run_more(view, locator, settings=tenant().settings))


def _check_kind(name: str) -> None:
    if name not in ENDPOINTS:
        raise refuse(NOT_FOUND, f"The endpoint /object-query/{name} does not exist.", status=404)
