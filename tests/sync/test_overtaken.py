"""What happens between two steps of a run: another run, a lost answer followed by another fault, an account given up."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Key, Noun
from connector.sync import engine
from connector.sync.journal import Intent
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, account, contact, order
from tests.sync.keepers import Keepers
from tests.sync.test_doubt import keys_sent
from tests.sync.test_identity import body
from tests.sync.world import World, results


@pytest.mark.parametrize("second", ["lock", "drop_before"])
def test_a_doubt_outlives_a_later_attempt_that_did_not_come_through(world: World, second: str) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault(second, "POST", "^/v1/accounts$")
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)

    world.sync()

    assert len(world.state("accounts")) == 1
    assert len(set(keys_sent(world))) == 1


def test_a_doubt_outlives_a_login_that_is_down(world: World) -> None:
    world.retries = 0
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("expire_token", "POST", "^/v1/accounts$")
    world.zuora.fault("status", "POST", "^/oauth/token$", skip=1, status=503)
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)

    world.sync()

    assert len(world.state("accounts")) == 1
    assert len(set(keys_sent(world))) == 1


class OvertakenAtClaim(Keepers):
    """Another run creates the parent after we looked for its link and before we claim it."""

    world: World
    is_overtaken = False

    def claim(self, key: Key, payload_digest: str, **more: Any) -> Intent:
        if key == Key(Noun.ACCOUNT, ACME_HOLDING) and not OvertakenAtClaim.is_overtaken:
            OvertakenAtClaim.is_overtaken = True
            OvertakenAtClaim.world.sync(ACME_LABS)
        return Keepers.claim(self, key, payload_digest, **more)


def test_a_parent_made_between_look_and_claim_is_not_made_again(world: World) -> None:
    world.seed(
        account(ACME_HOLDING, Name="Acme Holding"),
        account(ParentId=ACME_HOLDING),
        account(ACME_LABS, Name="Acme Labs", ParentId=ACME_HOLDING),
    )
    OvertakenAtClaim.world, OvertakenAtClaim.is_overtaken = world, False
    keepers = OvertakenAtClaim(world.memory, world.memory.open_run().run)

    with world.services(keepers) as services:
        report = engine.sync(services, ACME_CORP, rules=world.rules, options=world.options)

    assert len(world.accounts(ACME_HOLDING)) == 1
    assert report.status is Status.SUCCEEDED
    assert results(report)[f"account:{ACME_HOLDING}"] == "found"
    assert world.memory.live_intents == []


def test_an_order_seen_before_its_new_account_is_not_taken_for_a_strangers(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.sync()
    world.memory.links.clear()
    world.zuora.fault("stale", "GET", "^/object-query/accounts$", times=1)
    world.forget_requests()
    made = world.account()
    with world.tenant.writing() as store:  # so that the stale answer is from before the account
        store.remove("accounts", made["id"])
    with world.tenant.writing() as store:
        store.put("accounts", made)

    report = world.sync()

    assert world.writes() == []
    assert report.status is Status.SUCCEEDED, report.message


def test_a_preview_forgets_nothing(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)], orders=[order()]))
    world.sync()
    before = dict(world.memory.links)
    with world.tenant.writing() as store:
        store.change("accounts", world.account()["id"], status="Canceled", crmId=None)

    world.preview()

    assert world.memory.links == before


def test_a_choice_ends_with_the_account_it_named(world: World) -> None:
    world.seed(account(orders=[order()], contacts=[contact(ADA)]))
    world.seed_zuora(accounts=[body(), body()])
    first, second = world.state("accounts")
    world.memory.chosen[ACME_CORP] = second["id"]
    with world.tenant.writing() as store:
        for given_up in (first, second):
            store.change("accounts", given_up["id"], status="Canceled", crmId=None)

    report = world.sync()

    made = world.account()
    assert made["id"] not in (first["id"], second["id"])
    assert report.status is Status.SUCCEEDED, report.message
    assert ADA in world.identities()
    assert world.memory.chosen == {}


def test_a_rate_plan_that_is_gone_from_the_catalog_is_looked_up_anew(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.sync()
    with world.tenant.writing() as store:
        for table in ("orders", "subscriptions", "product_rate_plan_charges", "product_rate_plans"):
            for record in list(store.all(table)):
                store.remove(table, record["id"])
    world.memory.links.pop(Key(Noun.ORDER, "00000101"))

    assert world.sync().status is Status.PARTIAL
    assert world.sync().status is Status.SUCCEEDED
