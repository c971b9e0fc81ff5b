"""Money over the wire: not a digit more, not a digit less."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.clients.exact_json import decode, decode_or_none, encode
from connector.domain.operations import Key, Noun, Ref


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.1") + Decimal("0.2"), b"0.3"),
        (Decimal("12.50"), b"12.50"),
        (Decimal("1E+3"), b"1000"),
        (Decimal("1E-7"), b"0.0000001"),
        (Decimal("123456789012345678901234567890.12"), b"123456789012345678901234567890.12"),
        (0.1, b"0.1"),
        (1e-7, b"0.0000001"),
        (True, b"true"),
        (None, b"null"),
        (12, b"12"),
        (date(2026, 1, 31), b'"2026-01-31"'),
        ('é\u20ac\U0001f600\n"', b'"\\u00e9\\u20ac\\ud83d\\ude00\\n\\""'),
        ({"a": [1, {"b": Decimal("2.0")}], "c": ()}, b'{"a":[1,{"b":2.0}],"c":[]}'),
    ],
)
def test_values_are_written_exactly(value: object, text: bytes) -> None:
    assert encode(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan")])
def test_what_is_no_number_is_not_sent(value: object) -> None:
    with pytest.raises(ValueError, match="not a number"):
        encode({"price": value})


def test_a_reference_nobody_resolved_is_not_sent() -> None:
    with pytest.raises(TypeError, match="order:00000101"):
        encode({"orderNumber": Ref(Key(Noun.ORDER, "00000101"))})
    with pytest.raises(TypeError, match="field name"):
        encode({1: "x"})


def test_fractions_are_read_as_decimals() -> None:
    assert decode(b'{"price": 0.30, "n": 3}') == {"price": Decimal("0.30"), "n": 3}
    assert str(decode(b"[0.10]")[0]) == "0.10"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b'{"a": 1',
        b"[NaN]",
        b"[Infinity]",
        b'{"a": 1, "a": 2}',
        b'[{"b": {"a": 1, "a": 1}}]',
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_what_is_no_json_is_refused_in_one_way(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(content)
    assert decode_or_none(content) is None


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.decimals(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_is_written_is_read_back_the_same_and_is_json(value: object) -> None:
    text = encode(value)
    json.loads(text)
    assert decode(text) == value
