"""What a spreadsheet would run: made text, and given back as it was where it is read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.formulas import disarmed, guarded, unguarded

FORMULAS = ("=1+1", " =HYPERLINK(1)", "\uff1d1+1", "\n=1", "@evil", "\u200b-2", "\tx")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert disarmed(text).startswith("'")


def test_what_a_semicolon_begins_is_disarmed_too() -> None:
    assert disarmed("x;=1+1") == "x;'=1+1"


@given(st.text() | st.sampled_from(FORMULAS) | st.sampled_from(FORMULAS).map(lambda text: f"'{text}"))
def test_what_is_guarded_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
