"""The control of a sandbox, over real HTTP, around a small application of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request

from connector.sandbox.control import install, is_stale, mark_replayed
from connector.sandbox.faults import Answer
from connector.sandbox.serving import SandboxServer


class Shelf:
    """A state of notes, the least a sandbox can be."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.settings: dict[str, Any] = {"latency_ms": 0}
        self.tokens_expired = 0

    @property
    def latency_ms(self) -> float:
        return float(self.settings["latency_ms"])

    def snapshot(self) -> dict[str, Any]:
        return {"notes": self.notes}

    def reset(self) -> None:
        self.__init__()  # type: ignore[misc]

    def seed(self, dataset: dict[str, Any]) -> dict[str, int]:
        if "notes" not in dataset:
            raise ValueError("Only notes can be stored.")
        self.notes.extend(dataset["notes"])
        return {"notes": len(dataset["notes"])}

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        self.settings.update(changes)
        return self.settings

    def expire_tokens(self) -> None:
        self.tokens_expired += 1


class Sandbox:
    def __init__(self, *, url: str, shelf: Shelf) -> None:
        self.url = url
        self.shelf = shelf
        self.session = requests.Session()

    def control(self, method: str, name: str, body: object = None) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.url}/__sandbox__/{name}", json=body, timeout=5)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def fault(self, action: str, **described: object) -> None:
        self.control("POST", "faults", {"action": action, **described})

    def write(self, text: str = "Ada", **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 5)
        return self.session.post(f"{self.url}/notes", json={"text": text}, **kwargs)

    def log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return entries


def make_app(shelf: Shelf) -> Flask:
    app = Flask("shelf")

    @app.post("/notes")
    def write() -> Response:
        shelf.notes.append(request.get_json()["text"])
        return jsonify({"written": len(shelf.notes), "stale": is_stale(), "access_token": "t0p"})

    @app.get("/notes")
    def read() -> Response:
        mark_replayed()
        return jsonify(shelf.notes)

    @app.post("/token")
    def token() -> Response:
        return jsonify({"access_token": "t0p"})

    locked = Answer(409, [("Content-Type", "application/json")], b'{"locked": true}')
    install(app, state=shelf, lock_answer=lambda: locked)
    return app


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    shelf = Shelf()
    with SandboxServer(make_app(shelf)) as server:
        found = Sandbox(url=server.url, shelf=shelf)
        yield found
        found.session.close()


@pytest.mark.parametrize("action", ["drop_before", "drop_after"])
def test_a_dropped_connection(sandbox: Sandbox, action: str) -> None:
    sandbox.fault(action, method="POST")
    with pytest.raises(requests.ConnectionError):
        sandbox.write()
    assert sandbox.shelf.notes == ([] if action == "drop_before" else ["Ada"])
    [entry] = sandbox.log()
    assert entry["fault"] == action
    assert entry["status"] == (None if action == "drop_before" else 200)
    assert sandbox.write("Grace").status_code == 200


def test_half_a_body_breaks_the_read_after_the_work_is_done(sandbox: Sandbox) -> None:
    sandbox.fault("half_body")
    started = time.perf_counter()
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        sandbox.write()
    assert time.perf_counter() - started < 2  # the socket is closed; no client has to wait for its timeout
    assert sandbox.shelf.notes == ["Ada"]
    assert sandbox.write("Grace").json()["written"] == 2


def test_malformed_json_still_says_it_is_json(sandbox: Sandbox) -> None:
    sandbox.fault("malformed")
    answer = sandbox.write()
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert sandbox.shelf.notes == ["Ada"]


def test_json_said_to_be_html(sandbox: Sandbox) -> None:
    sandbox.fault("wrong_content_type")
    answer = sandbox.write()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json()["written"] == 1


def test_a_status_is_answered_and_nothing_carried_out(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=429, headers={"Retry-After": "7"}, body={"reasons": []})
    answer = sandbox.write()
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", {"reasons": []})
    assert sandbox.shelf.notes == []


def test_an_html_page_of_a_gateway(sandbox: Sandbox) -> None:
    sandbox.fault("html")
    answer = sandbox.write()
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text
    assert sandbox.shelf.notes == []


def test_a_stall_carries_out_first_and_answers_late(sandbox: Sandbox) -> None:
    sandbox.fault("stall", seconds=1.0)
    with pytest.raises(requests.ReadTimeout):
        sandbox.write(timeout=0.3)
    assert sandbox.shelf.notes == ["Ada"]


def test_a_delay_waits_first(sandbox: Sandbox) -> None:
    sandbox.fault("delay", seconds=0.15)
    started = time.perf_counter()
    assert sandbox.write().status_code == 200
    assert time.perf_counter() - started >= 0.15


