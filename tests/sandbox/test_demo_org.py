"""The demo org as a dataset: sound ids and lookups, the same every time, and large enough to be worth it."""

from __future__ import annotations

import string
from collections import Counter
from typing import Any

import pytest

from connector.sandbox import demo_org

Record = dict[str, Any]
Org = dict[str, list[Record]]

WRITTEN_BACK = {
    ("Account", "MasterRecordId"),
    ("Contract", "SBQQ__Order__c"),
    ("OrderItem", "SBQQ__Subscription__c"),
    ("Opportunity", "SBQQ__AmendedContract__c"),
    ("Opportunity", "SBQQ__RenewedContract__c"),
    ("SBQQ__Quote__c", "SBQQ__MasterContract__c"),
}
LOOKUPS = {
    "OwnerId": "User",
    "ActivatedById": "User",
    "SBQQ__SalesRep__c": "User",
    "ParentId": "Account",
    "MasterRecordId": "Account",
    "AccountId": "Account",
    "SBQQ__Account__c": "Account",
    "BillToContactId": "Contact",
    "ShipToContactId": "Contact",
    "SBQQ__PrimaryContact__c": "Contact",
    "Pricebook2Id": "Pricebook2",
    "SBQQ__PriceBook__c": "Pricebook2",
    "SBQQ__PriceBook2__c": "Pricebook2",
    "Product2Id": "Product2",
    "SBQQ__Product__c": "Product2",
    "PricebookEntryId": "PricebookEntry",
    "SBQQ__BlockPrice__c": "SBQQ__BlockPrice__c",
    "OpportunityId": "Opportunity",
    "SBQQ__Opportunity2__c": "Opportunity",
    "SBQQ__Opportunity__c": "Opportunity",
    "SBQQ__Quote__c": "SBQQ__Quote__c",
    "OrderId": "Order",
    "SBQQ__Order__c": "Order",
    "SBQQ__OrderProduct__c": "OrderItem",
    "SBQQ__Contract__c": "Contract",
    "SBQQ__Subscription__c": "SBQQ__Subscription__c",
    "SBQQ__RevisedSubscription__c": "SBQQ__Subscription__c",
    "SBQQ__AmendedContract__c": "Contract",
    "SBQQ__RenewedContract__c": "Contract",
    "SBQQ__MasterContract__c": "Contract",
    "SBQQ__RevisedOrderProduct__c": "OrderItem",
    "SBQQ__RequiredBy__c": "OrderItem",
    "SBQQ__BundleRoot__c": "OrderItem",
    "SBQQ__PriceDimension__c": "SBQQ__Dimension__c",
    "InvoiceOwner__c": "Account",
    "SubscriptionOwner__c": "Account",
    "ProductId": "Product2",
    "ConsumptionScheduleId": "ConsumptionSchedule",
    "SBQQ__ConsumptionSchedule__c": "ConsumptionSchedule",
    "SBQQ__OrderItem__c": "OrderItem",
    "SBQQ__OrderItemConsumptionSchedule__c": "SBQQ__OrderItemConsumptionSchedule__c",
}
PREFIXES = {"Account": "001", "Contact": "003", "Order": "801", "OrderItem": "802", "Product2": "01t"}
LENGTHS = {
    ("Account", "Name"): 255,
    ("Account", "BillingStreet"): 255,
    ("Account", "BillingCity"): 40,
    ("Account", "BillingState"): 80,
    ("Account", "BillingPostalCode"): 20,
    ("Account", "BillingCountry"): 80,
    ("Account", "AccountNumber"): 40,
    ("Account", "Phone"): 40,
    ("Contact", "FirstName"): 40,
    ("Contact", "LastName"): 80,
    ("Contact", "Email"): 80,
    ("Contact", "Title"): 128,
    ("Contact", "MobilePhone"): 40,
    ("Contact", "MailingCity"): 40,
    ("Opportunity", "Name"): 120,
}
CHOICES = {
    "SBQQ__ChargeType__c": {"One-Time", "Recurring", "Usage"},
    "SBQQ__BillingFrequency__c": {"Monthly", "Quarterly", "Semiannual", "Annual", "Invoice Plan"},
    "SBQQ__BillingType__c": {"Advance", "Arrears"},
    "SBQQ__SubscriptionPricing__c": {"Fixed Price", "Percent Of Total"},
    "SBQQ__PricingMethod__c": {
        *("List", "Cost", "Block", "Percent Of Total", "Custom"),
        *("PerUnit", "FlatFee"),
    },
    "SBQQ__PriceCalcStatus__c": {"Not Needed", "Not Started", "Queued", "Completed", "Failed", "Aborted"},
    "SBQQ__PaymentTerm__c": {"Due on receipt", "Net 15", "Net 30", "Net 45", "Net 60", "Net 90"},
    "SBQQ__ContractAction__c": {"New", "Quantity Increase", "Quantity Decrease", "Cancel", "Renew"},
    "StatusCode": {"Draft", "Activated"},
    "Type": {"New", "Amendment", "Renewal", "Customer - Direct", "Range", "Slab"},
    "SBQQ__Type__c": {"Quote", "Amendment", "Renewal", "Range", "Slab", "Year", "One-time"},
    "SBQQ__DimensionType__c": {"Year", "One Time"},
    "SBQQ__SubscriptionType__c": {"Renewable", "Evergreen"},
    "PricingMethod": {"PerUnit", "FlatFee"},
}


