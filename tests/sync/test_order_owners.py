"""Owners an order names, and its other terms: payment term, currency, quote, trigger dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from connector.sync.outcome import Result, Status
from tests import cpq
from tests.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ACME_LABS,
    ADA,
    GRACE,
    account,
    contact,
    line,
    one_time_line,
    order,
)
from tests.sync.world import World, outcome_of, results

OWNED = {"invoice_owner_field": "InvoiceOwner__c", "subscription_owner_field": "SubscriptionOwner__c"}


def group(*, labs: dict[str, Any] | None = None, **fields: Any) -> list[AccountSnapshot]:
    """Acme Labs under Acme Holding; Acme Corp stands alone with an order of `fields`. Labs has an order of its own."""
    foreign = order("00000109", lines=[line("0000000019")])
    return [
        account(ACME_HOLDING, Name="Acme Holding"),
        account(
            ACME_LABS,
            contacts=[contact(GRACE, FirstName="Grace", LastName="Hopper")],
            orders=[foreign],
            **{"Name": "Acme Labs", "ParentId": ACME_HOLDING, **(labs or {})},
        ),
        account(contacts=[contact(ADA)], orders=[order(**fields)]),
    ]


def test_missing_owners_are_created_with_parents_and_contacts_but_without_orders(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS, SubscriptionOwner__c=ACME_LABS))
    report = world.sync()
    labs, holding, corp = (world.account(key) for key in (ACME_LABS, ACME_HOLDING, ACME_CORP))
    assert labs["parentId"] == holding["id"]
    assert world.identities(ACME_LABS) == [f"{ACME_LABS}-billTo", GRACE]
    assert world.orders() == ["00000101"]
    (made,) = world.state("subscriptions")
    assert (made["accountId"], made["invoiceOwnerId"]) == (labs["id"], labs["id"])
    assert world.state("orders")[0]["accountId"] == corp["id"]
    assert report.status is Status.SUCCEEDED
    assert results(report)[f"account:{ACME_LABS}"] == "created"
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    world.lose_database()
    world.sync()
    assert world.writes() == []
    world.sync(ACME_LABS)
    assert world.orders() == ["00000101", "00000109"]


def test_an_owner_zuora_has_is_left_as_it_is(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS, BillToContactId=GRACE))
    world.sync(ACME_LABS)
    world.change("Account", ACME_LABS, Name="Acme Laboratories")
    world.change("Contact", GRACE, LastName="Murray")
    world.sync()
    assert world.account(ACME_LABS)["name"] == "Acme Labs"
    (grace,) = [each for each in world.contacts(ACME_LABS) if each["crmId__c"] == GRACE]
    made = world.subscription("SUB-0000001")
    assert (made["invoiceOwnerId"], made["billToContactId"]) == (world.account(ACME_LABS)["id"], grace["id"])
    assert made["accountId"] == world.account()["id"]
    assert grace["lastName"] == "Hopper"
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_an_address_beside_an_invoice_owner_is_the_owners_contact(world: World) -> None:
    world.option(**OWNED)
    address = {
        "BillingStreet": "5 Elm Street",
        "BillingCity": "Boston",
        "BillingState": "MA",
        "BillingCountry": "US",
    }
    world.seed(*group(InvoiceOwner__c=ACME_LABS, **address))
    world.sync()
    made = world.subscription("SUB-0000001")
    (bill_to,) = [each for each in world.contacts(ACME_LABS) if each["address1"] == "5 Elm Street"]
    assert made["billToContactId"] == bill_to["id"]
    assert bill_to["crmId__c"] == "801000000000101AAA-billTo"
    world.lose_database()
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_an_owner_that_cannot_be_created_stops_the_orders_that_name_it_alone(world: World) -> None:
    world.option(**OWNED)
    accounts = group(labs={"BillingState": None, "ParentId": None}, InvoiceOwner__c=ACME_LABS)
    free = order("00000102", lines=[line("0000000012")])
    world.seed(*accounts[:2], account(orders=[*accounts[2].orders, free]))
    report = world.sync()
    assert world.orders() == ["00000102"]
    assert world.accounts(ACME_LABS) == []
    assert report.status is Status.PARTIAL
    waiting = outcome_of(report, Noun.ORDER, "00000101")
    assert waiting.result is Result.WAITING
    assert f"Account Acme Labs ({ACME_LABS}) has no billing state" in waiting.message
    world.change("Account", ACME_LABS, BillingState="California")
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000102", "00000101"]


def test_the_contact_of_another_account_than_the_owner_is_an_error(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS, BillToContactId=ADA))
    report = world.sync()
    assert world.orders() == []
    assert world.accounts(ACME_LABS) == []
    refused = outcome_of(report, Noun.ORDER, "00000101")
    assert refused.result is Result.FAILED
    assert refused.message == (
        f"Order 00000101 (801000000000101AAA) names Contact Ada Lovelace ({ADA}) as its Bill To Contact, who belongs to Account "
        f"Acme Corp ({ACME_CORP}); its invoice owner is Account Acme Labs ({ACME_LABS}), and Zuora takes a contact of that account "
        "only. Choose a contact of the invoice owner, or correct the invoice owner of the order, in Salesforce and resync."
    )


def test_a_hidden_owner_field_is_the_operators_and_no_crash(world: World) -> None:
    world.option(**OWNED)
    world.org.change_settings({"hidden_fields": {"Order": ["InvoiceOwner__c"]}})
    world.seed(*group(InvoiceOwner__c=ACME_LABS))
    refused = outcome_of(world.sync(), Noun.ORDER, "00000101")
    assert world.orders() == []
    assert refused.result is Result.FAILED
    assert "option “Invoice owner field” names InvoiceOwner__c" in refused.message
    assert refused.who_acts == "The operator of this connector"


@pytest.mark.parametrize(
    "fields",
    [
        {"invoice_owner_field": "accountid"},
        {"invoice_owner_field": "InvoiceOwner__c", "subscription_owner_field": "invoiceowner__c"},
    ],
)
def test_a_field_named_twice_in_whatever_case_is_asked_for_once(world: World, fields: dict[str, str]) -> None:
    world.option(**fields)
    world.seed(*group())
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000101"]


def test_one_time_lines_are_never_billed_to_somebody_else_than_the_invoice_owner(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS, lines=[line(), one_time_line()]))
    report = world.sync()
    assert world.orders() == []
    assert (
        "Zuora would bill those lines to Account Acme Corp"
        in outcome_of(report, Noun.ORDER, "00000101").message
    )
    world.change("Order", "801000000000101AAA", InvoiceOwner__c=None, SubscriptionOwner__c=ACME_LABS)
    assert world.sync().status is Status.SUCCEEDED
    (item,) = world.state("order_line_items")
    assert item["ownerAccountId"] == world.account(ACME_LABS)["id"]


def test_an_owner_whose_answer_is_lost_is_created_once(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS))
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", skip=2)
    world.sync_until_done()
    assert world.zuora.faults_fired == 1
    assert len(world.state("accounts")) == 3
    assert world.orders() == ["00000101"]


def test_the_terms_of_an_order_are_those_of_its_subscriptions(world: World) -> None:
    world.tenant.change_settings({"multiple_currencies": True})
    world.option(multi_currency=True, opportunity_fields=True, trigger_dates=True)
    quote = {"Id": "a0q000000000001AAA", "Name": "Q-00042", "SBQQ__Type__c": "Quote"}
    world.seed(
        account(
            orders=[
                order(
                    lines=[line(), one_time_line()],
                    CurrencyIsoCode="EUR",
                    SBQQ__PaymentTerm__c="Due on receipt",
                    CompanyAuthorizedDate="2026-01-05",
                    CustomerAuthorizedDate="2026-01-06",
                )
            ]
        )
    )
    world.org.seed({"SBQQ__Quote__c": [quote]})
    world.change("Order", "801000000000101AAA", SBQQ__Quote__c=quote["Id"])
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    made = world.subscription("SUB-0000001")
    (item,) = world.state("order_line_items")
    assert (made["currency"], item["currency"]) == ("EUR", "EUR")
    assert (made["paymentTerm"], item["paymentTerm"]) == ("Due Upon Receipt", "Due Upon Receipt")
    assert (made["serviceActivationDate"], made["customerAcceptanceDate"]) == ("2026-01-05", "2026-01-06")
    assert (made["QuoteNumber__QT"], made["QuoteType__QT"]) == ("Q-00042", "New")
    assert (made["OpportunityName__QT"], made["OpportunityCloseDate__QT"]) == ("Sale 00000101", "2025-12-20")
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_the_quote_of_an_amendment_is_written_on_the_subscription_it_changes(world: World) -> None:
    world.option(opportunity_fields=True)
    day, end = date(2026, 7, 1), date(2026, 12, 31)
    more = cpq.sold(21, start=day, last_day=end, quantity="2", revises=1)
    quotes = [
        {"Id": f"a0q00000000000{number}AAA", "Name": f"Q-0004{number}", "SBQQ__Type__c": kind}
        for number, kind in ((1, "Quote"), (2, "Amendment"))
    ]
    world.seed(account(orders=[order(), cpq.amendment(102, [more], on=day)]))
    world.org.seed({"SBQQ__Quote__c": quotes})
    for number, quote in (("101", quotes[0]), ("102", quotes[1])):
        world.change("Order", f"801000000000{number}AAA", SBQQ__Quote__c=quote["Id"])
    assert world.sync().status is Status.SUCCEEDED
    changed = max(world.state("subscriptions"), key=lambda each: each["version"])
    assert (changed["QuoteNumber__QT"], changed["QuoteType__QT"]) == ("Q-00042", "Amendment")


@pytest.mark.parametrize("field", ["CompanyAuthorizedDate", "BillingCity"])
def test_a_hidden_field_of_the_order_is_told_and_stops_nothing(world: World, field: str) -> None:
    world.option(trigger_dates=True)
    world.org.change_settings({"hidden_fields": {"Order": [field]}})
    world.seed(account(orders=[order()]))
    assert world.sync().status is Status.SUCCEEDED
    assert world.orders() == ["00000101"]
    (warning,) = world.messages(Severity.WARNING)
    assert field in warning


def test_a_contact_of_an_owner_is_found_again_when_the_database_is_lost(world: World) -> None:
    world.option(**OWNED)
    address = {"BillingStreet": "5 Elm Street", "BillingState": "MA", "BillingCountry": "US"}
    world.seed(*group(InvoiceOwner__c=ACME_LABS, SBQQ__PaymentTerm__c="Net 15", **address))
    world.sync()
    assert world.orders() == []
    world.lose_database()
    world.change("Order", "801000000000101AAA", SBQQ__PaymentTerm__c="Net 30")
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities(ACME_LABS) == [f"{ACME_LABS}-billTo", GRACE, "801000000000101AAA-billTo"]


def test_an_owner_of_two_orders_is_created_once(world: World) -> None:
    world.option(**OWNED)
    accounts = group(InvoiceOwner__c=ACME_LABS)
    second = order("00000102", lines=[line("0000000012")], SubscriptionOwner__c=ACME_LABS)
    world.seed(*accounts[:2], account(orders=[*accounts[2].orders, second]))
    report = world.sync()
    assert len(world.state("accounts")) == 3
    assert [str(each.key) for each in report.outcomes].count(f"account:{ACME_LABS}") == 1
    assert world.orders() == ["00000101", "00000102"]


def test_an_owner_below_the_account_is_created_under_it(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(labs={"ParentId": ACME_CORP}, SubscriptionOwner__c=ACME_LABS))
    assert world.sync().status is Status.SUCCEEDED
    assert world.account(ACME_LABS)["parentId"] == world.account()["id"]
    assert world.subscription("SUB-0000001")["invoiceOwnerId"] == world.account()["id"]


def test_the_owner_of_an_order_that_is_stopped_is_not_created(world: World) -> None:
    world.option(**OWNED)
    world.seed(*group(InvoiceOwner__c=ACME_LABS, lines=[line(TotalPrice=Decimal("1300.0"))]))
    report = world.sync()
    assert outcome_of(report, Noun.ORDER, "00000101").result is Result.FAILED
    assert [each["crmId"] for each in world.state("accounts")] == [ACME_CORP]


def test_an_owner_whose_merged_account_zuora_bills_is_not_created_beside_it(world: World) -> None:
    world.option(**OWNED)
    merged_away = "001000000000004AAA"
    world.seed(*group(InvoiceOwner__c=ACME_LABS), account(merged_away, Name="Acme Laboratories"))
    world.sync(merged_away)
    number = world.account(merged_away)["accountNumber"]
    world.org.merge(ACME_LABS, merged_away)
    report = world.sync()
    assert world.accounts(ACME_LABS) == []
    assert world.orders() == []
    assert (
        f"swallowed a merged account that Zuora still knows as {number}"
        in outcome_of(report, Noun.ORDER, "00000101").message
    )


JUNE = date(2026, 6, 1)


def added(number: int = 2, **fields: Any) -> OrderSnapshot:
    """Five more of the first order's seats from June on."""
    delta = cpq.sold(
        number,
        start=JUNE,
        last_day=date(2026, 12, 31),
        quantity="5",
        revises=1,
        action="Quantity Increase",
    )
    return cpq.amendment(100 + number, [delta], on=JUNE, **fields)


