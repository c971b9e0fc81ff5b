"""What stands before the log: everything a person or a remote system can send becomes something every database takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, transaction
from hypothesis import given
from hypothesis import strategies as st

from connector.clients.credentials import ZuoraCredentials
from connector.domain.operations import Change, Key, Noun, Ref, Severity
from connector.models import LogEntry, Secret, sanitise
from tests.models import rows


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("Acme Corp", "Acme Corp"),
        ("Akme 🚀 \u202eproC emcA\u202c é e\u0301", "Akme 🚀 ⟨U+202E⟩proC emcA⟨U+202C⟩ é e\u0301"),
        ("\u200fشركة مثال\u200f", "\u200fشركة مثال\u200f"),
        ("nul\x00l", "nul␀l"),
        ("red \x1b[31m alert\x07", "red ␛[31m alert␇"),
        ("delete\x7f next\x85line", "delete␡ next\ufffdline"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("lines\nand\ttabs\r\n", "lines\nand\ttabs\r\n"),
    ],
)
def test_text(given_text: str, stored: str) -> None:
    assert sanitise.text(given_text) == stored


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\t", "\u2028", "\u2029", "\x85"])
def test_a_line_stays_one_line(sign: str) -> None:
    assert sanitise.line(f"Acme{sign}2026-03-02 forged entry", limit=100) == "Acme 2026-03-02 forged entry"


def test_over_long_text_is_cut_with_a_mark() -> None:
    cut = sanitise.text("x" * 5_000 + " Fill it in and resync.")
    assert len(cut) == sanitise.MESSAGE_LIMIT
    assert "x… [cut: 5023 characters] …x" in cut
    assert cut.endswith("x Fill it in and resync.")
    assert sanitise.text("x" * sanitise.MESSAGE_LIMIT) == "x" * sanitise.MESSAGE_LIMIT
    assert len(sanitise.text("x" * 99, limit=5)) == 5


@dataclass(frozen=True)
class Shown:
    name: str
    hidden: str = field(repr=False)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("10.10"), "10.10"),
        (Decimal("NaN"), "NaN"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-02T09:30:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Severity.ERROR, "error"),
        (b"\x89PNG", "[4 bytes]"),
        (Key(Noun.ORDER, "00000102"), "order:00000102"),
        (Ref(Key(Noun.ACCOUNT, "001x")), "{account:001x.id}"),
        (Change("name", "Acme", Decimal("1.0")), {"field": "name", "before": "Acme", "after": "1.0"}),
        (Shown("shown", "hush"), {"name": "shown"}),
        (Secret("gAAA"), "[Secret]"),
        (object(), "[object]"),
        ({1: {"a\x00b": ("x", {"y"})}}, {"1": {"a␀b": ["x", ["y"]]}}),
    ],
)
def test_json(value: object, stored: object) -> None:
    assert sanitise.json_value(value) == stored


def test_an_integer_that_python_itself_refuses_to_print() -> None:
    assert sanitise.json_value({"n": 10**5_000}) == {"n": "[integer of 16610 bits]"}


def test_credentials_that_end_up_in_a_detail_lose_their_secret() -> None:
    credentials = ZuoraCredentials(name="t", host="rest.zuora.com", client_id="c", client_secret="hush")
    assert "hush" not in json.dumps(sanitise.json_value({"who": credentials}))


@pytest.mark.parametrize(("depth", "reaches_bottom"), [(20, True), (21, False), (900, False)])
def test_deep_nesting_ends_with_a_mark(depth: int, reaches_bottom: bool) -> None:
    value: Any = "bottom"
    for _ in range(depth):
        value = [value]
    shown = json.dumps(sanitise.json_value(value), ensure_ascii=False)
    assert ("bottom" in shown) is reaches_bottom
    assert ("nested too deeply" in shown) is not reaches_bottom


def test_a_value_that_holds_itself_comes_to_an_end() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = [loop, loop]
    assert len(json.dumps(sanitise.json_value(loop))) < 3 * sanitise.DETAIL_BUDGET


def test_a_huge_detail_is_cut_with_a_mark() -> None:
    many = {"records": [{"Id": f"{number:018}", "Name": "x" * 500} for number in range(20_000)]}
    shown = json.dumps(sanitise.json_value(many), ensure_ascii=False)
    assert len(shown) < 1.5 * sanitise.DETAIL_BUDGET
    assert "… [cut: too long]" in shown


def test_one_endless_string_is_cut_with_a_mark() -> None:
    cleaned = sanitise.json_object({"body": "x" * 10_000_000, "status": 200})
    assert str(cleaned["body"]).startswith("x" * 6_000)
    assert "… [cut: 10000000 characters] …" in str(cleaned["body"])
    assert cleaned["status"] == 200


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.decimals()
    | st.text(st.characters(codec=None))
    | st.binary()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)) | st.integers(), inner)
    ),
    max_leaves=30,
)


@given(anything)
def test_whatever_comes_strict_json_in_utf8_goes(value: object) -> None:
    cleaned = sanitise.json_value(value)
    stored = json.dumps(cleaned, allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in stored
    stored.encode("utf-8")
    assert sanitise.json_value(cleaned) == cleaned


@given(st.text(st.characters(codec=None)), st.integers(min_value=0, max_value=300))
def test_whatever_comes_text_fits_and_stays_as_it_is_the_second_time(value: str, limit: int) -> None:
    stored = sanitise.line(value, limit=limit)
    assert len(stored) <= limit
    assert not set(stored) & {"\x00", "\n", "\r", "\u2028"}
    stored.encode("utf-8")
    assert sanitise.line(stored, limit=limit) == stored


NASTY = "nul\x00 lone\ud83d esc\x1b 🚀 \u202e" + "x" * 9_000


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_database_takes_a_log_entry_of_the_nastiest_kind() -> None:
    run = rows.started_run()
    entry = LogEntry.objects.write(
        run,
        sequence=1,
        at=rows.NOW,
        step="apply",
        message=NASTY,
        record=NASTY,
        salesforce_id=NASTY,
        zuora_id=NASTY,
        who_acts=NASTY,
        detail={NASTY: [NASTY, float("nan"), Decimal("1.10"), {"\x00": "\x00"}]},
    )
    stored = LogEntry.objects.get()
    assert stored.message.startswith("nul␀ lone\ufffd esc␛ 🚀 ⟨U+202E⟩xxx")
    assert stored.detail == entry.detail
    assert len(stored.record) == 255


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_database_takes_a_run_of_the_nastiest_kind() -> None:
    run = rows.started_run()
    run.store_plan({"payload": {"name": NASTY, "rate": float("inf")}})
    run.retry_later(message=NASTY, who_acts=NASTY, now=rows.NOW)
    run.fail(message=NASTY, who_acts=NASTY, now=rows.NOW)
    run.refresh_from_db()
    assert run.plan is not None
    assert run.plan["payload"]["rate"] == "inf"
    assert run.account.name == "Acme Corp"


@pytest.mark.django_db
@pytest.mark.postgres(only=True)
def test_without_it_postgresql_would_refuse() -> None:
    run = rows.started_run()
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        LogEntry.objects.create(
            run=run,
            account=run.account,
            sequence=1,
            at=rows.NOW,
            step="plan",
            message="x",
            detail={"a": "\x00"},
        )


@pytest.mark.parametrize("budget", range(0, 90, 3))
def test_what_was_cut_can_be_told_from_what_is_whole(budget: int) -> None:
    whole = {"operations": [{"title": "a" * 20, "changes": [1, 2]}, {"title": "b", "changes": [3]}]}
    kept = sanitise.json_object(whole, budget=budget)
    assert sanitise.is_cut(kept) == (kept != whole)
    assert not sanitise.is_cut(sanitise.json_object(whole))
