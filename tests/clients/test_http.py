"""The session: what it refuses to send, what it refuses to wait for, and what it says of a failure."""

from __future__ import annotations

import gzip
import logging
import socket
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from connector.clients import http
from connector.clients.credentials import Network
from connector.clients.http import CallRecord, RemoteSession
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from tests.clients.conftest import ZUORA_HOST, Pauses, Reply, Script, drop, network

URL = f"https://{ZUORA_HOST}/v1/accounts"


def test_a_routed_call_keeps_its_host_and_its_query(session: RemoteSession, script: Script) -> None:
    script.answer({"ok": 1})
    response = session.get(URL, params={"filter[]": "crmid.EQ:1 2"})
    [asked] = script.asked
    assert (asked.path, asked.query) == ("/v1/accounts", {"filter[]": ["crmid.EQ:1 2"]})
    assert asked.headers["Host"] == ZUORA_HOST
    assert asked.headers["User-Agent"] == "syncadmin"
    assert response.url.startswith(URL)
    assert response.json() == {"ok": 1}


@pytest.mark.parametrize(
    "url",
    ["http://rest.zuora.com/", "https://evil.com/", f"https://x@{ZUORA_HOST}/", f"https://{ZUORA_HOST}:444/"],
)
def test_nothing_is_sent_to_a_host_off_the_list(session: RemoteSession, script: Script, url: str) -> None:
    with pytest.raises(ConfigError, match="refused"):
        session.get(url)
    assert script.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_the_token_goes_nowhere(
    session: RemoteSession, script: Script, status: int
) -> None:
    script.answer(Reply({}, status=status, headers={"Location": "https://evil.example/steal?x=1"}))
    with pytest.raises(RemoteRejected, match=r"redirect to evil\.example") as caught:
        session.get(URL, headers={"Authorization": "Bearer abcdefgh"})
    assert caught.value.status == status
    assert len(script.asked) == 1


@pytest.mark.parametrize("location", ["", "/elsewhere", "http://[bad", "\x00"])
def test_an_odd_location_is_still_only_a_redirect(
    session: RemoteSession, script: Script, location: str
) -> None:
    script.answer(Reply({}, status=302, headers={"Location": location}))
    with pytest.raises(RemoteRejected, match="not followed"):
        session.get(URL)


def test_an_address_inside_is_refused_before_anything_is_sent(pauses: Pauses) -> None:
    inward = Network(extra_hosts=("localhost",), connect_timeout=1, retries=2)
    with RemoteSession("Zuora", inward, sleep=pauses) as session:
        with pytest.raises(ConfigError, match="private network"):
            session.get("https://localhost/v1")
        assert pauses.taken == []


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[str, int]]:
    """Every name resolves to these addresses (none: to nothing), and no connection to them comes about.

    Gives the list of addresses a connection was tried to.
    """
    tried: list[tuple[str, int]] = []

    def resolve(host: str, port: int, **_: object) -> list[Any]:
        if not addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        tried.append(address)
        raise OSError("no route")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    return tried


@pytest.mark.parametrize("addresses", [("169.254.169.254",), ("8.8.8.8", "10.0.0.1"), ("::ffff:127.0.0.1",)])
def test_an_allowed_name_that_resolves_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    tried = resolving(monkeypatch, *addresses)
    with RemoteSession("Zuora", Network()) as session, pytest.raises(ConfigError, match="private network"):
        session.get("https://rest.zuora.com/v1")
    assert tried == []


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = resolving(monkeypatch, "8.8.8.8", "8.8.4.4")
    with RemoteSession("Zuora", Network(retries=0)) as session, pytest.raises(RemoteUnavailable):
        session.get("https://rest.zuora.com/v1")
    assert tried == [("8.8.8.8", 443), ("8.8.4.4", 443)]


def test_a_name_nobody_knows_is_unreachable_and_repeated(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses
) -> None:
    resolving(monkeypatch)
    nowhere = Network(extra_hosts=("nowhere.invalid",), connect_timeout=1, retries=2)
    with RemoteSession("Zuora", nowhere, sleep=pauses, jitter=lambda: 1.0) as session:
        with pytest.raises(RemoteUnavailable, match="nothing was sent") as caught:
            session.post("https://nowhere.invalid/v1", data=b"{}")
        assert (caught.value.code, caught.value.outcome_unknown) == ("unreachable", False)
        assert pauses.taken == [0.5, 1.0]


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_a_connection_that_never_was_is_tried_again_even_for_a_create(pauses: Pauses) -> None:
    with RemoteSession("Zuora", network(f"http://127.0.0.1:{free_port()}"), sleep=pauses) as session:
        with pytest.raises(RemoteUnavailable) as caught:
            session.post(URL, data=b"{}")
        assert len(pauses.taken) == 2
        assert caught.value.outcome_unknown is False
        with pytest.raises(RemoteUnavailable):
            session.repeat(lambda: session.get(URL))
        assert len(pauses.taken) == 4  # the transport repeated it; nobody else does so again


@pytest.mark.parametrize(("method", "unknown"), [("GET", False), ("POST", True), ("PUT", True)])
def test_silence_may_have_changed_something_only_if_it_was_a_write(
    script: Script, pauses: Pauses, method: str, unknown: bool
) -> None:
    script.answer(Reply(act=lambda handler: time.sleep(0.5)))
    with RemoteSession("Zuora", network(script.url, read_timeout=0.1), sleep=pauses) as session:
        with pytest.raises(RemoteUnavailable, match=r"within 0\.1 s") as caught:
            session.request(method, URL, data=b"{}")
        assert (caught.value.code, caught.value.outcome_unknown) == ("timeout", unknown)
        assert ("is not known" in caught.value.message) is unknown


