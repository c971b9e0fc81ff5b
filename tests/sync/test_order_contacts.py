"""Whom an order bills and sells to: its contact, else its address, else the account's; each once in Zuora."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.salesforce.schema.fields import lookup
from connector.sync.outcome import Result, Status
from tests.cast import (
    ACME_CORP,
    ACME_LABS,
    ADA,
    GRACE,
    SHIPPING,
    account,
    contact,
    line,
    one_time_line,
    order,
)
from tests.sync.world import World, outcome_of, results

ORDER_ID = "801000000000101AAA"
BILLING = {
    "BillingStreet": "5 Elm Street",
    "BillingCity": "Boston",
    "BillingState": "MA",
    "BillingPostalCode": "02110",
    "BillingCountry": "United States",
}
PEOPLE = [contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]


def both(number: str = "00000101", **fields: Any) -> OrderSnapshot:
    """An order with a subscription and a one-time line."""
    digits = number[-2:]
    lines = [line(f"00000000{digits}"), one_time_line(f"00000001{digits}")]
    return order(number, **{"lines": lines, **fields})


def of_order(world: World) -> dict[str, str | None]:
    """The identities (crmId__c) of those the subscription and the line item are billed and sold to; None: the account's."""
    identity = {each["id"]: each["crmId__c"] for each in world.state("contacts")}
    (item,) = world.state("order_line_items")
    (subscription,) = world.state("subscriptions")
    return {
        "bill-to": identity.get(subscription["billToContactId"]),
        "sold-to": identity.get(subscription["soldToContactId"]),
        "item's bill-to": identity.get(item.get("billTo")),
        "item's sold-to": identity.get(item.get("soldTo")),
    }


def nothing_more(world: World) -> None:
    """Neither the next run nor one without a database writes anything."""
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    world.lose_database()
    world.sync()
    assert world.writes() == []


@pytest.mark.parametrize("sync_contacts", [True, False])
def test_an_order_is_billed_and_sold_to_its_own_contacts(world: World, sync_contacts: bool) -> None:
    world.option(sync_contacts=sync_contacts)
    world.seed(account(contacts=PEOPLE, orders=[both(BillToContactId=ADA, ShipToContactId=GRACE)]))
    assert world.sync().status is Status.SUCCEEDED
    assert of_order(world) == {
        "bill-to": ADA,
        "sold-to": GRACE,
        "item's bill-to": ADA,
        "item's sold-to": GRACE,
    }
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA, GRACE]
    assert world.contacts()[1]["lastName"] == "Lovelace"
    assert not world.messages(Severity.WARNING)
    nothing_more(world)


def test_an_order_with_an_address_of_its_own_is_billed_there(world: World) -> None:
    world.seed(account(orders=[both(**BILLING, **SHIPPING)]))
    assert world.sync().status is Status.SUCCEEDED
    made = {each["crmId__c"]: each for each in world.contacts()}
    assert list(made) == [f"{ACME_CORP}-billTo", f"{ORDER_ID}-billTo", f"{ORDER_ID}-soldTo"]
    bill_to, sold_to = made[f"{ORDER_ID}-billTo"], made[f"{ORDER_ID}-soldTo"]
    assert (bill_to["address1"], bill_to["state"]) == ("5 Elm Street", "Massachusetts")
    assert (sold_to["address1"], sold_to["state"]) == ("500 Harbor Drive", "Oregon")
    assert bill_to["crmOrderId__c"] == sold_to["crmOrderId__c"] == ORDER_ID
    assert of_order(world)["bill-to"] == of_order(world)["item's bill-to"] == f"{ORDER_ID}-billTo"
    assert of_order(world)["sold-to"] == of_order(world)["item's sold-to"] == f"{ORDER_ID}-soldTo"
    assert f"The billing address of Order 00000101 ({ORDER_ID}) created in Zuora" in str(world.messages())
    nothing_more(world)


def test_an_address_like_the_accounts_makes_no_contact(world: World) -> None:
    copied = {name: value for name, value in account().record.items() if name.startswith("Billing")}
    world.seed(account(orders=[both(**{**copied, "BillingState": "CA", "BillingCountry": "USA"})]))
    world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert set(of_order(world).values()) == {None}
    nothing_more(world)


def test_the_contact_of_another_account_is_copied_once_for_all_orders(world: World) -> None:
    world.seed(
        account(ACME_LABS, Name="Acme Labs", contacts=[contact(GRACE)]),
        account(
            orders=[
                order(BillToContactId=GRACE),
                order("00000102", lines=[line("0000000012")], BillToContactId=GRACE),
            ]
        ),
    )
    report = world.sync()
    copy = f"{GRACE}-{ACME_CORP}"
    assert world.identities() == [f"{ACME_CORP}-billTo", copy]
    ids = {each["billToContactId"] for each in world.state("subscriptions")}
    assert ids == {world.contacts()[1]["id"]}
    assert report.status is Status.SUCCEEDED
    assert len(world.messages(Severity.WARNING)) == 2
    assert (
        "as its Bill To Contact, who belongs to account 001000000000003AAA"
        in world.messages(Severity.WARNING)[0]
    )
    world.sync(ACME_LABS)
    assert world.identities(ACME_LABS) == [f"{ACME_LABS}-billTo", GRACE]
    nothing_more(world)


