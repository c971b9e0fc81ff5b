"""What the tests of the clients stand on: a server on loopback that answers exactly what a test tells it, the two
sandboxes over real HTTP, and clients routed to them."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connector.clients.credentials import Network, SalesforceCredentials, SalesforceLogin, ZuoraCredentials
from connector.clients.http import RemoteSession
from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache, TokenCache
from connector.clients.zuora import ZuoraClient
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Logins
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import CLIENT_ID, CLIENT_SECRET

ZUORA_HOST = "zuora.sandbox.test"
SALESFORCE_HOST = "salesforce.sandbox.test"
TOKEN = "t0ken-0f-the-scripted-server"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is JSON unless it is bytes; `act` takes over the connection instead of answering."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def drop(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


class Script:
    """Answers in the order they were given, the last one for ever; tokens are given out beside that."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.tokens_given = 0
        self.token_reply: Reply | None = None
        self._replies: deque[Reply] = deque()

    def answer(self, *replies: Any) -> None:
        self._replies.extend(reply if isinstance(reply, Reply) else Reply(reply) for reply in replies)

    @property
    def api(self) -> list[Asked]:
        return [asked for asked in self.asked if not asked.path.endswith("/token")]

    def reply_to(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.path.endswith("/token"):
            self.tokens_given += 1
            given = {"access_token": f"{TOKEN}-{self.tokens_given}", "expires_in": 3600}
            given["instance_url"] = f"https://{SALESFORCE_HOST}"
            return self.token_reply or Reply(given)
        assert self._replies, f"nothing was scripted for {asked.method} {asked.path}"
        return self._replies.popleft() if len(self._replies) > 1 else self._replies[0]


def _handler(script: Callable[[], Script]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, parse_qs(parts.query), dict(self.headers), body)
            reply = script().reply_to(asked)
            if reply.act is not None:
                reply.act(self)
                return
            raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(raw)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: object) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        return  # a client that hangs up in the middle is what some tests are about


@pytest.fixture
def script() -> Iterator[Script]:
    made: list[Script] = []
    server = _Server(("127.0.0.1", 0), _handler(lambda: made[0]))
    made.append(Script(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made[0]
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Pauses:
    """Takes the place of sleeping: what would have been waited, in seconds."""

    taken: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def network(url: str, **changes: Any) -> Network:
    """Both sandbox hosts routed to `url`, with short timeouts."""
    settings: dict[str, Any] = {"connect_timeout": 1.0, "read_timeout": 2.0, "retries": 2}
    return Network(routes={ZUORA_HOST: url, SALESFORCE_HOST: url}, **(settings | changes))


def zuora_credentials(**changes: Any) -> ZuoraCredentials:
    given = {
        "name": "Zuora test",
        "host": ZUORA_HOST,
        "client_id": "c" * 36,
        "client_secret": "zu-s3cret-canary",
    }
    return ZuoraCredentials(**(given | changes))


def salesforce_credentials(**changes: Any) -> SalesforceCredentials:
    given: dict[str, Any] = {
        "name": "Salesforce test",
        "host": SALESFORCE_HOST,
        "login": SalesforceLogin.CLIENT_CREDENTIALS,
        "api_version": "62.0",
        "consumer_key": "consumer-key",
        "consumer_secret": "sf-s3cret-canary",
    }
    return SalesforceCredentials(**(given | changes))


@pytest.fixture
def session(script: Script, pauses: Pauses) -> Iterator[RemoteSession]:
    with RemoteSession("Zuora", network(script.url), sleep=pauses, jitter=lambda: 1.0) as made:
        yield made


@pytest.fixture
def zuora(script: Script, pauses: Pauses) -> Iterator[ZuoraClient]:
    """A Zuora client in front of the scripted server."""
    with ZuoraClient(
        zuora_credentials(), network(script.url), MemoryTokenCache(), sleep=pauses, jitter=lambda: 1.0
    ) as made:
        yield made


@pytest.fixture
def salesforce(script: Script, pauses: Pauses) -> Iterator[SalesforceClient]:
    """A Salesforce client in front of the scripted server."""
    with SalesforceClient(
        salesforce_credentials(), network(script.url), MemoryTokenCache(), sleep=pauses, jitter=lambda: 1.0
    ) as made:
        yield made


class Sandbox:
    """A running sandbox and its control: what a test breaks, what arrived, what is kept."""

    def __init__(self, url: str, *, pauses: Pauses) -> None:
        self.url = url
        self.pauses = pauses
        self._http = requests.Session()

    def control(self, method: str, name: str, body: object = None) -> Any:
        answer = self._http.request(method, f"{self.url}/__sandbox__/{name}", json=body, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, action: str, **described: object) -> None:
        self.control("POST", "faults", {"action": action, **described})

    def settings(self, **changes: object) -> None:
        self.control("POST", "settings", changes)

    def state(self) -> Any:
        return self.control("GET", "state")

    def log(self, path: str = "") -> list[dict[str, Any]]:
        """The calls that arrived, oldest first, tokens left out; `path` is what their path begins with."""
        entries = self.control("GET", "requests")["requests"]
        return [entry for entry in entries if "token" not in entry["path"] and entry["path"].startswith(path)]

    def tokens(self) -> int:
        entries = self.control("GET", "requests")["requests"]
        return sum(entry["path"].endswith("/token") for entry in entries)

    def network(self, **changes: Any) -> Network:
        return network(self.url, **changes)

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def tenant(pauses: Pauses) -> Iterator[Sandbox]:
    """The Zuora sandbox."""
    with SandboxServer(create_zuora()) as server, closing(Sandbox(server.url, pauses=pauses)) as sandbox:
        yield sandbox


@pytest.fixture
def org(pauses: Pauses) -> Iterator[Sandbox]:
    """The Salesforce sandbox."""
    with SandboxServer(create_salesforce()) as server, closing(Sandbox(server.url, pauses=pauses)) as sandbox:
        yield sandbox


def tenant_client(sandbox: Sandbox, **changes: Any) -> ZuoraClient:
    """A Zuora client for the sandbox's tenant."""
    credentials = zuora_credentials(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    return ZuoraClient(
        credentials,
        sandbox.network(**changes),
        MemoryTokenCache(),
        sleep=sandbox.pauses,
        jitter=lambda: 1.0,
    )


def org_client(sandbox: Sandbox, *, tokens: TokenCache | None = None, **changes: Any) -> SalesforceClient:
    """A Salesforce client for the sandbox's org; `changes` are of the credentials."""
    logins = Logins()
    given = {"consumer_key": logins.consumer_key, "consumer_secret": logins.consumer_secret} | changes
    return SalesforceClient(
        salesforce_credentials(**given),
        sandbox.network(),
        tokens or MemoryTokenCache(),
        sleep=sandbox.pauses,
        jitter=lambda: 1.0,
    )
