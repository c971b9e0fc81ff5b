"""For any chain of orders: what Zuora bills over its life is what Salesforce sold, and both end with the same quantity and day.

The bill is the Zuora sandbox's own, computed by code that shares nothing with the product; the prices are CPQ's (tests/cpq.py). A
chain that is synced at once, and the same one synced order by order as time passes, must leave the same subscriptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from connector.domain.snapshot import OrderSnapshot
from connector.sync.outcome import Status
from tests import cpq
from tests.cast import ACME_CORP, account
from tests.sync.world import World

D = Decimal
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
MINOR = {"USD": D("0.01"), "JPY": D(1)}


class Played:
    """A test's world with nothing to show: hypothesis prints whatever it is handed."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __repr__(self) -> str:
        return "played"


@pytest.fixture
def played(world: World) -> Played:
    return Played(world)


@dataclass(frozen=True, slots=True)
class Term:
    """A first sale or a renewal: how long, how many, at which price, and what is changed meanwhile: (share of the term
    gone by, change of quantity), the last of them perhaps the end of it all."""

    months: int
    days: int
    quantity: int
    cents: int
    changes: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Chain:
    start: date
    frequency: str
    product_term: int
    currency: str
    terms: tuple[Term, ...]
    is_canceled: bool
    canceled_after: float
    is_block: bool = False
    list_price_base: bool = False


terms = st.builds(
    Term,
    months=st.integers(1, 26),
    days=st.sampled_from([0, 0, 0, 1, 9, 16, 27]),
    quantity=st.integers(1, 400),
    cents=st.integers(100, 500_000),
    changes=st.lists(st.tuples(st.floats(0, 0.99), st.integers(-60, 200).filter(bool)), max_size=3).map(
        tuple
    ),
)
chains = st.builds(
    Chain,
    start=st.dates(date(2024, 1, 1), date(2025, 12, 31)),
    frequency=st.sampled_from(["Monthly", "Quarterly", "Semiannual", "Annual", "Invoice Plan"]),
    product_term=st.sampled_from([1, 12]),
    currency=st.sampled_from(["USD", "JPY"]),
    terms=st.lists(terms, min_size=1, max_size=3).map(tuple),
    is_canceled=st.booleans(),
    canceled_after=st.floats(0.01, 0.99),
    is_block=st.sampled_from([False, False, False, True]),
    list_price_base=st.sampled_from([False, False, True]),
)


@dataclass(slots=True)
class Story:
    """The chain as orders, oldest first in the order of their making, with what it must come to."""

    orders: list[OrderSnapshot]
    sold: Decimal = Decimal()
    quantity: Decimal = Decimal()
    ends: date | None = None


def told(chain: Chain) -> Story:
    story, number, root = Story([]), 0, 0
    start = chain.start
    for index, term in enumerate(chain.terms):
        ends = cpq.months_later(start, term.months) + timedelta(days=term.days)
        span = (ends - start).days
        number += 1
        root = root or number
        is_first = index == 0
        held = [(start, term.quantity)]
        make = cpq.first if is_first else cpq.renewal
        line = _line(
            chain,
            term,
            number,
            start,
            ends,
            term.quantity,
            None if is_first else root,
            "New" if is_first else "Renew",
        )
        _add(story, make(100 + number, [line], on=start, CurrencyIsoCode=chain.currency))
        changes = [(start + timedelta(days=int(at * span)), change) for at, change in term.changes]
        for day, change in changes:
            least = min(_at(held, each) for each, _ in [*held, (day, 0)] if each >= day)
            change = max(change, 1 - least)
            if not change:
                continue
            number += 1
            held.append((day, change))
            delta = _line(chain, term, number, day, ends, change, root, "Quantity Increase")
            _add(story, cpq.amendment(100 + number, [delta], on=day, CurrencyIsoCode=chain.currency))
        story.quantity, story.ends = D(_at(held, ends)), ends
        if chain.is_canceled and index == len(chain.terms) - 1:
            day = max(start + timedelta(days=int(chain.canceled_after * span)), *(each for each, _ in held))
            number += 1
            delta = _line(chain, term, number, day, ends, -_at(held, ends), root, "Cancel")
            _add(story, cpq.amendment(100 + number, [delta], on=day, CurrencyIsoCode=chain.currency))
            story.ends = day
        start = ends
    return story


def _line(
    chain: Chain,
    term: Term,
    number: int,
    start: date,
    ends: date,
    quantity: int,
    revises: int | None,
    action: str,
) -> dict[str, Any]:
    price = D(term.cents) / 100 if chain.currency == "USD" else D(term.cents)
    block = {"SBQQ__PricingMethod__c": "Block"} if chain.is_block else {}
    return cpq.sold(
        number,
        start=start,
        last_day=ends - timedelta(days=1),
        quantity=str(quantity),
        price=str(price),
        term=chain.product_term,
        currency=chain.currency,
        revises=revises,
        action=action,
        SBQQ__BillingFrequency__c=chain.frequency,
        CurrencyIsoCode=chain.currency,
        **block,
    )