def test_an_amendment_finds_the_subscription_of_another_owner(world: World) -> None:
    world.option(**OWNED)
    owned = {"SubscriptionOwner__c": ACME_LABS}
    world.seed(*group(**owned))
    world.sync()
    world.add(account(orders=[order(**owned), added(**owned)]))
    assert world.sync().status is Status.SUCCEEDED
    found = latest(world, "SUB-0000001")
    assert found["accountId"] == world.account(ACME_LABS)["id"]
    assert quantities(found) == [10, 15]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_an_amendment_moves_the_bill_to_another_invoice_owner(world: World, at_once: bool) -> None:
    """Vendor's use case: the new owner is brought into Zuora without its orders, the bill-to is one of its contacts."""
    world.option(**OWNED)
    accounts = group()
    if not at_once:
        world.seed(*accounts)
        world.sync()
    moved = added(InvoiceOwner__c=ACME_LABS, BillToContactId=GRACE)
    known = [*accounts[:2], account(contacts=[contact(ADA)], orders=[order(), moved])]
    (world.seed if at_once else world.add)(*known)
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    labs = world.account(ACME_LABS)
    (grace,) = [each for each in world.contacts(ACME_LABS) if each["crmId__c"] == GRACE]
    found = latest(world, "SUB-0000001")
    assert (found["accountId"], found["invoiceOwnerId"]) == (world.account()["id"], labs["id"])
    assert found["billToContactId"] == grace["id"]
    assert quantities(found) == [10, 15]
    assert world.orders() == ["00000101", "00000102"]
    types = [each["type"] for each in world.state("orders")[1]["subscriptions"][0]["orderActions"]]
    assert types == ["OwnerTransfer", "UpdateProduct"]
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert world.writes() == []


