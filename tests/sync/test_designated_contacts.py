"""A contact that an account designates but that belongs to another account lends its name, never its identity."""

from __future__ import annotations

import pytest

from connector.domain.operations import Key, Noun
from connector.sandbox.salesforce.schema.fields import lookup
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, ADA, SHIPPING, account, contact
from tests.sync.world import World, results


def family(world: World) -> None:
    """Acme Corp is billed to Ada, who is a contact of Acme Holding and already in Zuora there."""
    world.org.add_custom_field("Account", lookup("Billing_Contact__c", "Contact"))
    world.option(bill_to_contact="Billing_Contact__r")
    world.seed(account(ACME_HOLDING, Name="Acme Holding", contacts=[contact(ADA)]), account())
    world.sync(ACME_HOLDING)
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_bill_to_of_another_account_becomes_a_contact_of_its_own(world: World, is_there: bool) -> None:
    family(world)
    if is_there:
        world.change("Account", ACME_CORP, Billing_Contact__c=None)
        world.sync()
        world.change("Account", ACME_CORP, Billing_Contact__c=ADA)
    holding = world.contacts(ACME_HOLDING)
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    corp = world.account()
    assert corp["billTo"]["accountId"] == corp["id"]
    assert (corp["billTo"]["firstName"], corp["billTo"]["lastName"]) == ("Ada", "Lovelace")
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert world.contacts(ACME_HOLDING) == holding
    assert world.memory.links[Key(Noun.CONTACT, ADA)]["id"] == holding[1]["id"]
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert world.writes() == []


def test_one_person_of_another_account_in_both_roles_is_two_contacts(world: World) -> None:
    family(world)
    world.option(sold_to_contact="Billing_Contact__r")
    world.change("Account", ACME_CORP, **SHIPPING)
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", f"{ACME_CORP}-soldTo"]
    assert [each["city"] for each in world.contacts()] == ["San Francisco", "Portland"]
    assert {each["lastName"] for each in world.contacts()} == {"Lovelace"}


def test_a_person_without_an_account_lends_the_name_as_well(world: World) -> None:
    family(world)
    world.change("Contact", ADA, AccountId=None)
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert world.account()["billTo"]["lastName"] == "Lovelace"
