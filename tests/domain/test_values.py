from __future__ import annotations

import json
import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import values
from connector.domain.values import Unconvertible


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Acme", "Acme"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (7.0, "7"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e14, "100000000000000"),
        (Decimal("2.50"), "2.5"),
    ],
)
def test_a_single_value_becomes_text(value: object, text: str) -> None:
    assert values.as_text(value) == text


@pytest.mark.parametrize("value", [None, {}, {"city": "Paris"}, ["a"], math.nan, math.inf, 10**400])
def test_what_is_no_single_value_has_no_text(value: object) -> None:
    with pytest.raises(Unconvertible):
        values.as_text(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        (" -12.50 ", -12.5),
        ("+3", 3),
        (".5", 0.5),
        ("7.", 7),
        ("1e3", 1000),
        ("0.000", 0),
        (12.0, 12),
        (0.1 + 0.2, 0.30000000000000004),
        (Decimal("0.10"), 0.1),
        (999_999_999_999_999, 999_999_999_999_999),
    ],
)
def test_numbers_are_read_from_plain_notation(value: object, number: float) -> None:
    found = values.as_number(value)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1,234", "is no number"),
        ("1 234", "is no number"),
        ("12 EUR", "is no number"),
        ("", "is no number"),
        ("٣", "is no number"),
        ("nan", "is no number"),
        ("1e999999999", "is no number"),
        pytest.param("9" * 100_000, "is no number", id="very long"),
        (True, "is no number"),
        (None, "is no number"),
        (math.inf, "is no number"),
        ("1234567890123456", "has more than 15 digits"),
        ("0.1234567890123456", "has more than 15 digits"),
        (10**400, "has more than 15 digits"),
        (1e20, "has more than 15 digits"),
        ("1e-30", "has more than 15 digits"),
    ],
)
def test_a_number_is_refused_rather_than_guessed(value: object, reason: str) -> None:
    with pytest.raises(Unconvertible, match=reason):
        values.as_number(value)


def test_a_whole_number_has_no_fraction() -> None:
    assert values.as_integer("31.0") == 31
    with pytest.raises(Unconvertible, match="is no whole number"):
        values.as_integer("1.5")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("Yes", True),
        (" TRUE ", True),
        (1, True),
        (1.0, True),
        (False, False),
        ("no", False),
        ("0", False),
        (0, False),
    ],
)
def test_yes_and_no_in_their_usual_spellings(value: object, expected: bool) -> None:
    assert values.as_boolean(value) is expected


@pytest.mark.parametrize("value", ["maybe", "", 2, None, []])
def test_anything_else_is_neither_yes_nor_no(value: object) -> None:
    with pytest.raises(Unconvertible):
        values.as_boolean(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T23:30:00.000+0000", "2026-01-31"),
        ("2026-01-31T23:30:00Z", "2026-01-31"),
        (date(2026, 1, 31), "2026-01-31"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_dates_are_written_year_first(value: object, expected: str) -> None:
    assert values.as_date(value) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("31.01.2026", "is no date"),
        ("01/02/2026", "is no date"),
        ("20260131", "is no date"),
        ("2026-01-31x", "is no date"),
        (20260131, "is no date"),
        (None, "is no date"),
        ("2025-02-29", "is no day of the calendar"),
        ("0000-01-01", "is no day of the calendar"),
    ],
)
def test_a_date_that_can_be_read_two_ways_is_refused(value: object, reason: str) -> None:
    with pytest.raises(Unconvertible, match=reason):
        values.as_date(value)


@pytest.mark.parametrize(
    "text", ["ada@acme.example", "a.b+tag@sub.acme.example", "o'hara@acme.example", "x@a-b.example"]
)
def test_addresses_of_mailboxes(text: str) -> None:
    assert values.is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@acme.example",
        "ada@acme",
        "ada@@acme.example",
        "ada@acme..example",
        "ada@-acme.example",
        "ada@acme.example.",
        ".ada@acme.example",
        "a..b@acme.example",
        "ada lovelace@acme.example",
        "Ada <ada@acme.example>",
        "ada@acme.example, grace@acme.example",
        "äda@acme.example",
        "ada\u00a0@acme.example",
        "ada@acme.example\n",
        "a" * 65 + "@acme.example",
        "a@" + "b." * 200 + "example",
    ],
)
def test_what_is_no_mailbox(text: str) -> None:
    assert not values.is_email(text)


@pytest.mark.parametrize(
    ("text", "multiline", "expected"),
    [
        ("  Acme  ", False, "Acme"),
        ("Acme\x00 Corp\x07", False, "Acme Corp"),
        ("Acme\tCorp", False, "Acme Corp"),
        ("one\r\ntwo", False, "one two"),
        ("one\r\ntwo\rthree\u2028four", True, "one\ntwo\nthree\nfour"),
        ("\ud800Acme", False, "Acme"),
        ("\u202eAcme", False, "\u202eAcme"),
        ("שָׁלוֹם", False, "שָׁלוֹם"),
        ("e\u0301", False, "e\u0301"),
        ("\x00\n", True, ""),
    ],
)
def test_text_is_cleaned_without_touching_its_letters(text: str, multiline: bool, expected: str) -> None:
    assert values.cleaned(text, multiline=multiline) == expected


def test_a_character_of_four_bytes_is_named() -> None:
    assert values.four_byte_character("Acme \U0001f680 Corp") == "\U0001f680 (U+1F680 ROCKET)"
    assert values.four_byte_character("Acmé 漢字") == ""
    assert "U+E0FFF without a name" in values.four_byte_character("\U000e0fff")


@given(st.text(max_size=50), st.booleans())
def test_clean_text_stays_as_it_is_and_can_be_sent(text: str, multiline: bool) -> None:
    clean = values.cleaned(text, multiline=multiline)
    assert values.cleaned(clean, multiline=multiline) == clean
    assert json.loads(json.dumps(clean).encode()) == clean
    assert clean.encode().decode() == clean


@given(st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_sent_unchanged_or_refused(number: float) -> None:
    try:
        converted = values.as_number(number)
    except Unconvertible:
        assert isinstance(number, float)
        assert not 1e-15 <= abs(number) < 1e15
    else:
        assert converted == number
        assert float(values.as_text(number)) == number