@pytest.fixture(scope="module")
def org() -> Org:
    return demo_org.build()


def by_id(records: list[Record]) -> dict[str, Record]:
    return {record["Id"]: record for record in records}


def orders_of(org: Org, showcase: str) -> list[Record]:
    account_id = demo_org.showcase()[showcase]
    return [order for order in org["Order"] if order["AccountId"] == account_id]


def lines_of(org: Org, order: Record) -> list[Record]:
    return [line for line in org["OrderItem"] if line["OrderId"] == order["Id"]]


def account(org: Org, showcase: str) -> Record:
    return by_id(org["Account"])[demo_org.showcase()[showcase]]


def ancestors(org: Org, record: Record) -> list[Record]:
    """The account and those above it, upwards, each once."""
    accounts = by_id(org["Account"])
    chain = [record]
    while chain[-1]["ParentId"] and accounts[chain[-1]["ParentId"]] not in chain:
        chain.append(accounts[chain[-1]["ParentId"]])
    return chain


def test_every_id_is_unique_and_carries_its_checksum(org: Org) -> None:
    seen: set[str] = set()
    for object_name, records in org.items():
        for record in records:
            record_id = record["Id"]
            assert len(record_id) == 18
            assert record_id.startswith(PREFIXES.get(object_name, ""))
            for block in range(3):
                # Written the other way round: the last of five characters is the highest bit.
                bits = "".join(
                    "01"[c in string.ascii_uppercase] for c in record_id[block * 5 : block * 5 + 5]
                )
                assert record_id[15 + block] == "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[int(bits[::-1], 2)]
            assert record_id not in seen
            seen.add(record_id)


def test_every_lookup_points_to_a_record_of_the_right_object(org: Org) -> None:
    objects = {record["Id"]: name for name, records in org.items() for record in records}
    seen: set[str] = set()
    cycle = {demo_org.showcase()["parent_cycle"], demo_org.showcase()["parent_cycle_other"]}
    for object_name, records in org.items():
        for record in records:
            seen.add(record["Id"])
            for field, value in record.items():
                if field == "Id" or not isinstance(value, str) or value not in objects:
                    assert field not in LOOKUPS or value is None, (object_name, field, value)
                    continue
                assert objects[value] == LOOKUPS[field], (object_name, field)
                if (object_name, field) not in WRITTEN_BACK and not {record["Id"], value} <= cycle:
                    assert value in seen, f"{object_name}.{field} points forward"


def test_lengths_and_choices_are_those_of_salesforce(org: Org) -> None:
    for object_name, records in org.items():
        for record in records:
            for field, value in record.items():
                if isinstance(value, str):
                    assert len(value) <= LENGTHS.get((object_name, field), 255), (object_name, field)
                    assert value, f"{object_name}.{field} is an empty string; Salesforce answers null"
                if field in CHOICES and value is not None:
                    assert value in CHOICES[field], (object_name, field, value)


def test_two_builds_are_equal_and_share_nothing(org: Org) -> None:
    again = demo_org.build()
    assert again == org
    again["Account"][0]["Name"] = "Changed"
    assert demo_org.build() == org
    assert demo_org.zuora_seed() == demo_org.zuora_seed()


