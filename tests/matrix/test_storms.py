"""Random storms: any faults at any calls, in any order of accounts, with changes in Salesforce in between, and runs delivered twice.

Each storm is drawn by hypothesis from a seed that stands in the name of its test. Afterwards the sky clears, and the end state is
that of a day without weather. `manage.py test --storms 2000` runs as many instead of the usual ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.cast import ACME_CORP, ADA
from tests.matrix.disturbing import (
    BIRTH,
    CHANGE,
    FAULTS,
    Call,
    SecondDelivery,
    attempt,
    disturb,
    heal,
    until_done,
)
from tests.matrix.family import JSON, Home, assert_nothing_twice, assert_told, assert_whole
from tests.services.databases import ON_POSTGRES

pytestmark = [pytest.mark.postgres, pytest.mark.matrix("storms"), pytest.mark.usefixtures("hurried")]

A_BATCH = 5
USUAL = 30 if ON_POSTGRES else 170
STORMS = int(os.environ.get("SYNCADMIN_TEST_STORMS") or USUAL)
CALLS: dict[str, Call] = {**BIRTH, **CHANGE}
CHANGES: dict[str, Callable[[Home], None]] = {
    "a name": lambda home: home.org.update("Account", ACME_CORP, Name="Acme Corporation"),
    "a city": lambda home: home.org.update("Account", ACME_CORP, BillingCity="Oakland"),
    "an e-mail address": lambda home: home.org.update("Contact", ADA, Email="lovelace@acme.example"),
}


@dataclass(frozen=True, slots=True)
class Gust:
    """A fault as it is drawn."""

    call: str
    fault: str
    times: int
    skip: int


@dataclass(frozen=True, slots=True)
class Round:
    """Faults that come up, then attempts at the children in an order, then a change in Salesforce. `again`: at which call a run
    is delivered a second time; empty: at none."""

    gusts: tuple[Gust, ...]
    order: tuple[int, ...]
    change: str
    again: str


gusts = st.builds(
    Gust,
    call=st.sampled_from(sorted(CALLS)),
    fault=st.sampled_from(sorted(FAULTS)),
    times=st.integers(1, 3),
    skip=st.integers(0, 3),
)
rounds = st.builds(
    Round,
    gusts=st.lists(gusts, min_size=1, max_size=4).map(tuple),
    order=st.lists(st.integers(0, 2), min_size=1, max_size=2).map(tuple),
    change=st.sampled_from(["", *CHANGES]),
    again=st.sampled_from(["", "", *(name for name in sorted(CALLS) if "token" not in name)]),
)
_undisturbed: list[JSON] = []


def undisturbed(home: Home) -> JSON:
    """The end of every storm: the family in Zuora, with all the changes. Found once a process."""
    if not _undisturbed:
        home.settle_in()
        for change in CHANGES.values():
            change(home)
        home.sync_all()
        _undisturbed.append(home.portrait())
        assert_whole(home, _undisturbed[0])
        home.move_out()
    return _undisturbed[0]


@pytest.mark.parametrize("batch", range(-(-STORMS // A_BATCH)), ids=lambda number: f"seed-{number}")
def test_after_a_storm_everything_is_as_if_there_had_been_none(
    home: Home,
    batch: int,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    expected = undisturbed(home)
    weathered = 0

    @seed(batch)
    @_settings(max_examples=A_BATCH)
    @given(st.lists(rounds, min_size=1, max_size=2))
    def storm(drawn: list[Round]) -> None:
        nonlocal weathered
        weathered += 1
        home.settle_in()
        home.forget_tokens()
        try:
            for each in drawn:
                _weather(home, each, settings, monkeypatch)
            heal(home, settings)
            for change in CHANGES.values():
                change(home)
            until_done(home)
            met_the_last_fault = home.children[drawn[-1].order[-1]]
            home.children = [met_the_last_fault]  # whose further run writes nothing
            assert_whole(home, expected)
        finally:
            heal(home, settings)
            home.move_out()

    storm()
    record_property("matrix_cases", weathered)


def _settings(*, max_examples: int) -> settings:
    """Nothing of earlier runs is drawn again, and what fails is made smaller, but not for minutes."""
    return settings(
        max_examples=max_examples,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=tuple(HealthCheck),
    )


def _weather(home: Home, each: Round, given_settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for gust in each.gusts:
        fault = FAULTS[gust.fault]
        disturb(home, CALLS[gust.call], fault, given_settings, times=gust.times, skip=gust.skip)
    with monkeypatch.context() as patch:
        if each.again:
            SecondDelivery(CALLS[each.again], home).install(patch)
        for place in each.order:
            attempt(home.children[place])
    assert_nothing_twice(home)
    assert_told(home)
    if each.change:
        CHANGES[each.change](home)
