"""Our declarations held against Zuora's own document: names, types, lengths, enums, required fields.

Skipped where the document is not at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.sandbox.zuora.declared import accounts, catalog, contacts, orders
from connector.sandbox.zuora.fields import Field, Shape

Document = Any
KINDS = {
    "text": "string",
    "email": "string",
    "date": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "object": "object",
    "list": "array",
}
DECLARED = {
    "POSTAccountType": accounts.CREATE,
    "PUTAccountType": accounts.UPDATE,
    "CreateOrderNewAccount": accounts.IN_ORDER,
    "POSTContactType": contacts.CREATE,
    "PUTContactType": contacts.UPDATE,
    "ProxyCreateProduct": catalog.PRODUCT,
    "POSTOrderRequestType": orders.ORDER,
    "POSTOrderAsyncRequestType": orders.ASYNC_ORDER,
    "POSTOrderPreviewRequestType": orders.PREVIEW,
    "PUTOrderActionTriggerDatesRequestType": orders.TRIGGER_DATES,
    "PUTOrderPatchRequestType": orders.ORDER_FIELDS,
    "PUTSubscriptionPatchRequestType": orders.SUBSCRIPTION_FIELDS,
    "PUTOrderLineItemRequestType": orders.LINE_ITEM_CHANGE,
    "ProxyCreateProductRatePlan": catalog.RATE_PLAN,
    "ProxyCreateProductRatePlanCharge": catalog.CHARGE,
}


def properties(document: Document, schema: Any) -> tuple[dict[str, Any], set[str]]:
    judge = document.judge
    schema = judge.deref(schema)
    found, required = dict(schema.get("properties", {})), set(schema.get("required", []))
    for key in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(key, []):
            inner, inner_required = properties(document, branch)
            found.update(inner)
            required |= inner_required if key == "allOf" else set()
    return found, required


def differences(document: Document, shape: Shape, schema: Any, path: str) -> Iterator[str]:
    documented, required = properties(document, schema)
    for name in required:
        if name not in shape.fields or not shape.fields[name].required:
            yield f"{path}{name} is required by the document"
    for name in documented:
        if name == "recurringCalcualated":  # misspelt in the document
            continue
        if name not in shape.fields and not name.endswith("__NS"):
            yield f"{path}{name} is documented and not declared"
    for name, field in shape.fields.items():
        if name == "description":
            continue  # our copy of the document was made without descriptions, and without the fields of that name
        if name not in documented:
            yield f"{path}{name} is declared and not documented"
        else:
            yield from field_differences(document, field, documented[name], f"{path}{name}")


def field_differences(document: Document, field: Field, described: Any, where: str) -> Iterator[str]:
    described = document.judge.deref(described)
    kind = described.get("type") or ("object" if "allOf" in described or "properties" in described else None)
    if field.kind == "opaque":
        return
    if kind is not None and KINDS[field.kind] != kind:
        yield f"{where} is {field.kind} here and {kind} in the document"
    length = described.get("maxLength") if kind == "string" else None
    if length is not None and field.kind != "date" and not field.enum and field.length != length:
        yield f"{where} may have {field.length} characters here and {length} in the document"
    enum = [value for value in described.get("enum", []) if value is not None]
    if enum and field.kind == "text" and set(field.enum) != set(enum):
        yield f"{where} may be {field.enum} here and {enum} in the document"
    if field.shape is not None and field.shape.fields:
        yield from differences(document, field.shape, described, f"{where}.")
    if field.item is not None and "items" in described:
        yield from field_differences(document, field.item, described["items"], f"{where}[]")


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_declaration_agrees_with_the_document(document: Document, name: str) -> None:
    if document is None:
        pytest.skip("Zuora's OpenAPI document is not at hand")
    found = list(differences(document, DECLARED[name], {"$ref": f"#/components/schemas/{name}"}, ""))
    assert found == []