def test_the_org_is_as_large_as_promised(org: Org) -> None:
    living = [record for record in org["Account"] if not record["IsDeleted"]]
    assert len(living) >= 38
    countries = {record["BillingCountry"] for record in living}
    assert len(countries) >= 10
    assert {"United States", "Canada", "United Kingdom", "Germany", "France", "Japan", "Brazil"} <= countries
    sound = demo_org.flaws().keys()
    third_level = [
        record for record in living if len(ancestors(org, record)) == 3 and record["Id"] not in sound
    ]
    assert len(third_level) >= 3
    shipped = [record for record in living if record["ShippingCountry"]]
    assert 5 <= len(shipped) < len(living) / 2


def test_every_living_account_has_one_to_four_contacts_with_an_address(org: Org) -> None:
    counts = Counter(contact["AccountId"] for contact in org["Contact"])
    living = {record["Id"] for record in org["Account"] if not record["IsDeleted"]}
    assert counts.keys() == living
    assert set(counts.values()) == {1, 2, 3, 4}
    for contact in org["Contact"]:
        assert contact["MailingCity"]
        assert contact["MailingCountry"]
        assert contact["Name"] == f"{contact['FirstName']} {contact['LastName']}"


def test_mail_goes_to_reserved_domains_only(org: Org) -> None:
    people = org["Contact"] + org["User"]
    addresses = [person["Email"] for person in people] + [user["Username"] for user in org["User"]]
    assert all(address.isascii() and address.endswith((".example", ".test")) for address in addresses)
    assert all(record["Website"].endswith(".example") for record in org["Account"])
    assert len({contact["Email"] for contact in org["Contact"]}) == len(org["Contact"])


def test_acme_corp_is_the_healthy_one(org: Org) -> None:
    acme = account(org, "healthy")
    assert acme["Name"] == "Acme Corp"
    assert by_id(org["Account"])[acme["ParentId"]]["Name"] == "Acme Holding"
    names = [contact["Name"] for contact in org["Contact"] if contact["AccountId"] == acme["Id"]]
    assert names == ["Ada Lovelace", "Grace Hopper"]
    assert len(orders_of(org, "healthy")) == 2
    holding = account(org, "hierarchy_root")
    assert holding["ParentId"] is None
    assert ancestors(org, account(org, "hierarchy_leaf"))[1:] == [acme, holding]


def test_the_names_are_a_trial_for_every_encoding(org: Org) -> None:
    assert len(account(org, "long_name")["Name"]) == 255
    assert account(org, "long_name")["Name"] == account(org, "long_name")["Name"].strip()
    assert {"'", "&"} <= set(account(org, "apostrophe_and_ampersand")["Name"])
    assert not account(org, "accented_name")["Name"].isascii()
    assert "\u30a0" < account(org, "japanese_name")["Name"][0] < "\u9fff"
    assert "\u0600" <= account(org, "right_to_left_name")["Name"][0] <= "\u06ff"


def test_two_ids_differ_in_case_only(org: Org) -> None:
    one, other = account(org, "case_twin")["Id"], account(org, "existing_by_short_id")["Id"]
    assert one[:15].lower() == other[:15].lower()
    assert one[:15] != other[:15]
    assert one.lower() != other.lower()


def test_order_shapes_on_show(org: Org) -> None:
    assert orders_of(org, "no_orders") == []
    assert len(orders_of(org, "three_orders")) == 3
    assert [len(lines_of(org, order)) for order in orders_of(org, "twelve_lines")] == [12]
    (draft,) = orders_of(org, "draft_order")
    assert (draft["Status"], draft["StatusCode"], draft["ActivatedDate"]) == ("Draft", "Draft", None)
    queued = [order["SBQQ__PriceCalcStatus__c"] for order in orders_of(org, "queued_order")]
    assert queued == ["Completed", "Queued"]
    (uncontracted,) = orders_of(org, "uncontracted_order")
    assert uncontracted["StatusCode"] == "Activated"
    assert not uncontracted["SBQQ__Contracted__c"]
    (addressed,) = orders_of(org, "order_address")
    assert addressed["ShippingCity"]
    assert addressed["ShippingCity"] != account(org, "order_address")["BillingCity"]


def test_every_showcase_is_an_account(org: Org) -> None:
    assert set(demo_org.showcase().values()) <= by_id(org["Account"]).keys()
    assert set(demo_org.flaws()) <= set(demo_org.showcase().values())
