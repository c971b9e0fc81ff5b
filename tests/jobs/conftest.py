"""Rows, both sandboxes and a queue, all real: what a job meets in production, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
OWNER = {"Id": "005000000000001AAA", "Username": "ops@acme.example", "LastName": "Ops"}


@dataclass(frozen=True, slots=True)
class World:
    """Both sandboxes and the rows that point at them; Acme Corp is known to the integration."""

    org: Org
    tenant: Tenant
    salesforce: Sandbox
    zuora: Sandbox
    integration: Integration
    account: Account

    def zuora_accounts(self) -> list[dict[str, Any]]:
        return self.zuora.state()["accounts"]


@pytest.fixture
def world(settings: LazySettings, redis_url: str, transactional_db: None) -> Iterator[World]:
    org, tenant = Org(settings={"multi_currency": True}), Tenant()
    org.seed({"User": [OWNER], "Account": [_storable(account_record(ACME_CORP))]})
    with (
        SandboxServer(create_salesforce(org=org)) as salesforce,
        SandboxServer(create_zuora(tenant=tenant)) as zuora,
    ):
        settings.SANDBOX_ROUTES = {SALESFORCE_HOST: salesforce.url, ZUORA_HOST: zuora.url}
        integration = _integration(org, tenant)
        yield World(
            org=org,
            tenant=tenant,
            salesforce=Sandbox(salesforce.url),
            zuora=Sandbox(zuora.url),
            integration=integration,
            account=Account.objects.remember(integration, ACME_CORP, name="Acme Corp"),
        )


def _storable(record: dict[str, Any]) -> dict[str, Any]:
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
