from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import ids
from connector.errors import RecordError

ACME_CORP_SHORT = "0015g00000AbCdE"
ACME_CORP = "0015g00000AbCdEAAV"

short_ids = st.text(alphabet=string.ascii_letters + string.digits, min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [
        # Pairs as published in API examples.
        ("001D000000Ij9Ly", "001D000000Ij9LyIAJ"),
        ("001R0000002zmBa", "001R0000002zmBaIAI"),
        ("500000000000000", "500000000000000AAA"),
        (ACME_CORP_SHORT, ACME_CORP),
        (ACME_CORP, ACME_CORP),
        (f"  {ACME_CORP}\n", ACME_CORP),
        (ACME_CORP.lower(), ACME_CORP),
        (ACME_CORP.upper(), ACME_CORP),
        (ACME_CORP_SHORT + "aav", ACME_CORP),
    ],
)
def test_every_spelling_becomes_the_18_character_form(given_id: str, expected: str) -> None:
    assert ids.normalise(given_id) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "An empty text is not a Salesforce id: it has 0 characters"),
        ("0015g00000AbCd", "it has 14 characters, and an id has 15 or 18"),
        ("0015g00000AbCdEAA", "it has 17 characters"),
        ("0015g00000AbC-E", "it holds the character '-'"),
        ("0015g00000AbCdÉ", r"it holds the character '\xc9'"),
        ("\u0660015g00000AbCdE", r"it holds the character '\u0660'"),
        ("0015g00000AbCdEAAA", "its last three characters do not fit"),
        ("0015g00000AbCdEAA9", "its last three characters do not fit"),
        ("0015G00000AbCdEAAV", "its last three characters do not fit"),
        ("0015g00000abcdebav", "its last three characters do not fit"),
    ],
)
def test_a_text_that_is_no_id_is_refused_with_the_reason_and_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(RecordError) as refusal:
        ids.normalise(text)
    assert reason in refusal.value.message
    assert "copy the id from its address" in refusal.value.message
    assert not ids.is_salesforce_id(text)


def test_a_refusal_shows_only_the_beginning_of_a_long_text() -> None:
    with pytest.raises(RecordError) as refusal:
        ids.normalise("x" * 100_000)
    assert len(refusal.value.message) < 250
    assert len(refusal.value.record) <= 40


def test_records_are_compared_exactly_and_never_by_case() -> None:
    assert ids.same(ACME_CORP_SHORT, ACME_CORP)
    assert ids.same(ACME_CORP.lower(), ACME_CORP)
    assert not ids.same(ACME_CORP_SHORT.lower(), ACME_CORP)
    assert not ids.same("not an id", "not an id")
    assert not ids.same(None, None)
    assert not ids.same("", "")


def test_an_id_of_another_object_is_refused_by_its_prefix() -> None:
    assert ids.expect(ACME_CORP_SHORT) == ACME_CORP
    with pytest.raises(RecordError, match="not of an account: those begin with 001"):
        ids.expect("8015g00000AbCdE")
    with pytest.raises(RecordError, match="not of a contact: those begin with 003"):
        ids.expect(ACME_CORP, prefix="003", what="contact")


@given(short_ids)
def test_the_long_form_keeps_the_short_one_and_stays_as_it_is(short_id: str) -> None:
    long_id = ids.normalise(short_id)
    assert ids.short(long_id) == short_id
    assert ids.normalise(long_id) == long_id
    assert ids.same(short_id, long_id)


@given(short_ids)
def test_an_id_that_lost_its_case_is_rebuilt_from_its_checksum(short_id: str) -> None:
    long_id = ids.normalise(short_id)
    assert ids.normalise(long_id.lower()) == long_id
    assert ids.normalise(long_id.upper()) == long_id


@given(st.lists(short_ids, min_size=2, max_size=2, unique=True))
def test_different_records_are_never_the_same(pair: list[str]) -> None:
    assert not ids.same(ids.normalise(pair[0]), pair[1])


@given(st.text(max_size=20))
def test_any_text_is_either_normalised_or_refused(text: str) -> None:
    try:
        long_id = ids.normalise(text)
    except RecordError:
        assert not ids.is_salesforce_id(text)
    else:
        assert len(long_id) == 18
        assert ids.is_salesforce_id(text)
