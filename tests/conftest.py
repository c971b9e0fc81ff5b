"""What every test may use: the services in `tests/services/`, each started only when a test asks for it."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.services.browser",
    "tests.services.databases",
    "tests.services.valkey",
    "tests.services.world",
]

# Thousands of tests, Django and the examples of hypothesis make a large heap, which the default looks through again and again for
# garbage: a fifteenth of the processor's time.
gc.set_threshold(50_000, 20, 50)

# How fast examples are drawn is a matter of the machine's load, never of the code under test.
settings.register_profile("loaded-machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("loaded-machine")


@pytest.fixture(autouse=True)
def _no_tokens_of_other_tests() -> None:
    """Tokens and refused logins that a process remembers while Redis is away; every test has sandboxes of its own."""
    from connector.jobs.shared_tokens import of_this_process  # needs the settings of pytest-django

    of_this_process.clear()