def test_latency_holds_every_call_back(sandbox: Sandbox) -> None:
    sandbox.control("POST", "settings", {"latency_ms": 60})
    for _ in range(2):
        started = time.perf_counter()
        sandbox.write()
        assert time.perf_counter() - started >= 0.06


def test_lock_expiry_and_staleness_reach_the_system(sandbox: Sandbox) -> None:
    sandbox.fault("lock")
    sandbox.fault("expire_token")
    sandbox.fault("stale")
    assert (sandbox.write().status_code, sandbox.shelf.notes) == (409, [])
    assert (sandbox.write().json()["stale"], sandbox.shelf.tokens_expired) == (False, 1)
    assert sandbox.write().json()["stale"] is True
    assert sandbox.write().json()["stale"] is False


def test_a_fault_skips_then_fires_so_many_times(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=500, method="POST", path="^/notes$", skip=1, times=2)
    sandbox.session.get(f"{sandbox.url}/notes", timeout=5)
    assert [sandbox.write().status_code for _ in range(4)] == [200, 500, 500, 200]


def test_a_fault_without_end_lasts_until_cleared(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=503, times=None)
    assert [sandbox.write().status_code for _ in range(3)] == [503] * 3
    [fault] = sandbox.control("GET", "faults")["faults"]
    assert (fault["action"], fault["fired"]) == ("status", 3)
    sandbox.control("DELETE", "faults")
    assert sandbox.write().status_code == 200


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"action": "explode"},
        {"action": "status", "pfad": "x"},
        {"action": "status", "path": "("},
        {"action": "delay", "seconds": "long"},
        [],
    ],
)
def test_a_malformed_fault_is_refused(sandbox: Sandbox, described: object) -> None:
    answer = sandbox.session.post(f"{sandbox.url}/__sandbox__/faults", json=described, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.control("GET", "faults")["faults"] == []


def test_the_log_holds_what_was_sent_but_no_secret(sandbox: Sandbox) -> None:
    sandbox.session.post(
        f"{sandbox.url}/token?x=1",
        data={"client_id": "c", "client_secret": "s3cret"},
        headers={"Authorization": "Bearer s3cret", "X-Track": "7"},
        timeout=5,
    )
    sandbox.session.get(f"{sandbox.url}/notes", timeout=5)
    first, second = sandbox.log()
    assert (first["number"], first["method"], first["path"], first["query"]) == (1, "POST", "/token", "x=1")
    assert first["body"]["client_id"] == "c"
    assert first["headers"]["X-Track"] == "7"
    assert "s3cret" not in str(first)
    assert "t0p" not in str(first)
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert second["response"] == []


def test_the_log_hides_secrets_in_soap(sandbox: Sandbox) -> None:
    soap = "<n1:login><n1:username>ada</n1:username><n1:password>s3cret</n1:password></n1:login>"
    headers = {"Content-Type": "text/xml"}
    sandbox.session.post(f"{sandbox.url}/soap", data=soap, headers=headers, timeout=5)
    [entry] = sandbox.log()
    assert "ada" in entry["body"]
    assert "s3cret" not in entry["body"]


def test_clearing_the_log(sandbox: Sandbox) -> None:
    sandbox.write()
    sandbox.control("DELETE", "requests")
    assert sandbox.log() == []


def test_seed_state_and_reset(sandbox: Sandbox) -> None:
    assert sandbox.control("POST", "seed", {"notes": ["Ada", "Grace"]}) == {"notes": 2}
    assert sandbox.control("GET", "state") == {"notes": ["Ada", "Grace"]}
    sandbox.fault("status", times=None)
    sandbox.control("POST", "settings", {"latency_ms": 5})
    sandbox.control("POST", "expire-tokens")
    assert sandbox.shelf.tokens_expired == 1
    sandbox.control("POST", "reset")
    assert sandbox.control("GET", "state") == {"notes": []}
    assert sandbox.control("GET", "faults") == {"faults": []}
    assert sandbox.shelf.settings == {"latency_ms": 0}


def test_a_seed_that_cannot_be_stored_says_why(sandbox: Sandbox) -> None:
    answer = sandbox.session.post(f"{sandbox.url}/__sandbox__/seed", json={"pens": []}, timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": "Only notes can be stored."})


def test_many_threads_each_get_their_own_answer(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=500, times=10)
    statuses: list[int] = []

    def write() -> None:
        with requests.Session() as session:
            for _ in range(5):
                answer = session.post(f"{sandbox.url}/notes", json={"text": "x"}, timeout=5)
                statuses.append(answer.status_code)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 30 + [500] * 10
    assert len(sandbox.log()) == 40
