"""Accounts that Zuora does not have yet."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.rules import StateRule
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ADA, GRACE, SHIPPING, account, contact
from tests.sync.world import World, outcome_of, results


def test_an_account_without_parent_is_created_with_one_contact_in_both_roles(world: World) -> None:
    world.seed(account(Description="Pays on time"))
    report = world.sync()
    made = world.account()
    assert (made["name"], made["currency"], made["notes"]) == ("Acme Corp", "USD", "Pays on time")
    assert (made["billCycleDay"], made["autoPay"], made["parentId"]) == (1, False, None)
    assert made["billToId"] == made["soldToId"]
    assert made["billTo"]["crmId__c"] == f"{ACME_CORP}-billTo"
    assert made["billTo"]["lastName"] == made["billTo"]["firstName"] == "Acme Corp_billTo"
    assert (made["billTo"]["state"], made["billTo"]["country"]) == ("California", "United States")
    assert world.writes() == ["POST /v1/accounts"]
    assert report.status is Status.SUCCEEDED
    assert (report.zuora_id, report.zuora_account_number) == (made["id"], made["accountNumber"])
    assert world.messages() == [
        "Read from Salesforce: Acme Corp, no contacts, no orders. Zuora holds no account with its CRM ID.",
        f"Plan for Acme Corp ({ACME_CORP}): 1 change to make in Zuora.",
        f"Account Acme Corp ({ACME_CORP}) created in Zuora as {made['accountNumber']}.",
        "Created 1 account.",
    ]


def test_a_shipping_address_becomes_a_sold_to_of_its_own(world: World) -> None:
    world.seed(account(**SHIPPING))
    world.sync()
    made = world.account()
    assert made["billToId"] != made["soldToId"]
    assert made["soldTo"]["crmId__c"] == f"{ACME_CORP}-soldTo"
    assert made["soldTo"]["lastName"] == "Acme Corp_soldTo"
    assert (made["soldTo"]["city"], made["soldTo"]["state"]) == ("Portland", "Oregon")
    assert made["billTo"]["city"] == "San Francisco"
    assert world.identities() == [f"{ACME_CORP}-billTo", f"{ACME_CORP}-soldTo"]


def test_the_contacts_of_the_account_are_created_with_their_salesforce_ids(world: World) -> None:
    world.seed(account(contacts=[contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]))
    report = world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA, GRACE]
    ada = world.contacts()[1]
    assert (ada["firstName"], ada["lastName"], ada["workEmail"]) == ("Ada", "Lovelace", "ada@acme.example")
    assert (ada["state"], ada["country"], ada["zipCode"]) == ("California", "United States", "94105")
    assert set(results(report).values()) == {"created"}
    assert world.messages()[-1] == "Created 1 account, 2 contacts."


def test_a_contact_without_first_name_fails_alone(world: World) -> None:
    nameless = contact(GRACE, FirstName=None, LastName="Hopper")
    world.seed(account(contacts=[nameless, contact(ADA)]))
    report = world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert report.status is Status.PARTIAL
    (error,) = world.messages(Severity.ERROR)
    assert error == (
        f"Contact Hopper ({GRACE}) has no FirstName; Zuora requires firstName. Fill it in Salesforce and resync."
    )
    assert outcome_of(report, Noun.CONTACT, GRACE).who_acts == "The owner of the record in Salesforce"

    world.change("Contact", GRACE, FirstName="Grace")
    assert results(world.sync())[f"contact:{GRACE}"] == "created"
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA, GRACE]


def test_contacts_stay_in_salesforce_where_the_integration_says_so(world: World) -> None:
    world.option(sync_contacts=False)
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert not any("FROM+Contact+" in sent["query"] for sent in world.salesforce.requests())


@pytest.mark.parametrize(
    ("missing", "named"), [("BillingCountry", "country"), ("BillingState", "state")], ids=["country", "state"]
)
def test_a_billing_address_without_country_or_state_is_refused_by_name(
    world: World, missing: str, named: str
) -> None:
    world.seed(account(contacts=[contact(ADA)], **{missing: None}))
    report = world.sync()
    assert world.state("accounts") == []
    assert world.writes() == []
    assert report.status is Status.FAILED
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) has no billing {named}; Zuora bills and taxes by it. "
        f"Fill {missing} in Salesforce and resync."
    )
    assert report.who_acts == "The owner of the record in Salesforce"

    world.change("Account", ACME_CORP, BillingCountry="United States", BillingState="California")
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]


def test_a_country_without_states_needs_none_where_the_integration_says_so(world: World) -> None:
    world.option(state_rule=StateRule.WHERE_SUBDIVIDED)
    world.seed(account(BillingState=None, BillingCountry="Germany", BillingCity="Berlin"))
    assert world.sync().status is Status.SUCCEEDED
    assert world.account()["billTo"]["country"] == "Germany"


def test_an_org_without_currencies_takes_the_currency_of_the_integration(world: World) -> None:
    world.org.change_settings({"multi_currency": False})
    world.option(default_currency="EUR")
    world.seed(account())
    report = world.sync()
    assert world.account()["currency"] == "EUR"
    assert report.status is Status.SUCCEEDED


def test_a_preview_shows_everything_and_writes_nothing(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)], **SHIPPING))
    plan = world.preview()
    assert [(str(op.action), str(op.key)) for op in plan.operations] == [
        ("create", f"account:{ACME_CORP}"),
        ("create", f"contact:{ADA}"),
    ]
    assert world.writes() == []
    assert world.memory.intents == []
    assert world.memory.links == {}


def test_what_zuora_refuses_is_told_in_its_own_words(world: World) -> None:
    world.seed(account(Name="Acme/Corp", contacts=[contact(ADA)]))
    report = world.sync()
    assert world.state("accounts") == []
    (error,) = world.messages(Severity.ERROR)[:1]
    assert error.startswith(f"Account Acme/Corp ({ACME_CORP}) could not be created: Zuora did not carry out")
    assert "path separators are not allowed" in error
    assert "Correct the value in Salesforce" in error
    assert results(report) == {f"account:{ACME_CORP}": "failed", f"contact:{ADA}": "waiting"}
    assert [kept.state for kept in world.memory.intents] == ["failed"]


CUSTOM: list[tuple[str, dict[str, Any]]] = [
    ("BillingCountry", {"BillingCountry": "Atlantis"}),
    ("BillingState", {"BillingState": "Kalifornien"}),
]


@pytest.mark.parametrize(("field", "fields"), CUSTOM, ids=["country", "state"])
def test_an_unknown_country_or_state_is_named_with_its_field(
    world: World, field: str, fields: dict[str, Any]
) -> None:
    world.seed(account(**fields))
    report = world.sync()
    assert world.state("accounts") == []
    assert fields[field] in report.message
    assert field in report.message
    assert report.status is Status.FAILED
