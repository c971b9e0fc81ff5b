from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import transforms
from connector.domain.transforms import Context, TransformFailed


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("", {}),
        ("truncate", {"length": 1}),
        ("truncate", {"length": 65535}),
        ("lookup", {"table": {"a": "b", "c": 1, "d": True, "e": None, "f": 1.5}}),
        ("lookup", {"table": {"a": "b"}, "default": None}),
        ("country_code", {}),
        ("country_code", {"form": "alpha_3"}),
        ("state_name", {"country": "Parent.BillingCountry"}),
        ("join", {"paths": ["Name", "Owner.Name"], "separator": ""}),
        ("constant", {"value": False}),
        ("extract", {"pattern": r"(\d+)"}),
    ],
)
def test_right_arguments_pass(name: str, arguments: dict[str, Any]) -> None:
    assert transforms.check_arguments(name, arguments) is None


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("shout", {}, "There is no transform “shout”; choose one of: trim, upper"),
        ("upper", {"length": 3}, "takes no argument “length”"),
        ("truncate", {}, "needs the argument “length”: How many characters stay."),
        ("truncate", {"length": 0}, "must be a whole number from 1 to 65535"),
        ("truncate", {"length": "5"}, "must be a whole number"),
        ("truncate", {"length": True}, "must be a whole number"),
        ("lookup", {"table": {}}, "at least one row"),
        ("lookup", {"table": ["a"]}, "must be a table"),
        ("lookup", {"table": {1: "a"}}, "must turn texts into texts"),
        ("lookup", {"table": {"a": []}}, "must turn texts into texts"),
        ("lookup", {"table": {"a": 1, " A": 2}}, "has a text twice"),
        ("lookup", {"table": {str(n): n for n in range(1001)}}, "at most 1000 rows"),
        ("lookup", {"table": {"a": 1}, "default": {}}, "must be a text, a number, yes/no or nothing"),
        ("country_code", {"form": "numeric"}, "must be alpha_2 or alpha_3"),
        ("state_name", {"country": "Billing Country"}, "must be a field path"),
        ("join", {"paths": []}, "a list of 1 to 10 field paths"),
        ("join", {"paths": "Name"}, "a list of 1 to 10 field paths"),
        ("join", {"paths": ["Name", 7]}, "must be a field path"),
        ("join", {"paths": ["Name"], "separator": 3}, "must be a text"),
        ("prefix", {"text": "x" * 1001}, "at most 1000 characters"),
        ("constant", {"value": math.nan}, "is no number that can be sent"),
        ("constant", {"value": 10**20}, "is no number that can be sent"),
        ("constant", {"value": [1]}, "must be a text, a number, yes/no or nothing"),
        ("extract", {"pattern": "("}, "opens a bracket and does not close it"),
        ("extract", {"pattern": 5}, "must be a text"),
    ],
)
def test_wrong_arguments_are_told_in_a_sentence(name: str, arguments: dict[str, Any], complaint: str) -> None:
    sentence = transforms.check_arguments(name, arguments)
    assert sentence is not None
    assert complaint in sentence
    assert sentence.endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
arguments_given = st.dictionaries(
    st.sampled_from(["length", "table", "default", "form", "country", "text", "paths", "separator", "value"])
    | st.just("pattern"),
    json_values
    | st.integers(1, 20)
    | st.lists(st.sampled_from(["Name", "Owner.Name"]), min_size=1, max_size=3),
    max_size=3,
)


@given(st.sampled_from(transforms.names()), arguments_given, json_values)
def test_checked_arguments_never_surprise_a_transform(
    name: str, arguments: dict[str, Any], value: object
) -> None:
    if transforms.check_arguments(name, arguments) is not None:
        return
    with contextlib.suppress(TransformFailed):
        transforms.apply(name, value, arguments, Context({"Name": value}, "Name"))
