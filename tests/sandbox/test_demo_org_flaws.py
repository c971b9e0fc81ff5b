"""The flaws of the demo org, found again by an inspector who knows nothing of how they were put in."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pycountry
import pytest

from connector.sandbox import demo_org

Record = dict[str, Any]
Org = dict[str, list[Record]]

# What the Zuora sandbox has enabled unless told otherwise.
ENABLED = {"USD", "EUR", "GBP", "CAD", "AUD", "JPY", "CHF", "SEK", "INR", "BRL"}


@pytest.fixture(scope="module")
def org() -> Org:
    return demo_org.build()


def address_flaws(account: Record) -> set[str]:
    country, state = account["BillingCountry"], account["BillingState"]
    if not country:
        return {"no_country"}
    try:
        found = pycountry.countries.lookup(country)
    except LookupError:
        return {"unknown_country"}
    if not state:
        return {"no_billing_state"}
    if found.alpha_2 not in {"US", "CA"}:
        return set()
    known = pycountry.subdivisions.get(country_code=found.alpha_2)
    names = {name for place in known for name in (place.name, place.code[3:])}
    return set() if state in names else {"unknown_state"}


def name_flaws(account: Record) -> set[str]:
    flaws = set()
    if any(len(letter.encode()) == 4 for letter in account["Name"]):
        flaws.add("emoji_name")
    if set(account["Name"]) & set("/\\"):
        flaws.add("path_in_name")
    return flaws


def family_flaws(account: Record, accounts: dict[str, Record]) -> set[str]:
    above: list[Record] = []
    parent_id = account["ParentId"]
    while parent_id:
        parent = accounts[parent_id]
        if parent is account:
            return {"parent_cycle"}
        above.append(parent)
        parent_id = parent["ParentId"]
    if len(above) >= 5:
        return {"too_deep"}
    return {"flawed_parent"} if any(address_flaws(parent) for parent in above) else set()


def order_flaws(org: Org) -> dict[str, set[str]]:
    products = {product["Id"]: product for product in org["Product2"]}
    buyers = {order["Id"]: order["AccountId"] for order in org["Order"]}
    flaws: dict[str, set[str]] = defaultdict(set)
    priced = {schedule["SBQQ__OrderItem__c"] for schedule in org["SBQQ__OrderItemConsumptionSchedule__c"]}
    lines = {line["Id"]: line for line in org["OrderItem"]}
    for line in org["OrderItem"]:
        found = flaws[buyers[line["OrderId"]]]
        if not products[line["Product2Id"]]["ProductCode"]:
            found.add("missing_product_code")
        if line["SBQQ__ChargeType__c"] == "Usage" and line["Id"] not in priced:
            found.add("usage_without_schedule")
        if line["SBQQ__ChargeType__c"] == "Usage" and not line["SBQQ__SubscriptionPricing__c"]:
            found.add("usage_not_subscription")
        revised = lines.get(line["SBQQ__RevisedOrderProduct__c"])
        if revised and buyers[revised["OrderId"]] != buyers[line["OrderId"]]:
            found.add("amends_another_customer")
        if revised and not revised["SBQQ__Activated__c"]:
            found.add("amends_nowhere")
    return flaws


def inspect(org: Org) -> dict[str, set[str]]:
    """Everything that is wrong, by account id."""
    accounts = {account["Id"]: account for account in org["Account"]}
    known = Counter(body["crmId"] for body in demo_org.zuora_seed()["accounts"])
    bought = order_flaws(org)
    found = {}
    for account_id, account in accounts.items():
        if account["MasterRecordId"]:
            continue
        flaws = (
            address_flaws(account)
            | name_flaws(account)
            | family_flaws(account, accounts)
            | bought[account_id]
        )
        if account["IsDeleted"]:
            flaws.add("deleted")
        if account["CurrencyIsoCode"] not in ENABLED:
            flaws.add("currency_not_enabled")
        if known[account_id] > 1:
            flaws.add("several_in_zuora")
        if flaws:
            found[account_id] = flaws
    return found


def test_each_flawed_account_has_one_flaw_and_the_others_none(org: Org) -> None:
    expected = {
        account_id: {name.removesuffix("_other")}
        for name, account_id in demo_org.showcase().items()
        if account_id in demo_org.flaws()
    }
    assert inspect(org) == expected
    assert len(expected) == len(demo_org.flaws()) >= 12


def test_an_inspector_finds_a_flaw_put_in_on_purpose(org: Org) -> None:
    spoiled = demo_org.build()
    account_id = demo_org.showcase()["healthy"]
    next(account for account in spoiled["Account"] if account["Id"] == account_id)["BillingState"] = (
        "Kalifornia"
    )
    assert inspect(spoiled).keys() - inspect(org).keys() == {
        account_id,
        demo_org.showcase()["hierarchy_leaf"],
    }
    assert inspect(spoiled)[account_id] == {"unknown_state"}


def test_every_flaw_is_a_sentence() -> None:
    for flaw in demo_org.flaws().values():
        assert flaw[0].isupper()
        assert flaw.endswith(".")


def test_a_merged_account_names_its_winner_and_kept_nothing(org: Org) -> None:
    loser_id, winner_id = demo_org.showcase()["merged_away"], demo_org.showcase()["merge_winner"]
    loser = next(account for account in org["Account"] if account["Id"] == loser_id)
    assert loser["IsDeleted"]
    assert loser["MasterRecordId"] == winner_id
    for object_name in ("Contact", "Order", "Opportunity", "Contract"):
        owners = {record["AccountId"] for record in org[object_name]}
        assert loser_id not in owners
        assert demo_org.showcase()["deleted"] not in owners
    assert winner_id in {order["AccountId"] for order in org["Order"]}


def test_zuora_knows_one_account_by_its_id_and_one_by_the_short_form() -> None:
    bodies = {body["crmId"]: body for body in demo_org.zuora_seed()["accounts"]}
    names = {account["Id"]: account["Name"] for account in demo_org.build()["Account"]}
    existing = demo_org.showcase()["existing_in_zuora"]
    assert bodies[existing]["name"] != names[existing], "there must be something to bring up to date"
    by_short_id = demo_org.showcase()["existing_by_short_id"]
    assert by_short_id not in bodies
    assert by_short_id[:15] in bodies
