"""Values in SOQL: nothing a record or a person types can leave its quotes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.clients.salesforce.soql import (
    LONGEST_QUERY,
    contains,
    encoded_length,
    id_list,
    queries_by_ids,
    quote,
)

LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'")


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Acme", "'Acme'"),
        ("", "''"),
        ("O'Hara", r"'O\'Hara'"),
        ("a\\", r"'a\\'"),
        ("' OR Name != '", r"'\' OR Name != \''"),
        ('say "hi"', r"'say \"hi\"'"),
        ("a\x00b\nc", "'a b c'"),
    ],
)
def test_a_text_is_quoted(value: str, literal: str) -> None:
    assert quote(value) == literal


@pytest.mark.parametrize(
    ("fragment", "literal"),
    [
        ("acme", "'%acme%'"),
        ("100%", r"'%100\%%'"),
        ("a_b", r"'%a\_b%'"),
        ("\\", r"'%\\%'"),
        ("'", r"'%\'%'"),
        ("a\x00b", "'%a b%'"),
    ],
)
def test_a_fragment_has_no_wildcards_of_its_own(fragment: str, literal: str) -> None:
    assert contains(fragment) == literal


@given(st.text())
def test_every_text_stays_one_literal(value: str) -> None:
    assert LITERAL.fullmatch(quote(value))
    assert LITERAL.fullmatch(contains(value))


def test_a_list_of_ids() -> None:
    assert id_list(["001A", "001B"]) == "('001A','001B')"
    with pytest.raises(ValueError, match="at least one"):
        id_list([])


def template(ids: str) -> str:
    return f"SELECT Id FROM Account WHERE Id IN {ids}"  # noqa: S608 - what the tests are about


def ids_in(soql: str) -> list[str]:
    return re.findall(r"'([^']+)'", soql)


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (200, [200]), (201, [200, 1]), (450, [200, 200, 50])]
)
def test_ids_are_asked_for_in_chunks(count: int, sizes: list[int]) -> None:
    ids = [f"001Dn0000{number:06d}AAA" for number in range(count)]
    queries = list(queries_by_ids(template, ids, chunk=200))
    assert [len(ids_in(soql)) for soql in queries] == sizes
    assert [found for soql in queries for found in ids_in(soql)] == ids


def test_an_id_is_asked_for_once() -> None:
    assert list(queries_by_ids(template, ["001A", "001B", "001A"], chunk=200)) == [
        template("('001A','001B')")
    ]


def test_a_long_query_takes_fewer_ids_at_a_time() -> None:
    fields = ", ".join(f"Some_Rather_Long_Custom_Field_{number}__c" for number in range(200))
    ids = [f"001Dn0000{number:06d}AAA" for number in range(300)]
    queries = list(queries_by_ids(lambda some: template(some).replace("Id", fields, 1), ids, chunk=200))
    assert [found for soql in queries for found in ids_in(soql)] == ids
    assert all(encoded_length(soql) <= LONGEST_QUERY for soql in queries)
    assert 2 < len(queries) < 20
