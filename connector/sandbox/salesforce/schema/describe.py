"""Describe results in the recorded shape: one object's fields and child relationships, or all objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connector.sandbox.salesforce.schema.catalog import Children, Entity
from connector.sandbox.salesforce.schema.fields import ID_TYPES, NUMERIC_TYPES, TEXT_TYPES, Field

BATCH_SIZE = 200
_BYTES_PER_CHARACTER = 3
_SOAP_TYPES = {
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}


def describe_global(entities: Iterable[Entity], *, version: int) -> dict[str, Any]:
    return {
        "encoding": "UTF-8",
        "maxBatchSize": BATCH_SIZE,
        "sobjects": [describe_basic(entity, version=version) for entity in entities],
    }


def describe_basic(entity: Entity, *, version: int) -> dict[str, Any]:
    """Return what the list of objects says of one: flags and addresses, no fields."""
    sobject = entity.sobject
    path = f"/services/data/v{version}.0/sobjects/{sobject.name}"
    return {
        "activateable": False,
        "createable": sobject.createable,
        "custom": sobject.custom,
        "customSetting": False,
        "deletable": sobject.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": True,
        "mergeable": sobject.mergeable,
        "mruEnabled": True,
        "name": sobject.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "undeletable": sobject.undeletable,
        "updateable": True,
        "urls": {"rowTemplate": f"{path}/{{ID}}", "describe": f"{path}/describe", "sobject": path},
    }


def describe_object(entity: Entity, *, version: int) -> dict[str, Any]:
    return {
        **describe_basic(entity, version=version),
        "actionOverrides": [],
        "childRelationships": [_children(children) for children in entity.children],
        "compactLayoutable": True,
        "fields": [_field(field) for field in entity.fields],
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [],
        "searchLayoutable": True,
        "supportedScopes": [{"label": f"All {entity.sobject.plural.lower()}", "name": "everything"}],
    }


def _children(children: Children) -> dict[str, Any]:
    return {
        "cascadeDelete": children.field.cascade_delete,
        "childSObject": children.sobject,
        "deprecatedAndHidden": False,
        "field": children.field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": children.name,
        "restrictedDelete": children.field.restricted_delete,
    }


def _field(field: Field) -> dict[str, Any]:
    return {**_shape(field), **_flags(field), **_relations(field)}


def _shape(field: Field) -> dict[str, Any]:
    is_id = field.type in ID_TYPES
    return {
        "byteLength": field.length if is_id else field.length * _BYTES_PER_CHARACTER,
        "compoundFieldName": field.compound,
        "defaultValue": field.default if field.type == "boolean" else None,
        "digits": field.digits,
        "extraTypeInfo": "plaintextarea" if field.type == "textarea" else None,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "name": field.name,
        "picklistValues": [_picklist_value(value) for value in field.values],
        "precision": field.precision,
        "scale": field.scale,
        "soapType": _soap_type(field),
        "type": field.type,
    }


def _flags(field: Field) -> dict[str, Any]:
    return {
        "aggregatable": field.filterable and field.type not in ("boolean", "address"),
        "autoNumber": field.auto_number,
        "calculated": field.calculated,
        "caseSensitive": False,
        "createable": field.createable,
        "custom": field.custom,
        "defaultedOnCreate": field.defaulted,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "encrypted": False,
        "externalId": field.external_id,
        "filterable": field.filterable,
        "groupable": field.filterable and field.type in TEXT_TYPES | ID_TYPES | {"boolean", "date", "int"},
        "htmlFormatted": False,
        "idLookup": field.type == "id" or field.external_id,
        "nameField": field.name_field,
        "namePointing": False,
        "nillable": field.nillable,
        "permissionable": field.nillable and field.createable,
        "restrictedPicklist": field.restricted,
        "sortable": field.sortable,
        "unique": False,
        "updateable": field.updateable,
    }


def _relations(field: Field) -> dict[str, Any]:
    return {
        "cascadeDelete": field.cascade_delete and not field.nillable,
        "polymorphicForeignKey": False,
        "referenceTargetField": None,
        "referenceTo": [field.reference_to] if field.reference_to else [],
        "relationshipName": field.relationship,
        "relationshipOrder": None,
        "restrictedDelete": field.restricted_delete,
    }


def _picklist_value(value: str) -> dict[str, Any]:
    return {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}


def _soap_type(field: Field) -> str:
    if field.type in ID_TYPES:
        return "tns:ID"
    if field.type in NUMERIC_TYPES:
        return "xsd:double"
    return _SOAP_TYPES.get(field.type, "xsd:string")
