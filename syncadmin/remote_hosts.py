"""Which hosts outside the published lists this installation may talk to.

Both variables belong to the operator of the machine, never to an administrator in the browser: whoever can
name a host there could otherwise point the application at addresses inside the network.
SANDBOX_ROUTES sends names under .test (which no DNS serves) to servers on this machine, and nothing else.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Iterable

from syncadmin.environment import SettingsError

HOST_NAME = re.compile(
    r"\A(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+\Z"
)

ROUTE_FORM = "write name.sandbox.test=http://127.0.0.1:port"


def sandbox_routes(entries: Iterable[str]) -> dict[str, str]:
    """Host name under .test -> loopback address, such as {"zuora.sandbox.test": "http://127.0.0.1:8802"}."""
    routes: dict[str, str] = {}
    for entry in entries:
        host, separator, target = (part.strip() for part in entry.partition("="))
        host = host.lower()
        if not separator:
            raise SettingsError(f"SANDBOX_ROUTES has the entry {entry!r} without '=': {ROUTE_FORM}.")
        if not HOST_NAME.match(host) or not host.endswith(".test"):
            raise SettingsError(
                f"SANDBOX_ROUTES may only name hosts under .test, not {host!r}: {ROUTE_FORM}."
            )
        if host in routes:
            raise SettingsError(f"SANDBOX_ROUTES names {host} twice: keep one of the two entries.")
        routes[host] = _loopback(target, host=host)
    return routes


def _loopback(target: str, *, host: str) -> str:
    try:
        url = urllib.parse.urlsplit(target)
        port = url.port
        is_loopback = ipaddress.ip_address(url.hostname or "").is_loopback
    except ValueError:
        port, is_loopback = None, False
    if (
        not is_loopback
        or not port
        or url.scheme != "http"
        or target != f"http://{url.netloc}"
        or "@" in url.netloc
    ):
        raise SettingsError(
            f"SANDBOX_ROUTES sends {host} to {target!r}, which is not a plain http address with a port "
            f"on this machine's loopback: {ROUTE_FORM}."
        )
    return target


def extra_remote_hosts(entries: Iterable[str]) -> frozenset[str]:
    """Exact host names the operator adds to the published ones."""
    hosts = [entry.lower() for entry in entries]
    for host in hosts:
        if not HOST_NAME.match(host) or host.rpartition(".")[2].isdigit():
            raise SettingsError(
                f"EXTRA_REMOTE_HOSTS holds {host!r}, which is not a plain host name: "
                f"write names such as rest.zuora.example.com, without scheme, port or path, no IP address."
            )
    return frozenset(hosts)