def test_a_second_amendment_for_the_same_owner_transfers_nothing(world: World) -> None:
    world.option(**OWNED)
    accounts = group()
    orders = [order(), added(InvoiceOwner__c=ACME_LABS), added(3, InvoiceOwner__c=ACME_LABS)]
    world.seed(*accounts[:2], account(orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    types = [
        [action["type"] for action in each["subscriptions"][0]["orderActions"]]
        for each in world.state("orders")
    ]
    assert types == [["CreateSubscription"], ["OwnerTransfer", "UpdateProduct"], ["UpdateProduct"]]
    told = [message for message in world.messages() if "invoice owner transfer" in message]
    assert told == [
        "Order 00000102 (801000000000102AAA) created in Zuora as an amendment with 1 invoice owner transfer and 1 changed subscription."
    ]
    assert quantities(latest(world, "SUB-0000001")) == [10, 20]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_an_amendment_that_names_its_own_account_takes_the_bill_back(world: World, at_once: bool) -> None:
    world.option(**OWNED)
    accounts = group(InvoiceOwner__c=ACME_LABS)
    orders = [*accounts[2].orders, added(InvoiceOwner__c=ACME_CORP)]
    if not at_once:
        world.seed(*accounts)
        world.sync()
    (world.seed if at_once else world.add)(*accounts[:2], account(contacts=[contact(ADA)], orders=orders))
    assert world.sync().status is Status.SUCCEEDED
    assert latest(world, "SUB-0000001")["invoiceOwnerId"] == world.account()["id"]
    types = [each["type"] for each in world.state("orders")[1]["subscriptions"][0]["orderActions"]]
    assert types == ["OwnerTransfer", "UpdateProduct"]


def test_an_amendment_that_names_a_subscription_owner_alone_moves_no_bill(world: World) -> None:
    world.option(**OWNED)
    owned = {"SubscriptionOwner__c": ACME_LABS}
    accounts = group(InvoiceOwner__c=ACME_LABS, **owned)
    world.seed(*accounts[:2], account(contacts=[contact(ADA)], orders=[*accounts[2].orders, added(**owned)]))
    assert world.sync().status is Status.SUCCEEDED
    assert latest(world, "SUB-0000001")["invoiceOwnerId"] == world.account(ACME_LABS)["id"]


def latest(world: World, number: str) -> dict[str, Any]:
    (found,) = [
        each
        for each in world.state("subscriptions")
        if each["subscriptionNumber"] == number and each["isLatestVersion"]
    ]
    return found


def quantities(subscription: dict[str, Any]) -> list[Decimal]:
    return [each["quantity"] for each in subscription["ratePlans"][0]["charges"][0]["segments"]]
