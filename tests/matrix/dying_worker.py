"""How a worker dies by signal 9 at one point of its work: wrapped around the product from outside, which has no hook for it.

The points of a record that is created, in their order: before and after its intent is claimed, before its request leaves, while
Zuora is still at it, when the answer is there and nothing of it stored, before and after the link is stored. An update has those of
its request, a run has before and after it is closed.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.sandbox_calls import Sandbox

STAGES = ("unclaimed", "claimed", "leaving", "sent", "answered", "unsettled", "settled")
UPDATE_STAGES = ("leaving", "sent", "answered")
ENDS = ("unfinished", "finished")
WAYS = ("both", "horse", "worker")
"""Who is killed: the worker and its work-horse, the horse alone, or the worker alone; its orphaned horse goes on as soon as its
run was taken over."""

AT_IT_MS = 400
"""How long Zuora is still at the request that was sent."""
SENT_S = 0.05
PATIENCE_S = 20


@dataclass(slots=True)
class Death:
    """`record` is "noun key" of a create, "update TEXT" for the update that sends this text, or "run ID" with the id of its account
    in Salesforce. `mark` is a file that is made when death comes: it comes once."""

    stage: str
    record: str
    way: str
    mark: str
    zuora: str

    claimed: ClassVar[str] = ""
    attempt: ClassVar[Any] = None

    def arrange(self) -> None:
        from connector.clients.http import RemoteSession
        from connector.jobs.keepers import RowIntents
        from connector.models import SyncRun

        claim, settle, finish = RowIntents.claim, RowIntents.settle, SyncRun.finish
        exchange, start = RemoteSession._exchange, SyncRun.start

        def starting(run: SyncRun, **given: Any) -> None:
            start(run, **given)
            Death.attempt = run

        def claiming(intents: RowIntents, key: Any, *given: Any, **more: Any) -> Any:
            record = f"{key.noun} {key.value}"
            self.come("unclaimed", record)
            claimed = claim(intents, key, *given, **more)
            Death.claimed = record
            self.come("claimed", record)
            return claimed

        def settling(intents: RowIntents, intent: Any, links: Any) -> None:
            record = f"{intent.key.noun} {intent.key.value}"
            self.come("unsettled", record)
            settle(intents, intent, links)
            self.come("settled", record)

        def exchanging(session: RemoteSession, request: Any, call: Any, options: Any) -> Any:
            if not call.is_write:
                return exchange(session, request, call, options)
            record = self.update_of(request) if request.method == "PUT" else Death.claimed
            self.come("leaving", record)
            with self.held_back(record, request):
                answered = exchange(session, request, call, options)
            self.come("answered", record)
            return answered

        def finishing(run: SyncRun, **given: Any) -> None:
            record = f"run {run.account.salesforce_id}"
            self.come("unfinished", record)
            finish(run, **given)
            self.come("finished", record)

        for owner, name, wrapper in (
            (SyncRun, "start", starting),
            (RowIntents, "claim", claiming),
            (RowIntents, "settle", settling),
            (RemoteSession, "_exchange", exchanging),
            (SyncRun, "finish", finishing),
        ):
            setattr(owner, name, wrapper)

    def update_of(self, request: Any) -> str:
        sought = self.record.removeprefix("update ")
        return self.record if sought.encode() in (request.body or b"") else ""

    def come(self, stage: str, record: str) -> None:
        """Death, where this is its point."""
        if (stage, record) == (self.stage, self.record) and self.is_first():
            self.kill()
            self.linger()

    @contextmanager
    def held_back(self, record: str, request: Any) -> Iterator[None]:
        """Where this is the point: the sandbox is at the request for a while, and death comes meanwhile."""
        is_now = (self.stage, self.record) == ("sent", record) and self.is_first()
        if is_now:
            zuora = Sandbox(self.zuora)
            if request.method == "POST":
                zuora.change_settings(processing_ms=AT_IT_MS)
            else:
                zuora.fail(action="delay", method=request.method, seconds=AT_IT_MS / 1000, times=1)
            threading.Timer(SENT_S, self.kill).start()
        yield
        if is_now:
            self.linger()

    def is_first(self) -> bool:
        try:
            os.close(os.open(self.mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def kill(self) -> None:
        if self.way != "horse":
            os.kill(os.getppid(), signal.SIGKILL)
        if self.way != "worker":
            os.kill(os.getpid(), signal.SIGKILL)

    def linger(self) -> None:
        """The orphan sleeps until its run is another's, or closed."""
        from connector.models import OPEN, SyncRun

        mine = Death.attempt
        began = time.monotonic()
        while SyncRun.objects.filter(pk=mine.pk, attempt=mine.attempt, status__in=OPEN).exists():
            if time.monotonic() > began + PATIENCE_S:
                raise TimeoutError("The run of an orphan was never taken over")
            time.sleep(0.02)
