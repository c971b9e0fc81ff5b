"""Every fault of the sandboxes at every call of the family's flow, one at a time; and the same run delivered twice at every call."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from connector.models import SyncRun
from tests.matrix.disturbing import (
    BIRTH,
    CHANGE,
    Call,
    Fault,
    Flow,
    SecondDelivery,
    attempt,
    birth,
    change,
    disturb,
    heal,
    named,
    until_done,
)
from tests.matrix.family import JSON, Home, assert_nothing_twice, assert_told, assert_whole
from tests.services.databases import ON_POSTGRES

pytestmark = [pytest.mark.postgres, pytest.mark.matrix("grid"), pytest.mark.usefixtures("hurried")]

FLOWS: tuple[tuple[Flow, dict[str, Call]], ...] = ((birth, dict(BIRTH)), (change, dict(CHANGE)))
# Of the writes, where rows are at stake, every third fault is tried on PostgreSQL and the rest on SQLite; what a read makes of one has
# nothing to do with the database.
CASES = [
    pytest.param(flow, call, fault, id=f"{name}-{what}")
    for flow, calls in FLOWS
    for number, (name, call, what, fault) in enumerate(named(calls))
    if ((number % 3 == 0) == ON_POSTGRES if call.writes else not ON_POSTGRES)
]
CALLS = [
    pytest.param(flow, call, id=name)
    for flow, calls in FLOWS
    for name, call in calls.items()
    if call.writes == ON_POSTGRES and "token" not in name  # both deliveries wait for the one login
]
_undisturbed: dict[tuple[str, bool], JSON] = {}


@pytest.fixture
def flow_of(home: Home, request: pytest.FixtureRequest) -> Flow:
    """The flow of this case, with all children for a write, and one for a read: what a read makes of a fault is the same for each."""
    flow: Flow = request.getfixturevalue("flow")
    call: Call = request.getfixturevalue("call")

    def of_those_concerned(home: Home) -> None:
        flow(home)
        if not call.writes:
            del home.children[1:]

    return of_those_concerned


@pytest.fixture
def expected(home: Home, flow_of: Flow, request: pytest.FixtureRequest) -> JSON:
    """What the flow of this case ends in where nothing disturbs it: found once a process. The home is empty afterwards."""
    kind = request.getfixturevalue("flow").__name__, request.getfixturevalue("call").writes
    if kind not in _undisturbed:
        flow_of(home)
        assert {run.status for run in home.sync_all()} == {SyncRun.Status.SUCCEEDED}
        found = home.portrait()
        assert_whole(home, found)
        _undisturbed[kind] = found
        home.move_out()
    return _undisturbed[kind]


@pytest.mark.parametrize(("flow", "call", "fault"), CASES)
@pytest.mark.usefixtures("flow")
def test_a_fault_that_lasts_a_round_is_made_good_by_the_next(
    home: Home, expected: JSON, flow_of: Flow, call: Call, fault: Fault, settings: LazySettings
) -> None:
    flow_of(home)
    home.forget_tokens()
    disturb(home, call, fault, settings, times=None)

    for child in home.children:
        attempt(child)

    assert home.zuora.faults_fired() + home.salesforce.faults_fired()
    assert_nothing_twice(home)
    assert_told(home)
    heal(home, settings)
    until_done(home)
    del home.children[:-1]  # of a further run, which writes nothing
    assert_whole(home, expected, again=call.writes)


@pytest.mark.parametrize(("flow", "call"), CALLS)
@pytest.mark.usefixtures("flow")
def test_a_run_that_is_delivered_twice_is_carried_out_once(
    home: Home, expected: JSON, flow_of: Flow, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow_of(home)
    home.forget_tokens()
    delivery = SecondDelivery(call, home)
    with monkeypatch.context() as patch:
        delivery.install(patch)
        for child in home.children:
            attempt(child)

    assert delivery.has_come
    until_done(home)
    assert_whole(home, expected)
