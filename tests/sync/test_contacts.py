"""Contacts are found again by crmId__c or by their link, and never doubled."""

from __future__ import annotations

from connector.domain.operations import Key, Noun, Severity
from connector.sandbox.salesforce.schema.fields import lookup
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_LABS, ADA, GRACE, SHIPPING, account, contact
from tests.sync.world import World, results


def test_a_contact_the_search_does_not_show_yet_is_found_by_its_link(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    world.forget_requests()
    world.zuora.fault("stale", "GET", "^/object-query/contacts")
    report = world.sync()
    assert world.zuora.faults_fired == 1
    assert world.writes() == []
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert results(report)[f"contact:{ADA}"] == "unchanged"
    (ada,) = [each["id"] for each in world.contacts() if each["crmId__c"] == ADA]
    assert world.call_counts()[f"zuora GET /v1/contacts/{ada}"] == 1


def test_a_contact_deleted_in_zuora_is_created_again(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    with world.tenant.writing() as store:
        store.remove("contacts", world.memory.links[Key(Noun.CONTACT, ADA)]["id"])
    report = world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert results(report)[f"contact:{ADA}"] == "created"


def test_a_contact_moved_to_another_zuora_account_is_created_on_its_own(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]), account(ACME_LABS, Name="Acme Labs"))
    world.sync()
    world.sync(ACME_LABS)
    link = world.memory.links[Key(Noun.CONTACT, ADA)]["id"]
    with world.tenant.writing() as store:
        store.change("contacts", link, accountId=world.account(ACME_LABS)["id"], lastName="Byron")
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert world.contacts()[1]["lastName"] == "Lovelace"
    assert [each["lastName"] for each in world.contacts(ACME_LABS)] == ["Acme Labs_billTo", "Byron"]


def test_the_linked_one_of_two_contacts_with_one_identity_is_kept(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    owner = world.account()["id"]
    double = {"accountId": owner, "firstName": "Ada", "lastName": "Double", "crmId__c": ADA}
    world.seed_zuora(contacts=[double])
    world.change("Contact", ADA, Email="countess@acme.example")
    world.sync()
    emails = {each["lastName"]: each["workEmail"] for each in world.contacts() if each["crmId__c"] == ADA}
    assert emails == {"Lovelace": "countess@acme.example", "Double": None}


def test_a_contact_of_15_characters_is_the_same_contact(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    with world.tenant.writing() as store:
        store.change("contacts", world.memory.links[Key(Noun.CONTACT, ADA)]["id"], crmId__c=ADA[:15])
    world.lose_database()
    world.sync()
    assert len(world.contacts()) == 2
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]


def test_a_bill_to_the_vendors_connector_made_is_taken_over(world: World) -> None:
    """It wrote the bare account id on contacts it made from an address."""
    world.seed(account())
    person = {"firstName": "Acme", "lastName": "Old", "country": "US", "state": "CA", "crmId__c": ACME_CORP}
    world.seed_zuora(
        accounts=[
            {
                "name": "Acme",
                "currency": "USD",
                "billCycleDay": 1,
                "crmId": ACME_CORP,
                "billToContact": person,
                "soldToSameAsBillTo": True,
            }
        ]
    )
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert world.account()["billTo"]["lastName"] == "Acme Corp_billTo"


def test_a_contact_deleted_in_salesforce_stays_in_zuora(world: World) -> None:
    world.seed(account(contacts=[contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]))
    world.sync()
    world.change("Contact", GRACE, IsDeleted=True)
    world.forget_requests()
    report = world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA, GRACE]
    assert world.writes() == []
    assert report.status is Status.SUCCEEDED


def test_one_person_in_both_roles_at_two_addresses_is_two_zuora_contacts(world: World) -> None:
    for role in ("Billing", "Shipping"):
        world.org.add_custom_field("Account", lookup(f"{role}_Contact__c", "Contact"))
    world.option(bill_to_contact="Billing_Contact__r", sold_to_contact="Shipping_Contact__r")
    world.seed(account(contacts=[contact(ADA)], **SHIPPING))
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA, Shipping_Contact__c=ADA)
    world.sync()
    made = world.account()
    assert world.identities() == [f"{ACME_CORP}-soldTo", ADA]
    assert (made["billTo"]["lastName"], made["billTo"]["city"]) == ("Lovelace", "San Francisco")
    assert (made["soldTo"]["lastName"], made["soldTo"]["city"]) == ("Lovelace", "Portland")
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_a_malformed_address_of_mail_is_left_out_and_told(world: World) -> None:
    world.seed(account(contacts=[contact(ADA, Email=None)]))
    with world.org.lock:  # an address an older validation of the org let through
        world.org.store.find(ADA)["Email"] = "ada at acme"  # type: ignore[index]
    report = world.sync()
    ada = world.contacts()[1]
    assert (ada["lastName"], ada["workEmail"]) == ("Lovelace", None)
    assert report.status is Status.SUCCEEDED
    (warning,) = world.messages(Severity.WARNING)
    assert warning == (
        f"Contact Ada Lovelace ({ADA}) has “ada at acme” in Email, which is no e-mail address; workEmail cannot take "
        "it. Correct it in Salesforce and resync."
    )
