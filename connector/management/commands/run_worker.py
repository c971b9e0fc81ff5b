"""Start a worker as this project needs it, without flags to remember."""

from __future__ import annotations

import time
from typing import Any

import django_rq
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import AuthenticationError, ConnectionError, ResponseError, TimeoutError

from connector.jobs.doorbell import QUEUE

LOOK_SECONDS = 1.0


class Command(BaseCommand):
    help = "Start one worker. It takes one run at a time; start as many as you like, on any number of hosts."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        self._wait_for_redis()
        call_command(
            "rqworker",
            QUEUE,  # one queue each: a worker on several takes jobs from them without a common lock
            worker_class="connector.jobs.worker.AccountWorker",
            with_scheduler=True,  # starts the delayed retries
            serializer="rq.serializers.JSONSerializer",  # the command ignores the queue's own setting
            verbosity=verbosity,
        )

    def _wait_for_redis(self) -> None:
        """At a host's start the worker may be faster. Raises CommandError where Redis refuses it, as waiting mends nothing."""
        connection = django_rq.get_connection(QUEUE)
        is_told = False
        while True:
            try:
                connection.ping()
                return
            except (AuthenticationError, ResponseError) as error:
                raise CommandError(
                    f"Redis refuses this worker: {error}. Correct REDIS_URL, and start it again."
                ) from None
            except (ConnectionError, TimeoutError) as error:
                if not is_told:
                    self.stderr.write(
                        f"Redis does not answer ({type(error).__name__}): start it, or correct REDIS_URL. The worker waits for it."
                    )
                    is_told = True
            time.sleep(LOOK_SECONDS)
