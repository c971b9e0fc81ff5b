"""Both sandboxes on loopback, one world a test between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connector.sandbox.salesforce.org import Org
from connector.sandbox.zuora.tenant import Tenant
from tests.services.world import SECRETS, Remotes
from tests.sync.judging import judge_bodies
from tests.sync.world import Hand, World


@dataclass(frozen=True, slots=True)
class Sandboxes:
    org: Org
    tenant: Tenant
    salesforce: Hand
    zuora: Hand


@pytest.fixture(scope="session")
def sandboxes(pair: Remotes) -> Iterator[Sandboxes]:
    hands = Hand(pair.salesforce.url), Hand(pair.zuora.url)
    yield Sandboxes(pair.org, pair.tenant, *hands)
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
