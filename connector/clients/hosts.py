"""Where a request may go at all.

An administrator types hosts into a form, and the token answer of a remote names another one. Neither may send our
credentials to a foreign server or a request into the network this process stands in. So a host is accepted by
name only, from a list per system, in one plain spelling, and an address it resolves to must be a public one.
Routes and extra hosts come from the process environment: whoever sets that owns the machine anyway.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from connector.clients.credentials import Network
from connector.errors import ConfigError

SALESFORCE = "Salesforce"
ZUORA = "Zuora"

ZUORA_HOSTS = (
    # Reference: https://developer.zuora.com/v1-api-reference/introduction/ (access to the API, data centres)
    "rest.zuora.com",
    "rest.na.zuora.com",
    "rest.eu.zuora.com",
    "rest.ap.zuora.com",
    "rest.test.zuora.com",
    "rest.test.eu.zuora.com",
    "rest.test.ap.zuora.com",
    "rest.apisandbox.zuora.com",
    "rest.sandbox.na.zuora.com",
    "rest.sandbox.eu.zuora.com",
)
LOGIN_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
"""Named inside a JWT only. No request goes there: the token endpoint of the My Domain host serves every grant."""

_MY_DOMAIN = ".my.salesforce.com"
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TRANSLATED = tuple(
    ipaddress.ip_network(each)
    for each in ("2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48")
)
"""6to4, Teredo, IPv4-compatible, IPv4-translated, local NAT64: what they carry may lie in this network."""
_SHOWN = 80


def check_host(system: str, host: str, network: Network) -> str:
    """The host in lower case, when requests of `system` ("Salesforce" or "Zuora") may go to it.

    Raises ConfigError saying what is wrong with it and which host to enter instead.
    """
    name = host.strip().lower()
    if fault := _shape_fault(name):
        raise ConfigError(f"{system} host {name[:_SHOWN]!r} is refused: {fault}")
    if name in {route.lower() for route in network.routes}:
        route_target(name, network)
        return name
    if name in {extra.lower() for extra in network.extra_hosts}:
        return name
    fault = _salesforce_fault(name) if system == SALESFORCE else _zuora_fault(name)
    if fault:
        raise ConfigError(f"{system} host {name[:_SHOWN]!r} is refused: {fault}")
    return name


def check_url(system: str, url: str, network: Network) -> str:
    """The host of a URL a request is about to be sent to; raises ConfigError where it may not be sent.

    The URL is taken apart by the parser that will open the connection, so that both see the same host.
    """
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise ConfigError(f"{system} address {url[:_SHOWN]!r} is refused: it cannot be read.") from None
    if parts.scheme != "https":
        raise ConfigError(f"{system} address {url[:_SHOWN]!r} is refused: only https is spoken.")
    if parts.auth or parts.port not in (None, 443) or parts.fragment or "\\" in url:
        raise ConfigError(
            f"A {system} address is refused: it names a user, a port or a fragment, and only "
            "https://<host>/<path> is spoken."
        )
    return check_host(system, parts.host or "", network)


def route_target(host: str, network: Network) -> str:
    """The loopback address a routed host stands for, such as "http://127.0.0.1:8001"; empty for any other host.

    Raises ConfigError where the route leads anywhere but to this machine.
    """
    target = next((to for name, to in network.routes.items() if name.lower() == host.lower()), "")
    if not target:
        return ""
    if not host.lower().endswith(".test"):
        raise ConfigError(f"The route of {host!r} is refused: only hosts under .test may be routed.")
    parts = urlsplit(target)
    if parts.scheme != "http" or parts.path.strip("/") or not _is_loopback(parts.hostname or ""):
        raise ConfigError(
            f"The route of {host!r} is refused: it leads to {target[:_SHOWN]!r}, and a route leads to "
            "http://127.0.0.1:<port>."
        )
    return target.rstrip("/")


def is_public(address: str) -> bool:
    """Whether a numeric address is on the public internet; also for the IPv4 address an IPv6 one may carry."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        if parsed in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
        if parsed.is_site_local or any(parsed in network for network in _TRANSLATED):
            return False
    return parsed.is_global and not parsed.is_multicast


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shape_fault(name: str) -> str:
    """What is wrong with the spelling of a host, or nothing."""
    if not name:
        return "it is empty."
    if not name.isascii():
        return "it has letters outside a-z, which can imitate another host."
    if any(sign in name for sign in "/\\@:?#%[]") or any(sign.isspace() for sign in name):
        return "enter the host name alone, without https://, port, path or user."
    if name.endswith("."):
        return "leave out the dot at its end."
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return "an IP address is not accepted; enter the host name."
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return "it is not a host name."
    if any(label.startswith("xn--") for label in labels):
        return "international host names are not accepted: they can imitate another host."
    return ""


def _salesforce_fault(name: str) -> str:
    if name.endswith(_MY_DOMAIN) and name.removesuffix(_MY_DOMAIN).count(".") <= 1:
        return ""
    for foreign in (".lightning.force.com", ".my.salesforce-setup.com"):
        if name.endswith(foreign):
            return (
                f"the API is not there; enter the My Domain host, {name.removesuffix(foreign)}{_MY_DOMAIN}."
            )
    return (
        "enter the My Domain host of the org, which ends in .my.salesforce.com "
        "(Salesforce Setup > My Domain > Current My Domain URL)."
    )


def _zuora_fault(name: str) -> str:
    if name in ZUORA_HOSTS:
        return ""
    return (
        "it is none of Zuora's REST hosts. Choose the data centre of the tenant, such as rest.eu.zuora.com."
    )
