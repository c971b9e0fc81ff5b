"""Both sandboxes, a queue, the rows that point at them, and worker processes: what a job meets in production, on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import LazySettings

from connector.models import Account, Integration, SalesforceConnection, Secret, ZuoraConnection
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Logins, Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import Tenant
from tests.cast import ACME_CORP, account_record
from tests.sandbox_calls import Sandbox
from tests.services.nursery import Forked, Nursery

SALESFORCE_HOST = "salesforce.sandbox.test"
ZUORA_HOST = "zuora.sandbox.test"
PROJECT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 30
SECRETS = ("salesforce-secret-canary", "zuora-secret-canary")
OWNER = {"Id": "005000000000001AAA", "Username": "ops@acme.example", "LastName": "Ops"}


@dataclass(frozen=True, slots=True)
class Remotes:
    """Both sandboxes, reached through the routes in the settings."""

    org: Org
    tenant: Tenant
    salesforce: Sandbox
    zuora: Sandbox

    def zuora_accounts(self) -> list[dict[str, Any]]:
        return self.zuora.state()["accounts"]


@dataclass(frozen=True, slots=True)
class World(Remotes):
    """Both sandboxes and the rows that point at them; Acme Corp is known to the integration."""

    integration: Integration
    account: Account


@pytest.fixture(scope="session")
def pair() -> Iterator[Remotes]:
    """One pair for all tests of this process."""
    org = Org(logins=Logins(consumer_secret=SECRETS[0]), settings={"multi_currency": True})
    tenant = Tenant(client_secret=SECRETS[1])
    with (
        SandboxServer(create_salesforce(org=org)) as salesforce,
        SandboxServer(create_zuora(tenant=tenant)) as zuora,
    ):
        yield Remotes(org, tenant, Sandbox(salesforce.url), Sandbox(zuora.url))


@pytest.fixture
def emptied(pair: Remotes, settings: LazySettings) -> Remotes:
    for sandbox in (pair.salesforce, pair.zuora):
        sandbox.reset()
    settings.SANDBOX_ROUTES = {SALESFORCE_HOST: pair.salesforce.url, ZUORA_HOST: pair.zuora.url}
    return pair


@pytest.fixture
def remotes(emptied: Remotes) -> Remotes:
    """Salesforce knows Acme Corp."""
    emptied.org.seed({"User": [OWNER], "Account": [storable(account_record(ACME_CORP))]})
    return emptied


@pytest.fixture
def world(remotes: Remotes, redis_url: str, transactional_db: None) -> World:
    return world_of(remotes)


@pytest.fixture
def world_in_transaction(remotes: Remotes, redis_url: str, db: None) -> World:
    """For runs in this process alone: other processes and threads see nothing of it, and it is gone without a trace at once."""
    return world_of(remotes)


def world_of(remotes: Remotes) -> World:
    integration = integration_of(remotes)
    return World(
        org=remotes.org,
        tenant=remotes.tenant,
        salesforce=remotes.salesforce,
        zuora=remotes.zuora,
        integration=integration,
        account=Account.objects.remember(integration, ACME_CORP, name="Acme Corp"),
    )


def storable(record: dict[str, Any]) -> dict[str, Any]:
    """Without what Salesforce fills in by itself."""
    return {name: value for name, value in record.items() if name not in ("IsDeleted", "MasterRecordId")}


def integration_of(remotes: Remotes) -> Integration:
    salesforce = SalesforceConnection.objects.create(
        name="Acme org",
        host=SALESFORCE_HOST,
        login=SalesforceConnection.Login.CLIENT_CREDENTIALS,
        consumer_key=remotes.org.logins.consumer_key,
        consumer_secret=Secret.encrypt(remotes.org.logins.consumer_secret),
    )
    zuora = ZuoraConnection.objects.create(
        name="Acme tenant",
        data_centre=ZuoraConnection.DataCentre.CUSTOM,
        custom_host=ZUORA_HOST,
        client_id=remotes.tenant.client_id,
        client_secret=Secret.encrypt(remotes.tenant.client_secret),
    )
    return Integration.objects.create(name="Acme", salesforce=salesforce, zuora=zuora)


StartWorker = Callable[..., Forked]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def start_worker(
    remotes: Remotes, nursery: Nursery, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[StartWorker]:
    """Starts real worker processes on this test's queue and database (`quick`: with short leases); fails its test when one prints a
    traceback."""
    started: list[Forked] = []
    log = tmp_path / "worker.log"

    def start(*, quick: bool = False) -> Forked:
        started.append(nursery.start_worker(process_environment, log=log, is_quick=quick))
        return started[-1]

    yield start
    for process in started:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in started:
        process.wait(PATIENCE_SECONDS)
    told = log.read_text() if log.exists() else ""
    assert "Traceback" not in told, told


@pytest.fixture
def worker(start_worker: StartWorker) -> Forked:
    """One of them."""
    return start_worker()
