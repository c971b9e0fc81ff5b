"""The matrix can fail: without write intents the same cases make records twice, and its checks see it."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tests.matrix.disturbing import BIRTH, FAULTS, attempt, birth, disturb, heal
from tests.matrix.family import Home, assert_nothing_twice
from tests.matrix.switch import take_intents_away

pytestmark = pytest.mark.usefixtures("hurried")  # what the checks see has nothing to do with the database


@pytest.mark.parametrize("call", ["new account", "new contact"])
@pytest.mark.parametrize("fault", ["dropped after commit", "stalled", "half a body", "malformed"])
@pytest.mark.parametrize("with_intents", [True, False])
def test_what_the_intents_prevent_is_seen_without_them(
    home: Home,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    fault: str,
    with_intents: bool,
) -> None:
    if not with_intents:
        take_intents_away(monkeypatch)
    birth(home)
    disturb(home, BIRTH[call], FAULTS[fault], settings, times=1)

    for child in home.children:
        attempt(child)

    heal(home, settings)
    if with_intents:
        assert_nothing_twice(home)
        return
    with pytest.raises(AssertionError, match=call.removeprefix("new ")):
        assert_nothing_twice(home)
