"""What a file would change: told row by row and field by field, and nothing told that stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.mapping_files import Entry
from connector.domain.mapping_files.comparing import (
    LAST_POSITION,
    Comparison,
    Difference,
    How,
    Kind,
    compare,
    key,
    positions,
)
from connector.domain.rules import Mode, Pair, Rule

NAME = Entry(Rule(Pair.ACCOUNT, "Name", "name", required=True))
NOTES = Entry(Rule(Pair.ACCOUNT, "Description", "notes"), note="For billing")
DAY = Entry(Rule(Pair.ACCOUNT, "", "billCycleDay", default=1))
FAX = Entry(Rule(Pair.CONTACT, "Fax", "fax"))
ROWS = (NAME, NOTES, DAY)


def told(found: Comparison) -> list[tuple[str, str]]:
    return [(change.kind.value, change.entry.rule.target) for change in found.changes]


@pytest.mark.parametrize("how", list(How))
def test_the_same_rows_change_nothing(how: How) -> None:
    found = compare(ROWS, ROWS, how=how)
    assert (found.changes, found.result, found.unchanged, found.is_empty) == ((), ROWS, 3, True)


def test_replacing_removes_what_the_file_does_not_name() -> None:
    found = compare(ROWS, (NAME, FAX), how=How.REPLACE)
    assert told(found) == [("added", "fax"), ("removed", "notes"), ("removed", "billCycleDay")]
    assert (found.result, found.unchanged, found.is_reordered) == ((NAME, FAX), 1, False)
    assert found.count(Kind.REMOVED) == 2


def test_keeping_leaves_what_the_file_does_not_name() -> None:
    found = compare(ROWS, (FAX, NAME), how=How.KEEP)
    assert told(found) == [("added", "fax")]
    assert (found.result, found.unchanged, found.is_reordered) == ((*ROWS, FAX), 3, False)


def test_a_changed_row_says_field_by_field_what_differs() -> None:
    rule = replace(
        NOTES.rule,
        source="Notes__c",
        transform="truncate",
        arguments={"length": 9},
        default="none",
        mode=Mode.CREATE_ONLY,
        required=True,
    )
    (change,) = compare(ROWS, [Entry(rule, is_active=False)], how=How.KEEP).changes
    assert (change.kind, change.entry.rule) == (Kind.CHANGED, rule)
    assert change.differences == (
        Difference("source", "Description", "Notes__c"),
        Difference("transform", "", "truncate"),
        Difference("arguments", {}, {"length": 9}),
        Difference("default", None, "none"),
        Difference("mode", "always", "create_only"),
        Difference("required", False, True),
        Difference("active", True, False),
        Difference("note", "For billing", ""),
    )


@pytest.mark.parametrize("default", [True, 1.5, "1", None])
def test_a_default_of_another_type_is_another_value(default: object) -> None:
    given = Entry(replace(DAY.rule, default=default))
    (change,) = compare(ROWS, [given], how=How.KEEP).changes
    assert change.differences == (Difference("default", 1, default),)


def test_a_table_in_another_order_is_the_same() -> None:
    """A database keeps no order of the names in a JSON object."""
    one = replace(FAX.rule, transform="lookup", arguments={"table": {"a": "b", "c": "d"}, "default": "x"})
    other = replace(one, arguments={"default": "x", "table": {"c": "d", "a": "b"}})
    assert compare([Entry(one)], [Entry(other)], how=How.REPLACE).is_empty


def test_the_same_target_of_another_pair_is_another_row() -> None:
    bill_to = Entry(replace(FAX.rule, pair=Pair.BILL_TO))
    assert told(compare([FAX], [bill_to], how=How.REPLACE)) == [("added", "fax"), ("removed", "fax")]


def test_rows_in_another_order_are_told_where_the_order_is_taken_over() -> None:
    found = compare(ROWS, (DAY, NAME), how=How.REPLACE)
    assert (found.is_reordered, found.is_empty, found.result) == (True, False, (DAY, NAME))
    assert compare(ROWS, (DAY, NAME), how=How.KEEP).is_empty


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ([], []),
        ([(1, 1), (3, 3), (7, 7)], [1, 3, 7]),
        ([(0, 1), (0, 2), (0, 30), (1, 3)], [0, 0, 0, 1]),
        ([(1, 1), None, (2, 2), (9, 9), None], [1, 2, 3, 9, 10]),
        ([(3, 3), (1, 1), (2, 2)], [3, 4, 5]),
        ([(0, 2), (0, 1), (4, 4)], [0, 1, 4]),
        ([(1, 1), (LAST_POSITION, 2), None], [1, 2, 3]),
    ],
)
def test_a_row_keeps_its_position_where_that_fits(
    current: list[tuple[int, int] | None], expected: list[int]
) -> None:
    assert positions(current) == expected


entries = st.builds(
    Entry,
    rule=st.builds(
        Rule,
        pair=st.sampled_from(list(Pair)),
        source=st.sampled_from(["", "Name"]),
        target=st.sampled_from(["a", "b", "c"]),
        default=st.sampled_from([None, 0, False, 1, True, "1"]),
    ),
    is_active=st.booleans(),
)
mappings = st.lists(entries, max_size=8, unique_by=key)


@given(mappings, mappings, st.sampled_from(list(How)))
def test_what_is_told_leads_from_the_rows_to_the_result(
    current: list[Entry], given: list[Entry], how: How
) -> None:
    found = compare(current, given, how=how)
    after = {key(entry): entry for entry in current}
    for change in found.changes:
        if change.kind == Kind.REMOVED:
            del after[key(change.entry)]
        else:
            after[key(change.entry)] = change.entry
    assert {key(entry): repr(entry) for entry in found.result} == {
        each: repr(entry) for each, entry in after.items()
    }
    assert found.unchanged == len(current) - found.count(Kind.CHANGED) - found.count(Kind.REMOVED)
    assert compare(found.result, given, how=how).is_empty


@given(
    st.lists(
        st.none() | st.tuples(st.integers(0, LAST_POSITION), st.integers(1, 99)),
        max_size=20,
        unique_by=lambda own: own[1] if own is not None else object(),
    )
)
def test_sorted_by_position_and_number_the_rows_stand_in_that_order(
    current: list[tuple[int, int] | None],
) -> None:
    made = positions(current)
    numbers = [own[1] if own is not None else 100 + place for place, own in enumerate(current)]
    placed = list(zip(made, numbers, strict=True))
    assert placed == sorted(placed)
    assert all(0 <= position <= LAST_POSITION for position in made)
