"""Accounts under a number of our own: created once whatever is lost, never mistaken for somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.errors import RemoteRejected
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, account
from tests.sync.world import World

NUMBER = f"SF-{ACME_CORP}"


@pytest.fixture
def numbered(world: World) -> World:
    world.option(account_number_template="SF-{Id}")
    world.seed(account())
    return world


def _create(world: World, payload: dict[str, Any], key: str) -> str:
    with world.services(world.memory.open_run()) as services:
        zuora: ZuoraClient = services.zuora
        return zuora.create_account(payload, idempotency_key=key).account_id


def _sent(world: World) -> dict[str, Any]:
    (sent,) = [call for call in world.written() if call["path"] == "/v1/accounts"]
    body: dict[str, Any] = sent["body"]
    return body


def test_an_account_is_created_under_its_number_and_keeps_it(numbered: World) -> None:
    assert numbered.sync().zuora_account_number == NUMBER
    numbered.forget_requests()
    report = numbered.sync()
    assert (report.status, numbered.writes()) == (Status.SUCCEEDED, [])
    assert not [message for message in numbered.messages() if "number" in message and "keeps" in message]


def test_a_parent_gets_a_number_of_its_own(world: World) -> None:
    world.option(account_number_template="SF-{Id}")
    world.seed(account(ACME_HOLDING, Name="Acme Holding"), account(ParentId=ACME_HOLDING))
    world.sync()
    assert {each["accountNumber"] for each in world.state("accounts")} == {NUMBER, f"SF-{ACME_HOLDING}"}


def test_without_any_intent_zuora_itself_refuses_the_second(numbered: World) -> None:
    """Two creates of the same account, each under a key of its own, as if nothing had been noted of the first."""
    (planned,) = [each for each in numbered.preview().operations if str(each.key).startswith("account:")]
    _create(numbered, dict(planned.payload), "first")
    with pytest.raises(RemoteRejected, match="in use"):
        _create(numbered, dict(planned.payload), "second")
    assert len(numbered.state("accounts")) == 1


def test_an_account_that_was_lost_and_is_not_shown_yet_is_found_by_its_number(numbered: World) -> None:
    """The database is lost, the search lags: the plan creates it anew, Zuora refuses, and the number leads to it."""
    numbered.sync()
    made = numbered.account()["id"]
    numbered.lose_database()
    numbered.zuora.fault("stale", "GET", "^/object-query/accounts", times=None)
    report = numbered.sync()
    assert (report.status, report.zuora_id) == (Status.SUCCEEDED, made)
    assert len(numbered.state("accounts")) == 1
    assert numbered.memory.live_intents == []


@pytest.mark.parametrize("held", [NUMBER, NUMBER.lower()])
def test_a_number_that_another_account_has_is_an_error_that_names_both(numbered: World, held: str) -> None:
    _create(
        numbered,
        {**numbered.preview().operations[0].payload, "crmId": ACME_HOLDING, "accountNumber": held},
        "theirs",
    )
    (other,) = numbered.state("accounts")
    report = numbered.sync()
    assert report.status is Status.FAILED
    assert len(numbered.state("accounts")) == 1
    assert [kept.state for kept in numbered.memory.intents] == ["failed"]
    assert numbered.memory.links == {}
    if held == NUMBER:
        assert all(
            part in report.message
            for part in (NUMBER, other["id"], ACME_HOLDING, ACME_CORP, "It is not used")
        )


def test_a_number_with_zuoras_own_prefix_is_refused_with_the_reason(world: World) -> None:
    world.option(account_number_template="A-{Id}")
    world.seed(account())
    report = world.sync()
    assert report.status is Status.FAILED
    assert f"A-{ACME_CORP} is our own. It must be free, and not begin with the prefix" in report.message
    assert [kept.state for kept in world.memory.intents] == ["failed"]


def test_a_look_up_that_fails_after_a_refusal_is_repeated_and_both_are_told(numbered: World) -> None:
    numbered.sync()
    numbered.lose_database()
    numbered.zuora.fault("stale", "GET", "^/object-query/accounts", times=None)
    numbered.zuora.fault("status", "GET", "^/v1/accounts/", times=None, status=503)
    report = numbered.sync()
    assert [kept.state for kept in numbered.memory.intents] == ["failed"]  # nothing is in doubt
    assert report.unavailable is not None
    assert "Zuora did not carry out POST /v1/accounts" in report.message
    assert "Whether Zuora has it already could not be looked up" in report.message
    numbered.zuora.heal()
    assert numbered.sync().status is Status.SUCCEEDED
    assert len(numbered.state("accounts")) == 1


def test_an_account_that_has_another_number_keeps_it_with_a_notice(world: World) -> None:
    world.seed(account())
    number = world.sync().zuora_account_number
    world.option(account_number_template="SF-{Id}")
    world.forget_requests()
    report = world.sync()
    assert (report.status, world.writes()) == (Status.SUCCEEDED, [])
    assert [message for message in world.messages() if f"is {number} in Zuora, not {NUMBER}" in message]
    assert world.account()["accountNumber"] == number


def test_a_hidden_field_names_the_option(world: World) -> None:
    world.option(account_number_template="{Hidden__c}")
    world.seed(account())
    report = world.sync()
    assert report.status is Status.FAILED
    assert "Hidden__c, which the option “Account number from a template” names" in report.message
    assert world.writes() == []


def test_an_empty_field_is_a_matter_of_the_record(world: World) -> None:
    world.option(account_number_template="{AccountNumber}")
    world.seed(account())
    report = world.sync()
    assert report.status is Status.FAILED
    assert "has no AccountNumber" in report.message
    assert world.writes() == []


def test_any_field_of_account_makes_the_number(world: World) -> None:
    world.option(account_number_template="{AccountNumber}")
    world.seed(account())
    world.change("Account", ACME_CORP, AccountNumber="CD451796")
    world.sync()
    assert _sent(world)["accountNumber"] == "CD451796"
