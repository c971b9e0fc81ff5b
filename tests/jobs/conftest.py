"""Accounts for drift reports."""

from __future__ import annotations

import pytest

from tests.jobs.drifting import known, synced
from tests.services.world import World


@pytest.fixture
def twelve(world_in_transaction: World) -> World:
    return synced(world_in_transaction, 12)


@pytest.fixture
def three(world_in_transaction: World) -> World:
    return synced(world_in_transaction, 3)


@pytest.fixture
def six(world_in_transaction: World) -> World:
    """Known, and not synced."""
    return known(world_in_transaction, 6)
