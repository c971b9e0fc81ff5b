"""Where requests may go: hosts as an administrator types them, addresses as a name server answers them."""

from __future__ import annotations

import pytest

from connector.clients.credentials import Network
from connector.clients.hosts import ZUORA_HOSTS, check_host, check_url, is_public, route_target
from connector.errors import ConfigError

NOWHERE = Network()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("acme.my.salesforce.com", "acme.my.salesforce.com"),
        (" Acme.My.Salesforce.com ", "acme.my.salesforce.com"),
        ("acme--uat.sandbox.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com"),
        ("acme-dev-ed.develop.my.salesforce.com", "acme-dev-ed.develop.my.salesforce.com"),
    ],
)
def test_a_my_domain_host_is_accepted(given: str, kept: str) -> None:
    assert check_host("Salesforce", given, NOWHERE) == kept


@pytest.mark.parametrize("host", ZUORA_HOSTS)
def test_every_published_data_centre_is_accepted(host: str) -> None:
    assert check_host("Zuora", host, NOWHERE) == host


@pytest.mark.parametrize("system", ["Salesforce", "Zuora"])
@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("https://acme.my.salesforce.com", "name alone"),
        ("acme.my.salesforce.com/path", "name alone"),
        ("https://169.254.169.254/#.my.salesforce.com", "name alone"),
        ("169.254.169.254#.my.salesforce.com", "name alone"),
        ("user@rest.zuora.com", "name alone"),
        ("rest.zuora.com@evil.com", "name alone"),
        ("rest.zuora.com:8443", "name alone"),
        ("rest.zuora.com:443", "name alone"),
        ("rest.zuora.com?x", "name alone"),
        ("rest.zuora.com\\evil.com", "name alone"),
        ("rest.zuora.com%2eevil.com", "name alone"),
        ("rest.zuora.com evil.com", "name alone"),
        ("rest.zuora.com\r\nX: y", "name alone"),
        ("[::1]", "name alone"),
        ("127.0.0.1", "IP address"),
        ("10.1", "IP address"),
        ("2130706433", "IP address"),
        ("0x7f000001", "IP address"),
        ("0x7f.0.0.1", "IP address"),
        ("rest.zuora.com.", "dot"),
        ("acme.my.salesforce.com.", "dot"),
        ("аcme.my.salesforce.com", "letters outside"),  # noqa: RUF001 - a Cyrillic letter, on purpose
        ("rest.zuora。com", "letters outside"),
        ("xn--acme-9na.my.salesforce.com", "international"),
        ("rest..zuora.com", "not a host name"),
        ("-rest.zuora.com", "not a host name"),
        ("_x.my.salesforce.com", "not a host name"),
        ("a" * 64 + ".my.salesforce.com", "not a host name"),
        ("localhost", "host"),
        ("evil.com", "host"),
        ("a.salesforce.com.evil.com", "host"),
        ("rest.zuora.com.evil.com", "host"),
        ("evilrest.zuora.com", "REST|My Domain"),
        ("my.salesforce.com", "My Domain|REST"),
        ("acmemy.salesforce.com", "My Domain|REST"),
        ("a.b.c.my.salesforce.com", "My Domain|REST"),
        ("metadata.google.internal", "host"),
    ],
)
def test_every_other_host_is_refused_with_a_reason(system: str, host: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        check_host(system, host, NOWHERE)


def test_the_hosts_of_one_system_are_not_those_of_the_other() -> None:
    with pytest.raises(ConfigError, match="My Domain"):
        check_host("Salesforce", "rest.zuora.com", NOWHERE)
    with pytest.raises(ConfigError, match="data centre"):
        check_host("Zuora", "acme.my.salesforce.com", NOWHERE)


@pytest.mark.parametrize(
    ("host", "better"),
    [
        ("acme.lightning.force.com", "acme.my.salesforce.com"),
        ("acme--uat.sandbox.lightning.force.com", "acme--uat.sandbox.my.salesforce.com"),
        ("login.salesforce.com", "Setup > My Domain"),
        ("test.salesforce.com", "Setup > My Domain"),
    ],
)
def test_a_host_that_is_nearly_right_is_told_which_one_is(host: str, better: str) -> None:
    with pytest.raises(ConfigError, match=better):
        check_host("Salesforce", host, NOWHERE)


def test_an_extra_host_is_accepted_exactly() -> None:
    network = Network(extra_hosts=("zuora-proxy.example.com",))
    assert check_host("Zuora", "ZUORA-proxy.example.com", network) == "zuora-proxy.example.com"
    with pytest.raises(ConfigError):
        check_host("Zuora", "x.zuora-proxy.example.com", network)


@pytest.mark.parametrize(
    ("host", "target", "why"),
    [
        ("zuora.sandbox.test", "http://10.0.0.1:80", "127.0.0.1"),
        ("zuora.sandbox.test", "http://localhost:80", "127.0.0.1"),
        ("zuora.sandbox.test", "https://127.0.0.1:80", "127.0.0.1"),
        ("zuora.sandbox.test", "http://127.0.0.1.evil.com:80", "127.0.0.1"),
        ("zuora.sandbox.test", "http://127.0.0.1:80/inner", "127.0.0.1"),
        ("rest.zuora.com", "http://127.0.0.1:80", "under .test"),
    ],
)
def test_a_route_leads_from_a_test_host_to_this_machine_only(host: str, target: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        check_host("Zuora", host, Network(routes={host: target}))


def test_a_route_is_followed_to_its_target() -> None:
    network = Network(routes={"zuora.sandbox.test": "http://127.0.0.1:8001/"})
    assert check_host("Zuora", "zuora.sandbox.test", network) == "zuora.sandbox.test"
    assert route_target("zuora.sandbox.test", network) == "http://127.0.0.1:8001"
    assert route_target("rest.zuora.com", network) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://rest.zuora.com/v1/accounts",
        "ftp://rest.zuora.com/",
        "https://user@rest.zuora.com/",
        "https://rest.zuora.com:8443/",
        "https://rest.zuora.com/#x",
        "https://rest.zuora.com\\@evil.com/",
        "https://evil.com/https://rest.zuora.com/",
        "https://evil.com#@rest.zuora.com/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "//rest.zuora.com/",
        "https:///v1",
        "https://",
        "",
    ],
)
def test_a_url_that_does_not_lead_to_an_allowed_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        check_url("Zuora", url, NOWHERE)


def test_a_url_of_an_allowed_host_is_accepted() -> None:
    assert check_url("Zuora", "https://rest.zuora.com/v1/accounts?a=b@c:1", NOWHERE) == "rest.zuora.com"
    assert check_url("Zuora", "https://rest.zuora.com:443/v1", NOWHERE) == "rest.zuora.com"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse, nothing is bound
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378::", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("::127.0.0.1", False),
        ("::808:808", False),
        ("::ffff:0:127.0.0.1", False),
        ("::ffff:0:808:808", False),
        ("64:ff9b:1::7f00:1", False),
        ("64:ff9b:1:ffff::808:808", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, public: bool) -> None:
    assert is_public(address) is public
