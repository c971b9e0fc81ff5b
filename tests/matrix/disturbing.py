"""Disturbing the family's flow in this process: faults by name, calls by name, rounds of runs as the queue would start them.

Time does not pass: whatever would wait does not. What a circuit remembers is forgotten where a case says that the side is well
again; that it closes by itself is tested beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import django_rq
import pytest
from django.conf import LazySettings
from django.db.models import F
from requests import PreparedRequest, Response

from connector.clients.http import RemoteSession
from connector.domain.open_writes import DOUBT_LIFE
from connector.jobs import stopping
from connector.jobs.doorbell import QUEUE
from connector.jobs.running import RETRY_SECONDS, carry_out
from connector.models import Account, SyncRun, WriteIntent
from connector.sandbox.zuora.store import Store
from connector.sync import creating
from tests.cast import ACME_CORP, ACME_HOLDING, ADA
from tests.matrix.family import Home
from tests.sync.faults import TROUBLES
from tests.sync.faults import Trouble as Fault

JSON = dict[str, Any]

STALL_S, IMPATIENT_S = 0.3, 0.2
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the flow: whose, and how it is told from the others."""

    side: str
    method: str
    path: str
    writes: bool = False


FAULTS: Mapping[str, Fault] = {
    **{name: TROUBLES[name] for name in TROUBLES if name not in ("dropped before", "dropped after")},
    "503": Fault("status", {"status": 503}),
    "dropped before commit": TROUBLES["dropped before"],
    "dropped after commit": TROUBLES["dropped after"],
    "stalled": Fault("stall", {"seconds": STALL_S}, is_impatient=True),
    "stale": Fault("stale"),
}

BIRTH: Mapping[str, Call] = {
    "Salesforce token": Call("salesforce", "POST", "^/services/oauth2/token$"),
    "describe": Call("salesforce", "GET", "/describe$"),
    "accounts of Salesforce": Call("salesforce", "GET", "/queryAll/"),
    "query of Salesforce": Call("salesforce", "GET", "/query/"),
    "Zuora token": Call("zuora", "POST", "^/oauth/token$"),
    "accounts of Zuora": Call("zuora", "GET", "^/object-query/accounts"),
    "rate plan by id": Call("zuora", "GET", "^/v1/product-rate-plans/external-id/"),
    "product by SKU": Call("zuora", "POST", "^/v1/action/query$"),
    "order by number": Call("zuora", "GET", "^/v1/orders/"),
    "new account": Call("zuora", "POST", "^/v1/accounts$", True),
    "new contact": Call("zuora", "POST", "^/v1/contacts$", True),
    "new product": Call("zuora", "POST", "^/v1/object/product$", True),
    "new rate plan": Call("zuora", "POST", "^/v1/object/product-rate-plan$", True),
    "new charge": Call("zuora", "POST", "^/v1/object/product-rate-plan-charge$", True),
    "new order": Call("zuora", "POST", "^/v1/orders$", True),
}
CHANGE: Mapping[str, Call] = {
    "contacts of Zuora": Call("zuora", "GET", "^/object-query/contacts"),
    "changed account": Call("zuora", "PUT", "^/v1/accounts/", True),
    "changed contact": Call("zuora", "PUT", "^/v1/contacts/", True),
}


def birth(home: Home) -> None:
    """Nothing of the family is in Zuora."""
    home.settle_in()


_synced: list[Store] = []


def change(home: Home) -> None:
    """All of it is, as it was synced once a process; then Corp is renamed and moves, Ada's address changes, and what was known is
    lost."""
    home.settle_in()
    tenant = home.tenant
    if _synced:
        tenant.store = deepcopy(_synced[0], {id(tenant): tenant})
    else:
        home.sync_all()
        _synced.append(deepcopy(tenant.store, {id(tenant): tenant}))
    home.org.update("Account", ACME_CORP, Name="Acme Corporation", BillingCity="Oakland")
    home.org.update("Account", ACME_HOLDING, Description="The mother of all Acmes")
    home.org.update("Contact", ADA, Email="lovelace@acme.example")
    home.forget_rows()


Flow = Callable[[Home], None]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, and the journal does not either."""
    monkeypatch.setattr(RemoteSession, "_pause", lambda self, attempt, *, at_least=0.0: None)
    monkeypatch.setattr(stopping, "wait", lambda seconds: None)
    monkeypatch.setattr(creating, "BUSY_LOOKS", 2)


def disturb(home: Home, call: Call, fault: Fault, settings: LazySettings, **more: Any) -> None:
    if fault.is_impatient:
        settings.REMOTE_READ_TIMEOUT = IMPATIENT_S
    side = home.salesforce if call.side == "salesforce" else home.zuora
    side.fail(action=fault.action, method=call.method, path=call.path, **fault.more, **more)


def heal(home: Home, settings: LazySettings) -> None:
    """Some time later: what was sent before is over on Zuora's side, too."""
    home.salesforce.heal()
    home.zuora.heal()
    WriteIntent.objects.update(sent_at=F("sent_at") - DOUBT_LIFE)
    settings.REMOTE_READ_TIMEOUT = 10
    redis = django_rq.get_connection(QUEUE)
    for key in redis.scan_iter("syncadmin:circuit:*"):
        redis.delete(key)


def attempt(child: Account) -> SyncRun:
    """One attempt, as a worker makes it: of the run that is open, else of a new one, as if *Resync* were pressed."""
    run = SyncRun.objects.open_sync(child) or SyncRun.objects.request(child, kind="sync", trigger="admin")
    run = SyncRun.objects.select_related(
        "account__integration__salesforce", "account__integration__zuora"
    ).get(pk=run.pk)
    carry_out(run, retries_left=max(0, len(RETRY_SECONDS) - run.tries))
    run.refresh_from_db()
    return run


def until_done(home: Home) -> None:
    """Attempts until each child's last run succeeded."""
    left = home.children
    for _ in range(ROUNDS):
        runs = {child: attempt(child) for child in left}
        left = [child for child, run in runs.items() if run.status != SyncRun.Status.SUCCEEDED]
        if not left:
            return
    raise AssertionError([f"{child}: {runs[child].status}: {runs[child].message}" for child in left])


class SecondDelivery:
    """At the first call of the kind, the run that makes it is delivered once more, and that one is carried out to its end."""

    def __init__(self, call: Call, home: Home) -> None:
        self.call = call
        self.home = home
        self.has_come = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain = RemoteSession.send
        delivery = self

        def send(session: RemoteSession, request: PreparedRequest, **options: Any) -> Response:
            if delivery.fits(session, request):
                delivery.has_come = True
                (running,) = SyncRun.objects.filter(status=SyncRun.Status.RUNNING)
                again = SyncRun.objects.get(pk=running.pk)
                carry_out(again, retries_left=3)
            return plain(session, request, **options)

        monkeypatch.setattr(RemoteSession, "send", send)

    def fits(self, session: RemoteSession, request: PreparedRequest) -> bool:
        is_side = session.system.lower() == self.call.side
        path = urlsplit(str(request.url)).path
        return (
            not self.has_come
            and is_side
            and request.method == self.call.method
            and bool(re.search(self.call.path, path))
        )


def named(calls: Mapping[str, Call]) -> Iterator[tuple[str, Call, str, Fault]]:
    for name, call in calls.items():
        for what, fault in FAULTS.items():
            if fault.action != "stale" or "object-query" in call.path or "action/query" in call.path:
                yield name, call, what, fault
