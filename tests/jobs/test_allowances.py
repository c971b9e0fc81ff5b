"""Salesforce's daily allowance, as runs, tests and pages meet it."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from connector import jobs
from connector.clients.salesforce.allowance import Usage
from connector.errors import RemoteUnavailable
from connector.jobs.allowances import SharedUsage, allowance, last_usage
from connector.jobs.running import run_now
from connector.models import SyncRun
from tests.services.world import SALESFORCE_HOST, World


def test_a_run_stops_before_the_reserve_and_says_why(world: World) -> None:
    SharedUsage(SALESFORCE_HOST).put(Usage(4500, 5000, time.time()))

    run = run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)

    assert "4,500 of its 5,000 API calls" in run.message
    assert "lower the reserve" in run.message
    assert world.salesforce.requests() == []


def test_a_lower_reserve_lets_it_go_on(world: World) -> None:
    SharedUsage(SALESFORCE_HOST).put(Usage(4500, 5000, time.time()))
    world.integration.salesforce.api_reserve_percent = 5
    world.integration.salesforce.save()
    world.account.integration.salesforce.refresh_from_db()

    run = run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)

    assert run.status == SyncRun.Status.SUCCEEDED


def test_testing_the_connection_may_ask_all_the_same_and_brings_the_figure(world: World) -> None:
    SharedUsage(SALESFORCE_HOST).put(Usage(4999, 5000, time.time()))

    jobs.test_salesforce(world.integration.salesforce)

    usage = last_usage(world.integration.salesforce)
    assert usage is not None
    assert usage.used < 10


def test_one_of_all_looks_anew(world: World) -> None:
    boards = [SharedUsage(SALESFORCE_HOST) for _ in range(8)]
    assert [board.may_look(900) for board in boards].count(True) == 1


@pytest.mark.django_db
def test_without_redis_each_watches_for_itself() -> None:
    board = SharedUsage(SALESFORCE_HOST)
    board.put(Usage(4500, 5000, 1.0))
    assert board.last() == Usage(4500, 5000, 1.0)
    assert board.may_look(900)
    assert SharedUsage(SALESFORCE_HOST).last() is None


def test_a_search_of_a_page_keeps_the_reserve_too(world: World) -> None:
    SharedUsage(SALESFORCE_HOST).put(Usage(4500, 5000, time.time()))
    with pytest.raises(RemoteUnavailable, match="kept for its other users"):
        jobs.search_accounts(world.integration, "Acme")
    allowance(world.integration.salesforce, is_watched=False).check("anything")


def test_pages_show_the_figure_and_when_it_was_seen(world: World, admin_client: Client) -> None:
    address = reverse("admin:connector_salesforceconnection_change", args=[world.integration.salesforce_id])
    assert "No answer has said so yet" in admin_client.get(address).content.decode()

    SharedUsage(SALESFORCE_HOST).put(Usage(1000, 5000, time.time()))
    shown = admin_client.get(address).content.decode()
    assert "1,000 of 5,000 used (20 %)" in shown
    assert "500 (10 %)" in shown
    assert "1,000 of 5,000 API calls" in admin_client.get(reverse("admin:index")).content.decode()

    SharedUsage(SALESFORCE_HOST).put(Usage(4600, 5000, time.time()))
    assert "Syncs wait" in admin_client.get(address).content.decode()
    assert "Reserve reached" in admin_client.get(reverse("admin:index")).content.decode()
