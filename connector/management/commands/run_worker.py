"""Start a worker as this project needs it, without flags to remember."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from connector.jobs.doorbell import QUEUE


class Command(BaseCommand):
    help = "Start one worker. It takes one run at a time; start as many as you like, on any number of hosts."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        call_command(
            "rqworker",
            QUEUE,  # one queue each: a worker on several takes jobs from them without a common lock
            worker_class="connector.jobs.worker.AccountWorker",
            with_scheduler=True,  # starts the delayed retries
            serializer="rq.serializers.JSONSerializer",  # the command ignores the queue's own setting
            verbosity=verbosity,
        )
