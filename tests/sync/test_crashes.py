"""A worker dies at every point at which it would have kept something; the next run makes it whole."""

from __future__ import annotations

import pytest

from connector.sync.outcome import Status
from tests.sync.faults import CRASHES, Flow, assert_whole, birth, change, portrait, undisturbed
from tests.sync.keepers import WorkerDied
from tests.sync.world import World

POINTS = [
    pytest.param(flow, number, id=f"{flow.__name__}-{number}")
    for flow, most in ((birth, CRASHES["birth"]), (change, CRASHES["change"]))
    for number in range(1, most + 1)
]


@pytest.mark.parametrize("flow", [birth, change])
def test_every_point_is_tried(world: World, flow: Flow) -> None:
    assert len(undisturbed(world, flow).keeps) == CRASHES[flow.__name__]


@pytest.mark.parametrize(("flow", "number"), POINTS)
def test_what_a_dead_worker_left_is_made_whole_by_the_next_run(world: World, flow: Flow, number: int) -> None:
    expected = undisturbed(world, flow)
    flow(world)
    keepers = world.memory.open_run()
    keepers.dies_at = expected.keeps[number - 1]
    with pytest.raises(WorkerDied):
        world.sync(keepers=keepers)
    assert world.sync().status is Status.SUCCEEDED
    assert portrait(world) == expected.portrait
    assert_whole(world)
