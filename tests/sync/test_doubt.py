"""Where it is not known whether Zuora created a record: looked up, sent again under the same key, never doubled."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Key, Noun
from connector.sync.creating import ATTEMPTS
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ADA, account, contact
from tests.sync.keepers import WorkerDied
from tests.sync.world import World, results

BUSY: dict[str, Any] = {
    "status": 429,
    "body": {"success": False, "reasons": [{"code": 50000070, "message": "Too many requests."}]},
}


def keys_sent(world: World, path: str = "/v1/accounts") -> list[str]:
    return [call["headers"]["Idempotency-Key"] for call in world.written() if call["path"] == path]


def test_an_answer_that_is_lost_is_looked_up_and_the_account_used(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert len(keys_sent(world)) == 1
    assert report.status is Status.SUCCEEDED
    assert world.memory.live_intents == []
    assert (
        f"Account Acme Corp ({ACME_CORP}) had already been created in Zuora although no answer arrived; it was found "
        "and is used."
    ) in world.messages()


def test_an_account_the_search_does_not_show_yet_is_sent_again_under_the_same_key(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    first, second = keys_sent(world)
    assert first == second
    assert [call["replayed"] for call in world.written()] == [False, True]
    assert report.zuora_id == world.account()["id"]


def test_too_many_requests_after_a_lost_answer_do_not_change_the_key(world: World) -> None:
    """The limit is checked before the key: that it was refused says nothing of the first attempt."""
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("status", "POST", "^/v1/accounts$", **BUSY)
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert len(keys_sent(world)) == 3
    assert len(set(keys_sent(world))) == 1
    assert report.status is Status.SUCCEEDED


def test_too_many_requests_at_the_end_leave_what_was_unknown_unknown(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("status", "POST", "^/v1/accounts$", times=None, **BUSY)
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)
    report = world.sync()
    assert report.unavailable is not None
    assert [kept.state for kept in world.memory.intents] == ["unknown"]
    world.zuora.heal()
    assert world.sync().status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1
    assert world.memory.live_intents == []


def test_credentials_that_fail_after_a_lost_answer_leave_it_unknown(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("expire_token", "POST", "^/v1/accounts$")
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)
    world.zuora.fault("status", "POST", "^/oauth/token$", skip=1, times=None, status=401)
    report = world.sync()
    assert "Zuora refused the credentials of connection 'Acme tenant'" in report.message
    assert [kept.state for kept in world.memory.intents] == ["unknown"]
    world.zuora.heal()
    world.tokens.clear()  # the refusal is believed for a minute
    world.zuora.fault("stale", "GET", "^/object-query/accounts", times=None)
    assert world.sync().status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1


def test_too_many_requests_alone_are_sent_again_under_a_new_key(world: World) -> None:
    world.seed(account())
    world.zuora.fault("status", "POST", "^/v1/accounts$", headers={"Retry-After": "7"}, **BUSY)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert len(set(keys_sent(world))) == 2
    assert world.waited == [7.0]
    assert report.status is Status.SUCCEEDED


def test_a_wait_too_long_for_a_worker_is_left_to_the_job(world: World) -> None:
    world.seed(account())
    world.zuora.fault("status", "POST", "^/v1/accounts$", headers={"Retry-After": "120"}, **BUSY)
    report = world.sync()
    assert world.state("accounts") == []
    assert report.unavailable is not None
    assert report.unavailable.retry_after == 120
    assert world.waited == []
    assert len(keys_sent(world)) == 1
    assert world.sync().status is Status.SUCCEEDED


def test_a_lock_is_waited_for_and_answered_under_a_new_key(world: World) -> None:
    world.seed(account())
    world.zuora.fault("lock", "POST", "^/v1/accounts$", times=ATTEMPTS - 1)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert len(set(keys_sent(world))) == ATTEMPTS
    assert report.status is Status.SUCCEEDED


def test_a_corrected_record_is_sent_under_a_new_key(world: World) -> None:
    """Zuora would repeat its refusal for 24 hours under the old one."""
    world.seed(account(Name="Acme/Corp"))
    assert world.sync().status is Status.FAILED
    world.change("Account", ACME_CORP, Name="Acme Corp")
    assert world.sync().status is Status.SUCCEEDED
    assert len(set(keys_sent(world))) == 2


def test_a_record_zuora_refused_is_sent_again_when_zuora_itself_was_corrected(world: World) -> None:
    world.seed(account(CurrencyIsoCode="SGD"))
    assert world.sync().status is Status.FAILED
    world.tenant.change_settings({"currencies": ["USD", "SGD"]})
    assert world.sync().status is Status.SUCCEEDED
    assert world.account()["currency"] == "SGD"


@pytest.mark.parametrize("hours", [1, 25], ids=["under a key Zuora remembers", "under one it has forgotten"])
def test_what_a_dead_run_left_unknown_is_found_by_the_next(world: World, hours: int) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.zuora.fault("drop_after", "POST", "^/v1/contacts$", times=None)
    world.zuora.fault("drop_before", "GET", "^/object-query/contacts", times=None)
    report = world.sync()
    assert results(report)[f"contact:{ADA}"] == "waiting"
    assert [kept.key for kept in world.memory.live_intents] == [Key(Noun.CONTACT, ADA)]
    world.zuora.heal()
    world.memory.clock = hours * 3600.0
    world.tenant.change_settings({"clock_offset_s": hours * 3600})
    world.cool_down()
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]
    assert world.memory.live_intents == []


def test_a_search_that_lags_in_the_next_run_still_makes_one_account(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", times=1)
    world.zuora.fault("drop_before", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.zuora.fault("stale", "GET", "^/object-query/accounts", times=None)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert report.status is Status.SUCCEEDED
    assert len(set(keys_sent(world))) == 1


def test_a_record_changed_after_a_lost_answer_is_sent_under_a_new_key_once_the_first_is_over(
    world: World,
) -> None:
    """Under the old one Zuora would repeat what it made of the old values, or refuse the new ones; a new one too soon could make
    a second account while Zuora is still at the first."""
    world.seed(account())
    world.zuora.fault("drop_before", "POST", "^/v1/accounts$", times=None)
    world.zuora.fault("drop_before", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    assert world.state("accounts") == []
    world.change("Account", ACME_CORP, Name="Acme Corporation")
    world.memory.clock = 480.0
    report = world.sync()
    assert report.unavailable is not None
    assert report.unavailable.retry_after == 120
    assert report.message.startswith(
        f"Account Acme Corporation ({ACME_CORP}) is not finished yet: what an earlier run sent was not answered, or with a failure, "
        "and cannot be repeated as it was. Zuora does not show it, and may still be at it: in 2 minutes it is looked up again, and "
        "sent as it is now if it is not there."
    )
    assert world.state("accounts") == []
    world.memory.clock = 600.0
    assert world.sync().status is Status.SUCCEEDED
    assert world.account()["name"] == "Acme Corporation"
    assert len(set(keys_sent(world))) == 2


def test_a_record_changed_after_a_lost_answer_is_found_as_it_was_and_brought_up_to_date(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", times=1)
    world.zuora.fault("drop_before", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.change("Account", ACME_CORP, Name="Acme Corporation")
    world.zuora.fault("stale", "GET", "^/object-query/accounts", times=1)
    world.sync()
    assert any("the next sync brings it up to date" in message for message in world.messages())
    assert len(world.state("accounts")) == 1
    world.sync()
    assert world.account()["name"] == "Acme Corporation"


FAILED_INSIDE: dict[str, Any] = {
    "status": 500,
    "body": {"success": False, "reasons": [{"code": 53100060, "message": "Failed inside."}]},
}


def test_a_failure_that_zuora_repeats_is_left_behind_with_its_key_once_a_search_is_sure(world: World) -> None:
    """Zuora would repeat it for 24 hours."""
    world.seed(account())
    world.zuora.fault("status", "POST", "^/v1/accounts$", times=ATTEMPTS, **FAILED_INSIDE)
    report = world.sync()
    assert report.unavailable is not None
    assert report.unavailable.retry_after == 600
    assert len(set(keys_sent(world))) == 1
    world.memory.clock = 600.0
    assert world.sync().status is Status.SUCCEEDED
    assert len(set(keys_sent(world))) == 2
    assert len(world.state("accounts")) == 1


def test_a_worker_that_dies_after_a_lock_leaves_no_key_under_which_the_lock_is_repeated(world: World) -> None:
    world.seed(account())
    world.zuora.fault("lock", "POST", "^/v1/accounts$", times=1)

    def die(_: float) -> None:
        raise WorkerDied

    world.pause = die
    with pytest.raises(WorkerDied):
        world.sync()
    world.pause = lambda _: None
    assert world.sync().status is Status.SUCCEEDED
    assert len(set(keys_sent(world))) == 2


def test_what_appears_while_a_limit_is_waited_for_is_not_created_again(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", times=1)
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=1)
    world.zuora.fault("status", "POST", "^/v1/accounts$", **BUSY)
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1


def test_a_key_zuora_has_forgotten_is_looked_up_before_a_new_one_is_sent(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("drop_before", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    world.zuora.heal()
    world.memory.clock = 25 * 3600.0
    world.tenant.change_settings({"clock_offset_s": 25 * 3600})
    world.cool_down()
    world.zuora.fault("stale", "GET", "^/object-query/accounts")
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert len(keys_sent(world)) == 1
    assert results(report) == {f"account:{ACME_CORP}": "found"}


REFUSED: dict[str, Any] = {
    "status": 400,
    "body": {"success": False, "reasons": [{"code": 53100030, "message": "Refused, whatever the reason."}]},
}


def test_a_refusal_after_a_lost_answer_is_looked_up_before_it_is_believed(world: World) -> None:
    """Zuora may refuse the second because of what it made of the first."""
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$")
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1)
    world.zuora.fault("status", "POST", "^/v1/accounts$", **REFUSED)
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1
    assert report.zuora_id == world.account()["id"]
    assert world.memory.live_intents == []


def test_an_inherited_create_that_is_refused_is_looked_up_before_it_fails(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_after", "POST", "^/v1/accounts$", times=None)
    world.zuora.fault("stale", "GET", "^/object-query/accounts", skip=1, times=None)
    world.sync()
    assert [kept.state for kept in world.memory.intents] == ["unknown"]
    world.zuora.heal()
    world.zuora.fault("stale", "GET", "^/object-query/accounts", times=2)
    world.zuora.fault("status", "POST", "^/v1/accounts$", **REFUSED)
    report = world.sync()
    assert len(world.state("accounts")) == 1
    assert (report.status, report.zuora_id) == (Status.SUCCEEDED, world.account()["id"])
    assert [kept.state for kept in world.memory.intents] == ["settled"]


def test_a_refusal_of_what_zuora_does_not_have_closes_the_intent(world: World) -> None:
    world.seed(account())
    world.zuora.fault("drop_before", "POST", "^/v1/accounts$")
    world.zuora.fault("status", "POST", "^/v1/accounts$", **REFUSED)
    report = world.sync()
    assert report.status is Status.FAILED
    assert [kept.state for kept in world.memory.intents] == ["failed"]
