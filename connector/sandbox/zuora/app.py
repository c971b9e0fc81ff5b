"""The Zuora sandbox as one Flask application: the tenant, the gate before it, the endpoints, the control
around it.
"""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from connector.sandbox import control
from connector.sandbox.zuora import gate, wire
from connector.sandbox.zuora.errors import NOT_FOUND, UNSUPPORTED, refuse
from connector.sandbox.zuora.limits import Limits
from connector.sandbox.zuora.routes import (
    accounts,
    catalog,
    contacts,
    descriptions,
    orders,
    queries,
    reckoning,
    subscriptions,
    tokens,
)
from connector.sandbox.zuora.seeding import ControlledTenant
from connector.sandbox.zuora.tenant import Tenant

BLUEPRINTS = (
    tokens.blueprint,
    accounts.blueprint,
    contacts.blueprint,
    catalog.blueprint,
    orders.blueprint,
    subscriptions.blueprint,
    queries.blueprint,
    descriptions.blueprint,
    reckoning.blueprint,
)
_V1 = ("/v1/", "/object-query/")


def create_app(*, tenant: Tenant | None = None) -> Flask:
    """A sandbox around `tenant`, or around a fresh one."""
    app = Flask(__name__, static_folder=None)
    held = tenant or Tenant()
    limits = Limits(tenant=held)
    app.extensions["zuora_tenant"] = held
    gate.install(app, tenant=held, limits=limits)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(MethodNotAllowed, _not_allowed)
    control.install(app, state=ControlledTenant(held, limits=limits), lock_answer=wire.lock_answer)
    vars(app)["wsgi_app"] = limits.around(app.wsgi_app)
    return app


def _not_found(_: NotFound) -> Response:
    if not request.path.startswith(_V1):  # the gateway in front, recorded
        return Response("no Route matched with those values", status=404, content_type="text/plain")
    return wire.refused(refuse(NOT_FOUND, f"The endpoint {request.path} does not exist.", status=404))


def _not_allowed(_: MethodNotAllowed) -> Response:
    if "request_id" not in g:
        return Response("Method not allowed", status=405, content_type="text/plain")
    return wire.refused(refuse(UNSUPPORTED, f"Request method '{request.method}' not supported", status=405))
