"""Both sandboxes, a queue, the rows that point at them, and worker processes: what a job meets in production, on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from connector.models import Account, Integration, SalesforceConnection, Secret, ZuoraConnection
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import Tenant
from tests.cast import ACME_CORP, account_record
from tests.sandbox_calls import Sandbox

SALESFORCE_HOST = "salesforce.sandbox.test"
ZUORA_HOST = "zuora.sandbox.test"
PROJECT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 30
OWNER = {"Id": "005000000000001AAA", "Username": "ops@acme.example", "LastName": "Ops"}


@dataclass(frozen=True, slots=True)
class Remotes:
    """Both sandboxes, reached through the routes in the settings; Salesforce knows Acme Corp."""

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


@pytest.fixture
def remotes(settings: LazySettings) -> Iterator[Remotes]:
    org, tenant = Org(settings={"multi_currency": True}), Tenant()
    seed_corp(org)
    with (
        SandboxServer(create_salesforce(org=org)) as salesforce,
        SandboxServer(create_zuora(tenant=tenant)) as zuora,
    ):
        settings.SANDBOX_ROUTES = {SALESFORCE_HOST: salesforce.url, ZUORA_HOST: zuora.url}
        yield Remotes(org, tenant, Sandbox(salesforce.url), Sandbox(zuora.url))


def seed_corp(org: Org) -> None:
    org.seed({"User": [OWNER], "Account": [storable(account_record(ACME_CORP))]})


@pytest.fixture
def world(remotes: Remotes, redis_url: str, transactional_db: None) -> World:
    return world_of(remotes)


@pytest.fixture
def world_in_transaction(remotes: Remotes, redis_url: str, db: None) -> World:
    """For runs in this process alone: other processes and threads see nothing of it, and it is gone without a trace at once."""
    return world_of(remotes)


def world_of(remotes: Remotes) -> World:
    integration = _integration(remotes.org, remotes.tenant)
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


def _integration(org: Org, tenant: Tenant) -> Integration:
    salesforce = SalesforceConnection.objects.create(
        name="Acme org",
        host=SALESFORCE_HOST,
        login=SalesforceConnection.Login.CLIENT_CREDENTIALS,
        consumer_key=org.logins.consumer_key,
        consumer_secret=Secret.encrypt(org.logins.consumer_secret),
    )
    zuora = ZuoraConnection.objects.create(
        name="Acme tenant",
        data_centre=ZuoraConnection.DataCentre.CUSTOM,
        custom_host=ZUORA_HOST,
        client_id=tenant.client_id,
        client_secret=Secret.encrypt(tenant.client_secret),
    )
    return Integration.objects.create(name="Acme", salesforce=salesforce, zuora=zuora)


StartWorker = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(
    remotes: Remotes, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[StartWorker]:
    """Starts real worker processes on this test's queue and database (`quick`: with short leases); fails its test when one prints a
    traceback."""
    started: list[subprocess.Popen[bytes]] = []
    log = tmp_path / "worker.log"

    def start(*, quick: bool = False) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            process = subprocess.Popen(
                [
                    sys.executable,
                    *(("tests/services/quick_worker.py",) if quick else ("manage.py", "run_worker")),
                ],
                cwd=PROJECT,
                env=process_environment,
                stdout=output,
                stderr=output,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(PATIENCE_SECONDS)
    assert b"Traceback" not in log.read_bytes(), log.read_text()


@pytest.fixture
def worker(start_worker: StartWorker) -> subprocess.Popen[bytes]:
    """One of them."""
    return start_worker()
