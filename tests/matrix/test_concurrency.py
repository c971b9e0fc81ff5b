"""Many real workers at once on what they all need: it is made once, and no more is asked at a time than may be."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connections

from connector.domain import ids
from connector.jobs import enqueue_sync
from connector.models import Account, RunAlreadyOpen, SyncRun
from tests.cast import ACME_HOLDING, account, line, order
from tests.matrix.family import Home, assert_nothing_twice, assert_told
from tests.matrix.living import Workers, all_is_done, wait_for
from tests.sync.dataset import dataset

pytestmark = [pytest.mark.postgres, pytest.mark.matrix("concurrency"), pytest.mark.worker]

WORKERS, SIBLINGS, AT_A_TIME = 8, 40, 6


def sibling(number: int) -> str:
    return ids.normalise(f"001000000001{number:03d}")


def test_forty_siblings_of_one_missing_parent_make_it_once(open_home: Home, workers: Workers) -> None:
    sold = [
        account(
            sibling(number),
            Name=f"Acme Branch {number}",
            ParentId=ACME_HOLDING,
            orders=[order(f"00001{number:03d}", lines=[line(f"0000001{number:03d}")])]
            if number % 4 == 0
            else (),
        )
        for number in range(SIBLINGS)
    ]
    open_home.org.seed(dataset([account(ACME_HOLDING, Name="Acme Holding"), *sold]))
    open_home.integration.zuora.calls_at_a_time = AT_A_TIME
    open_home.integration.zuora.save()
    branches = [
        Account.objects.remember(open_home.integration, each.salesforce_id, name=str(each.record["Name"]))
        for each in sold
    ]
    open_home.zuora.change_settings(processing_ms=20)
    open_home.salesforce.forget_requests()
    open_home.zuora.forget_requests()
    runs = [enqueue_sync(branch, trigger=SyncRun.Trigger.ADMIN) for branch in branches]

    for _ in range(WORKERS):
        workers.start()
    wait_for(all_is_done, "all siblings to be synced", seconds=120)

    open_home.zuora.change_settings(processing_ms=0)
    statuses = Counter(
        SyncRun.objects.filter(pk__in=[run.pk for run in runs]).values_list("status", flat=True)
    )
    assert statuses == {SyncRun.Status.SUCCEEDED: SIBLINGS}, workers.told()
    state = open_home.tenant.snapshot()
    (parent,) = [each for each in state["accounts"] if each["crmId"] == ACME_HOLDING]
    children = [each for each in state["accounts"] if each["parentId"] == parent["id"]]
    assert {each["crmId"] for each in children} == {sibling(number) for number in range(SIBLINGS)}
    assert (len(children), len(state["accounts"])) == (SIBLINGS, SIBLINGS + 1)
    assert [
        len(state[table]) for table in ("products", "product_rate_plans", "product_rate_plan_charges")
    ] == [1, 1, 1]
    assert len(state["orders"]) == SIBLINGS // 4
    assert_nothing_twice(open_home)
    assert_told(open_home)
    assert len(open_home.zuora.requests(path="/oauth/token")) == 1
    assert len(open_home.salesforce.requests(path="/oauth2/token")) == 1
    assert 1 < max(open_home.zuora.state()["peak_in_flight"].values()) <= AT_A_TIME


def test_two_resyncs_pressed_at_once_are_one_run(open_home: Home) -> None:
    open_home.settle_in()
    (child, *_) = open_home.children
    start = threading.Barrier(2)
    found: list[SyncRun] = []

    def press() -> None:
        try:
            start.wait()
            found.append(enqueue_sync(Account.objects.get(pk=child.pk), trigger=SyncRun.Trigger.ADMIN))
        except RunAlreadyOpen as busy:
            found.append(busy.run)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({run.pk for run in found}) == 1
    assert SyncRun.objects.count() == 1
