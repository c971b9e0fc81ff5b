"""What a field and an object are, and one short function per kind of field to declare them.

Limits and flags follow the recorded describe results of Account and Contact and the metadata of the
CPQ package; the names are the API names of both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

MULTI_CURRENCY = "multi_currency"
STATE_COUNTRY = "state_country_picklists"

NUMERIC_TYPES = frozenset({"double", "currency", "percent"})
TEXT_TYPES = frozenset(
    {"string", "textarea", "picklist", "email", "phone", "url", "combobox", "multipicklist"}
)
ID_TYPES = frozenset({"id", "reference"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `feature` names the org feature without which it does not exist."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted: bool = False
    default: Any = None
    filterable: bool = True
    sortable: bool = True
    reference_to: str | None = None
    relationship: str | None = None
    children: str | None = None
    cascade_delete: bool = False
    restricted_delete: bool = False
    values: tuple[str, ...] = ()
    restricted: bool = False
    compound: str | None = None
    calculated: bool = False
    auto_number: bool = False
    external_id: bool = False
    name_field: bool = False
    feature: str | None = None

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def required(self) -> bool:
        """Whether a record cannot be created without a value from outside."""
        return self.createable and not self.nillable and not self.defaulted and self.type != "boolean"


@dataclass(frozen=True, slots=True, eq=False)
class SObject:
    """One object; `fields` in the order in which describe and a whole record list them.

    Two are the same only if they are one: their hundreds of fields are no key to hash.
    """

    name: str
    label: str
    plural: str
    key_prefix: str
    fields: tuple[Field, ...]
    createable: bool = True
    deletable: bool = True
    mergeable: bool = False
    undeletable: bool = True

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")


def label_of(name: str) -> str:
    """Return a readable label for an API name: `SBQQ__BillingType__c` reads `Billing Type`."""
    bare = re.sub(r"^[A-Za-z0-9]+__(?=.+__c$)|__c$", "", name)
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_", " ", bare)
    return re.sub(r"\bId$", "ID", spaced)


def string(name: str, length: int, **options: Any) -> Field:
    return Field(name, "string", options.pop("label", label_of(name)), length=length, **options)


def email(name: str) -> Field:
    return Field(name, "email", label_of(name), length=80)


def phone(name: str) -> Field:
    return Field(name, "phone", label_of(name), length=40)


def url(name: str, **options: Any) -> Field:
    return Field(name, "url", label_of(name), length=255, **options)


def textarea(name: str, length: int = 255, **options: Any) -> Field:
    """Text with line breaks; beyond 255 characters it can be neither filtered nor sorted."""
    short = length <= 255
    return Field(name, "textarea", label_of(name), length=length, filterable=short, sortable=short, **options)


def picklist(name: str, *values: str, **options: Any) -> Field:
    length = options.pop("length", 255 if name.endswith("__c") else 40)
    return Field(name, "picklist", label_of(name), length=length, values=values, **options)


def restricted(name: str, *values: str, **options: Any) -> Field:
    return picklist(name, *values, restricted=True, **options)


def checkbox(name: str, *, default: bool = False, **options: Any) -> Field:
    return Field(name, "boolean", label_of(name), nillable=False, defaulted=True, default=default, **options)


def number(name: str, precision: int, scale: int, **options: Any) -> Field:
    return Field(name, "double", label_of(name), precision=precision, scale=scale, **options)


def integer(name: str, digits: int = 9, **options: Any) -> Field:
    return Field(name, "int", label_of(name), digits=digits, **options)


def currency(name: str, precision: int = 18, scale: int = 2, **options: Any) -> Field:
    return Field(name, "currency", label_of(name), precision=precision, scale=scale, **options)


def percent(name: str, precision: int, scale: int, **options: Any) -> Field:
    return Field(name, "percent", label_of(name), precision=precision, scale=scale, **options)


def day(name: str, **options: Any) -> Field:
    return Field(name, "date", label_of(name), **options)


def moment(name: str, **options: Any) -> Field:
    return Field(name, "datetime", label_of(name), **options)


def lookup(name: str, target: str, *, children: str | None = None, **options: Any) -> Field:
    """A reference; `children` is the plain child relationship name, completed for custom fields."""
    relationship = options.pop("relationship", name.removesuffix("Id"))
    if name.endswith("__c"):
        relationship = name.removesuffix("__c") + "__r"
        namespace = name.split("__", 1)[0] + "__" if name.count("__") > 1 else ""
        children = f"{namespace}{children}__r" if children else None
    return Field(
        name,
        "reference",
        label_of(name),
        length=18,
        reference_to=target,
        relationship=relationship,
        children=children,
        **options,
    )


def master_detail(name: str, target: str, *, children: str, **options: Any) -> Field:
    return lookup(
        name, target, children=children, nillable=False, updateable=False, cascade_delete=True, **options
    )


def read_only(field: Field) -> Field:
    """The field as the API shows but never takes it: set by triggers, summaries and formulas."""
    return replace(field, createable=False, updateable=False)


def formula(field: Field) -> Field:
    return replace(read_only(field), calculated=True)


def auto_number(name: str, length: int = 30, **options: Any) -> Field:
    return read_only(string(name, length, nillable=False, defaulted=True, auto_number=True, **options))


def name_of(length: int, *, label: str = "Name", required: bool = True) -> Field:
    return string("Name", length, label=label, nillable=not required, name_field=True)


def currency_code() -> Field:
    return picklist(
        "CurrencyIsoCode", length=3, nillable=False, defaulted=True, restricted=True, feature=MULTI_CURRENCY
    )


def address(prefix: str, *, text_lengths: tuple[int, int, int] = (40, 80, 20)) -> tuple[Field, ...]:
    """The eight parts of an address, its two ISO codes, and the compound that shows them as one."""
    city, state, postal_code = text_lengths
    compound = f"{prefix}Address"
    parts = (
        textarea(f"{prefix}Street", compound=compound),
        string(f"{prefix}City", city, compound=compound),
        string(f"{prefix}State", state, label=f"{prefix} State/Province".strip(), compound=compound),
        string(
            f"{prefix}PostalCode",
            postal_code,
            label=f"{prefix} Zip/Postal Code".strip(),
            compound=compound,
        ),
        string(f"{prefix}Country", 80, compound=compound),
        picklist(f"{prefix}StateCode", length=10, compound=compound, feature=STATE_COUNTRY),
        picklist(f"{prefix}CountryCode", length=10, compound=compound, feature=STATE_COUNTRY),
        number(f"{prefix}Latitude", 18, 15, compound=compound),
        number(f"{prefix}Longitude", 18, 15, compound=compound),
        restricted(
            f"{prefix}GeocodeAccuracy",
            *("Address", "NearAddress", "Block", "Street", "ExtendedZip", "Zip", "Neighborhood"),
            *("City", "County", "State", "Unknown"),
            compound=compound,
        ),
    )
    whole = read_only(Field(compound, "address", label_of(compound), sortable=False))
    return (*parts, whole)


def identity(*, deletable: bool = True) -> tuple[Field, ...]:
    """Id first, then the deletion flag where records can be deleted."""
    record_id = Field("Id", "id", "Record ID", length=18, nillable=False, defaulted=True)
    deleted = read_only(replace(checkbox("IsDeleted"), label="Deleted"))
    return (read_only(record_id), deleted) if deletable else (read_only(record_id),)


def audit(*, viewed: bool = True) -> tuple[Field, ...]:
    """Who and when; all set by the org itself."""
    kept: dict[str, Any] = {"nillable": False, "defaulted": True}
    fields = (
        moment("CreatedDate", **kept),
        lookup("CreatedById", "User", **kept),
        moment("LastModifiedDate", **kept),
        lookup("LastModifiedById", "User", **kept),
        moment("SystemModstamp", **kept),
    )
    seen = (moment("LastViewedDate"), moment("LastReferencedDate")) if viewed else ()
    return tuple(read_only(field) for field in (*fields, *seen))


def owner() -> Field:
    return lookup("OwnerId", "User", nillable=False, defaulted=True)


def master_record(target: str) -> Field:
    return read_only(lookup("MasterRecordId", target))
