"""Rows that go away or cannot be written while Zuora already has the records: the next sync finds them, and makes nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import Q

from connector.domain.to_check import lines
from connector.jobs.running import carry_out
from connector.models import (
    Account,
    Integration,
    LogEntry,
    RecordLink,
    Secret,
    SyncRun,
    WriteIntent,
    ZuoraConnection,
    looked_at,
)
from tests.cast import ACME_CORP, ACME_HOLDING, ADA, GRACE, account, contact, order
from tests.services.world import World
from tests.sync.dataset import dataset

pytestmark = pytest.mark.postgres

BABBAGE = "003000000000003AAA"
TABLES = (
    "connector.account",
    "connector.syncrun",
    "connector.logentry",
    "connector.recordlink",
    "connector.writeintent",
)
LIVE = (WriteIntent.State.OPEN, WriteIntent.State.UNKNOWN)


@pytest.fixture
def selling(world_in_transaction: World) -> World:
    """Acme Corp with two contacts and an order."""
    world = world_in_transaction
    people = [contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]
    there = {row["Id"] for rows in world.org.snapshot()["records"].values() for row in rows}
    rows = dataset([account(contacts=people, orders=[order()])])
    world.org.seed({name: [row for row in rows[name] if row["Id"] not in there] for name in rows})
    return world


def _request(account: Account) -> SyncRun:
    return SyncRun.objects.request(account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.ADMIN)


def _sync(account: Account) -> SyncRun:
    run = _request(account)
    assert carry_out(run, retries_left=3) is None
    run.refresh_from_db()
    return run


def _assert_once(world: World) -> None:
    state = world.zuora.state()
    assert [len(state[name]) for name in ("accounts", "orders", "subscriptions", "products")] == [1, 1, 1, 1]
    identities = [each["crmId__c"] for each in state["contacts"]]
    assert len(identities) == len(set(identities)) == 3
    assert not WriteIntent.objects.filter(state__in=LIVE).exists()


@contextmanager
def _once_answered(path: str, act: Callable[[], object]) -> Iterator[None]:
    """`act` happens once, when Zuora has carried out a POST to `path` and its answer is on the way."""
    send, acted = requests.Session.send, list[bool]()

    def watched(
        session: requests.Session, request: requests.PreparedRequest, **more: Any
    ) -> requests.Response:
        answer = send(session, request, **more)
        if request.method == "POST" and str(request.url).endswith(path) and not acted:
            acted.append(True)
            act()
        return answer

    requests.Session.send = watched  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        requests.Session.send = send  # type: ignore[method-assign]
    assert acted


def test_an_integration_removed_while_zuora_creates_its_account_ends_the_run_and_a_new_one_finds_it(
    selling: World,
) -> None:
    """No page lets it happen: an account with an open run is not removed, nor an integration with accounts."""

    def remove() -> None:
        Account.objects.all().delete()
        Integration.objects.all().delete()

    with _once_answered("/v1/accounts", remove):
        assert carry_out(_request(selling.account), retries_left=3) is None

    assert len(selling.zuora_accounts()) == 1
    assert not RecordLink.objects.exists()
    anew = Integration.objects.create(
        name="Acme anew", salesforce=selling.integration.salesforce, zuora=selling.integration.zuora
    )
    run = _sync(Account.objects.remember(anew, ACME_CORP, name="Acme Corp"))
    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    _assert_once(selling)


def test_an_account_removed_while_zuora_creates_it_leaves_what_zuora_said_of_it(selling: World) -> None:
    with _once_answered("/v1/accounts", lambda: Account.objects.all().delete()):
        assert carry_out(_request(selling.account), retries_left=3) is None

    (created,) = selling.zuora_accounts()
    assert RecordLink.objects.get(noun="account").zuora_id == created["id"]
    run = _sync(Account.objects.remember(selling.integration, ACME_CORP, name="Acme Corp"))
    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    _assert_once(selling)


def test_an_account_taken_off_the_list_and_added_again_shows_its_records_in_zuora(selling: World) -> None:
    _sync(selling.account)
    shown = set(selling.account.links.values_list("noun", "key"))
    selling.account.delete()

    again = Account.objects.remember(selling.integration, ACME_CORP, name="Acme Corp")
    assert _sync(again).status == SyncRun.Status.SUCCEEDED

    assert set(again.links.values_list("noun", "key")) == shown
    assert again.links.filter(noun="order").exists()


def test_a_parent_shows_its_own_record_in_zuora_whoever_made_it(selling: World) -> None:
    """Also where it came onto the list after its child had made it, or was taken off for a while."""
    selling.org.seed({"Account": dataset([account(ACME_HOLDING, Name="Acme Holding")])["Account"]})
    selling.org.update("Account", ACME_CORP, ParentId=ACME_HOLDING)
    _sync(selling.account)
    link = RecordLink.objects.get(noun="account", key=ACME_HOLDING)
    assert link.account == selling.account

    for _ in range(2):
        parent = Account.objects.remember(selling.integration, ACME_HOLDING, name="Acme Holding")
        _sync(parent)
        _sync(selling.account)
        link.refresh_from_db()
        assert link.account == parent
        RecordLink.objects.filter(pk=link.pk).update(attributes={"id": link.zuora_id})
        _sync(selling.account)
        link.refresh_from_db()
        assert (link.account, "accountNumber" in link.attributes) == (parent, True)
        parent.delete()
        _sync(selling.account)


@pytest.mark.parametrize("refused", ["", "account", BABBAGE])
def test_what_a_child_makes_of_its_parent_shows_under_the_parent_after_a_crash_as_well(
    selling: World, refused: str
) -> None:
    """Its contacts, too: whether their links are stored as they are created, or when they are found."""
    people = [contact(BABBAGE, FirstName="Charles", LastName="Babbage")]
    there = dataset([account(ACME_HOLDING, Name="Acme Holding", contacts=people)])
    selling.org.seed({name: there[name] for name in ("Account", "Contact")})
    selling.org.update("Account", ACME_CORP, ParentId=ACME_HOLDING)
    parent = Account.objects.remember(selling.integration, ACME_HOLDING, name="Acme Holding")
    if refused:
        with _links_refused(refused):
            assert _sync(selling.account).status == SyncRun.Status.FAILED

    assert _sync(Account.objects.get(pk=selling.account.pk)).status == SyncRun.Status.SUCCEEDED

    links = RecordLink.objects.filter(Q(key__startswith=ACME_HOLDING) | Q(key=BABBAGE))
    assert {BABBAGE, ACME_HOLDING} <= set(links.values_list("key", flat=True))
    assert {link.account for link in links} == {parent}


def test_credentials_replaced_while_a_run_is_at_work_are_not_blamed_for_the_old_ones(
    selling: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace() -> None:
        monkeypatch.setattr(selling.tenant, "client_secret", "the-new-secret")
        selling.zuora.expire_tokens()
        row = ZuoraConnection.objects.get()
        row.client_secret = Secret.encrypt("the-new-secret")
        row.save()

    with _once_answered("/v1/accounts", replace):
        ended = _sync(selling.account)

    assert ended.status in (SyncRun.Status.PARTIAL, SyncRun.Status.FAILED)
    assert "Acme tenant" in ended.message
    there = ZuoraConnection.objects.get()
    assert (there.refused_at, there.refusal) == (None, "")
    run = _sync(Account.objects.get())
    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    _assert_once(selling)


@contextmanager
def _links_refused(noun: str) -> Iterator[None]:
    """The disk is full where the link of a record is to be stored, by itself or with others."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and '"connector_recordlink"' in sql and repr(noun) in repr(params):
            raise OperationalError("could not extend file: no space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize(("noun", "path"), [("account", "/v1/accounts"), ("order", "/v1/orders")])
def test_a_database_that_refuses_what_zuora_made_leaves_it_to_be_found(
    selling: World, noun: str, path: str
) -> None:
    with _links_refused(noun):
        ended = _sync(selling.account)

    assert (ended.status, ended.zuora_calls > 0) == (SyncRun.Status.FAILED, True)
    assert "Resync is safe" in ended.message
    (kept,) = WriteIntent.objects.filter(state__in=LIVE)
    assert (kept.noun, kept.sent_at is not None) == (noun, True)
    run = _sync(Account.objects.get())
    assert run.status == SyncRun.Status.SUCCEEDED, run.message
    _assert_once(selling)
    assert len([each for each in selling.zuora.writes() if each["path"] == path]) == 1
    told = "What was sent is what would be sent now."
    assert run.entries.filter(message__endswith=told).exists() is (noun == "order")


def _to_be_compared_while_a_contact_waits(world: World) -> SyncRun:
    with _links_refused("order"):
        _sync(world.account)
    (line,) = world.org.snapshot()["records"]["OrderItem"]
    world.org.update("OrderItem", line["Id"], Quantity=20, TotalPrice=2400)
    world.org.update("Contact", ADA, LastName="King")
    busy = {"success": False, "reasons": [{"code": 50000061, "message": "Temporarily unavailable."}]}
    world.zuora.fail(action="status", method="PUT", path="^/v1/contacts/", status=500, body=busy, times=None)
    return _request(Account.objects.get())


def test_an_order_to_be_compared_keeps_its_run_from_succeeding_in_a_later_attempt(selling: World) -> None:
    """The attempt that found it has settled it: no other looks at it again."""
    run = _to_be_compared_while_a_contact_waits(selling)

    assert carry_out(run, retries_left=3) is not None
    assert not WriteIntent.objects.filter(state__in=LIVE).exists()
    selling.zuora.heal()
    assert carry_out(SyncRun.objects.get(pk=run.pk), retries_left=2) is None

    run.refresh_from_db()
    assert (run.status, run.attempt) == (SyncRun.Status.PARTIAL, 2)
    assert "compare the two, and enter the difference in Zuora by hand" in run.message
    assert Account.objects.get().last_outcome == Account.Outcome.PARTIAL
    assert [each.message for each in lines(Account.objects.get().to_check)] == [run.message]
    end = run.entries.order_by("-sequence")[0]
    assert (end.level, "To be looked at: 1 order, see above." in end.message) == ("warning", True)


def test_an_order_to_be_compared_keeps_its_account_from_turning_green_until_somebody_has(
    selling: World,
) -> None:
    """The next sync, perhaps by night, finds everything in step: nobody may have compared the two by then."""
    with _links_refused("order"):
        _sync(selling.account)
    (line,) = selling.org.snapshot()["records"]["OrderItem"]
    selling.org.update("OrderItem", line["Id"], Quantity=20, TotalPrice=2400)
    told = _sync(Account.objects.get())
    assert (told.status, "compare the two" in told.message) == (SyncRun.Status.PARTIAL, True)

    later = _sync(Account.objects.get())

    account = Account.objects.get()
    assert later.status == SyncRun.Status.SUCCEEDED, later.message
    assert account.last_outcome == Account.Outcome.PARTIAL
    reminder = "Still to be looked at: 1 thing, on the account's page."
    assert account.last_message == f"{reminder} {later.message}"
    (kept,) = lines(account.to_check)
    assert kept.message == told.message

    assert looked_at(account, kept.digest) == kept

    account.refresh_from_db()
    assert (account.last_outcome, account.to_check) == (Account.Outcome.SUCCEEDED, "")
    assert _sync(account).status == SyncRun.Status.SUCCEEDED
    account.refresh_from_db()
    assert (account.last_outcome, account.to_check) == (Account.Outcome.SUCCEEDED, "")


def test_a_run_that_gives_up_says_that_there_is_more_to_look_at(selling: World) -> None:
    run = _to_be_compared_while_a_contact_waits(selling)

    assert carry_out(run, retries_left=0) is None

    run.refresh_from_db()
    assert (run.status, "(1 more)" in run.message) == (SyncRun.Status.PARTIAL, True), run.message
    assert "compare the two" in Account.objects.get().to_check


class _Backup:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "backup.json"

    def take(self) -> None:
        call_command("dumpdata", *TABLES, output=str(self.file), verbosity=0)

    def restore(self) -> None:
        Account.objects.update(last_run=None)
        for rows in (LogEntry, WriteIntent, RecordLink, SyncRun, Account):
            rows.objects.all().delete()
        call_command("loaddata", str(self.file), verbosity=0)


@pytest.mark.parametrize("path", ["/v1/accounts", "/v1/contacts", "/v1/orders", ""])
def test_after_a_restore_of_an_older_backup_a_sync_writes_nothing_twice(
    selling: World, tmp_path: Path, path: str
) -> None:
    """Taken before the first sync, or while Zuora carried a write of it out: then a worker finds the run open in it."""
    backup = _Backup(tmp_path)
    if path:
        with _once_answered(path, backup.take):
            _sync(selling.account)
    else:
        backup.take()
        _sync(selling.account)
    _assert_once(selling)
    before = selling.zuora.state()
    selling.zuora.forget_requests()

    backup.restore()
    open_run = SyncRun.objects.first() or _request(Account.objects.get())
    assert open_run.is_open
    assert carry_out(open_run, retries_left=3) is None

    assert selling.zuora.writes() == []
    assert selling.zuora.state() == before
    _assert_once(selling)
    open_run.refresh_from_db()
    assert open_run.status == SyncRun.Status.SUCCEEDED, open_run.message
    assert RecordLink.objects.filter(noun="order").exists()
