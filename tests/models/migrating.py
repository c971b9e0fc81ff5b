"""Going to a migration and back, as an upgrade does."""

from __future__ import annotations

from django.core.management import call_command


def migrate(name: str = "") -> None:
    """To that migration of the connector, such as "0027"; to the newest without a name."""
    call_command("migrate", "connector", *([name] if name else []), verbosity=0)
