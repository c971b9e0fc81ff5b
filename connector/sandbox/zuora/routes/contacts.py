"""/v1/contacts"""

from __future__ import annotations

from flask import Blueprint, Response

from connector.sandbox.zuora import contacts
from connector.sandbox.zuora.wire import read_body, succeeded, tenant

blueprint = Blueprint("contacts", __name__, url_prefix="/v1/contacts")


@blueprint.post("")
def create() -> Response:
    with tenant().writing() as store:
        return succeeded(contacts.shown(store, contacts.create_contact(tenant(), store, read_body())))


@blueprint.get("/<contact_id>")
def read(contact_id: str) -> Response:
    with tenant().reading() as view:
        return succeeded(contacts.shown(view, contacts.find_contact(view, contact_id)))


@blueprint.put("/<contact_id>")
def update(contact_id: str) -> Response:
    with tenant().writing() as store:
        return succeeded(
            contacts.shown(store, contacts.update_contact(tenant(), store, contact_id, read_body()))
        )


@blueprint.delete("/<contact_id>")
def delete(contact_id: str) -> Response:
    with tenant().writing() as store:
        contacts.delete_contact(store, contact_id)
        return succeeded({})
