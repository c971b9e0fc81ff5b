"""The console: one module per page. A click is one call to jobs; what a page shows, the models hold."""

from connector.admin import (
    access,
    accounts,
    connections,
    drift,
    field_mappings,
    integrations,
    logins,
    logs,
    open_writes,
    runs,
)

__all__ = [
    "access",
    "accounts",
    "connections",
    "drift",
    "field_mappings",
    "integrations",
    "logins",
    "logs",
    "open_writes",
    "runs",
]
