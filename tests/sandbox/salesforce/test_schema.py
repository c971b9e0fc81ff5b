"""The declared schema against itself, and against the recorded describes where those are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.salesforce.schema.catalog import OBJECTS, Catalog, Entity
from connector.sandbox.salesforce.schema.describe import describe_object
from connector.sandbox.salesforce.schema.fields import MULTI_CURRENCY, STATE_COUNTRY, label_of

RECORDINGS = Path(__file__).parents[4] / "shared" / "reference" / "salesforce-recordings"
CATALOG = Catalog(OBJECTS, features=frozenset({MULTI_CURRENCY, STATE_COUNTRY}), currencies=("USD",))
COMPARED = (
    *("type", "length", "precision", "scale", "digits", "nillable", "createable", "updateable"),
    *("defaultedOnCreate", "filterable", "sortable", "groupable", "relationshipName", "referenceTo"),
    *("restrictedPicklist", "soapType", "byteLength", "calculated", "autoNumber", "nameField"),
)


@pytest.mark.parametrize("entity", list(CATALOG), ids=lambda entity: entity.name)
def test_an_object_is_declared_soundly(entity: Entity) -> None:
    names = [field.name.lower() for field in entity.fields]
    assert len(set(names)) == len(names)
    relations = [children.name for children in entity.children if children.name]
    assert len(set(relations)) == len(relations)
    for field in entity.fields:
        assert field.reference_to is None or CATALOG.find(field.reference_to) is not None
        is_odd = (entity.name, field.name) == ("Opportunity", "ContactId")
        assert (field.relationship is None) is (field.reference_to is None or is_odd)
        assert not field.custom or field.relationship is None or field.relationship.endswith("__r")


def test_key_prefixes_are_told_apart() -> None:
    prefixes = [sobject.key_prefix for sobject in OBJECTS]
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize(
    ("parent", "relationship", "child"),
    [
        ("Account", "ChildAccounts", "Account"),
        ("Account", "Contacts", "Contact"),
        ("Account", "Orders", "Order"),
        ("Account", "SBQQ__Quotes__r", "SBQQ__Quote__c"),
        ("Account", "InvoiceOwnerOrders__r", "Order"),
        ("Order", "OrderItems", "OrderItem"),
        ("SBQQ__Quote__c", "SBQQ__Orders__r", "Order"),
        ("OrderItem", "SBQQ__RevisingOrderProducts__r", "OrderItem"),
        ("OrderItem", "SBQQ__OrderItems__r", "SBQQ__OrderItemConsumptionSchedule__c"),
        ("Product2", "PricebookEntries", "PricebookEntry"),
        ("ConsumptionSchedule", "ConsumptionRates", "ConsumptionRate"),
    ],
)
def test_child_relationships_have_the_documented_names(parent: str, relationship: str, child: str) -> None:
    found = CATALOG.entity(parent).children_named(relationship)
    assert found is not None
    assert found.sobject == child


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("BillingCity", "Billing City"),
        ("SBQQ__BillingType__c", "Billing Type"),
        ("InvoiceOwner__c", "Invoice Owner"),
        ("ParentId", "Parent ID"),
        ("Z_Accounting_Code__c", "Z Accounting Code"),
    ],
)
def test_labels_read_as_words(name: str, label: str) -> None:
    assert label_of(name) == label


CPQ_SCHEMA = RECORDINGS.parent / "salesforce-cpq-schema.json"
# What a connector may ask an order for: everything the package brings there, and the order's own addresses.
ASKED_FOR = (
    *("OrderItem", "Order", "SBQQ__OrderItemConsumptionSchedule__c", "SBQQ__OrderItemConsumptionRate__c"),
    *("ConsumptionSchedule", "ConsumptionRate", "ProductConsumptionSchedule", "SBQQ__BlockPrice__c"),
    *("SBQQ__DiscountSchedule__c", "SBQQ__DiscountTier__c"),
)


@pytest.mark.skipif(not CPQ_SCHEMA.is_file(), reason="the package's metadata is not beside this checkout")
@pytest.mark.parametrize("sobject", ASKED_FOR)
def test_every_field_of_the_package_is_there(sobject: str) -> None:
    declared: dict[str, Any] = json.loads(CPQ_SCHEMA.read_text())["objects"][sobject]["fields"]
    entity = CATALOG.entity(sobject)
    for name, facts in declared.items():
        field = entity.field_named(name)
        if field is None:
            assert not name.startswith("SBQQ__"), name
            continue
        if "values" in facts and facts["values"] != ["None"]:
            assert set(facts["values"]) == set(field.values), name
        if "referenceTo" in facts:
            assert field.reference_to == facts["referenceTo"]
            assert field.children == f"SBQQ__{facts['relationshipName']}__r"
        for limit in ("length", "precision", "scale"):
            if limit in facts and facts["type"] in ("Text", "Number", "Currency", "Percent"):
                assert getattr(field, limit) == int(facts[limit]), name


@pytest.mark.parametrize(
    ("sobject", "name", "kind"),
    [
        ("Order", "InvoiceOwner__c", "reference"),
        ("Order", "SubscriptionOwner__c", "reference"),
        ("Product2", "TaxMode__c", "picklist"),
        ("Product2", "Z_Accounting_Code__c", "string"),
        ("Product2", "Z_Deferred_Revenue_Account__c", "string"),
        ("Product2", "Z_Recognized_Revenue_Account__c", "string"),
        ("SBQQ__OrderItemConsumptionRate__c", "Cap__c", "double"),
    ],
)
def test_what_an_administrator_added_is_described_as_custom(sobject: str, name: str, kind: str) -> None:
    fields = describe_object(CATALOG.entity(sobject), version=62)["fields"]
    (found,) = (field for field in fields if field["name"] == name)
    assert (found["custom"], found["type"], found["nillable"]) == (True, kind, True)


def test_an_order_has_iso_codes_where_an_account_has_them() -> None:
    codes = {f"{prefix}{part}Code" for prefix in ("Billing", "Shipping") for part in ("State", "Country")}
    for features, expected in ((frozenset({STATE_COUNTRY}), codes), (frozenset[str](), set[str]())):
        catalog = Catalog(OBJECTS, features=features)
        for sobject in ("Account", "Order"):
            names = {field.name for field in catalog.entity(sobject).fields}
            assert names & codes == expected


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded describes are not beside this checkout")
@pytest.mark.parametrize("sobject", ["Account", "Contact"])
def test_fields_are_described_as_recorded(sobject: str) -> None:
    recorded = json.loads((RECORDINGS / f"GET_sobjects_{sobject}_describe.json").read_text())
    mine = describe_object(CATALOG.entity(sobject), version=62)
    by_name: dict[str, Any] = {field["name"]: field for field in mine["fields"]}
    for field in recorded["fields"]:
        if field["name"] in by_name:
            shown = {key: by_name[field["name"]][key] for key in COMPARED}
            assert shown == {key: field[key] for key in COMPARED}, field["name"]
    described = {field["name"] for field in recorded["fields"]}
    optional = {name for name in by_name if name.endswith(("CountryCode", "StateCode", "CurrencyIsoCode"))}
    assert set(by_name) - optional <= described
    assert set(mine) <= set(recorded) | {"hasSubtypes", "isSubtype"}


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded describes are not beside this checkout")
def test_relationships_are_described_as_recorded() -> None:
    recorded = json.loads((RECORDINGS / "GET_sobjects_Account_describe.json").read_text())
    theirs = {(each["childSObject"], each["field"]): each for each in recorded["childRelationships"]}
    for mine in describe_object(CATALOG.entity("Account"), version=62)["childRelationships"]:
        key = (mine["childSObject"], mine["field"])
        if key in theirs and mine["childSObject"] in ("Account", "Contact", "Opportunity"):
            assert mine == theirs[key]
        elif key in theirs:
            assert mine["relationshipName"] == theirs[key]["relationshipName"]
