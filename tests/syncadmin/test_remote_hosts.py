"""SANDBOX_ROUTES and EXTRA_REMOTE_HOSTS never open a way into the network."""

from __future__ import annotations

import pytest

from syncadmin.environment import SettingsError
from syncadmin.remote_hosts import extra_remote_hosts, sandbox_routes


def test_routes_go_from_test_names_to_loopback() -> None:
    entries = [
        "salesforce.sandbox.test=http://127.0.0.1:8801",
        "Zuora.Sandbox.test = http://[::1]:8802",
    ]

    assert sandbox_routes(entries) == {
        "salesforce.sandbox.test": "http://127.0.0.1:8801",
        "zuora.sandbox.test": "http://[::1]:8802",
    }


@pytest.mark.parametrize(
    "host",
    [
        "rest.zuora.com",
        "test",
        ".test",
        "a..test",
        "zuora.test.example.com",
        "zuora_x.test",
        "*.test",
        "a.test/",
    ],
)
def test_only_names_under_test_are_routed(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^SANDBOX_ROUTES may only name hosts under \.test"):
        sandbox_routes([f"{host}=http://127.0.0.1:8801"])


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.5:8801",
        "http://169.254.169.254:80",
        "http://0.0.0.0:8801",
        "http://localhost:8801",
        "http://127.0.0.1.example.com:8801",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8801/path",
        "http://127.0.0.1:8801?query",
        "http://user:password@127.0.0.1:8801",
        "http://127.0.0.1:8801@10.0.0.5:80",
        "https://127.0.0.1:8801",
        "ftp://127.0.0.1:8801",
        "127.0.0.1:8801",
        "http://[::ffff:10.0.0.5]:8801",
        "http://[::1:8801",
        "",
    ],
)
def test_only_loopback_addresses_with_a_port_are_routed_to(target: str) -> None:
    with pytest.raises(SettingsError, match=r"^SANDBOX_ROUTES sends zuora\.sandbox\.test to "):
        sandbox_routes([f"zuora.sandbox.test={target}"])


def test_an_entry_without_a_target_is_refused() -> None:
    with pytest.raises(
        SettingsError, match=r"^SANDBOX_ROUTES has the entry 'zuora\.sandbox\.test' without '='"
    ):
        sandbox_routes(["zuora.sandbox.test"])


def test_a_host_has_one_route() -> None:
    entry = "zuora.sandbox.test=http://127.0.0.1:8801"

    with pytest.raises(SettingsError, match=r"^SANDBOX_ROUTES names zuora\.sandbox\.test twice"):
        sandbox_routes([entry, entry.upper().replace("HTTP", "http")])


def test_the_operator_may_add_exact_host_names() -> None:
    assert extra_remote_hosts(["Rest.Zuora.example.com"]) == {"rest.zuora.example.com"}


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.5",
        "[::1]",
        "localhost",
        "*.example.com",
        "https://a.example.com",
        "a.example.com:443",
        "a b.com",
        "a.com/x",
    ],
)
def test_the_operator_adds_host_names_and_nothing_else(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^EXTRA_REMOTE_HOSTS holds .*, which is not a plain host name"):
        extra_remote_hosts([host])
