"""Accounts as Zuora takes, keeps and shows them."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, UNKNOWN, MISSING, RULE = 20, 21, 22, 30


def messages(reasons: list[tuple[int, str]], category: int) -> str:
    return " ".join(message for found, message in reasons if found == category)


def test_an_account_is_created_with_both_contacts(zuora: Any) -> None:
    answer = zuora.account()
    shown = zuora.done("GET", f"/v1/accounts/{answer['accountNumber']}")
    assert shown["basicInfo"]["id"] == answer["accountId"]
    assert shown["basicInfo"]["crmId"] == "001Ak00000AcmeCoIA"
    assert shown["billToContact"]["id"] == answer["billToContactId"]
    assert shown["soldToContact"]["id"] == answer["soldToContactId"]
    assert (shown["billToContact"]["firstName"], shown["soldToContact"]["firstName"]) == ("Ada", "Grace")
    assert shown["billingAndPayment"]["paymentTerm"] == "Due Upon Receipt"
    assert shown["billingAndPayment"]["billCycleDay"] == 1
    assert shown["basicInfo"]["status"] == "Active"


def test_numbers_are_generated_in_a_row(zuora: Any) -> None:
    assert [zuora.account()["accountNumber"] for _ in range(2)] == ["A00000001", "A00000002"]


def test_the_crm_id_is_not_unique(zuora: Any) -> None:
    zuora.account()
    zuora.account()
    assert len(zuora.find("accounts", filter="crmid.EQ:001Ak00000AcmeCoIA")) == 2


def test_sold_to_shared_or_copied(zuora: Any) -> None:
    shared = zuora.account(soldToContact=..., soldToSameAsBillTo=True, shipToSameAsBillTo=True)
    assert shared["soldToContactId"] == shared["billToContactId"] == shared["shipToContactId"]
    copied = zuora.account(soldToContact=...)
    assert copied["soldToContactId"] != copied["billToContactId"]
    contact = zuora.done("GET", f"/v1/contacts/{copied['soldToContactId']}")
    assert contact["lastName"] == "Lovelace"


@pytest.mark.parametrize("left_out", ["name", "currency", "billToContact", "billCycleDay"])
def test_a_missing_field(zuora: Any, make_account_body: Any, left_out: str) -> None:
    reasons = zuora.refused("POST", "/v1/accounts", make_account_body(**{left_out: ...}))
    assert [category for category, _ in reasons] == [MISSING]
    assert left_out in reasons[0][1]
    assert zuora.state()["accounts"] == []


def test_names_of_contacts_are_required(zuora: Any, make_account_body: Any, make_contact_body: Any) -> None:
    body = make_account_body(
        billToContact=make_contact_body(firstName=""), soldToContact={"lastName": "Hopper"}
    )
    reasons = zuora.refused("POST", "/v1/accounts", body)
    assert [category for category, _ in reasons] == [MISSING, MISSING]
    assert "billToContact.firstName" in messages(reasons, MISSING)
    assert "soldToContact.firstName" in messages(reasons, MISSING)


@pytest.mark.parametrize(
    ("changes", "category", "words"),
    [
        ({"description": "x"}, UNKNOWN, "description"),
        ({"tier__c": "x"}, UNKNOWN, "tier__c"),
        ({"name": "x" * 256}, BAD_VALUE, "256"),
        ({"name": "Acme \U0001f680"}, BAD_VALUE, "4-byte"),
        ({"name": "Acme A/S"}, BAD_VALUE, "path separators"),
        ({"name": "Acme\\Corp"}, BAD_VALUE, "path separators"),
        ({"name": 7}, BAD_VALUE, "string"),
        ({"notes": None}, BAD_VALUE, "null"),
        ({"notes": "a\x00b"}, BAD_VALUE, "NUL"),
        ({"salesRep": "x" * 51}, BAD_VALUE, "salesRep"),
        ({"crmId": "x" * 101}, BAD_VALUE, "crmId"),
        ({"currency": "XXX"}, BAD_VALUE, "currency"),
        ({"billCycleDay": 32}, BAD_VALUE, "at most 31"),
        ({"billCycleDay": "1"}, BAD_VALUE, "number"),
        ({"autoPay": "false"}, BAD_VALUE, "true or false"),
        ({"autoPay": True}, RULE, "payment method"),
        ({"paymentTerm": "Net 17"}, BAD_VALUE, "paymentTerm"),
        ({"batch": "Batch51"}, BAD_VALUE, "batch"),
        ({"accountNumber": "ACME-1"}, BAD_VALUE, "prefix"),
        ({"parentId": "A00000001"}, BAD_VALUE, "parentId"),
        ({"additionalEmailAddresses": "a@example.com"}, BAD_VALUE, "list"),
        ({"billToContact": "Ada"}, BAD_VALUE, "object"),
        ({"soldToSameAsBillTo": True}, RULE, "soldToContact"),
    ],
)
def test_what_is_refused(
    zuora: Any, make_account_body: Any, changes: dict[str, Any], category: int, words: str
) -> None:
    reasons = zuora.refused("POST", "/v1/accounts", make_account_body(**changes))
    assert words in messages(reasons, category)
    assert zuora.state()["accounts"] == []
    assert zuora.state()["contacts"] == []


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("firstName", 100),
        ("address1", 255),
        ("city", 100),
        ("zipCode", 20),
        ("workPhone", 40),
        ("mobilePhone", 40),
    ],
)
def test_lengths_of_contact_fields(
    zuora: Any, make_account_body: Any, make_contact_body: Any, field: str, longest: int
) -> None:
    zuora.account(billToContact=make_contact_body(**{field: "x" * longest}))
    too_long = make_account_body(billToContact=make_contact_body(**{field: "x" * (longest + 1)}))
    reasons = zuora.refused("POST", "/v1/accounts", too_long)
    assert [category for category, _ in reasons] == [BAD_VALUE]
    assert f"billToContact.{field}" in reasons[0][1]


def test_a_two_part_name_with_accents_is_fine(zuora: Any) -> None:
    name = "Société Générale d'Été & Söhne 株式会社"
    answer = zuora.account(name=name)
    assert zuora.done("GET", f"/v1/accounts/{answer['accountId']}")["basicInfo"]["name"] == name


@pytest.mark.parametrize(
    ("country", "state", "stored"),
    [
        ("US", "CA", ("United States", "California")),
        ("USA", "California", ("United States", "California")),
        ("CAN", "NB", ("Canada", "New Brunswick")),
        ("BG", "", ("Bulgaria", None)),
        ("DE", "Bavaria or so", ("Germany", "Bavaria or so")),
        ("", "Anywhere", (None, "Anywhere")),
    ],
)
def test_country_and_state_are_stored_by_name(
    zuora: Any, make_contact_body: Any, country: str, state: str, stored: tuple[str, str]
) -> None:
    answer = zuora.account(billToContact=make_contact_body(country=country, state=state))
    contact = zuora.done("GET", f"/v1/contacts/{answer['billToContactId']}")
    assert (contact["country"], contact["state"]) == stored


@pytest.mark.parametrize(
    ("country", "state", "words"),
    [
        ("Untied States", "CA", "country"),
        ("US", "Bavaria", "state"),
        ("Canada", "CA", "state"),
        ("us", "", "us"),
    ],
)
def test_an_unknown_country_or_state(
    zuora: Any, make_account_body: Any, make_contact_body: Any, country: str, state: str, words: str
) -> None:
    contact = make_contact_body(country=country, state=state)
    reasons = zuora.refused("POST", "/v1/accounts", make_account_body(soldToContact=contact))
    assert words in messages(reasons, BAD_VALUE)
    assert "soldToContact" in messages(reasons, BAD_VALUE)


def test_subregions_are_the_tenants(zuora: Any, make_account_body: Any, make_contact_body: Any) -> None:
    zuora.settings(countries_with_subregions=["US", "CA", "DE"])
    contact = make_contact_body(country="DE", state="Atlantis")
    zuora.refused("POST", "/v1/accounts", make_account_body(billToContact=contact))
    zuora.account(billToContact=make_contact_body(country="DE", state="Bayern"))


def test_custom_fields_must_be_declared(zuora: Any, make_account_body: Any, make_contact_body: Any) -> None:
    zuora.settings(custom_fields={"Account": {"Tier__c": {"type": "picklist", "options": ["Gold"]}}})
    zuora.refused("POST", "/v1/accounts", make_account_body(Tier__c="Silver"))
    answer = zuora.account(Tier__c="Gold", billToContact=make_contact_body(crmId__c="003"))
    shown = zuora.done("GET", f"/v1/accounts/{answer['accountId']}")
    assert shown["basicInfo"]["Tier__c"] == "Gold"
    assert shown["billToContact"]["crmId__c"] == "003"


def test_an_account_number_is_used_once(zuora: Any, make_account_body: Any) -> None:
    assert zuora.account(accountNumber="X-1")["accountNumber"] == "X-1"
    reasons = zuora.refused("POST", "/v1/accounts", make_account_body(accountNumber="X-1"))
    assert "X-1" in messages(reasons, RULE)


def test_an_update_is_a_patch_and_an_empty_string_empties(zuora: Any) -> None:
    answer = zuora.account(notes="old", purchaseOrderNumber="PO-1", salesRep="005")
    zuora.done("PUT", f"/v1/accounts/{answer['accountNumber']}", {"name": "Acme Corporation", "notes": ""})
    basic = zuora.done("GET", f"/v1/accounts/{answer['accountId']}")["basicInfo"]
    assert (basic["name"], basic["notes"], basic["purchaseOrderNumber"]) == ("Acme Corporation", None, "PO-1")
    assert basic["salesRep"] == "005"


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ({"currency": "EUR"}, UNKNOWN),
        ({"accountNumber": "X"}, UNKNOWN),
        ({"name": ""}, MISSING),
        ({"autoPay": True}, RULE),
        ({"billToContactId": "8ad00000000000000000000000000000"}, BAD_VALUE),
        ({"billToContact": {"country": "Nowhere"}}, BAD_VALUE),
        ({"billToContact": {"lastName": ""}}, MISSING),
    ],
)
def test_an_update_that_is_refused_changes_nothing(zuora: Any, body: dict[str, Any], category: int) -> None:
    answer = zuora.account()
    before = zuora.state()
    reasons = zuora.refused("PUT", f"/v1/accounts/{answer['accountId']}", {"notes": "new", **body})
    assert category in [found for found, _ in reasons]
    assert zuora.state()["accounts"] == before["accounts"]
    assert zuora.state()["contacts"] == before["contacts"]


def test_contacts_are_changed_inside_an_update(zuora: Any) -> None:
    answer = zuora.account()
    path = f"/v1/accounts/{answer['accountId']}"
    zuora.done("PUT", path, {"billToContact": {"state": "NY", "city": "New York"}})
    contact = zuora.done("GET", f"/v1/contacts/{answer['billToContactId']}")
    assert (contact["country"], contact["state"]) == ("United States", "New York")
    assert contact["lastName"] == "Lovelace"


def test_a_bill_to_email_switches_invoice_delivery_on(zuora: Any) -> None:
    answer = zuora.account()
    path = f"/v1/accounts/{answer['accountId']}"
    zuora.done("PUT", path, {"billToContact": {"workEmail": "billing@example.com"}})
    assert zuora.done("GET", path)["billingAndPayment"]["invoiceDeliveryPrefsEmail"] is True


def test_another_contact_of_the_account_becomes_the_bill_to(zuora: Any) -> None:
    answer, other = zuora.account(), zuora.account()
    path = f"/v1/accounts/{answer['accountId']}"
    zuora.done("PUT", path, {"billToContactId": answer["soldToContactId"]})
    assert zuora.done("GET", path)["billToContact"]["firstName"] == "Grace"
    zuora.refused("PUT", path, {"soldToContactId": other["soldToContactId"]})


def test_the_summary(zuora: Any) -> None:
    answer = zuora.account()
    shown = zuora.done("GET", f"/v1/accounts/{answer['accountId']}/summary")
    assert shown["basicInfo"]["currency"] == "USD"
    assert shown["subscriptions"] == []


def test_parents_by_id_up_to_five_levels(zuora: Any, make_account_body: Any) -> None:
    above = None
    for level in range(5):
        named = {"parentId": above} if above else {}
        above = zuora.account(name=f"Acme Level {level + 1}", **named)["accountId"]
    reasons = zuora.refused("POST", "/v1/accounts", make_account_body(parentId=above))
    assert "five" in messages(reasons, RULE) or "5" in messages(reasons, RULE)


def test_a_subtree_counts_when_it_is_moved(zuora: Any) -> None:
    chain = [zuora.account()["accountId"]]
    for _ in range(2):
        chain.append(zuora.account(parentId=chain[-1])["accountId"])
    tops = [zuora.account(name="Acme Holding")["accountId"]]
    for _ in range(2):
        tops.append(zuora.account(parentId=tops[-1])["accountId"])
    zuora.refused("PUT", f"/v1/accounts/{chain[0]}", {"parentId": tops[2]})
    zuora.done("PUT", f"/v1/accounts/{chain[0]}", {"parentId": tops[1]})


def test_no_account_is_its_own_ancestor(zuora: Any) -> None:
    parent = zuora.account(name="Acme Holding")["accountId"]
    child = zuora.account(parentId=parent)["accountId"]
    for above, below in ((child, parent), (parent, parent)):
        reasons = zuora.refused("PUT", f"/v1/accounts/{below}", {"parentId": above})
        assert "ancestor" in messages(reasons, RULE)


def test_a_parent_is_not_cleared_unless_the_tenant_allows(zuora: Any) -> None:
    parent = zuora.account(name="Acme Holding")["accountId"]
    path = f"/v1/accounts/{zuora.account(parentId=parent)['accountId']}"
    zuora.refused("PUT", path, {"parentId": ""})
    zuora.settings(parent_can_be_cleared=True)
    zuora.done("PUT", path, {"parentId": ""})
    assert zuora.done("GET", path)["basicInfo"]["parentId"] is None


def test_a_tenant_without_hierarchy(zuora: Any, make_account_body: Any) -> None:
    parent = zuora.account(name="Acme Holding")["accountId"]
    zuora.settings(customer_hierarchy=False)
    zuora.refused("POST", "/v1/accounts", make_account_body(parentId=parent))
