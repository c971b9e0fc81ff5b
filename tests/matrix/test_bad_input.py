"""Bad input, case by case: the outcome is the one that is stated, nothing exists twice, and the log can be acted on."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.values import cleaned
from connector.jobs import run_now
from connector.models import SyncRun, WriteIntent
from tests.cast import ACME_CORP, ADA, SEATS, SHIPPING, account, contact, line, order, product
from tests.matrix.bad_input import ACCOUNT, CONTACT, LINE, ORDER, PRODUCT, Case, Fate, cases
from tests.services.databases import ON_POSTGRES
from tests.services.world import Remotes, World
from tests.sync.dataset import dataset

pytestmark = [pytest.mark.postgres, pytest.mark.matrix("bad input")]

# What a database may refuse is tried on PostgreSQL, which does; what becomes of the other cases has nothing to do with it.
OF_DATABASES = ("too long", "emoji", "control characters")
CASES = [pytest.param(case, id=str(case)) for case in cases() if (case.name in OF_DATABASES) == ON_POSTGRES]
SOLD = order().salesforce_id
IDS = {ACCOUNT: ACME_CORP, CONTACT: ADA, ORDER: SOLD, LINE: "802000000000001AAA", PRODUCT: SEATS}
NOT_THERE = (Fate.SKIPPED, Fate.STOPPED, Fate.REFUSED)
LONGEST_MESSAGE = 4000
"""An administrator reads a line to its end, where it says what to do."""


@pytest.fixture
def world(once: Remotes, world_in_transaction: World) -> World:
    return world_in_transaction


def test_there_are_more_than_a_hundred_cases() -> None:
    found = [str(case) for case in cases()]
    assert len(found) == len(set(found)) > 400


@pytest.mark.parametrize("case", CASES)
def test_what_becomes_of_bad_input_is_what_is_stated(world: World, case: Case) -> None:
    sell(world, case)

    run = run_now(world.account, kind="sync", trigger="command")

    run.refresh_from_db()
    found = in_zuora(world, case)
    assert bool(found) is (case.outcome.fate not in NOT_THERE), told(run)
    assert_value(world, case, found)
    assert_told(case, run)
    assert_whole(world)


def sell(world: World, case: Case) -> None:
    """Acme Corp with both addresses, Ada, and an order of one taxed product, all sound but for the one field."""
    people = [contact(ADA)] if case.sobject == CONTACT else []
    taxed = product(SBQQ__Taxable__c=case.field == "SBQQ__TaxCode__c")
    orders = [order(lines=[line(Product2=taxed)])] if case.sobject in (ORDER, LINE, PRODUCT) else []
    there = {row["Id"] for rows in world.org.snapshot()["records"].values() for row in rows}
    sold = dataset([account(contacts=people, orders=orders)])
    world.org.seed({name: [row for row in rows if row["Id"] not in there] for name, rows in sold.items()})
    world.org.update("Account", ACME_CORP, **SHIPPING)
    with world.org.lock:  # not as a user could: neither Salesforce's checks nor its trimming stand in between
        record = world.org.store.find(IDS[case.sobject])
        assert record is not None
        record[case.field] = case.value


def in_zuora(world: World, case: Case) -> list[dict[str, Any]]:
    """The record of the case, as Zuora holds it: its account, its contact, or its order."""
    state = world.zuora.state()
    if case.sobject == ACCOUNT:
        return [each for each in state["accounts"] if each["crmId"] == ACME_CORP]
    if case.sobject == CONTACT:
        return [each for each in state["contacts"] if each["crmId__c"] == ADA]
    return list(state["orders"])


TARGETS: dict[str, str] = {
    "Name": "name",
    "Description": "notes",
    "OwnerId": "salesRep",
    "CurrencyIsoCode": "currency",
    "FirstName": "firstName",
    "LastName": "lastName",
    "Email": "workEmail",
    "Phone": "workPhone",
    "MobilePhone": "mobilePhone",
    "Fax": "fax",
    "OrderNumber": "orderNumber",
}
PARTS = {
    "Street": "address1",
    "City": "city",
    "State": "state",
    "PostalCode": "zipCode",
    "Country": "country",
}


def held(world: World, case: Case, found: dict[str, Any]) -> Any:
    """What Zuora holds of the field."""
    if case.sobject == PRODUCT:
        state = world.zuora.state()
        (sold,), (charge,) = state["products"], state["product_rate_plan_charges"]
        return sold["SKU"] if case.field == "ProductCode" else charge["TaxCode"]
    for prefix, role in (("Billing", "billTo"), ("Shipping", "soldTo")):
        if case.sobject == ACCOUNT and case.field.startswith(prefix):
            identity = f"{ACME_CORP}-{role}"
            (found,) = [each for each in world.zuora.state()["contacts"] if each["crmId__c"] == identity]
    part = case.field.removeprefix("Billing").removeprefix("Shipping").removeprefix("Mailing")
    return found.get(PARTS.get(part) or TARGETS[case.field])


def assert_value(world: World, case: Case, found: list[dict[str, Any]]) -> None:
    text = str(case.value or "")
    expected = {
        Fate.CARRIED: text,
        Fate.CLEANED: cleaned(text, multiline=case.field.endswith(("Street", "Description"))),
        Fate.CUT: text[:255],
        Fate.EMPTY: "",
        Fate.LEFT_OUT: "",
    }
    if case.outcome.fate in expected:
        (one,) = found
        assert (held(world, case, one) or "") == expected[case.outcome.fate]


def told(run: SyncRun) -> list[str]:
    return [f"{entry.level}: {entry.message} [{entry.who_acts}]" for entry in run.entries.all()]


def assert_told(case: Case, run: SyncRun) -> None:
    """Whatever stays out or is left out is told where people look: which record, who acts, what to do, to the last word."""
    entries = list(run.entries.all())
    assert all(0 < len(entry.message) <= LONGEST_MESSAGE for entry in entries), told(run)
    assert not [entry for entry in entries if "error of the connector itself" in entry.message], told(run)
    if not case.outcome.told:
        assert run.status == SyncRun.Status.SUCCEEDED, told(run)
        return
    (line_, *_) = [entry for entry in entries if case.outcome.told in entry.message] or [None]
    assert line_ is not None, told(run)
    if case.outcome.fate is Fate.SKIPPED:
        assert IDS[ORDER] in line_.message
        return
    assert line_.level == ("warning" if case.outcome.fate is Fate.LEFT_OUT else "error")
    assert line_.who_acts
    assert "resync" in line_.message
    assert any(name in line_.message for name in (IDS[case.sobject], SOLD, "Order 00000101")), line_.message
    if case.outcome.fate is Fate.LEFT_OUT:
        assert run.status == SyncRun.Status.SUCCEEDED
        return
    assert run.status in (SyncRun.Status.FAILED, SyncRun.Status.PARTIAL)
    assert case.outcome.told in run.message


def assert_whole(world: World) -> None:
    """Nothing twice, nothing left open, and another run changes nothing."""
    state = world.zuora.state()
    for table, key in (("accounts", "crmId"), ("orders", "orderNumber"), ("contacts", "crmId__c")):
        values = [each[key] for each in state[table]]
        assert len(values) == len(set(values)), table
    assert not WriteIntent.objects.filter(state__in=("open", "unknown")).exists()
    world.zuora.forget_requests()
    run_now(world.account, kind="sync", trigger="command")
    after = world.zuora.state()
    assert all(after[table] == state[table] for table in ("accounts", "contacts", "orders", "subscriptions"))
