"""An org with the cast in it, the same org on HTTP, and a client that is logged in.

One server answers for the whole session, because starting one costs more than most tests; the org
behind it is emptied and seeded anew before every test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from flask import Flask

from connector.sandbox.salesforce.app import create_app
from connector.sandbox.salesforce.org import Org
from connector.sandbox.serving import SandboxServer
from tests.sandbox.salesforce.cast import Api, dataset


@pytest.fixture(scope="session")
def shared_org() -> Org:
    return Org()


@pytest.fixture(scope="session")
def app(shared_org: Org) -> Flask:
    return create_app(org=shared_org)


@pytest.fixture(scope="session")
def server_url(app: Flask) -> Iterator[str]:
    with SandboxServer(app) as server:
        yield server.url


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def org(shared_org: Org) -> Org:
    shared_org.reset()
    shared_org.seed(dataset())
    return shared_org


@pytest.fixture
def url(org: Org, app: Flask, server_url: str) -> str:
    """Return the address of the org's server, with no fault and no request left from an earlier test."""
    control = app.extensions["sandbox_control"]
    control.faults.clear()
    control.requests.clear()
    return server_url


@pytest.fixture
def api(org: Org, url: str, http: requests.Session) -> Api:
    """Return a client with a session; the ways to get one have tests of their own."""
    return Api(url, org.sessions.open(org.org_id, now=org.clock()), http)
