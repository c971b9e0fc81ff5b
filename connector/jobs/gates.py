"""What all workers together may ask of one tenant: so many calls a minute, and so many at the same time.

The rate is a budget in Redis (pyrate-limiter), set below what Zuora allows. How many calls may be under way is found out: a 429
halves it, each call that comes back well lets it grow by a little, up to a part of what Zuora's own headers state. A place that a
process died with is free again after its lease. While Redis is away nothing is held back: then there are no jobs either.

Reference: https://developer.zuora.com/docs/guides/rate-limits/
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from pyrate_limiter import Duration, Rate, RateItem, RedisBucket
from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from connector.clients.pacing import Gate, Passage, Return
from connector.errors import RemotePaused
from connector.jobs.circuits import Circuit
from connector.jobs.stopping import pause
from connector.models import SalesforceConnection, ZuoraConnection

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
"""How long a call waits for room; after that its run waits, without holding a worker."""
LOOK_SECONDS = 0.05
LEASE_SECONDS = 300
"""Longer than the longest call: two read timeouts."""
CLEANING = 20
"""Each run takes old calls out of the minute's budget with its first call, and with each of so many after it."""
BUDGET_SECONDS = 3600
"""A budget that nobody uses is forgotten after so long: much longer than a run takes for `CLEANING` calls."""
OUR_SHARE = 0.5
"""Of the calls at the same time that Zuora states, what is ours at most; others work in the tenant, too."""
BUDGET, ROOM = "budget", "concurrency"

_HIGH_VOLUME = frozenset({"/v1/accounts", "/v1/orders", "/v1/orders/preview"})

