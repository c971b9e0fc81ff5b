"""A write that is disturbed once is made good in the same run; a lost answer behind a search that lags makes nothing twice. Faults
that last, and every call, are in `tests/matrix`."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import ConnectorError
from connector.sync.outcome import Report, Status
from tests.sync.faults import (
    BIRTH_CALLS,
    CHANGE_CALLS,
    IMPATIENT_S,
    TROUBLES,
    Call,
    Flow,
    Trouble,
    assert_whole,
    birth,
    change,
    portrait,
    undisturbed,
)
from tests.sync.world import World

FLOWS: tuple[tuple[Flow, dict[str, Call]], ...] = ((birth, BIRTH_CALLS), (change, CHANGE_CALLS))
OF_ONE_WRITE = ("429 with Retry-After", "502 page", "dropped before", "dropped after", "malformed", "locked")
ONCE = [
    pytest.param(flow, call, TROUBLES[what], id=f"{name}-{what}")
    for flow, calls in FLOWS
    for name, call in calls.items()
    for what in OF_ONE_WRITE
    if call.writes
]
LOST = [
    pytest.param(flow, call, id=name) for flow, calls in FLOWS for name, call in calls.items() if call.finder
]


def disturb(world: World, call: Call, trouble: Trouble, **more: Any) -> None:
    hand = world.salesforce if call.side == "salesforce" else world.zuora
    hand.fault(trouble.action, call.method, call.path, **trouble.more, **more)
    world.read_timeout = IMPATIENT_S if trouble.is_impatient else 10.0


def heal(world: World) -> None:
    world.salesforce.heal()
    world.zuora.heal()
    world.read_timeout = 10.0


def attempt(world: World) -> Report | ConnectorError:
    try:
        return world.sync()
    except ConnectorError as error:
        return error


@pytest.mark.parametrize(("flow", "call", "trouble"), ONCE)
def test_a_write_that_is_disturbed_once_is_made_good_in_the_same_run(
    world: World, flow: Flow, call: Call, trouble: Trouble
) -> None:
    expected = undisturbed(world, flow)
    flow(world)
    disturb(world, call, trouble)
    assert world.sync().status is Status.SUCCEEDED
    assert world.zuora.faults_fired == 1
    assert portrait(world) == expected.portrait
    assert_whole(world)


@pytest.mark.parametrize(("flow", "call"), LOST)
def test_a_lost_answer_and_a_search_that_lags_create_nothing_twice(
    world: World, flow: Flow, call: Call
) -> None:
    expected = undisturbed(world, flow)
    flow(world)
    disturb(world, call, TROUBLES["dropped after"])
    world.zuora.fault("stale", "GET", "^/object-query/", skip=2, times=None)
    world.zuora.fault("stale", "POST", "^/v1/action/query", skip=2, times=None)
    attempt(world)
    heal(world)
    assert world.sync_until_done().status is Status.SUCCEEDED
    assert portrait(world) == expected.portrait
    assert_whole(world)


def test_the_cases_are_as_many_as_calls_times_faults() -> None:
    assert len(ONCE) == 8 * 6
    assert len(LOST) == 6
