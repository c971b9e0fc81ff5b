"""One pair of sandboxes for all cases, emptied before each; the rows that point at them; and the count at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import LazySettings

from connector.models import Integration, SalesforceConnection, Secret, ZuoraConnection
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Logins, Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import Tenant
from tests.matrix import switch
from tests.matrix.disturbing import hurried as hurried
from tests.matrix.family import SECRETS, Home
from tests.matrix.living import nursery as nursery
from tests.matrix.living import workers as workers
from tests.sandbox_calls import Sandbox
from tests.services.world import SALESFORCE_HOST, ZUORA_HOST


@dataclass(frozen=True, slots=True)
class Pair:
    org: Org
    tenant: Tenant
    salesforce: Sandbox
    zuora: Sandbox


@pytest.fixture(scope="session")
def pair() -> Iterator[Pair]:
    org = Org(logins=Logins(consumer_secret=SECRETS[0]), settings={"multi_currency": True})
    tenant = Tenant(client_secret=SECRETS[1])
    with (
        SandboxServer(create_salesforce(org=org)) as one,
        SandboxServer(create_zuora(tenant=tenant)) as other,
    ):
        yield Pair(org, tenant, Sandbox(one.url), Sandbox(other.url))


@pytest.fixture(autouse=True)
def counted(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """Which part of the matrix a test is of, for the count at the end of the run."""
    marker = request.node.get_closest_marker("matrix")
    if marker is not None:
        record_property("matrix", marker.args[0])


@pytest.fixture(autouse=True)
def without_intents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the switch is on."""
    if switch.IS_ON:
        switch.take_intents_away(monkeypatch)


@pytest.fixture
def emptied(pair: Pair, settings: LazySettings) -> Pair:
    for sandbox in (pair.salesforce, pair.zuora):
        sandbox.reset()
    settings.SANDBOX_ROUTES = {SALESFORCE_HOST: pair.salesforce.url, ZUORA_HOST: pair.zuora.url}
    settings.REMOTE_RETRIES = 1
    return pair


@pytest.fixture
def home(emptied: Pair, redis_url: str, db: None) -> Home:
    """For runs in this process; all rows are gone without a trace afterwards."""
    return home_of(emptied)


@pytest.fixture
def open_home(emptied: Pair, redis_url: str, transactional_db: None) -> Home:
    """For runs of other processes and threads."""
    return home_of(emptied)


def home_of(pair: Pair) -> Home:
    salesforce = SalesforceConnection.objects.create(
        name="Acme org",
        host=SALESFORCE_HOST,
        login=SalesforceConnection.Login.CLIENT_CREDENTIALS,
        consumer_key=pair.org.logins.consumer_key,
        consumer_secret=Secret.encrypt(pair.org.logins.consumer_secret),
    )
    zuora = ZuoraConnection.objects.create(
        name="Acme tenant",
        data_centre=ZuoraConnection.DataCentre.CUSTOM,
        custom_host=ZUORA_HOST,
        client_id=pair.tenant.client_id,
        client_secret=Secret.encrypt(pair.tenant.client_secret),
    )
    integration = Integration.objects.create(name="Acme", salesforce=salesforce, zuora=zuora)
    return Home(pair.org, pair.tenant, pair.salesforce, pair.zuora, integration)
