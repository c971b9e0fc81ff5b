"""The daily allowance: what answers say of it, and calls that are not sent because the reserve is reached."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from connector.clients.salesforce import SalesforceClient
from connector.clients.salesforce.allowance import LOOK_AGAIN_S, SOON_S, Allowance, Usage
from connector.clients.tokens import MemoryTokenCache
from connector.errors import RemoteUnavailable
from connector.sandbox.salesforce.org import Logins
from tests.clients.conftest import Reply, Sandbox, Script, network, salesforce_credentials

QUERY = "SELECT Id FROM Account"
NOW = 1_800_000_000.0


@dataclass
class Board:
    usage: Usage | None = None
    looks: list[int] = field(default_factory=list)

    def last(self) -> Usage | None:
        return self.usage

    def put(self, usage: Usage) -> None:
        self.usage = usage

    def may_look(self, seconds: int) -> bool:
        self.looks.append(seconds)
        return len(self.looks) == 1


def _client(org: Sandbox, board: Board, *, percent: int = 10, now: float = NOW) -> SalesforceClient:
    logins = Logins()
    return SalesforceClient(
        salesforce_credentials(consumer_key=logins.consumer_key, consumer_secret=logins.consumer_secret),
        org.network(),
        MemoryTokenCache(),
        allowance=Allowance(board, percent=percent, clock=lambda: now),
        sleep=org.pauses,
    )


def test_every_answer_tells_how_much_is_used(org: Sandbox) -> None:
    org.settings(api_request_limit=5000)
    board = Board()
    with _client(org, board) as client:
        client.query(QUERY)
        client.query(QUERY)
    assert board.usage == Usage(2, 5000, NOW)


def test_the_reserve_is_left_to_others(org: Sandbox) -> None:
    org.settings(api_request_limit=20)
    board = Board()
    with _client(org, board) as client:
        for _ in range(18):
            client.query(QUERY)
        with pytest.raises(RemoteUnavailable) as caught:
            client.query(QUERY)
    assert len(org.log("/services/data")) == 18
    assert org.pauses.taken == []
    assert (caught.value.code, caught.value.retry_after, caught.value.outcome_unknown) == (
        "reserve",
        LOOK_AGAIN_S,
        False,
    )
    assert "18 of its 20 API calls of 24 hours were used at 08:00 UTC, and 2 (10 %) are kept" in str(
        caught.value
    )


def test_nothing_leaves_while_the_reserve_is_reached_not_even_a_login(org: Sandbox) -> None:
    with (
        _client(org, Board(Usage(4500, 5000, NOW - 60))) as client,
        pytest.raises(RemoteUnavailable, match="not asked for a query"),
    ):
        client.query(QUERY)
    assert org.tokens() == 0


def test_an_old_figure_is_looked_at_anew_by_one_of_all(org: Sandbox) -> None:
    board = Board(Usage(5000, 5000, NOW - LOOK_AGAIN_S))
    with _client(org, board) as client:
        assert client.query(QUERY) == []  # this one looks, and others have calls again
        assert board.usage is not None
        assert board.usage.used == 1
        board.usage = Usage(5000, 5000, NOW - LOOK_AGAIN_S - 5)
        with pytest.raises(RemoteUnavailable) as caught:
            client.query(QUERY)
    assert caught.value.retry_after == SOON_S
    assert board.looks == [LOOK_AGAIN_S, LOOK_AGAIN_S]


def test_without_a_reserve_salesforce_itself_says_no(org: Sandbox) -> None:
    org.settings(api_request_limit=1)
    with _client(org, Board(), percent=0) as client:
        client.query(QUERY)
        with pytest.raises(RemoteUnavailable) as caught:
            client.query(QUERY)
    assert caught.value.code == "REQUEST_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("api-usage=18/5000", (18, 5000)),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample-app)", (25, 5000)),
        ("per-app-api-usage=17/250(appName=sample-app); api-usage=25/5000", (25, 5000)),
        ("per-app-api-usage=17/250(appName=sample-app)", None),
        ("api-usage=18/0", None),
        ("api-usage=-1/x", None),
        ("", None),
    ],
)
def test_what_the_header_says(script: Script, header: str, seen: tuple[int, int] | None) -> None:
    board = Board()
    script.answer(Reply({"records": [], "done": True}, headers={"Sforce-Limit-Info": header}))
    with SalesforceClient(
        salesforce_credentials(),
        network(script.url),
        MemoryTokenCache(),
        allowance=Allowance(board, percent=10),
    ) as client:
        client.query(QUERY)
    assert (board.usage and (board.usage.used, board.usage.limit)) == seen


@pytest.mark.parametrize(("left", "percent", "reached"), [(101, 10, False), (100, 10, True), (0, 0, False)])
def test_when_the_reserve_is_reached(left: int, percent: int, *, reached: bool) -> None:
    assert Usage(1000 - left, 1000, NOW).is_reserve_reached(percent) is reached
