"""What a session asks its gate before a call leaves, and tells it after the call came back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from connector.clients.http import RemoteSession
from connector.clients.pacing import Passage, Return
from connector.errors import RemotePaused, RemoteUnavailable
from tests.clients.conftest import ZUORA_HOST, Pauses, Reply, Script, drop, network

URL = f"https://{ZUORA_HOST}/v1/accounts"
PAGE = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/json"}


@dataclass
class RecordingGate:
    """Keeps what it is asked and told; refuses everything while `refusal` is set."""

    entered: list[Passage] = field(default_factory=list)
    left: list[tuple[Passage, Return]] = field(default_factory=list)
    refusal: RemotePaused | None = None

    def enter(self, passage: Passage) -> Passage:
        if self.refusal is not None:
            raise self.refusal
        given = replace(passage, slot=f"place {len(self.entered)}")
        self.entered.append(given)
        return given

    def leave(self, passage: Passage, how: Return) -> None:
        self.left.append((passage, how))

    @property
    def held(self) -> int:
        return len(self.entered) - len(self.left)


@pytest.fixture
def gate() -> RecordingGate:
    return RecordingGate()


@pytest.fixture
def gated(script: Script, gate: RecordingGate, pauses: Pauses) -> Iterator[RemoteSession]:
    def sleep(seconds: float) -> None:
        assert gate.held == 0, "a place is held while nothing is asked"
        pauses(seconds)

    with RemoteSession(
        "Zuora", network(script.url, read_timeout=0.3), gate=gate, sleep=sleep, jitter=lambda: 1.0
    ) as made:
        yield made


def test_a_call_gives_back_the_place_it_was_given(
    gated: RemoteSession, gate: RecordingGate, script: Script
) -> None:
    script.answer({"ok": 1})
    gated.post(URL, json={})

    [(passage, how)] = gate.left
    assert passage == Passage("Zuora", "POST", "/v1/accounts", is_write=True, slot="place 0")
    assert (how.status, how.is_down, how.is_limited) == (200, False, False)


def test_a_login_is_told_apart(gated: RemoteSession, gate: RecordingGate, script: Script) -> None:
    gated.post(f"https://{ZUORA_HOST}/oauth/token")

    assert [passage.is_token for passage, _ in gate.left] == [True]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"<html>", status=500, headers=PAGE), "HTTP 500"),
        (Reply({}, status=500, headers=JSON), ""),
        (Reply({}, status=503, headers=JSON), "HTTP 503"),
        (Reply(b"<html>", status=404, headers=PAGE), ""),
        (Reply({}, status=429, headers=JSON), ""),
    ],
)
def test_an_answer_says_whether_the_side_is_down(
    gated: RemoteSession, gate: RecordingGate, script: Script, reply: Reply, why: str
) -> None:
    script.answer(reply)
    gated.get(URL)

    [(_, how)] = gate.left
    assert (how.status, how.why, how.is_limited) == (reply.status, why, reply.status == 429)


def test_a_dropped_call_gives_its_place_back_as_well(
    gated: RemoteSession, gate: RecordingGate, script: Script
) -> None:
    script.answer(Reply(act=drop))
    with pytest.raises(RemoteUnavailable):
        gated.post(URL, json={})

    [(_, how)] = gate.left
    assert (how.status, how.is_down, gate.held) == (0, True, 0)


def test_no_place_is_held_between_two_repeats(
    gated: RemoteSession, gate: RecordingGate, script: Script, pauses: Pauses
) -> None:
    script.answer(Reply(act=drop), Reply(act=drop), {"ok": 1})

    assert gated.repeat(lambda: gated.get(URL)).status_code == 200
    assert len(pauses.taken) == 2
    assert len(gate.left) == 3


def test_a_refused_call_never_leaves_and_is_not_repeated(
    gated: RemoteSession, gate: RecordingGate, script: Script, pauses: Pauses
) -> None:
    gate.refusal = RemotePaused("Zuora is not called.", system="Zuora", code="circuit", retry_after=1.0)
    with pytest.raises(RemotePaused) as caught:
        gated.repeat(lambda: gated.post(URL, json={}))

    assert not caught.value.outcome_unknown
    assert (script.asked, gate.left, pauses.taken) == ([], [], [])
    assert gated.counts.api == 0
