"""What every test may use: the services in `tests/services/`, each started only when a test asks for it."""

from __future__ import annotations

pytest_plugins = [
    "tests.services.browser",
    "tests.services.databases",
    "tests.services.valkey",
    "tests.services.world",
]
