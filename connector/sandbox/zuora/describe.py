"""GET /v1/describe: an object's fields as XML, the tenant's custom fields among them.

Names are those of ZOQL. The options of standard picklists are the tenant's and not known here, so those
fields are described as text (unverified); custom picklists have theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from connector.sandbox.zuora.declared import accounts, contacts
from connector.sandbox.zuora.errors import NOT_FOUND, refuse
from connector.sandbox.zuora.fields import Field, words
from connector.sandbox.zuora.query_kind import Kind
from connector.sandbox.zuora.query_kinds import KINDS
from connector.sandbox.zuora.settings import Settings

TYPES = {
    "datetime": words("createdDate updatedDate"),
    "boolean": words(
        "active allowFeatureChanges allowInvoiceEdit asBillTo asShipTo asSoldTo autoPay autoRenew"
        " invoiceDeliveryPrefsEmail invoiceDeliveryPrefsPrint isInvoiceSeparate isLatestVersion"
        " partnerAccount taxable useDiscountSpecificAccountingCode"
    ),
    "integer": words(
        "billCycleDay currentTerm grade initialTerm numberOfPeriod renewalTerm sequence"
        " specificBillingPeriod specificListPriceBase tier version segment"
    ),
    "decimal": words(
        "amount amountPerUnit balance defaultQuantity discountAmount discountPercentage endingUnit"
        " listPricePerUnit price quantity startingUnit"
    ),
    "date": words(
        "billTargetDate cancelledDate contractAcceptanceDate contractEffectiveDate effectiveEndDate"
        " effectiveStartDate lastInvoiceDate opportunityCloseDate__QT orderDate serviceActivationDate"
        " subscriptionEndDate subscriptionStartDate taxExemptEffectiveDate taxExemptExpirationDate"
        " termEndDate termStartDate transactionEndDate transactionStartDate"
    ),
}
_LENGTHS: Mapping[str, Mapping[str, Field]] = {
    "Account": {**accounts.CREATE.fields, "salesRepName": accounts.CREATE.fields["salesRep"]},
    "Contact": {**contacts.CREATE.fields, "postalCode": contacts.CREATE.fields["zipCode"]},
}
_READ_ONLY = words("id createdById createdDate updatedById updatedDate")


def describe(name: str, *, settings: Settings) -> bytes:
    kind = next((kind for kind in KINDS.values() if kind.zoql_name == name), None)
    if kind is None:
        raise refuse(NOT_FOUND, f"There is no object {name}.")
    root = ElementTree.Element("object")
    _add(root, "name", name)
    _add(root, "label", _label(name))
    listed = ElementTree.SubElement(root, "fields")
    for field in kind.fields:
        _add_field(listed, **_standard(kind, field))
    for field, described in kind.declared_custom(settings).items():
        _add_field(listed, **_custom(field, described))
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def type_of(field: str) -> str:
    return next((kind for kind, names in TYPES.items() if field in names), "text")


def _standard(kind: Kind, field: str) -> dict[str, Any]:
    declared = _LENGTHS.get(kind.zoql_name, {}).get(field)
    name = field[0].upper() + field[1:]
    return {
        "name": name,
        "label": _label(name),
        "kind": type_of(field),
        "length": declared.length if declared else None,
        "is_writable": field not in _READ_ONLY,
        "is_required": bool(declared and declared.required),
        "is_filterable": field.lower() in kind.filters,
    }


def _custom(field: str, described: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": field,
        "label": described["label"],
        "kind": described["type"],
        "length": described["length"] if described["type"] == "text" else None,
        "is_custom": True,
        "is_filterable": described["indexed"],
        "options": described.get("options", ()),
    }


def _add_field(
    parent: ElementTree.Element,
    *,
    name: str,
    label: str,
    kind: str,
    length: int | None,
    is_filterable: bool,
    is_writable: bool = True,
    is_required: bool = False,
    is_custom: bool = False,
    options: tuple[str, ...] = (),
) -> None:
    field = ElementTree.SubElement(parent, "field")
    _add(field, "name", name)
    _add(field, "label", label)
    _add(field, "type", kind)
    _add(field, "selectable", "true")
    for tag, flag in (
        ("createable", is_writable),
        ("updateable", is_writable),
        ("filterable", is_filterable),
        ("custom", is_custom),
        ("required", is_required),
    ):
        _add(field, tag, str(flag).lower())
    if length is not None:
        _add(field, "maxlength", str(length))
    if options:
        listed = ElementTree.SubElement(field, "options")
        for option in options:
            _add(listed, "option", option)
    _add(ElementTree.SubElement(field, "contexts"), "context", "export")


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def _label(name: str) -> str:
    """BillToId -> Bill To Id"""
    spaced = [name[0]]
    for before, character in pairwise(name):
        spaced.append(f" {character}" if character.isupper() and not before.isupper() else character)
    return "".join(spaced)
