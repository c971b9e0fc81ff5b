"""The address that counts failed logins cannot be chosen by whoever fails."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from syncadmin.client_address import client_address


def _address(remote: str, forwarded: str | None = None) -> str | None:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", None),
        ("unix:", None),
    ],
)
def test_the_other_end_of_the_connection(remote: str, address: str | None) -> None:
    assert _address(remote) == address


def test_without_a_proxy_the_header_is_not_believed() -> None:
    assert _address("192.0.2.1", "198.51.100.7") == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9,198.51.100.7:51234", "198.51.100.7"),
        ("evil, [2001:db8::1]:443", "2001:db8::"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("203.0.113.9,", "10.0.0.1"),
        (None, "10.0.0.1"),
    ],
)
def test_behind_a_proxy_only_its_own_entry_is_believed(
    settings: Settings, forwarded: str | None, address: str
) -> None:
    settings.BEHIND_PROXY = True

    assert _address("10.0.0.1", forwarded) == address
