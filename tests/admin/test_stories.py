"""What a page makes of log entries, whatever their details hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.admin.plans import shown_plan
from connector.admin.stories import progress, shown_detail, shown_entries, shown_value
from connector.models import LogEntry, SyncRun
from tests.admin import rows as told

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
_DETAIL_KEYS = st.sampled_from(
    ["decision", "changes", "sent", "reasons", "operations", "status", "code", "other"]
)
_PLAN_KEYS = st.sampled_from(["operations", "problems", "…"])
_OPERATION_KEYS = st.sampled_from(
    ["action", "noun", "title", "changes", "money", "sums", "payload", "stopped_by"]
)


def _entry(step: str = "gather", *, attempt: int = 1, **fields: Any) -> LogEntry:
    return LogEntry(step=step, attempt=attempt, message="Something happened.", **fields)


def test_each_step_is_headed_once() -> None:
    shown = shown_entries([_entry("gather"), _entry("gather"), _entry("plan"), _entry("apply")])

    assert [entry.heading for entry in shown] == ["Read", "", "Decide", "Write"]


def test_another_attempt_is_headed_anew() -> None:
    shown = shown_entries([_entry("apply"), _entry("apply", attempt=2)])

    assert [entry.heading for entry in shown] == ["Write", "Write · attempt 2"]


def test_what_is_appended_goes_on_where_the_page_ended() -> None:
    shown = shown_entries([_entry("apply"), _entry("finish")], after=_entry("apply"))

    assert [entry.heading for entry in shown] == ["", "Finish"]


def test_a_step_that_nobody_knows_is_shown_as_it_is() -> None:
    assert shown_entries([_entry("audit")])[0].heading == "audit"


def test_a_write_that_was_done_says_so() -> None:
    (done, noticed) = shown_entries([_entry("apply", action="created"), _entry("apply", action="unchanged")])

    assert (done.badge.text, noticed.badge.text) == ("Done", "Notice")


def test_details_are_sorted_into_what_one_looks_for() -> None:
    detail = shown_detail(
        {
            "decision": "Zuora has none: create it",
            "changes": [told.change("name", None, "Acme")],
            "sent": {"name": "Acme"},
            "system": "Zuora",
            "status": 400,
            "code": "",
            "reasons": ["too long"],
            "request_id": "r-1",
            "waited": 3,
        }
    )

    assert detail.decision == "Zuora has none: create it"
    assert [(change.field, change.before, change.after) for change in detail.changes] == [
        ("name", "", "Acme")
    ]
    assert detail.remote == (
        ("System", "Zuora"),
        ("HTTP status", "400"),
        ("Request id", "r-1"),
        ("Reason", "too long"),
    )
    assert detail.sent == '{\n  "name": "Acme"\n}'
    assert detail.rest == '{\n  "waited": 3\n}'


def test_no_answer_is_not_shown_as_status_zero() -> None:
    assert shown_detail({"system": "Zuora", "status": 0}).remote == (("System", "Zuora"),)


@pytest.mark.parametrize("detail", [{}, None, [], "text"])
def test_nothing_is_no_detail(detail: object) -> None:
    assert not shown_detail(detail)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), ("a", "a"), (True, "true"), (1.5, "1.5"), (["é"], '["é"]'), ({"a": 1}, '{"a": 1}')],
)
def test_values_are_shown_as_people_write_them(value: object, shown: str) -> None:
    assert shown_value(value) == shown


def test_a_finished_run_went_through_all_its_steps() -> None:
    run = SyncRun(kind="sync", status="succeeded", attempt=1)

    steps = progress(run, [(1, step, "notice") for step in ("gather", "plan", "apply", "finish")])

    assert [(step.label, step.state) for step in steps] == [
        ("Read", "done"),
        ("Decide", "done"),
        ("Write", "done"),
        ("Finish", "done"),
    ]


def test_a_running_run_is_at_its_latest_step() -> None:
    run = SyncRun(kind="sync", status="running", attempt=1)

    steps = progress(run, [(1, "gather", "notice"), (1, "plan", "warning"), (1, "plan", "notice")])

    assert [step.state for step in steps] == ["done", "now", "todo", "todo"]
    assert [step.tone for step in steps][:2] == ["good", "warn"]


def test_a_run_that_just_began_is_reading() -> None:
    assert progress(SyncRun(kind="sync", status="running", attempt=1), [])[0].state == "now"


def test_a_queued_run_is_nowhere_yet() -> None:
    assert {step.state for step in progress(SyncRun(kind="sync", status="queued"), [])} == {"todo"}


def test_only_the_latest_attempt_counts() -> None:
    run = SyncRun(kind="sync", status="running", attempt=2)

    steps = progress(run, [(1, "gather", "notice"), (1, "apply", "error"), (2, "gather", "notice")])

    assert [step.state for step in steps] == ["now", "todo", "todo", "todo"]


def test_the_worst_entry_colours_its_step() -> None:
    run = SyncRun(kind="sync", status="failed", attempt=1)

    steps = progress(run, [(1, "apply", "error"), (1, "apply", "notice"), (1, "apply", "warning")])

    assert steps[2].tone == "bad"


def test_a_preview_only_reads_and_decides() -> None:
    assert [step.label for step in progress(SyncRun(kind="preview", status="queued"), [])] == [
        "Read",
        "Decide",
    ]


@given(st.dictionaries(_DETAIL_KEYS, _JSON, max_size=6) | _JSON)
def test_no_detail_breaks_a_page(detail: Any) -> None:
    shown_detail(detail)


@given(
    st.dictionaries(
        _PLAN_KEYS,
        st.lists(st.dictionaries(_OPERATION_KEYS, _JSON, max_size=5) | _JSON, max_size=4) | _JSON,
        max_size=3,
    )
    | _JSON
)
def test_no_plan_breaks_a_page(plan: Any) -> None:
    shown_plan(plan)


def test_what_an_order_does_is_told_apart_from_further_details() -> None:
    few, many = (
        shown_entries(
            [LogEntry(detail={"effects": [told.effect(f"SUB-{n}") for n in range(count)]}, step="apply")]
        )[0]
        for count in (12, 13)
    )

    assert few.detail.effects[:2] == ("SUB-0", "SUB-1")
    assert few.detail.rest == ""
    assert few.are_few
    assert not many.are_few
