"""Custom fields added while the org runs, as an administrator would add them in Setup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from connector.sandbox.salesforce.schema import fields as declare
from connector.sandbox.salesforce.schema.fields import Field, SObject

_MAKERS: dict[str, Callable[[Mapping[str, Any]], Field]] = {
    "string": lambda given: declare.string(given["name"], given.get("length", 255)),
    "textarea": lambda given: declare.textarea(given["name"], given.get("length", 255)),
    "picklist": lambda given: declare.picklist(
        given["name"], *given.get("values", ()), restricted=given.get("restricted", False)
    ),
    "boolean": lambda given: declare.checkbox(given["name"], default=given.get("default", False)),
    "double": lambda given: declare.number(given["name"], given.get("precision", 18), given.get("scale", 2)),
    "currency": lambda given: declare.currency(
        given["name"], given.get("precision", 18), given.get("scale", 2)
    ),
    "percent": lambda given: declare.percent(given["name"], given.get("precision", 5), given.get("scale", 2)),
    "date": lambda given: declare.day(given["name"]),
    "datetime": lambda given: declare.moment(given["name"]),
    "email": lambda given: declare.email(given["name"]),
    "phone": lambda given: declare.phone(given["name"]),
    "url": lambda given: declare.url(given["name"]),
    "reference": lambda given: declare.lookup(
        given["name"], given["referenceTo"], children=given.get("children")
    ),
}
_OPTIONS = {
    *("object", "name", "type", "length", "values", "restricted", "default", "precision", "scale"),
    *("referenceTo", "children", "externalId"),
}


def parse_field(given: Mapping[str, Any]) -> Field:
    """Return the field that JSON describes: name, type and what that type needs; raises ValueError."""
    unknown = sorted(set(given) - _OPTIONS)
    if unknown:
        raise ValueError(f"A custom field has no {', '.join(unknown)}.")
    name, kind = given.get("name"), given.get("type")
    if not isinstance(name, str) or not name.endswith("__c"):
        raise ValueError(f"A custom field's name ends with __c, not {name!r}.")
    if kind not in _MAKERS:
        raise ValueError(f"A custom field's type is one of {', '.join(_MAKERS)}, not {kind!r}.")
    if kind == "reference" and not isinstance(given.get("referenceTo"), str):
        raise ValueError("A reference says what it points to in referenceTo.")
    return replace(_MAKERS[kind](given), external_id=bool(given.get("externalId")))


def with_field(objects: tuple[SObject, ...], sobject: str, field: Field) -> tuple[SObject, ...]:
    """Return the objects with one field more; raises ValueError."""
    names = {each.name for each in objects}
    if sobject not in names:
        raise ValueError(f"The sandbox org has no object {sobject}.")
    if field.reference_to is not None and field.reference_to not in names:
        raise ValueError(f"The sandbox org has no object {field.reference_to}.")
    owner = next(each for each in objects if each.name == sobject)
    if field.name.lower() in {each.name.lower() for each in owner.fields}:
        raise ValueError(f"{sobject} already has a field {field.name}.")
    grown = replace(owner, fields=(*owner.fields, field))
    return tuple(grown if each is owner else each for each in objects)
