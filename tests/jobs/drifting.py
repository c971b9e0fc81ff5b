"""Accounts that are synced, changed in Salesforce, and reported on."""

from __future__ import annotations

from connector.jobs.drift import carry_on
from connector.jobs.running import run_now
from connector.models import (
    Account,
    DriftReport,
    SyncRun,
)
from connector.models.drift import FindingKind
from tests.cast import account_record, contact
from tests.services.world import World, storable

Found = dict[str, set[tuple[str, str]]]
"""By account name, what differs: record kind and field."""


def account_id(number: int) -> str:
    return f"0010000000001{number:02d}AAA"


def contact_id(number: int) -> str:
    return f"0030000000001{number:02d}AAA"


def known(world: World, count: int) -> World:
    """So many accounts with a contact each, in Salesforce alone."""
    world.account.delete()
    numbers = range(1, count + 1)
    records = [storable(account_record(account_id(number), Name=f"Customer {number}")) for number in numbers]
    people = [contact(contact_id(number), AccountId=account_id(number)) for number in numbers]
    world.org.seed({"Account": records, "Contact": people})
    for number in numbers:
        Account.objects.remember(world.integration, account_id(number), name=f"Customer {number}")
    return world


def synced(world: World, count: int) -> World:
    """The same, all of them synced."""
    known(world, count)
    for account in Account.objects.all():
        run = run_now(account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
        assert run.status == SyncRun.Status.SUCCEEDED, run.message
    world.zuora.forget_requests()
    return world


def reported(world: World) -> DriftReport:
    report, _ = DriftReport.objects.request(world.integration)
    assert carry_on(report) is None
    report.refresh_from_db()
    return report


def differing(report: DriftReport) -> Found:
    rows = report.findings.filter(kind__in=(FindingKind.DIFFERS, FindingKind.MISSING)).order_by("account_id")
    return {
        row.account.name: {(each.noun, each.field) for each in row.differences.all()}
        for row in rows.select_related("account")
    }


def change_seven(world: World) -> Found:
    """Seven accounts in Salesforce, each in another way; the answer is what a report has to say."""
    org = world.org
    org.update("Account", account_id(1), Description="Pays late")
    org.update("Account", account_id(3), BillingCity="Oakland")
    org.update("Account", account_id(4), BillingStreet="2 Market Street", BillingPostalCode="94106")
    org.update("Contact", contact_id(6), Email="ada@new.example")
    org.update("Contact", contact_id(8), LastName="King", MailingCity="London")
    org.update(
        "Account",
        account_id(9),
        ShippingStreet="500 Harbor Drive",
        ShippingCity="Portland",
        ShippingState="OR",
        ShippingPostalCode="97201",
        ShippingCountry="USA",
    )
    org.update("Account", account_id(12), Name="Customer Twelve")
    return {
        "Customer 1": {("account", "notes")},
        "Customer 3": {("contact", "city")},
        "Customer 4": {("contact", "address1"), ("contact", "zipCode")},
        "Customer 6": {("contact", "workEmail")},
        "Customer 8": {("contact", "lastName"), ("contact", "city")},
        "Customer 9": {("contact", ""), ("account", "soldToContactId")},
        "Customer 12": {("account", "name"), ("contact", "firstName"), ("contact", "lastName")},
    }
