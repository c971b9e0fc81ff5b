"""Orders over Zuora's synchronous limits: created by a job in the background, polled, never sent twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.domain.operations import Key, Noun, Severity
from connector.sync.order_jobs import LONGEST_PAUSE, PATIENCE
from connector.sync.outcome import Result, Status
from tests.cast import account, line, order
from tests.sync.faults import assert_whole
from tests.sync.keepers import Kept, WorkerDied
from tests.sync.world import JSON, World, outcome_of, results

NUMBER = "00000101"
ORDER = f"order:{NUMBER}"
SENT = "POST /v1/async/orders"
DAY_S = 24 * 3600
UNKNOWN: JSON = {"success": False, "reasons": [{"code": 58740040, "message": "Cannot find it."}]}


@pytest.fixture
def long_order(world: World) -> World:
    """Acme Corp, which Zuora has, and an order of 51 subscriptions, which it lacks."""
    sell_long_order(world)
    return world


def sell_long_order(world: World) -> None:
    world.seed(account())
    world.sync()
    world.add(account(orders=[order(lines=[line(f"{number:010}") for number in range(51)])]))
    world.forget_requests()
    world.waited.clear()


def polls(world: World, count: int) -> None:
    world.tenant.change_settings({"async_polls": count})


def carry_out_at_once(world: World) -> None:
    """The order is there before its job says so: for what a run does that cannot ask the job."""
    world.tenant.change_settings({"async_late": False})


def at_once(world: World) -> None:
    """The order is there although nobody has heard the end of its job."""
    if hasattr(world.tenant.settings, "async_late"):
        world.tenant.change_settings({"async_late": False})


def hide_order(world: World, **more: Any) -> None:
    """As Zuora does while its job is under way: the order cannot be found."""
    world.zuora.fault("status", "GET", f"^/v1/orders/{NUMBER}$", times=None, status=404, body=UNKNOWN, **more)


def job_answers(world: World, **body: Any) -> None:
    answer = {"success": True, "errors": None, "result": None, **body}
    world.zuora.fault("status", "GET", "^/v1/async-jobs/", times=None, status=200, body=answer)


def forget_job(world: World) -> None:
    world.zuora.fault("status", "GET", "^/v1/async-jobs/", times=None, status=404, body=UNKNOWN)


def a_day_passes(world: World) -> None:
    world.memory.clock += DAY_S
    world.tenant.change_settings({"clock_offset_s": DAY_S})
    world.cool_down()


def sent(world: World) -> list[JSON]:
    return [call for call in world.written() if f"{call['method']} {call['path']}" == SENT]


def keys_sent(world: World) -> list[str]:
    return [call["headers"]["Idempotency-Key"] for call in sent(world)]


def polled(world: World) -> list[str]:
    return [call["path"] for call in world.zuora.requests() if call["path"].startswith("/v1/async-jobs/")]


def the_intent(world: World) -> Kept:
    (kept,) = [each for each in world.memory.live_intents if each.key == Key(Noun.ORDER, NUMBER)]
    return kept


def died_while_polling(world: World) -> str:
    """A run that was killed at its first poll; the job it left."""
    keepers = world.memory.open_run()
    world.pause = die
    with pytest.raises(WorkerDied):
        world.sync(keepers=keepers)
    world.pause = None
    return the_intent(world).job_id


def die(_: float) -> None:
    raise WorkerDied("while polling")


def died_before_the_job_was_kept(world: World) -> None:
    keepers = world.memory.open_run()
    keepers.dies_before = "keep_job"
    with pytest.raises(WorkerDied):
        world.sync(keepers=keepers)
    assert the_intent(world).job_id == ""
    assert len(sent(world)) == 1


def change_order(world: World) -> None:
    world.change("OrderItem", "802000000000001AAA", Quantity=11, TotalPrice=1320)


def test_a_long_order_is_created_in_the_background(long_order: World) -> None:
    polls(long_order, 6)
    report = long_order.sync()
    assert report.status is Status.SUCCEEDED
    assert results(report)[ORDER] == "created"
    assert len(long_order.state("subscriptions")) == 51
    assert (len(sent(long_order)), len(polled(long_order))) == (1, 7)
    assert long_order.waited == [1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE]
    assert sum(long_order.waited) < PATIENCE
    (background,) = [text for text in long_order.messages() if "in the background" in text]
    assert polled(long_order)[0].rsplit("/", 1)[1] in background
    assert_whole(long_order)


def test_the_job_is_kept_before_it_is_polled_and_the_run_gives_signs_of_life(long_order: World) -> None:
    polls(long_order, 3)
    keepers = long_order.memory.open_run()
    long_order.sync(keepers=keepers)
    after = keepers.calls[keepers.calls.index("keep_job") :]
    assert after == ["keep_job", "beat", "write", "beat", "beat", "beat", "settle", "write", "write"]


def test_a_job_that_takes_long_is_left_to_the_next_run(long_order: World) -> None:
    polls(long_order, 1000)
    report = long_order.sync()
    told = outcome_of(report, Noun.ORDER, NUMBER)
    assert told.result is Result.WAITING
    assert (
        f"Order {NUMBER} (801000000000101AAA) is not finished yet: Zuora is still creating it" in told.message
    )
    assert "It is not sent a second time: the next run asks for the same job." in told.message
    assert told.message.endswith("It is tried again by itself.")
    assert told.who_acts == "Nobody: the connector tries again by itself"
    assert report.unavailable is not None
    assert sum(long_order.waited) == PATIENCE
    told_of = [text for text in long_order.messages() if "Zuora is still at it" in text]
    assert len(told_of) == 1
    kept = the_intent(long_order)
    assert (kept.state, kept.job_id in told.message) == ("unknown", True)
    polls(long_order, 1)
    hide_order(long_order)
    report = long_order.sync()
    assert results(report)[ORDER] == "found"
    assert "created in Zuora by the job an earlier run had started" in " ".join(long_order.messages())
    assert len(sent(long_order)) == 1
    assert set(polled(long_order)) == {f"/v1/async-jobs/{kept.job_id}"}
    long_order.zuora.heal()
    assert_whole(long_order)


@pytest.mark.parametrize("seconds", [1.0, 10.0, 20.0, 30.0, 100.0])
def test_slow_answers_use_up_the_patience_as_pauses_do(long_order: World, seconds: float) -> None:
    """The queue ends a run after ten minutes, whatever it waits for."""
    polls(long_order, 1000)
    long_order.seconds_a_poll = seconds
    assert outcome_of(long_order.sync(), Noun.ORDER, NUMBER).result is Result.WAITING
    assert sum(long_order.waited) + len(polled(long_order)) * seconds <= PATIENCE + LONGEST_PAUSE + seconds


def test_a_poll_that_fails_is_not_repeated_by_itself_but_polled_again(long_order: World) -> None:
    """One poll may take minutes: its repetition is the next poll, within the patience."""
    polls(long_order, 2)
    long_order.zuora.fault("drop_before", "GET", "^/v1/async-jobs/", times=2)
    assert long_order.sync().status is Status.SUCCEEDED
    assert long_order.waited[:3] == [1, 2, 4]


def test_a_poll_zuora_wants_hours_for_is_left_to_the_queue(long_order: World) -> None:
    long_order.zuora.fault(
        "status", "GET", "^/v1/async-jobs/", times=None, status=429, headers={"Retry-After": "7200"}
    )
    report = long_order.sync()
    assert report.unavailable is not None
    assert report.unavailable.retry_after == 7200
    assert long_order.waited == []


def test_where_nobody_tries_again_nobody_promises_it(long_order: World) -> None:
    """A command is carried out once: an operator has to come back."""
    long_order.is_repeated = False
    polls(long_order, 1000)
    later = line("0000000999")
    first = order(lines=[line(f"{number:010}") for number in range(51)])
    long_order.add(account(orders=[first, order("00000102", lines=[later])]))
    told = outcome_of(long_order.sync(), Noun.ORDER, NUMBER)
    assert told.message.endswith("the next run asks for the same job.")
    assert told.who_acts == "An operator of this connector"
    assert not any("by itself" in entry.message + entry.who_acts for entry in long_order.log)


def test_a_run_that_dies_while_polling_leaves_its_job_to_the_next(long_order: World) -> None:
    polls(long_order, 2)
    job_id = died_while_polling(long_order)
    hide_order(long_order)
    assert long_order.sync().status is Status.SUCCEEDED
    assert len(sent(long_order)) == 1
    assert set(polled(long_order)) == {f"/v1/async-jobs/{job_id}"}
    assert len(long_order.state("subscriptions")) == 51
    long_order.zuora.heal()
    assert_whole(long_order)


def test_a_job_is_polled_on_however_old_its_key(long_order: World) -> None:
    polls(long_order, 2)
    job_id = died_while_polling(long_order)
    a_day_passes(long_order)
    hide_order(long_order)
    assert long_order.sync().status is Status.SUCCEEDED
    assert len(sent(long_order)) == 1
    assert set(polled(long_order)) == {f"/v1/async-jobs/{job_id}"}


def test_a_job_of_an_order_changed_since_is_polled_and_the_difference_told(long_order: World) -> None:
    polls(long_order, 2)
    died_while_polling(long_order)
    change_order(long_order)
    hide_order(long_order)
    report = long_order.sync()
    assert results(report)[ORDER] == "found"
    assert len(sent(long_order)) == 1
    (warning,) = [text for text in long_order.messages(Severity.WARNING) if NUMBER in text]
    assert "What would be sent now differs from what was sent" in warning
    assert (report.status, report.message) == (Status.PARTIAL, warning)


def test_a_worker_killed_before_the_job_was_kept_sends_the_same_key_again(long_order: World) -> None:
    died_before_the_job_was_kept(long_order)
    hide_order(long_order)
    assert long_order.sync().status is Status.SUCCEEDED
    first, second = sent(long_order)
    assert [first["replayed"], second["replayed"]] == [False, True]
    assert len(set(keys_sent(long_order))) == 1
    assert len(long_order.state("subscriptions")) == 51
    long_order.zuora.heal()
    assert_whole(long_order)


def test_an_order_changed_while_its_job_is_not_known_waits_until_zuora_shows_it(long_order: World) -> None:
    carry_out_at_once(long_order)
    at_once(long_order)
    died_before_the_job_was_kept(long_order)
    change_order(long_order)
    hide_order(long_order)
    report = long_order.sync()
    told = outcome_of(report, Noun.ORDER, NUMBER)
    assert told.result is Result.WAITING
    assert "whether Zuora is still at that is not known; it was changed in Salesforce since" in told.message
    assert report.unavailable is not None
    assert getattr(report.unavailable, "held_s", 0) == timedelta(hours=24).total_seconds()
    assert len(sent(long_order)) == 1
    first = the_intent(long_order).idempotency_key
    long_order.sync()
    assert (len(sent(long_order)), the_intent(long_order).idempotency_key) == (1, first)
    long_order.zuora.heal()
    report = long_order.sync()
    assert report.status is Status.PARTIAL
    assert "compare the two" in report.message
    assert len(sent(long_order)) == 1
    assert_whole(long_order)


def test_an_order_that_became_short_does_not_overtake_its_job(long_order: World) -> None:
    """Under the synchronous limit now: another address, another payload, and perhaps a job at the first one."""
    died_before_the_job_was_kept(long_order)
    change_order(long_order)
    long_order.change("OrderItem", "802000000000050AAA", Quantity=0, TotalPrice=0)
    hide_order(long_order)
    assert outcome_of(long_order.sync(), Noun.ORDER, NUMBER).result is Result.WAITING
    assert [write for write in long_order.writes() if "orders" in write] == [SENT]


def test_an_order_that_never_came_is_sent_anew_after_a_day(long_order: World) -> None:
    long_order.zuora.fault("drop_before", "POST", "^/v1/async/orders$", times=None)
    long_order.sync()
    assert [kept.state for kept in long_order.memory.live_intents] == ["unknown"]
    long_order.zuora.heal()
    change_order(long_order)
    assert outcome_of(long_order.sync(), Noun.ORDER, NUMBER).result is Result.WAITING
    a_day_passes(long_order)
    assert long_order.sync().status is Status.SUCCEEDED
    assert len(set(keys_sent(long_order))) == 2
    assert len(long_order.state("subscriptions")) == 51
    assert_whole(long_order)


def test_after_a_day_the_order_is_looked_up_before_anything_is_sent(long_order: World) -> None:
    carry_out_at_once(long_order)
    at_once(long_order)
    died_before_the_job_was_kept(long_order)
    a_day_passes(long_order)
    long_order.zuora.fault("status", "GET", f"^/v1/orders/{NUMBER}$", times=2, status=404, body=UNKNOWN)
    assert results(long_order.sync())[ORDER] == "found"
    assert len(sent(long_order)) == 1


def test_a_refusal_of_the_job_closes_the_intent_with_zuoras_words(long_order: World) -> None:
    job_answers(long_order, status="Failed", errors="The charge override is not allowed.")
    report = long_order.sync()
    told = outcome_of(report, Noun.ORDER, NUMBER)
    assert told.result is Result.FAILED
    assert "The charge override is not allowed. Nothing was created." in told.message
    assert long_order.memory.live_intents == []


def test_a_refusal_met_by_a_later_run_makes_room_for_the_corrected_order(long_order: World) -> None:
    carry_out_at_once(long_order)
    at_once(long_order)
    long_order.zuora.fault("drop_before", "GET", "^/v1/async-jobs/", times=None)
    long_order.sync()
    first = the_intent(long_order).job_id
    long_order.zuora.heal()
    long_order.zuora.fault(
        "status",
        "GET",
        f"^/v1/async-jobs/{first}$",
        status=200,
        body={"success": True, "status": "Failed", "errors": "No.", "result": None},
    )
    hide_order(long_order)
    report = long_order.sync()
    assert "is sent anew. Of the job an earlier run had started came nothing" in " ".join(
        long_order.messages()
    )
    assert len(set(keys_sent(long_order))) == 2
    assert results(report)[ORDER] == "failed"  # the sandbox did carry the first one out


@pytest.mark.parametrize("status", ["Completed", "Unheard-of"])
def test_a_job_without_a_result_is_looked_up_or_waited_for(long_order: World, status: str) -> None:
    carry_out_at_once(long_order)
    at_once(long_order)
    job_answers(long_order, status=status)
    report = long_order.sync()
    assert results(report)[ORDER] == ("created" if status == "Completed" else "waiting")


def test_a_completed_job_whose_order_is_not_shown_yet_is_asked_again(long_order: World) -> None:
    at_once(long_order)
    job_answers(long_order, status="Completed")
    hide_order(long_order)
    report = long_order.sync()
    told = outcome_of(report, Noun.ORDER, NUMBER)
    assert (told.result, the_intent(long_order).state) == (Result.WAITING, "unknown")
    assert "has created it, and shows no such order yet" in told.message
    long_order.zuora.heal()
    assert long_order.sync().status is Status.SUCCEEDED
    assert len(sent(long_order)) == 1


def test_a_job_zuora_has_forgotten_leads_to_its_order(long_order: World) -> None:
    carry_out_at_once(long_order)
    at_once(long_order)
    forget_job(long_order)
    assert results(long_order.sync())[ORDER] == "created"
    assert_whole(long_order)


def test_where_job_and_order_are_unknown_nothing_is_sent_for_a_day(long_order: World) -> None:
    forget_job(long_order)
    hide_order(long_order)
    told = outcome_of(long_order.sync(), Noun.ORDER, NUMBER)
    assert told.result is Result.FAILED
    assert "Look for the order in Zuora under Orders" in told.message
    assert "resync 24 hours after it was first sent" in told.message
    assert outcome_of(long_order.sync(), Noun.ORDER, NUMBER).result is Result.FAILED
    assert len(sent(long_order)) == 1
    a_day_passes(long_order)
    long_order.sync()
    assert len(set(keys_sent(long_order))) == 2


def test_a_poll_that_is_not_answered_leaves_the_job_to_the_next_run(long_order: World) -> None:
    long_order.zuora.fault("drop_before", "GET", "^/v1/async-jobs/", times=None)
    report = long_order.sync()
    assert report.unavailable is not None
    job_id = the_intent(long_order).job_id
    long_order.zuora.heal()
    hide_order(long_order)
    assert long_order.sync().status is Status.SUCCEEDED
    assert set(polled(long_order)) == {f"/v1/async-jobs/{job_id}"}


def test_an_order_zuora_keeps_pending_is_a_warning(long_order: World) -> None:
    long_order.tenant.change_settings({"service_activation_required": True})
    try:
        report = long_order.sync()
    finally:
        long_order.tenant.change_settings({"service_activation_required": False})
    assert report.status is Status.SUCCEEDED
    (warning,) = [text for text in long_order.messages(Severity.WARNING) if NUMBER in text]
    assert "Zuora keeps it pending: set its activation dates in Zuora." in warning


def test_other_orders_go_on_while_jobs_take_long(world: World) -> None:
    """Zuora answers: that its jobs take long is no reason to leave the rest undone."""
    long_ones = [
        order(
            number,
            lines=[
                line(f"{digit}{index:09}", SBQQ__Subscription__r={"Name": f"SUB-{digit}-{index}"})
                | {"Id": f"80200000000{digit}{index:03}AAA"}
                for index in range(51)
            ],
        )
        for digit, number in ((1, "00000101"), (2, "00000102"))
    ]
    short = order("00000103", lines=[line("0000000999")])
    world.seed(account(orders=[*long_ones, short]))
    polls(world, 1000)
    found = results(world.sync())
    assert [found[f"order:0000010{digit}"] for digit in (1, 2, 3)] == ["waiting", "waiting", "created"]
    assert sum(world.waited) == PATIENCE


STEPS = ["claim", "get", "sending", "keep_job", "beat", "write", "beat", "beat", "settle", "write", "write"]
"""What a run keeps of a long order, from its claim to the run's last line."""


@pytest.fixture
def at_last_claim(long_order: World) -> int:
    """How often a run keeps or reads something before it claims the order; the world is as before."""
    polls(long_order, 2)
    keepers = long_order.memory.open_run()
    long_order.sync(keepers=keepers)
    assert keepers.calls[-len(STEPS) :] == STEPS
    return len(keepers.calls) - len(STEPS)


@pytest.mark.parametrize("step", range(len(STEPS)), ids=lambda step: f"{step}-{STEPS[step]}")
def test_a_worker_may_die_at_any_step_of_a_long_order(world: World, at_last_claim: int, step: int) -> None:
    world.start_anew()
    sell_long_order(world)
    polls(world, 2)
    keepers = world.memory.open_run()
    keepers.dies_at = at_last_claim + step + 1
    with pytest.raises(WorkerDied):
        world.sync(keepers=keepers)
    assert world.sync().status is Status.SUCCEEDED
    assert len(set(keys_sent(world))) == 1
    assert len(set(polled(world))) == 1
    assert len(world.state("subscriptions")) == 51
    assert_whole(world)
