"""Which org a run reads from: asked before it believes anything, because the links of one org mean nothing in another.

A sandbox that was refreshed, or a host that was corrected, answers under the same name with other records. *Test connection*
alone would only notice once somebody presses it.
"""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from connector.clients.salesforce import SalesforceClient
from connector.errors import ConfigError
from connector.models import SalesforceConnection

logger = logging.getLogger(__name__)

BELIEVED_SECONDS = 600
"""One call in ten minutes, and after every change of the connection."""


def check_org(connection: SalesforceConnection, client: SalesforceClient) -> None:
    """Raises ConfigError where another org answers than the known one; what the query raises goes through."""
    key = f"org:{connection.pk}:{connection.updated_at.timestamp()}"
    try:
        if connection.org_id and cache.get(key) == connection.org_id:
            return
    except RedisError as error:
        logger.warning("Whether the org was seen lately is not known: %s", type(error).__name__)
    [found, *_] = client.query("SELECT Id FROM Organization") or [{}]
    if not found.get("Id"):
        raise ConfigError(
            f"“{connection}” does not say which Salesforce organization it is. Let its user read the Organization object.",
            record=connection.name,
        )
    connection.see_org(str(found["Id"]))
    try:
        cache.set(key, connection.org_id, timeout=BELIEVED_SECONDS)
    except RedisError as error:
        logger.warning("That the org was seen could not be kept: %s", type(error).__name__)