# KEYS: places, limit. ARGV: now, lease, place, ceiling. Answers whether there was room.
_TAKE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local limit = tonumber(redis.call('GET', KEYS[2]) or ARGV[4])
if redis.call('ZCARD', KEYS[1]) >= math.max(1, math.floor(limit)) then return 0 end
redis.call('ZADD', KEYS[1], tonumber(ARGV[1]) + tonumber(ARGV[2]), ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""
# KEYS: places, limit, halved. ARGV: place, ceiling, limited, kept. Frees the place and moves the limit; halved once a second.
_GIVE = """
redis.call('ZREM', KEYS[1], ARGV[1])
local limit = tonumber(redis.call('GET', KEYS[2]) or ARGV[2])
if ARGV[3] == '1' then
    if redis.call('SET', KEYS[3], 1, 'NX', 'PX', 1000) then limit = math.max(1, limit / 2) end
else
    limit = limit + 1 / math.max(1, limit)
end
limit = math.min(limit, tonumber(ARGV[2]))
redis.call('SET', KEYS[2], limit, 'EX', ARGV[4])
return tostring(limit)
"""


def concurrency_class(passage: Passage) -> str:
    """Zuora counts the calls at the same time in three classes."""
    if passage.path.startswith("/object-query"):
        return "object-query"
    return "high-volume" if passage.method == "POST" and passage.path in _HIGH_VOLUME else "default"


@dataclass(slots=True)
class Tenant:
    """The shared figures of one Zuora tenant. Raises RedisError from every method.

    `name` tells it from others: Zuora's API names no tenant, so it is that of the OAuth client. Two clients of one tenant would each
    have a budget of their own; the figures on their connections have to leave room for both.
    """

    redis: Redis
    name: str
    calls_a_minute: int
    at_a_time: int
    bucket: RedisBucket | None = None
    spent: int = 0

    def spend(self) -> float:
        """Count one call; seconds to wait where the minute's budget is spent."""
        bucket = self._bucket()
        now = time.time_ns() // 1_000_000
        item = RateItem("call", now)
        try:
            admitted = bool(bucket.put(item))
        except NoScriptError:  # Redis was started anew
            self.bucket = None
            return self.spend()
        if admitted:
            if self.spent % CLEANING == 0:  # what is past the minute is not counted, it only takes room
                bucket.leak(now)
                self.redis.expire(bucket.bucket_key, BUDGET_SECONDS)
            self.spent += 1
            return 0.0
        return max(LOOK_SECONDS, float(cast("int", bucket.waiting(item))) / 1000)

    def take(self, passage: Passage, place: str) -> bool:
        keys = self._keys(passage)[:2]
        return bool(self.redis.eval(_TAKE, 2, *keys, time.time(), LEASE_SECONDS, place, self.at_a_time))

    def give(self, passage: Passage, how: Return) -> None:
        """`at_a_time` is the ceiling until Zuora's headers state another; a call that failed there, or brought no answer, moves nothing."""
        ceiling = self._ceiling(how)
        places, limit, halved = self._keys(passage)
        if not how.status or how.status >= 500:
            self.redis.zrem(places, passage.slot)
            return
        self.redis.eval(
            _GIVE, 3, places, limit, halved, passage.slot, ceiling, int(how.is_limited), LEASE_SECONDS
        )

    def limit(self, passage: Passage) -> float:
        found = self.redis.get(self._keys(passage)[1])
        return float(found) if found else float(self.at_a_time)

    def _ceiling(self, how: Return) -> int:
        stated = how.headers.get("Concurrency-Limit-Limit", "")
        most = int(int(stated) * OUR_SHARE) if stated.isdigit() and len(stated) < 7 else self.at_a_time
        return max(1, min(most, self.at_a_time))

    def _keys(self, passage: Passage) -> tuple[str, str, str]:
        start = f"syncadmin:gate:{self.name}:{concurrency_class(passage)}"
        return f"{start}:places", f"{start}:limit", f"{start}:halved"

    def _bucket(self) -> RedisBucket:
        if self.bucket is None:
            rates = [Rate(self.calls_a_minute, Duration.MINUTE)]
            self.bucket = RedisBucket.init(rates, self.redis, f"syncadmin:budget:{self.name}")
        return self.bucket


class SharedGate:
    """The gate before one side: its circuit, and for Zuora its tenant's figures.

    `before_write` is asked last of all, as waiting for room may have taken long: it raises where nothing may be written any more.
    """

    def __init__(
        self,
        circuit: Circuit,
        tenant: Tenant | None = None,
        *,
        before_write: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.circuit = circuit
        self.tenant = tenant
        self._before_write = before_write
        self._sleep = sleep
        self._clock = clock
        self._is_alone = False
        """Redis did not answer this gate once; it stands beside every single call, so it asks no more."""

    def enter(self, passage: Passage) -> Passage:
        taken = passage
        try:
            taken = self._asked(self._look, taken)
            taken = self._asked(self._make_room, taken)
            if taken.is_write:
                self._before_write()
        except BaseException:
            self._let_go(taken)
            raise
        return taken

    def leave(self, passage: Passage, how: Return) -> None:
        """A login says nothing of whether the API is up again, unless it fails."""
        if self._is_alone:
            return
        try:
            if how.is_down or not passage.is_token:
                self.circuit.saw(how)
            if self.tenant is not None and passage.slot:
                self.tenant.give(passage, how)
        except RedisError as error:
            self._tell(error)

    def _asked(self, step: Callable[[Passage], Passage], passage: Passage) -> Passage:
        if self._is_alone:
            return passage
        try:
            return step(passage)
        except RedisError as error:
            self._tell(error)
            return passage

    def _look(self, passage: Passage) -> Passage:
        return replace(passage, is_probe=self.circuit.check(may_look=not passage.is_token))

    def _make_room(self, passage: Passage) -> Passage:
        if self.tenant is None:
            return passage
        self._wait(self.tenant.spend, BUDGET, "the calls of this minute are spent")
        if passage.is_token:
            return passage  # logging in is not counted among the calls at the same time
        place = uuid.uuid4().hex
        take = self.tenant.take
        self._wait(
            lambda: 0.0 if take(passage, place) else LOOK_SECONDS, ROOM, "too many calls are under way"
        )
        return replace(passage, slot=place)

    def _let_go(self, passage: Passage) -> None:
        """What was taken for a call that does not leave after all."""
        if self._is_alone:
            return
        try:
            if passage.is_probe:
                self.circuit.leave_the_look()
            if self.tenant is not None and passage.slot:
                self.tenant.give(passage, Return())
        except RedisError as error:
            self._tell(error)

    def _wait(self, attempt: Callable[[], float], code: str, why: str) -> None:
        until = self._clock() + PATIENCE_SECONDS
        pause = LOOK_SECONDS
        while wanted := attempt():
            if self._clock() + wanted > until:
                raise RemotePaused(
                    f"{self.circuit.system} was not called: {why}, by the limits that its connection sets for all workers together. "
                    "It goes on by itself; where that is too slow, raise them on the connection.",
                    system=self.circuit.system,
                    code=code,
                    retry_after=max(wanted, 5.0),
                )
            self._sleep(max(wanted, pause) * (0.5 + random.random()))  # noqa: S311 - spreads load
            pause = min(pause * 1.5, 1.0)

    def _tell(self, error: RedisError) -> None:
        self._is_alone = True
        logger.warning("Limits and circuits are not shared now: %s", type(error).__name__)


def zuora_gate(connection: ZuoraConnection, redis: Redis, *, before_write: Callable[[], None]) -> Gate:
    name = f"{connection.host}:{connection.client_id}:{connection.entity_id}"
    tenant = Tenant(redis, name, connection.calls_a_minute, connection.calls_at_a_time)
    circuit = Circuit(redis, system="Zuora", host=connection.host)
    return SharedGate(circuit, tenant, before_write=before_write, sleep=pause)


def salesforce_gate(connection: SalesforceConnection, redis: Redis) -> Gate:
    circuit = Circuit(redis, system="Salesforce", host=connection.host)
    return SharedGate(circuit, sleep=pause)
