"""What a client needs to reach one org or one tenant. Plain values handed down by jobs; secrets never show in `repr`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SalesforceLogin(StrEnum):
    CLIENT_CREDENTIALS = "client_credentials"
    JWT_BEARER = "jwt_bearer"
    PASSWORD = "password"  # noqa: S105 - the name of the legacy SOAP login, gone from API 65 up


@dataclass(frozen=True, slots=True)
class SalesforceCredentials:
    """`host` is the My Domain host (no scheme); `login_audience` is login.salesforce.com or test.salesforce.com (JWT)."""

    name: str
    host: str
    login: SalesforceLogin
    api_version: str
    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    login_audience: str = "https://login.salesforce.com"


@dataclass(frozen=True, slots=True)
class ZuoraCredentials:
    """`host` is the REST host of the data centre (no scheme); `entity_id` only for multi-entity tenants."""

    name: str
    host: str
    client_id: str
    client_secret: str = field(repr=False)
    zuora_version: str = "2025-08-12"
    entity_id: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Where requests may go. `extra_hosts` and `routes` come from the process environment only, never from a browser: a route
    sends a host under .test to a sandbox on loopback. Timeouts are in seconds."""

    extra_hosts: tuple[str, ...] = ()
    routes: Mapping[str, str] = field(default_factory=dict)
    connect_timeout: float = 5.0
    read_timeout: float = 125.0
    """Zuora gives up at 120 s itself; a little more tells its answer from our impatience."""
    retries: int = 3
