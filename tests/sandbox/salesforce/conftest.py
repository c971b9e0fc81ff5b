"""An org with the cast in it, the same org on HTTP, and a client that is logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from connector.sandbox.salesforce.app import create_app
from connector.sandbox.salesforce.org import Org
from connector.sandbox.serving import SandboxServer
from tests.sandbox.salesforce.cast import Api, dataset


@pytest.fixture
def org() -> Org:
    org = Org()
    org.seed(dataset())
    return org


@pytest.fixture
def url(org: Org) -> Iterator[str]:
    with SandboxServer(create_app(org=org)) as server:
        yield server.url


@pytest.fixture
def token(org: Org, url: str) -> str:
    reply = requests.post(
        f"{url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(org.logins.consumer_key, org.logins.consumer_secret),
        timeout=5,
    )
    return str(reply.json()["access_token"])


@pytest.fixture
def api(url: str, token: str) -> Iterator[Api]:
    client = Api(url, token)
    with client.session:
        yield client
