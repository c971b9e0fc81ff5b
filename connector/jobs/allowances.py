"""How much of each org's allowance of API calls is used: one figure for all workers, in this process alone while Redis is away."""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.core.cache import cache
from redis.exceptions import RedisError

from connector.clients.salesforce.allowance import Allowance, Usage
from connector.models import SalesforceConnection

logger = logging.getLogger(__name__)

KEPT_SECONDS = 24 * 3600


class SharedUsage:
    """A UsageBoard of the org behind one host; several connections may lead there. After a first failure this one leaves
    Redis alone: it stands beside every single call."""

    def __init__(self, host: str) -> None:
        self.key = f"api-usage:{host}"
        self.own: Usage | None = None
        self.is_shared = True

    def last(self) -> Usage | None:
        if self.is_shared:
            try:
                kept = cache.get(self.key)
                return Usage(**kept) if kept else None
            except RedisError as error:
                self._alone(error)
        return self.own

    def put(self, usage: Usage) -> None:
        self.own = usage
        if self.is_shared:
            try:
                cache.set(self.key, asdict(usage), timeout=KEPT_SECONDS)
            except RedisError as error:
                self._alone(error)

    def may_look(self, seconds: int) -> bool:
        if self.is_shared:
            try:
                return bool(cache.add(f"{self.key}:look", 1, timeout=seconds))
            except RedisError as error:
                self._alone(error)
        return True

    def _alone(self, error: RedisError) -> None:
        self.is_shared = False
        logger.warning("The use of Salesforce's API calls is not shared: %s", type(error).__name__)


def allowance(connection: SalesforceConnection, *, is_watched: bool = True) -> Allowance:
    """What a client of this connection takes along; not `is_watched`: figures are kept, nothing is refused."""
    percent = connection.api_reserve_percent if is_watched else 0
    return Allowance(SharedUsage(connection.host), percent=percent)


def last_usage(connection: SalesforceConnection) -> Usage | None:
    """The newest figure, for a page; None where none is known (yet, or while Redis is away)."""
    return SharedUsage(connection.host).last()
