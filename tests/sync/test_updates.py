"""Accounts that Zuora has: only what differs is sent, and nothing where nothing differs."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.sandbox.salesforce.schema.fields import lookup
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ADA, GRACE, SHIPPING, account, contact
from tests.sync.world import World, outcome_of, results

NO_SHIPPING = dict.fromkeys(SHIPPING)
GRACE_HOPPER = contact(GRACE, FirstName="Grace", LastName="Hopper", Email="grace@acme.example")


@pytest.fixture
def synced(world: World) -> World:
    """Acme Corp with a sold-to of its own and two contacts is in Zuora; the requests up to there are forgotten."""
    world.seed(account(contacts=[contact(ADA), GRACE_HOPPER], Description="Pays on time", **SHIPPING))
    world.sync()
    world.forget_requests()
    return world


def test_a_second_sync_writes_nothing_and_says_unchanged_for_each_record(synced: World) -> None:
    before = synced.tenant.snapshot()
    report = synced.sync()
    assert synced.tenant.snapshot() == before
    assert synced.writes() == []
    assert results(report) == {
        f"account:{ACME_CORP}": "unchanged",
        f"contact:{ACME_CORP}-billTo": "unchanged",
        f"contact:{ACME_CORP}-soldTo": "unchanged",
        f"contact:{ADA}": "unchanged",
        f"contact:{GRACE}": "unchanged",
    }
    assert synced.messages()[-1] == "Unchanged 1 account, 4 contacts."
    assert [entry.action for entry in synced.log if entry.noun == "contact"] == ["unchanged"] * 4


def test_an_update_sends_only_what_differs(synced: World) -> None:
    synced.change("Account", ACME_CORP, Name="Acme Corporation", BillingCity="Oakland")
    synced.change("Contact", GRACE, Email="rear.admiral@acme.example")
    report = synced.sync()
    made = synced.account()
    assert (made["name"], made["billTo"]["city"]) == ("Acme Corporation", "Oakland")
    sent = {f"{call['method']} {call['path']}": call["body"] for call in synced.written()}
    grace = next(each for each in synced.contacts() if each["crmId__c"] == GRACE)
    assert sent == {
        f"PUT /v1/contacts/{made['billToId']}": {
            "city": "Oakland",
            "firstName": "Acme Corporation_billTo",
            "lastName": "Acme Corporation_billTo",
        },
        f"PUT /v1/contacts/{made['soldToId']}": {
            "firstName": "Acme Corporation_soldTo",
            "lastName": "Acme Corporation_soldTo",
        },
        f"PUT /v1/contacts/{grace['id']}": {"workEmail": "rear.admiral@acme.example"},
        f"PUT /v1/accounts/{made['id']}": {"name": "Acme Corporation"},
    }
    entry = next(each for each in synced.log if each.action == "updated" and each.noun == "account")
    assert entry.message == f"Account Acme Corporation ({ACME_CORP}) updated in Zuora: name."
    assert entry.detail["changes"] == [{"field": "name", "before": "Acme Corp", "after": "Acme Corporation"}]
    assert results(report)[f"contact:{ADA}"] == "unchanged"


def test_a_field_emptied_in_salesforce_is_emptied_in_zuora(synced: World) -> None:
    synced.change("Account", ACME_CORP, Description=None)
    synced.sync()
    assert synced.account()["notes"] is None
    assert [call["body"] for call in synced.written()] == [{"notes": ""}]
    synced.forget_requests()
    synced.sync()
    assert synced.writes() == []


def test_a_field_hidden_from_the_integration_user_is_not_emptied(synced: World) -> None:
    synced.org.change_settings({"hidden_fields": {"Account": ["Description"]}})
    synced.cool_down()
    report = synced.sync()
    assert synced.account()["notes"] == "Pays on time"
    assert synced.writes() == []
    assert report.status is Status.SUCCEEDED
    (notice,) = [text for text in synced.messages(Severity.NOTICE) if "Description" in text]
    assert "was not read" in notice
    assert "Make it visible in Salesforce" in notice


@pytest.mark.parametrize(
    "spelling",
    [{"BillingState": "CA"}, {"BillingCountry": "USA"}, {"BillingCountry": "us", "BillingState": "ca"}],
    ids=["state code", "country code", "both in lower case"],
)
def test_another_spelling_of_the_same_place_is_no_difference(synced: World, spelling: dict[str, Any]) -> None:
    synced.change("Account", ACME_CORP, **spelling)
    synced.sync()
    assert synced.writes() == []


def test_a_shipping_address_that_appears_becomes_the_sold_to(world: World) -> None:
    world.seed(account())
    world.sync()
    world.change("Account", ACME_CORP, **SHIPPING)
    report = world.sync()
    made = world.account()
    assert made["soldTo"]["crmId__c"] == f"{ACME_CORP}-soldTo"
    assert made["soldTo"]["city"] == "Portland"
    assert made["billTo"]["city"] == "San Francisco"
    assert results(report)[f"contact:{ACME_CORP}-soldTo"] == "created"
    entry = next(each for each in world.log if each.action == "updated")
    assert entry.message == f"Account Acme Corp ({ACME_CORP}) updated in Zuora: soldToContactId."


def test_a_shipping_address_that_goes_makes_the_bill_to_the_sold_to_again(synced: World) -> None:
    old = synced.account()["soldToId"]
    synced.change("Account", ACME_CORP, **NO_SHIPPING)
    synced.sync()
    assert synced.account()["soldToId"] == synced.account()["billToId"]
    synced.forget_requests()
    assert synced.sync().status is Status.SUCCEEDED
    assert synced.writes() == []

    synced.lose_database()
    synced.change("Account", ACME_CORP, **SHIPPING)
    synced.sync()
    assert synced.account()["soldToId"] == old
    assert len(synced.contacts()) == 4


def test_a_sold_to_chosen_in_zuora_is_left_alone(world: World) -> None:
    world.seed(account())
    world.sync()
    made = world.account()
    world.seed_zuora(contacts=[{"accountId": made["id"], "firstName": "Kurt", "lastName": "Gödel"}])
    kurt = next(each for each in world.contacts() if each["lastName"] == "Gödel")
    with world.tenant.writing() as store:
        store.change("accounts", made["id"], soldToId=kurt["id"])
    world.forget_requests()
    world.sync()
    assert world.account()["soldTo"]["lastName"] == "Gödel"
    assert world.writes() == []


def with_billing_contact(world: World) -> None:
    """A custom lookup of the org, which the integration names as the bill-to."""
    world.org.add_custom_field("Account", lookup("Billing_Contact__c", "Contact"))
    world.option(bill_to_contact="Billing_Contact__r")
    world.cool_down()


def test_a_designated_contact_is_the_bill_to_at_the_billing_address(world: World) -> None:
    with_billing_contact(world)
    ada = contact(
        ADA, MailingStreet="9 Elsewhere", MailingCity="London", MailingState=None, MailingCountry="UK"
    )
    world.seed(account(contacts=[ada, GRACE_HOPPER]))
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA)
    world.sync()
    made = world.account()
    assert (made["billTo"]["crmId__c"], made["billTo"]["lastName"]) == (ADA, "Lovelace")
    assert (made["billTo"]["city"], made["billTo"]["country"]) == ("San Francisco", "United States")
    assert made["billTo"]["workEmail"] == "ada@acme.example"
    assert world.identities() == [ADA, GRACE]
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert world.writes() == []


def test_another_designated_contact_takes_over_the_bill_to(world: World) -> None:
    with_billing_contact(world)
    world.seed(account(contacts=[contact(ADA), GRACE_HOPPER]))
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA)
    world.sync()
    world.change("Account", ACME_CORP, Billing_Contact__c=GRACE)
    world.sync()
    assert world.account()["billTo"]["crmId__c"] == GRACE
    assert world.account()["soldTo"]["crmId__c"] == GRACE
    assert world.identities() == [ADA, GRACE]
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_a_currency_that_differs_is_told_and_never_sent(synced: World) -> None:
    synced.change("Account", ACME_CORP, CurrencyIsoCode="EUR", BillingCity="Oakland")
    report = synced.sync()
    assert synced.account()["currency"] == "USD"
    assert synced.account()["billTo"]["city"] == "Oakland"
    assert report.status is Status.SUCCEEDED
    (warning,) = synced.messages(Severity.WARNING)
    number = synced.account()["accountNumber"]
    assert warning.startswith(
        f"Account Acme Corp ({ACME_CORP}) is in EUR in Salesforce, but Zuora bills account {number} in USD"
    )
    assert not any("currency" in str(call["body"]) for call in synced.written())


def test_a_missing_billing_state_stops_the_account_and_nothing_of_it_is_changed(synced: World) -> None:
    synced.change("Account", ACME_CORP, BillingState=None, Name="Acme Corporation")
    report = synced.sync()
    assert synced.account()["name"] == "Acme Corp"
    assert synced.writes() == []
    assert report.status is Status.FAILED
    assert "has no billing state" in outcome_of(report, Noun.ACCOUNT, ACME_CORP).message
