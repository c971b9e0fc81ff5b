from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import JSON, paths

ACME_CORP: JSON = {
    "attributes": {"type": "Account"},
    "Name": "Acme Corp",
    "Fax": None,
    "NumberOfEmployees": 0,
    "Owner": {"Email": "ada@acme.example", "Manager": None},
    "BillingAddress": {"city": "Paris"},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Name", "Acme Corp"),
        ("name", "Acme Corp"),
        ("OWNER.eMAIL", "ada@acme.example"),
        ("BillingAddress.city", "Paris"),
        ("NumberOfEmployees", 0),
        ("Fax", None),
        ("Owner.Manager.Email", None),
        ("Owner.Phone", None),
        ("Name.Email", None),
        ("Parent.Name", None),
        ("", None),
    ],
)
def test_a_value_is_read_along_its_path_and_whatever_its_case(path: str, value: object) -> None:
    assert paths.read(ACME_CORP, path) == value


def test_the_exact_name_wins_over_one_that_differs_in_case() -> None:
    assert paths.read({"NAME": "other", "Name": "Acme Corp"}, "Name") == "Acme Corp"


@pytest.mark.parametrize(
    ("path", "was_read"),
    [
        ("Fax", True),
        ("fax", True),
        ("Owner.Manager.Email", True),
        ("Owner.Phone", False),
        ("Parent.Name", False),
        ("Name.Email", False),
    ],
)
def test_an_empty_field_is_told_from_one_that_was_not_read(path: str, was_read: bool) -> None:
    assert paths.has(ACME_CORP, path) is was_read


@pytest.mark.parametrize(
    "path",
    ["Name", "Owner.Email", "Billing_Contact__r.FirstName", "SBQQ__Quote__r.Name", "a.b.c.d.e.f"],
)
def test_api_names_joined_by_dots_are_valid(path: str) -> None:
    assert paths.is_valid(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "Owner.",
        ".Name",
        "Owner..Name",
        "1Name",
        "_Name",
        "Name_",
        "Name FROM Account",
        "Name\n",
        "Näme",
        "(SELECT Id FROM Contacts)",
        "a.b.c.d.e.f.g",
        "x" * 200,
    ],
)
def test_anything_else_is_no_path(path: str) -> None:
    assert not paths.is_valid(path)


def test_the_relationships_on_the_way_are_named_in_order() -> None:
    assert paths.relationships("Name") == ()
    assert paths.relationships("Parent.Owner.Name") == ("Parent", "Owner")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abAB"), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.dictionaries(st.sampled_from("abAB"), json_values, max_size=4),
    st.lists(st.sampled_from("abAB"), min_size=1, max_size=4),
)
def test_reading_never_fails_and_what_was_not_read_has_no_value(record: JSON, names: list[str]) -> None:
    path = ".".join(names)
    value = paths.read(record, path)
    assert paths.has(record, path) or value is None
    assert paths.read(record, path.swapcase()) == value or any(
        len({key.lower() for key in level}) < len(level) for level in _levels(record)
    )


def _levels(value: object) -> list[JSON]:
    if isinstance(value, dict):
        return [value, *(level for inner in value.values() for level in _levels(inner))]
    return []
