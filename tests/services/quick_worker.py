"""A worker as `run_worker` starts it, whose leases are as short as a test's patience."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from connector.domain import open_writes
    from connector.jobs import worker

    worker.BEAT_SECONDS, worker.LEASE_SECONDS, worker.MAINTENANCE_SECONDS, worker.TTL_SECONDS = 1, 3, 1, 5
    worker.AccountWorker.lease_seconds = worker.LEASE_SECONDS
    worker.CLEANING_SECONDS = 1
    open_writes.IN_FLIGHT = timedelta(seconds=1)
    call_command("run_worker", verbosity=int(os.environ.get("WORKER_VERBOSITY", "1")))


if __name__ == "__main__":
    main()
