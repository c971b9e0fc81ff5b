"""Limits that all workers share: a budget of calls, and calls at the same time, found out by what Zuora says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django_rq
import pytest
import time_machine
from django.conf import LazySettings

from connector.clients.pacing import Passage, Return
from connector.errors import RemotePaused
from connector.jobs import gates, stopping
from connector.jobs.doorbell import QUEUE
from connector.jobs.gates import SharedGate, Tenant, concurrency_class, zuora_gate
from connector.models import ZuoraConnection
from tests.models import rows

pytestmark = pytest.mark.django_db
READ = Passage("Zuora", "GET", "/v1/accounts/A1")
FINE, LIMITED = Return(200), Return(429)


@pytest.fixture
def connection(redis_url: str) -> ZuoraConnection:
    return rows.zuora_connection(calls_a_minute=100, calls_at_a_time=8)


def gate(connection: ZuoraConnection, **limits: int) -> tuple[SharedGate, Tenant]:
    """A gate as each process has its own."""
    for name, value in limits.items():
        setattr(connection, name, value)
    made = zuora_gate(connection, django_rq.get_connection(QUEUE), before_write=lambda: None)
    assert isinstance(made, SharedGate)
    assert made.tenant is not None
    made._sleep = lambda seconds: None
    return made, made.tenant


@pytest.fixture
def impatient() -> Callable[[SharedGate], None]:
    """A gate whose clock runs a second at each look, so that it gives up without waiting."""

    def hurry(made: SharedGate) -> None:
        ticks = iter(range(10_000))
        made._clock = lambda: float(next(ticks))

    return hurry


def test_a_budget_is_spent_by_all_together(
    connection: ZuoraConnection, impatient: Callable[[SharedGate], None]
) -> None:
    one, _ = gate(connection, calls_a_minute=10)
    other, _ = gate(connection)
    for each in (one, other) * 5:
        each.leave(each.enter(READ), FINE)
    impatient(one)

    with pytest.raises(RemotePaused) as caught:
        one.enter(READ)

    assert caught.value.code == "budget"
    assert not caught.value.outcome_unknown
    assert 5 <= (caught.value.retry_after or 0) <= 60
    assert "raise them on the connection" in caught.value.message


def test_logins_are_counted_and_take_no_place(connection: ZuoraConnection) -> None:
    made, tenant = gate(connection, calls_at_a_time=1)
    made.enter(READ)

    passage = made.enter(Passage("Zuora", "POST", "/oauth/token", is_token=True))

    assert passage.slot == ""
    assert tenant.redis.zcard(f"syncadmin:budget:{tenant.name}") == 2


def test_a_place_is_taken_by_one_and_free_again_afterwards(
    connection: ZuoraConnection, impatient: Callable[[SharedGate], None]
) -> None:
    one, _ = gate(connection, calls_at_a_time=1)
    other, _ = gate(connection)
    held = one.enter(READ)
    impatient(other)
    with pytest.raises(RemotePaused) as caught:
        other.enter(READ)
    assert caught.value.code == "concurrency"
    other.enter(Passage("Zuora", "GET", "/object-query/accounts"))  # a class of its own

    one.leave(held, FINE)

    assert other.enter(READ).slot


WRITE = Passage("Zuora", "POST", "/v1/accounts", is_write=True)


class Overtaken(Exception):
    """What keeps a run from writing."""


def test_a_write_that_may_not_be_any_more_does_not_leave_and_takes_no_place(
    connection: ZuoraConnection,
) -> None:
    made, tenant = gate(connection, calls_at_a_time=1)

    def refuse() -> None:
        raise Overtaken

    made._before_write = refuse
    made.leave(made.enter(READ), FINE)
    with pytest.raises(Overtaken):
        made.enter(WRITE)

    other, _ = gate(connection)
    assert other.enter(WRITE).slot
    assert tenant.limit(WRITE) == 1


def test_waiting_for_room_ends_at_once_where_the_worker_is_asked_to_stop(connection: ZuoraConnection) -> None:
    made, _ = gate(connection, calls_at_a_time=1)
    made.enter(READ)
    waiting = zuora_gate(connection, django_rq.get_connection(QUEUE), before_write=lambda: None)
    stopping._asked.set()
    try:
        with pytest.raises(stopping.HandedBack):
            waiting.enter(READ)
    finally:
        stopping._asked.clear()


def test_a_look_that_finds_no_room_is_left_to_the_next(
    connection: ZuoraConnection, impatient: Callable[[SharedGate], None]
) -> None:
    one, _ = gate(connection, calls_at_a_time=1)
    held = one.enter(READ)
    for _ in range(5):
        one.circuit.saw(Return(503, {}, "HTTP 503"))
    impatient(one)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=20), tick=False):
        with pytest.raises(RemotePaused) as caught:
            one.enter(READ)
        assert caught.value.code == "concurrency"
        one.leave(held, Return())

        passage = one.enter(READ)

    assert passage.is_probe


def test_a_login_neither_looks_nor_closes_the_circuit(connection: ZuoraConnection) -> None:
    made, _ = gate(connection)
    login = Passage("Zuora", "POST", "/oauth/token", is_token=True)
    for _ in range(5):
        made.circuit.saw(Return(503, {}, "HTTP 503"))
    with pytest.raises(RemotePaused):
        made.enter(login)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=20), tick=False):
        made.leave(made.enter(login), FINE)
        assert made.circuit.state() is not None
        assert made.enter(READ).is_probe  # the call the login was for


def test_a_place_of_a_dead_process_is_free_after_its_lease(
    connection: ZuoraConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "LEASE_SECONDS", 1)
    dead, _ = gate(connection, calls_at_a_time=1)
    dead.enter(READ)
    other, _ = gate(connection)
    other._sleep = time.sleep

    assert other.enter(READ).slot


def test_a_429_halves_what_goes_at_the_same_time_and_calls_let_it_grow(connection: ZuoraConnection) -> None:
    made, tenant = gate(connection)
    held = [made.enter(READ) for _ in range(8)]
    made.leave(held.pop(), LIMITED)
    assert tenant.limit(READ) == 4
    made.leave(held.pop(), LIMITED)  # the same second: one burst is one sign
    assert tenant.limit(READ) == 4

    for each in held:
        made.leave(each, FINE)

    assert 4 < tenant.limit(READ) < 6
    for _ in range(80):
        made.leave(made.enter(READ), FINE)
    assert tenant.limit(READ) == 8


def test_zuoras_headers_lower_the_ceiling(connection: ZuoraConnection) -> None:
    made, tenant = gate(connection)

    made.leave(made.enter(READ), Return(200, {"Concurrency-Limit-Limit": "6"}))

    assert tenant.limit(READ) == 3


@pytest.mark.parametrize("stated", ["", "0", "-4", "many", "9" * 30])
def test_nonsense_in_a_header_does_no_harm(connection: ZuoraConnection, stated: str) -> None:
    made, tenant = gate(connection)

    made.leave(made.enter(READ), Return(200, {"Concurrency-Limit-Limit": stated}))

    assert 1 <= tenant.limit(READ) <= 8


def test_never_more_than_the_limit_are_under_way(connection: ZuoraConnection) -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal under_way, most
        made, _ = gate(connection)
        made._sleep = lambda seconds: time.sleep(0.002)
        for _ in range(5):
            passage = made.enter(READ)
            with lock:
                under_way += 1
                most = max(most, under_way)
            time.sleep(0.002)
            with lock:
                under_way -= 1
            made.leave(passage, FINE)

    gate(connection, calls_at_a_time=3)
    threads = [threading.Thread(target=work) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert 1 < most <= 3


def test_a_redis_that_starts_anew_does_not_matter(connection: ZuoraConnection) -> None:
    made, tenant = gate(connection)
    made.leave(made.enter(READ), FINE)
    tenant.redis.script_flush()

    assert made.enter(READ).slot


def test_without_redis_everything_goes_through(connection: ZuoraConnection, settings: LazySettings) -> None:
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": "redis://127.0.0.1:1/0"}}
    made, _ = gate(connection)

    passage = made.enter(READ)
    made.leave(passage, LIMITED)

    assert passage == READ


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/v1/accounts", "high-volume"),
        ("POST", "/v1/orders", "high-volume"),
        ("POST", "/v1/orders/preview", "high-volume"),
        ("GET", "/object-query/accounts", "object-query"),
        ("PUT", "/v1/accounts/A1", "default"),
        ("POST", "/v1/contacts", "default"),
    ],
)
def test_calls_are_classed_as_zuora_does(method: str, path: str, expected: str) -> None:
    assert concurrency_class(Passage("Zuora", method, path)) == expected


def test_two_tenants_at_one_data_centre_have_a_budget_each(
    connection: ZuoraConnection, impatient: Callable[[SharedGate], None]
) -> None:
    one, _ = gate(connection, calls_a_minute=10)
    other, _ = gate(rows.zuora_connection(name="Other tenant", client_id="another", calls_a_minute=10))
    for _ in range(10):
        one.leave(one.enter(READ), FINE)
    impatient(one)
    with pytest.raises(RemotePaused):
        one.enter(READ)

    assert other.enter(READ).slot


@pytest.mark.parametrize("how", [Return(503, {}, "HTTP 503"), Return(500), Return()])
def test_a_call_that_failed_there_gives_its_place_back_and_lets_nothing_grow(
    connection: ZuoraConnection, how: Return
) -> None:
    made, tenant = gate(connection, calls_at_a_time=1)
    held = made.enter(READ)
    made.leave(held, LIMITED)
    before = tenant.limit(READ)

    made.leave(made.enter(READ), how)

    assert tenant.limit(READ) == before
    assert made.enter(READ).slot