@pytest.mark.parametrize("path", ["/oauth/token", "/v1/action/query"])
def test_a_post_that_only_reads_has_no_unknown_outcome(
    session: RemoteSession, script: Script, path: str
) -> None:
    script.answer(Reply(act=drop))
    script.token_reply = Reply(act=drop)
    with pytest.raises(RemoteUnavailable) as caught:
        session.post(f"https://{ZUORA_HOST}{path}", data=b"{}")
    assert caught.value.outcome_unknown is False


def test_a_lost_connection_after_sending_is_unknown(session: RemoteSession, script: Script) -> None:
    script.answer(Reply(act=drop))
    with pytest.raises(RemoteUnavailable, match="connection broke") as caught:
        session.post(URL, data=b"{}")
    assert caught.value.outcome_unknown is True
    assert len(script.asked) == 1


def trickle(handler: BaseHTTPRequestHandler, *, head: bytes) -> None:
    """One byte at a time, each well within the read timeout, without end."""
    handler.close_connection = True
    handler.wfile.write(head)
    for _ in range(200):
        handler.wfile.write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n"],
    ids=["headers", "body"],
)
def test_an_answer_that_trickles_in_meets_its_deadline(script: Script, pauses: Pauses, head: bytes) -> None:
    script.answer(Reply(act=lambda handler: trickle(handler, head=head)))
    with RemoteSession("Zuora", network(script.url, read_timeout=0.3), sleep=pauses) as session:
        started = time.perf_counter()
        with pytest.raises(RemoteUnavailable) as caught:
            session.get(URL)
        assert caught.value.code == "timeout"
        assert time.perf_counter() - started < 5  # without a deadline it would be ten


def test_half_a_body_is_no_answer(session: RemoteSession, script: Script) -> None:
    script.answer(Reply(b"half", headers={"Content-Length": "100", "Connection": "close"}))
    with pytest.raises(RemoteUnavailable, match="did not arrive whole"):
        session.get(URL)


def test_garbage_under_gzip_is_no_answer(session: RemoteSession, script: Script) -> None:
    script.answer(Reply(b"not gzip at all", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(RemoteUnavailable, match="did not arrive whole"):
        session.get(URL)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip bomb"])
def test_a_body_beyond_the_bound_is_not_read(session: RemoteSession, script: Script, packed: bool) -> None:
    body = b"0" * (http.MAX_BODY + 1)
    headers = {"Content-Encoding": "gzip"} if packed else {}
    script.answer(Reply(gzip.compress(body, 1) if packed else body, headers=headers))
    with pytest.raises(RemoteUnavailable, match="more than 20 MB") as caught:
        session.get(URL)
    assert caught.value.code == "too_large"


def test_an_answer_in_gzip_is_read(session: RemoteSession, script: Script) -> None:
    script.answer(Reply(gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))
    assert session.get(URL).json() == {"a": 1}


def test_one_connection_serves_many_calls(session: RemoteSession, script: Script) -> None:
    ports: list[int] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        ports.append(handler.client_address[1])
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    script.answer(Reply(act=note))
    for _ in range(3):
        session.get(URL)
    assert len(set(ports)) == 1


def test_the_environment_is_ignored(
    session: RemoteSession, script: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {ZUORA_HOST} login x password y\ndefault login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    script.answer({})
    session.get(URL, headers={"Authorization": "Bearer mine"})
    assert script.asked[0].headers["Authorization"] == "Bearer mine"


def test_verification_cannot_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    with RemoteSession("Zuora", Network()) as session:
        adapter = session.get_adapter("https://rest.zuora.com/")

        def send(request: object, **options: Any) -> object:
            seen.append((options["verify"], options["proxies"]))
            raise OSError("stop here")

        monkeypatch.setattr(adapter, "send", send)
        with pytest.raises(RemoteUnavailable):
            session.get("https://rest.zuora.com/", verify=False, proxies={"https": "http://127.0.0.1:9"})
    assert seen == [(True, {})]


def test_a_cookie_is_not_kept(session: RemoteSession, script: Script) -> None:
    script.answer(Reply({}, headers={"Set-Cookie": "BrowserId=x; Path=/"}))
    session.get(URL)
    session.get(URL)
    assert "Cookie" not in script.asked[1].headers


def test_calls_are_counted_apart_and_recorded_without_their_query(
    script: Script, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    records: list[CallRecord] = []
    script.answer(Reply({}, headers={"Zuora-Request-Id": "r-1"}), Reply(act=drop))
    with (
        caplog.at_level(logging.DEBUG, logger="connector"),
        RemoteSession("Zuora", network(script.url), sleep=pauses, on_call=records.append) as session,
    ):
        session.post(f"https://{ZUORA_HOST}/oauth/token")
        session.get(URL, params={"filter[]": "name.EQ:Acme"})
        with pytest.raises(RemoteUnavailable):
            session.get(URL)
        assert (session.counts.token, session.counts.api) == (1, 2)
    assert [(record.path, record.status, record.request_id) for record in records] == [
        ("/oauth/token", 200, ""),
        ("/v1/accounts", 200, "r-1"),
        ("/v1/accounts", 0, ""),
    ]
    assert all(record.milliseconds >= 0 for record in records)
    assert "GET /v1/accounts -> 200" in caplog.text
    assert "Acme" not in caplog.text
