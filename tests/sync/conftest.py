"""Both sandboxes on loopback, one world a test between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Logins, Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import Tenant
from tests.sync.judging import judge_bodies
from tests.sync.world import SECRETS, Hand, World


@dataclass(frozen=True, slots=True)
class Sandboxes:
    org: Org
    tenant: Tenant
    salesforce: Hand
    zuora: Hand


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[Sandboxes]:
    org = Org(logins=Logins(consumer_secret=SECRETS[1]), settings={"multi_currency": True})
    tenant = Tenant(client_secret=SECRETS[0])
    with (
        SandboxServer(create_salesforce(org=org)) as one,
        SandboxServer(create_zuora(tenant=tenant)) as other,
    ):
        hands = Hand(one.url), Hand(other.url)
        yield Sandboxes(org, tenant, *hands)
        for hand in hands:
            hand.session.close()


@pytest.fixture
def world(sandboxes: Sandboxes) -> Iterator[World]:
    """Empty sandboxes and an empty database. Whatever the test sent to Zuora is judged by Zuora's own document."""
    made = World(sandboxes.org, sandboxes.tenant, sandboxes.salesforce, sandboxes.zuora)
    made.start_anew()
    yield made
    judge_bodies(made.written())
    leaked = [entry for entry in made.memory.entries if any(secret in str(entry) for secret in SECRETS)]
    assert not leaked
