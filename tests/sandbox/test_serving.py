"""The server itself: kept connections, quick answers, loopback only, an end that is felt."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
import requests
from flask import Flask, Response, jsonify, request

from connector.sandbox.serving import SandboxServer


def make_app() -> Flask:
    app = Flask("echo")

    @app.route("/echo", methods=["GET", "POST"])
    def echo() -> Response:
        return jsonify(request.get_data(as_text=True))

    @app.get("/broken")
    def broken() -> Response:
        raise ConnectionAbortedError("closed on purpose")

    @app.get("/cut")
    def cut() -> Response:
        return Response(iter(["half"]), headers={"Content-Length": "8"})

    return app


@pytest.fixture
def url() -> Iterator[str]:
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with SandboxServer(app) as server:
        yield server.url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_a_pooled_client_keeps_one_connection(url: str, session: requests.Session) -> None:
    ports = []
    for _ in range(3):
        with session.get(f"{url}/echo", stream=True, timeout=5) as answer:
            ports.append(answer.raw._connection.sock.getsockname())
            answer.content  # noqa: B018 - reading it hands the connection back to the pool
    assert len(set(ports)) == 1


def test_an_answer_takes_a_few_milliseconds(url: str, session: requests.Session) -> None:
    """With Nagle's algorithm on, every answer waits 40 ms for the client's delayed acknowledgement."""
    took = []
    for _ in range(40):
        started = time.perf_counter()
        session.post(f"{url}/echo", data="x", timeout=5)
        took.append(time.perf_counter() - started)
    assert statistics.median(took[20:]) < 0.035  # the first answers are acknowledged at once either way


def test_another_address_is_refused() -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxServer(Flask("x"), host="0.0.0.0")  # noqa: S104 - this is what must be refused


def test_stopping_ends_open_connections(session: requests.Session) -> None:
    with SandboxServer(make_app()) as server:
        session.get(f"{server.url}/echo", timeout=5)
        server.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{server.url}/echo", timeout=5)


def test_a_server_that_never_started_can_be_stopped() -> None:
    SandboxServer(make_app()).stop()


def test_a_head_request_and_an_unknown_path_keep_the_connection_in_order(
    url: str, session: requests.Session
) -> None:
    assert session.head(f"{url}/echo", timeout=5).status_code == 200
    assert session.get(f"{url}/nowhere", timeout=5).status_code == 404
    assert session.get(f"{url}/echo", timeout=5).json() == ""


def test_a_chunked_body_is_read(url: str, session: requests.Session) -> None:
    answer = session.post(f"{url}/echo", data=iter([b"Ada ", b"Lovelace"]), timeout=5)
    assert answer.json() == "Ada Lovelace"
    assert session.get(f"{url}/echo", timeout=5).json() == ""


def test_an_application_may_close_the_connection(url: str, session: requests.Session) -> None:
    with pytest.raises(requests.ConnectionError):
        session.get(f"{url}/broken", timeout=5)
    assert session.get(f"{url}/echo", timeout=5).status_code == 200


def test_a_body_shorter_than_declared_is_cut_at_once(url: str, session: requests.Session) -> None:
    started = time.perf_counter()
    with pytest.raises(requests.RequestException):
        session.get(f"{url}/cut", timeout=5)
    assert time.perf_counter() - started < 3
