"""Two runs at the same time: what both need is created by one of them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from connector.domain.operations import Key, Noun
from connector.errors import RemotePaused
from connector.sync import engine
from connector.sync.creating import create
from connector.sync.order_jobs import Patience
from connector.sync.outcome import Report, Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, account, contact, line, order
from tests.sync.keepers import Keepers
from tests.sync.world import World


@pytest.fixture
def slow(world: World) -> Iterator[World]:
    """A create takes long enough for the other run to find it under way."""
    world.pause = lambda _: time.sleep(0.01)
    world.tenant.change_settings({"processing_ms": 30})
    yield world
    world.tenant.change_settings({"processing_ms": 0})


def together(world: World, *salesforce_ids: str) -> list[Report]:
    """Each has read everything before any of them claims what it will create."""
    barrier = Barrier(len(salesforce_ids))

    def run(salesforce_id: str) -> Report:
        keepers: Keepers = world.memory.open_run()
        keepers.before_first_claim = lambda: barrier.wait(timeout=10)
        try:
            with world.services(keepers) as services:
                return engine.sync(services, salesforce_id, rules=world.rules, options=world.options)
        finally:
            keepers.close()

    world.preview(salesforce_ids[0])
    with ThreadPoolExecutor(len(salesforce_ids)) as pool:
        return list(pool.map(run, salesforce_ids))


def test_two_children_make_one_parent(slow: World) -> None:
    slow.seed(
        account(ACME_HOLDING, Name="Acme Holding", contacts=[contact(ADA)]),
        account(ACME_CORP, ParentId=ACME_HOLDING),
        account(ACME_LABS, Name="Acme Labs", ParentId=ACME_HOLDING),
    )
    reports = together(slow, ACME_CORP, ACME_LABS)
    holding = slow.account(ACME_HOLDING)
    assert len(slow.state("accounts")) == 3
    assert {slow.account(key)["parentId"] for key in (ACME_CORP, ACME_LABS)} == {holding["id"]}
    assert slow.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo", ADA]
    assert [report.status for report in reports] == [Status.SUCCEEDED] * 2
    assert slow.memory.live_intents == []
    assert (
        f"Account Acme Holding ({ACME_HOLDING}) was created in Zuora by another run meanwhile; it is used."
        in slow.messages()
    )


def test_two_orders_make_one_product(slow: World) -> None:
    second = order("00000102", lines=[line("0000000012")])
    slow.seed(account(orders=[order()]), account(ACME_LABS, Name="Acme Labs", orders=[second]))
    reports = together(slow, ACME_CORP, ACME_LABS)
    for table in ("products", "product_rate_plans", "product_rate_plan_charges"):
        assert len(slow.state(table)) == 1
    assert sorted(slow.orders()) == ["00000101", "00000102"]
    assert [report.status for report in reports] == [Status.SUCCEEDED] * 2


def test_what_a_dead_attempt_left_open_is_settled_where_another_run_has_found_it_since_the_plan(
    world: World,
) -> None:
    world.seed(account())
    dead = world.memory.open_run()
    key = Key(Noun.ACCOUNT, ACME_CORP)
    dead.claim(key, "as it was")
    dead.close()
    operation = world.preview().operations[0]
    world.memory.links[key] = {"id": "8a1", "accountNumber": "A00000001"}
    keepers = world.memory.open_run()
    with world.services(keepers) as services:
        made = create(services, operation, {"name": "Acme Corp"}, patience=Patience())
    assert made.known == {key: {"id": "8a1", "accountNumber": "A00000001"}}
    assert world.memory.live_intents == []
    assert world.state("accounts") == []


def test_an_open_product_is_settled_where_another_run_has_made_its_rate_plan_since(world: World) -> None:
    second = order("00000102", lines=[line("0000000012")])
    world.seed(account(orders=[order()]), account(ACME_LABS, Name="Acme Labs", orders=[second]))
    world.sync(ACME_LABS)
    dead = world.memory.open_run()
    (key,) = [key for key in world.memory.links if key.noun is Noun.PRODUCT]
    dead.claim(key, "as it was")
    dead.close()
    assert world.sync().status is Status.SUCCEEDED
    assert world.memory.live_intents == []
    assert len(world.state("products")) == 1


def test_nothing_is_closed_before_its_link_is_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that looks between the two would find neither, and create the record a second time."""
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", times=1)
    world.zuora.fault("drop_before", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    assert [kept.key for kept in world.memory.live_intents] == [Key(Noun.ACCOUNT, ACME_CORP)]
    plain, settled = Keepers._settle, []

    def settle(keepers: Keepers, keys: Collection[Key]) -> None:
        settled.extend((kept.key, kept.key in keepers.memory.links) for kept in keepers._left(keys))
        plain(keepers, keys)

    monkeypatch.setattr(Keepers, "_settle", settle)
    assert world.sync().status is Status.SUCCEEDED
    assert settled == [(Key(Noun.ACCOUNT, ACME_CORP), True)]


def test_a_run_does_not_take_over_what_a_living_one_has_open(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    living = world.memory.open_run()
    living.claim(Key(Noun.ACCOUNT, ACME_CORP), "somebody else's")
    report = world.sync()
    assert world.state("accounts") == []
    assert isinstance(report.unavailable, RemotePaused)
    assert report.unavailable.retry_after == 15
    assert report.message.startswith(
        f"Account Acme Corp ({ACME_CORP}) is not finished yet: another run is creating it. It is tried again by itself."
    )
    living.close()
    world.memory.clock = 600.0  # its payload was another one
    assert world.sync().status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1
