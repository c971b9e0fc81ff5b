"""Where a request comes from, as far as it cannot be forged.

Without BEHIND_PROXY it is the other end of the connection. With it, it is the last entry of X-Forwarded-For: the one that our own proxy
added. All before it, a client may have written itself.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

_INTERFACE_BITS = 64


def client_address(request: HttpRequest) -> str | None:
    """None where a connection has no address, as on a Unix socket. Of IPv6 the network of 64 bits: whoever has one has all of it."""
    if settings.BEHIND_PROXY:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
        if address := _parsed(told):
            return address
    return _parsed(request.META.get("REMOTE_ADDR", ""))


def _parsed(text: str) -> str | None:
    bare = text.strip()
    if bare.startswith("["):  # [2001:db8::1]:443
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:  # 192.0.2.1:443
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _INTERFACE_BITS << _INTERFACE_BITS))
