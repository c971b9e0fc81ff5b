"""Pages cost the same whether they show five rows or fifty."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connector.models import Account, Integration, SyncRun
from tests.admin import rows as told
from tests.models import rows

pytestmark = pytest.mark.django_db

MOST = 30


def _fill(integration: Integration, start: int, count: int) -> None:
    """Accounts that failed, each with a closed run, an open preview, a line, a link and an intent."""
    for number in range(start, start + count):
        key = f"001{number:012d}AAA"
        account = rows.account(key, of=integration, name=f"Account {number}")
        run = rows.started_run(account)
        told.entry(run, f"Line {number}.", level="error", detail={"sent": {"a": 1}})
        told.link(account)
        rows.write_intent(run, key=key)
        run.fail(message="No billing state.", who_acts="The owner", now=told.NOON)
        rows.sync_run(account, kind=SyncRun.Kind.PREVIEW)
        rows.drift_report(integration)


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


LISTS = ("account", "syncrun", "logentry", "recordlink", "writeintent", "driftreport")


@pytest.mark.postgres
def test_lists_of_fifty_cost_no_more_than_lists_of_five(superuser: Client) -> None:
    addresses = ["admin:index", *(f"admin:connector_{model}_changelist" for model in LISTS)]
    integration = rows.integration()
    _fill(integration, 0, 5)
    for address in addresses:
        superuser.get(reverse(address))  # what Django keeps after the first page
    few = {address: _queries(superuser, reverse(address)) for address in addresses}
    _fill(integration, 5, 45)

    many = {address: _queries(superuser, reverse(address)) for address in addresses}

    assert {address: count for address, count in many.items() if count > few[address]} == {}
    assert max(many.values()) <= MOST


def _grow_log(account: Account) -> None:
    run = rows.started_run(account)
    for _ in range(10):
        told.entry(run, detail={"sent": {"a": 1}})
    run.finish(message="Done.", now=told.NOON)


def _grow_links(account: Account) -> None:
    start = account.links.count()
    for number in range(10):
        told.link(account, "order", key=f"{start + number:08d}")


@pytest.mark.parametrize("grow", [_grow_log, _grow_links])
def test_the_page_of_an_account_does_not_grow_dearer(
    superuser: Client, grow: Callable[[Account], None]
) -> None:
    account = rows.account()
    address = reverse("admin:connector_account_change", args=[account.pk])
    grow(account)
    superuser.get(address)
    few = _queries(superuser, address)
    for _ in range(4):
        grow(account)

    many = _queries(superuser, address)

    assert many <= few
    assert many <= MOST


def test_the_page_of_a_run_does_not_grow_dearer(superuser: Client) -> None:
    run = rows.started_run()
    addresses = [
        reverse("admin:connector_syncrun_change", args=[run.pk]),
        reverse("admin:connector_syncrun_live", args=[run.pk]),
    ]
    told.entry(run)
    for address in addresses:
        superuser.get(address)
    few = [_queries(superuser, address) for address in addresses]
    for _ in range(50):
        told.entry(run, detail={"sent": {"a": 1}})

    many = [_queries(superuser, address) for address in addresses]

    assert many == few
    assert many[1] <= 8


def test_the_page_of_an_integration_does_not_grow_dearer(superuser: Client) -> None:
    integration = rows.integration()
    address = reverse("admin:connector_integration_change", args=[integration.pk])
    superuser.get(address)
    few = _queries(superuser, address)
    for number in range(20):
        integration.mappings.create(
            pair="account", source="Name", target=f"Field{number}__c", position=100 + number
        )

    assert _queries(superuser, address) == few


def test_the_page_of_a_drift_report_does_not_grow_dearer(superuser: Client) -> None:
    integration = rows.integration()
    report = rows.drift_report(integration)
    address = reverse("admin:connector_driftreport_change", args=[report.pk])

    def grow(start: int, count: int) -> None:
        for number in range(start, start + count):
            account = rows.account(f"001{number:012d}AAA", of=integration, name=f"Account {number}")
            rows.started_run(account)
            rows.drift_finding(report, account)

    grow(0, 2)
    superuser.get(address)
    few = _queries(superuser, address)
    grow(2, 18)

    assert _queries(superuser, address) == few
    assert few <= MOST
