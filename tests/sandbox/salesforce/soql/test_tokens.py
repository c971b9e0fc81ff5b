from __future__ import annotations

import time

import pytest

from connector.sandbox.salesforce.soql.errors import SoqlError
from connector.sandbox.salesforce.soql.tokens import Kind, like_pattern, tokenize, unescape


def test_every_kind_of_token_is_told_apart() -> None:
    tokens = tokenize("a__c!='x' 2024-01-31 2024-01-31T10:00:00Z -1.5 <= (")
    assert [(token.kind, token.text) for token in tokens] == [
        (Kind.WORD, "a__c"),
        (Kind.SYMBOL, "!="),
        (Kind.TEXT, "x"),
        (Kind.DATE, "2024-01-31"),
        (Kind.MOMENT, "2024-01-31T10:00:00Z"),
        (Kind.NUMBER, "-1.5"),
        (Kind.SYMBOL, "<="),
        (Kind.SYMBOL, "("),
        (Kind.END, "<EOF>"),
    ]


@pytest.mark.parametrize(
    "moment",
    ["2024-01-31T10:00:00+01:00", "2024-01-31T10:00:00.123-0500", "2024-01-31T10:00:00.000Z"],
)
def test_moments_carry_their_offset(moment: str) -> None:
    assert tokenize(moment)[0].kind is Kind.MOMENT


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        (r"O\'Hara", "O'Hara"),
        (r"back\\slash", "back\\slash"),
        (r"a\nb\Tc", "a\nb\tc"),
        (r"50\%", "50%"),
        (r"caf\u00e9", "café"),
        (r"\"x\"", '"x"'),
    ],
)
def test_backslashes_escape(raw: str, meaning: str) -> None:
    assert tokenize(f"'{raw}'")[0].text == raw
    assert unescape(raw) == meaning


@pytest.mark.parametrize(
    ("raw", "value", "matches"),
    [
        ("Ac%", "acme corp", True),
        ("Ac%", "The Acme", False),
        ("_cme", "Acme", True),
        ("_cme", "cme", False),
        (r"50\%", "50%", True),
        (r"50\%", "50 percent", False),
        (r"a\_b", "axb", False),
        ("a.b", "axb", False),
        ("%", "two\nlines", True),
        ("", "", True),
        ("", "x", False),
        ("acme", "Acme", True),
        ("acme", "Acme Corp", False),
        ("%corp", "Acme Corp", True),
        ("%corp", "Corp Acme", False),
        ("a%c%p", "Acme Corp", True),
        ("%c%c%", "Acme", False),
        ("%ab_%b", "xabbb", True),
    ],
)
def test_like_tells_wildcards_from_escaped_signs(raw: str, value: str, matches: bool) -> None:
    assert bool(like_pattern(raw).fullmatch(value)) is matches


def test_a_pattern_of_many_wildcards_takes_no_time() -> None:
    pattern = like_pattern("%a" * 5 + "%b%")
    started = time.perf_counter()
    assert pattern.fullmatch("a" * 130) is None
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("'open", "Invalid string literal"),
        (r"'\q'", r"Illegal character sequence '\q'"),
        ("a ; b", "unexpected token: ';'"),
        ("5px", "unexpected token: '5px'"),
        ("'" + "x" * 4001 + "'", "cannot be longer than 4000"),
        ("x" * 100_001, "cannot be longer than 100000"),
    ],
)
def test_unreadable_text_is_malformed(source: str, reason: str) -> None:
    with pytest.raises(SoqlError) as caught:
        tokenize(source)
    assert caught.value.code == "MALFORMED_QUERY"
    assert reason in caught.value.reason
