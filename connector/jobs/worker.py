"""The worker class: it has everything a run needs imported before it forks, so that a job costs a fork and not an import."""

from __future__ import annotations

from typing import Any

from rq import Worker

from connector.jobs import running as running  # imported for the forks: each run would import it anew

MAINTENANCE_SECONDS = 30


class AccountWorker(Worker):
    """Looks for jobs of dead workers every MAINTENANCE_SECONDS; RQ's own default of ten minutes leaves an account blocked that long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maintenance_interval = MAINTENANCE_SECONDS