def _at(held: list[tuple[date, int]], day: date) -> int:
    return sum(change for since, change in held if since <= day)


def _add(story: Story, order: OrderSnapshot) -> None:
    story.orders.append(order)
    story.sold += sum((line["TotalPrice"] for line in order.lines), D(0))


def _subscriptions(world: World) -> list[tuple[Any, ...]]:
    """The state Zuora is left in: each subscription's standing, end, and segments, neighbours that are alike as one."""
    found = []
    for each in world.state("subscriptions"):
        if not each["isLatestVersion"]:
            continue
        segments: list[list[Any]] = []
        for segment in each["ratePlans"][0]["charges"][0]["segments"]:
            held = [D(str(segment["quantity"] or 0)), D(str(segment["price"]))]
            if segments and segments[-1][:2] == held:
                segments[-1][3] = segment["effectiveEndDate"]
            else:
                segments.append([*held, segment["effectiveStartDate"], segment["effectiveEndDate"]])
        found.append((each["subscriptionNumber"], each["status"], each["termEndDate"], segments))
    return sorted(found)


def _at_once(world: World, chain: Chain, story: Story) -> None:
    world.start_anew()
    world.option(list_price_base=chain.list_price_base)
    world.seed(account(CurrencyIsoCode=chain.currency, orders=story.orders))
    report = world.sync()
    assert report.status is Status.SUCCEEDED, report.message


# Days of a term of thirteen months and CPQ's months of what is left of it lie four days apart.
LONG_TERM = Chain(
    date(2025, 2, 7), "Invoice Plan", 12, "USD", (Term(13, 0, 184, 5806, ((0.1, 84), (0.0, 2))),), True, 0.1
)
# A renewal and a change on the same day that come to nothing together, and a cancellation that settles before them.
NOTHING_MOVED = Chain(
    date(2025, 10, 25),
    "Monthly",
    1,
    "JPY",
    (Term(7, 0, 162, 100, ((0.0, 2),)), Term(7, 0, 162, 100, ((0.0, 2),))),
    True,
    0.01,
)

# Whole yen a unit for the whole term and for what is left of it: nothing is sold in the end, and the days before cost nothing.
ROUNDED_AWAY = Chain(
    date(2024, 7, 2), "Semiannual", 12, "JPY", (Term(5, 16, 370, 100, ((0.0, 5),)),), True, 0.01
)

# Most is given back in the middle of a month, and what is left carries a share of the difference that it cannot bear.
FEW_LEFT = Chain(
    date(2025, 11, 28),
    "Monthly",
    1,
    "USD",
    (Term(10, 0, 20, 87640, ((0.42739786098110855, -37), (0.450065485565229, 93))),),
    True,
    0.012060893720887061,
)


@settings(max_examples=40, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(chain=chains)
@example(chain=LONG_TERM)
@example(chain=FEW_LEFT)
@example(chain=NOTHING_MOVED)
@example(chain=ROUNDED_AWAY)
def test_what_is_billed_is_what_was_sold(played: Played, chain: Chain) -> None:
    world, story = played.world, told(chain)
    _at_once(world, chain, story)
    amounts = world.billed()
    bound = MINOR[chain.currency] * max(len(amounts), 1)
    assert abs(sum(amounts, D(0)) - story.sold) <= bound
    (number, status, ends, segments) = _subscriptions(world)[0]
    assert number == "SUB-0000001"
    assert ends == story.ends.isoformat() if story.ends else None
    if chain.is_canceled:
        assert status == "Cancelled"
    else:
        assert status == "Active"
        assert segments[-1][0] == (0 if chain.is_block else story.quantity)


@settings(max_examples=15, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(chain=chains)
@example(chain=NOTHING_MOVED)
def test_a_chain_synced_as_time_passes_ends_like_one_synced_at_once(played: Played, chain: Chain) -> None:
    world, story = played.world, told(chain)
    _at_once(world, chain, story)
    at_once, billed = _subscriptions(world), sum(world.billed(), D(0))
    world.start_anew()
    seen: list[OrderSnapshot] = []
    for order in story.orders:
        seen.append(order)
        known = account(CurrencyIsoCode=chain.currency, orders=seen)
        (world.seed if len(seen) == 1 else world.add)(known)
        report = world.sync()
        assert report.status is Status.SUCCEEDED, report.message
    assert _subscriptions(world) == at_once
    assert sum(world.billed(), D(0)) == billed
    world.forget_requests()
    assert world.sync(ACME_CORP).status is Status.SUCCEEDED
    assert world.writes() == []
