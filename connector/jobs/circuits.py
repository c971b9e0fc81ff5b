"""A side that is down is left alone: after some failures in a row, of whichever worker, no call goes out for a while.

Then one call is let through to look. It closes the circuit, or opens it again for longer. Everything stands in Redis with an
expiry, so a circuit closes even if nobody looks; while Redis is away there is none.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import django_rq
from redis import Redis
from redis.exceptions import RedisError

from connector.clients.pacing import Return
from connector.errors import RemotePaused
from connector.jobs.doorbell import QUEUE

logger = logging.getLogger(__name__)

FAILURES = 5
"""So many in a row, within the life of the count, open a circuit."""
COUNT_SECONDS = 900
"""Longer than several calls that time out one after another."""
FIRST_PAUSE, LONGEST_PAUSE = 15, 300
PROBE_SECONDS = 40
"""For so long one caller may look, and the others wait."""
KEPT_SECONDS = 3600
CODE = "circuit"

# KEYS: state. ARGV: failures to open, life of the count, first and longest pause, life of the state, now, what was seen.
_FAILED = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'why', ARGV[7])
if failures == 1 then redis.call('HSET', KEYS[1], 'since', ARGV[6]) end
if failures < tonumber(ARGV[1]) then
    redis.call('EXPIRE', KEYS[1], ARGV[2])
    return 0
end
local opened = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if opened > tonumber(ARGV[6]) then return 0 end
local times = redis.call('HINCRBY', KEYS[1], 'times', 1)
local pause = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ (times - 1))
redis.call('HSET', KEYS[1], 'until', tonumber(ARGV[6]) + pause)
redis.call('HDEL', KEYS[1], 'probe')
redis.call('EXPIRE', KEYS[1], ARGV[5])
return pause
"""
# KEYS: state. ARGV: now, life of a probe, whether the caller may look. Answers seconds to wait, 0 where no look is needed, -1 for
# the one who may look.
_ENTER = """
local opened = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
if opened == 0 then return '0' end
local now = tonumber(ARGV[1])
if opened > now then return tostring(opened - now) end
if ARGV[3] == '0' then return '0' end
local probe = tonumber(redis.call('HGET', KEYS[1], 'probe') or '0')
if probe > now then return tostring(math.min(probe - now, 5)) end
redis.call('HSET', KEYS[1], 'probe', now + tonumber(ARGV[2]))
return '-1'
"""


@dataclass(frozen=True, slots=True)
class OpenCircuit:
    """`system` and `host` say which side; `next_look` is when the next call is let through."""

    system: str
    host: str
    since: datetime
    next_look: datetime
    why: str

    @property
    def heading(self) -> str:
        return f"{self.system} is not answering"

    @property
    def message(self) -> str:
        when = f"at {self.next_look:%H:%M:%S} UTC" if self.next_look.timestamp() > _now() else "now"
        return (
            f"{self.system} ({self.host}) has not answered since {self.since:%H:%M} UTC ({self.why}), so it is not called. One call is "
            f"let through {when} to look; everything goes on by itself once it answers."
        )


class Circuit:
    """Of one side. Raises RedisError from every method."""

    def __init__(self, redis: Redis, *, system: str, host: str) -> None:
        self.redis = redis
        self.system = system
        self.host = host
        self.key = f"syncadmin:circuit:{system.lower()}:{host}"

    def check(self, *, may_look: bool = True) -> bool:
        """Whether this is the one call that looks. Raises RemotePaused while the circuit is open, but for that one."""
        wait = float(self.redis.eval(_ENTER, 1, self.key, _now(), PROBE_SECONDS, int(may_look)))
        if wait <= 0:
            return wait < 0
        found = self.state()
        told = found.message if found else f"{self.system} is not called for a moment."
        raise RemotePaused(told, system=self.system, code=CODE, retry_after=float(math.ceil(wait)))

    def leave_the_look(self) -> None:
        """To the next one: the call that was to look did not leave."""
        self.redis.hdel(self.key, "probe")

    def saw(self, how: Return) -> None:
        if not how.is_down:
            if how.status:
                self.redis.delete(self.key)
            return
        given = (FAILURES, COUNT_SECONDS, FIRST_PAUSE, LONGEST_PAUSE, KEPT_SECONDS, _now(), how.why)
        if pause := int(self.redis.eval(_FAILED, 1, self.key, *given)):
            logger.error("%s (%s) is not called for %s seconds: %s", self.system, self.host, pause, how.why)

    def state(self) -> OpenCircuit | None:
        held = {_text(name): _text(value) for name, value in self.redis.hgetall(self.key).items()}
        if "until" not in held:
            return None
        return OpenCircuit(
            system=self.system,
            host=self.host,
            since=datetime.fromtimestamp(float(held.get("since", held["until"])), UTC),
            next_look=datetime.fromtimestamp(float(held["until"]), UTC),
            why=held.get("why", ""),
        )


def open_circuits(sides: Iterable[tuple[str, str]]) -> list[OpenCircuit]:
    """Of (system, host) those that are open now; none where Redis cannot be asked."""
    redis = django_rq.get_connection(QUEUE)
    try:
        found = [Circuit(redis, system=system, host=host).state() for system, host in sorted(set(sides))]
    except RedisError:
        return []
    return [each for each in found if each is not None]


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
