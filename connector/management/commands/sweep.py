"""Look for runs whose job is gone, as every worker does; for installations whose workers are busy for long."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from connector.domain.labels import counted
from connector.jobs.sweeping import sweep


class Command(BaseCommand):
    help = "Put runs whose job is gone back into the queue. Workers do the same every 15 seconds."

    def handle(self, **options: Any) -> None:
        try:
            swept = sweep()
        except RedisError:
            raise CommandError("The queue cannot be reached: start Redis, or correct REDIS_URL.") from None
        told = f"{counted(swept.rung, 'run')} put back in the queue, {counted(swept.closed, 'run')} closed."
        self.stdout.write(told.capitalize())
