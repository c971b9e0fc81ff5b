"""The rows that point at the sandboxes, and the count at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from tests.matrix import switch
from tests.matrix.disturbing import hurried as hurried
from tests.matrix.family import Home
from tests.matrix.living import workers as workers
from tests.services.world import Remotes, integration_of


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """Which part of the matrix a test is of, for the count at the end of the run."""
    marker = request.node.get_closest_marker("matrix")
    if marker is not None:
        record_property("matrix", marker.args[0])


@pytest.fixture(autouse=True)
def without_intents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the switch is on."""
    if switch.IS_ON:
        switch.take_intents_away(monkeypatch)


@pytest.fixture
def once(emptied: Remotes, settings: LazySettings) -> Remotes:
    """Where a call is not repeated by itself."""
    settings.REMOTE_RETRIES = 1
    return emptied


@pytest.fixture
def home(once: Remotes, redis_url: str, db: None) -> Home:
    """For runs in this process; all rows are gone without a trace afterwards."""
    return home_of(once)


@pytest.fixture
def open_home(once: Remotes, redis_url: str, transactional_db: None) -> Home:
    """For runs of other processes and threads."""
    return home_of(once)


def home_of(sandboxes: Remotes) -> Home:
    integration = integration_of(sandboxes)
    return Home(sandboxes.org, sandboxes.tenant, sandboxes.salesforce, sandboxes.zuora, integration)