def test_a_contact_zuora_would_not_take_stops_its_order_alone(world: World) -> None:
    nameless = contact(GRACE, FirstName=None, LastName="Hopper")
    later = order("00000102", lines=[line("0000000012")])
    world.option(sync_contacts=False)
    world.seed(account(contacts=[nameless], orders=[order(BillToContactId=GRACE), later]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    assert report.status is Status.PARTIAL
    waiting = outcome_of(report, Noun.ORDER, "00000101")
    assert waiting.result is Result.WAITING
    assert "FirstName" in waiting.message
    world.change("Contact", GRACE, FirstName="Grace")
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000102", "00000101"]


def test_an_answer_lost_after_the_contact_makes_no_second_one(world: World) -> None:
    world.seed(account(orders=[both(**BILLING)]))
    world.zuora.fault("drop_after", "POST", "^/v1/contacts")
    world.sync_until_done()
    assert world.zuora.faults_fired == 1
    assert world.identities() == [f"{ACME_CORP}-billTo", f"{ORDER_ID}-billTo"]
    assert of_order(world)["bill-to"] == f"{ORDER_ID}-billTo"
    world.zuora.heal()
    nothing_more(world)


def test_an_address_corrected_before_the_order_went_is_corrected_in_zuora(world: World) -> None:
    world.seed(account(orders=[order(**BILLING, SBQQ__PaymentTerm__c="Net 90")]))
    terms = world.tenant.settings.payment_terms
    world.tenant.change_settings({"payment_terms": [term for term in terms if term != "Net 90"]})
    report = world.sync()
    assert world.orders() == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert "“Net 90”: define it in Zuora (Billing Settings, Payment Terms)" in refused.message
    world.change("Order", ORDER_ID, BillingStreet="6 Elm Street", SBQQ__PaymentTerm__c="Net 30")
    assert world.sync().status is Status.SUCCEEDED
    made = world.contacts()[1]
    assert (made["crmId__c"], made["address1"]) == (f"{ORDER_ID}-billTo", "6 Elm Street")
    (subscription,) = world.state("subscriptions")
    assert (subscription["billToContactId"], subscription["paymentTerm"]) == (made["id"], "Net 30")
    nothing_more(world)


def test_contacts_of_a_closed_account_are_made_anew(world: World) -> None:
    world.seed(account(contacts=PEOPLE, orders=[order(**BILLING, ShipToContactId=GRACE)]))
    world.option(sync_contacts=False)
    world.sync()
    old = world.account()
    with world.tenant.writing() as store:
        store.change("accounts", old["id"], status="Canceled", crmId=None)
        store.remove("orders", world.state("orders")[0]["id"])
        store.remove("subscriptions", world.state("subscriptions")[0]["id"])
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities() == [f"{ACME_CORP}-billTo", GRACE, f"{ORDER_ID}-billTo"]
    assert world.account()["id"] != old["id"]
    (subscription,) = world.state("subscriptions")
    assert subscription["soldToContactId"] == world.contacts()[1]["id"]
    nothing_more(world)


def test_where_the_options_leave_contacts_out_the_accounts_count(world: World) -> None:
    world.option(order_contacts=False)
    world.seed(account(contacts=PEOPLE, orders=[both(BillToContactId=ADA, **SHIPPING)]))
    world.sync()
    assert set(of_order(world).values()) == {None}
    (warning,) = world.messages(Severity.WARNING)
    assert f"names its own Bill To Contact ({ADA}), which the integration's options do not carry" in warning


def test_the_designated_contact_of_the_account_is_the_same_contact_on_its_order(world: World) -> None:
    world.org.add_custom_field("Account", lookup("Billing_Contact__c", "Contact"))
    world.option(bill_to_contact="Billing_Contact__r", sync_contacts=False)
    world.seed(account(contacts=[contact(ADA)], orders=[both(BillToContactId=ADA)]))
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA)
    report = world.sync()
    assert world.identities() == [ADA]
    assert of_order(world)["bill-to"] == ADA
    assert f"contact:{ADA}" not in results(report)
    nothing_more(world)


def test_a_bill_to_that_is_taken_over_serves_the_order_as_well(world: World) -> None:
    world.org.add_custom_field("Account", lookup("Billing_Contact__c", "Contact"))
    world.option(bill_to_contact="Billing_Contact__r")
    world.seed(account(contacts=[contact(ADA)]))
    world.change("Account", ACME_CORP, Billing_Contact__c=ADA)
    world.sync()
    with world.tenant.writing() as store:
        store.change("contacts", world.contacts()[0]["id"], crmId__c=None)
    world.lose_database()
    world.add(account(contacts=[contact(ADA)], orders=[both(BillToContactId=ADA)]))
    assert results(world.sync())[f"contact:{ADA}"] == "updated"
    assert world.identities() == [ADA]
    assert of_order(world)["bill-to"] == ADA


def test_a_contact_the_search_does_not_show_yet_is_found_by_its_link(world: World) -> None:
    second = order("00000102", lines=[line("0000000012")], SBQQ__PaymentTerm__c="Net 15", **BILLING)
    world.seed(account(orders=[order(), second]))
    world.sync()
    made = world.contacts()[1]
    world.change("Order", second.salesforce_id, SBQQ__PaymentTerm__c="Net 30")
    world.forget_requests()
    world.zuora.fault("stale", "GET", "^/object-query/contacts")
    report = world.sync()
    assert world.zuora.faults_fired == 1
    assert world.call_counts()[f"zuora GET /v1/contacts/{made['id']}"] == 1
    assert results(report)[f"contact:{second.salesforce_id}-billTo"] == "unchanged"
    assert len(world.contacts()) == 2
