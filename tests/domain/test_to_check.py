"""What is to be looked at: each record once, as it was told last, and taken off one by one as far as it was shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from connector.domain.operations import Key, Noun, Plan
from connector.domain.to_check import Told, added, is_all, lines, parted, reminder, things
from connector.sync.outcome import Outcome, Report, Result
from tests.cast import ACME_CORP

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _order(number: int, message: str = "compare the two.") -> Told:
    return Told(f"Order {number}: {message}", "order", f"Order {number}")


def _kept(*told: Told, days: int = 0, to: str = "") -> str:
    """Each told a minute after the one before it, so many days after NOW."""
    for minute, each in enumerate(told):
        to = added(to, each, at=NOW + timedelta(days=days, minutes=minute))
    return to


def _messages(kept: str) -> list[str]:
    return [each.message for each in lines(kept)]


def test_what_is_told_comes_behind_what_is_kept() -> None:
    assert _messages(_kept(_order(1), _order(2))) == [
        "Order 1: compare the two.",
        "Order 2: compare the two.",
    ]
    assert lines("") == ()


def test_what_is_told_of_a_record_anew_stands_for_what_was_told_of_it_before() -> None:
    kept = _kept(_order(1, "may come (request a1)."), _order(2))

    kept = _kept(_order(1, "may come (request b2)."), _order(1, "is there."), days=3, to=kept)

    assert _messages(kept) == ["Order 2: compare the two.", "Order 1: is there."]
    (other, anew) = lines(kept)
    assert (other.first_day, other.last_day) == (date(2026, 3, 2), date(2026, 3, 2))
    assert (anew.first_day, anew.last_day) == (date(2026, 3, 2), date(2026, 3, 5))


def test_records_of_one_name_and_another_noun_are_two() -> None:
    assert len(lines(_kept(Told("A", "order", "1"), Told("B", "account", "1")))) == 2


def test_of_what_names_no_record_each_message_is_kept_once() -> None:
    assert _messages(_kept(Told("A"), Told("B"), Told("A"))) == ["B", "A"]


def test_a_message_is_kept_as_it_is() -> None:
    told = Told('Order 1:\r\ncompare\u2028the "two".\n', "order", "Ördér 1")

    (kept,) = lines(_kept(told))

    assert (kept.message, kept.noun, kept.record) == (told.message, told.noun, told.record)


@pytest.mark.parametrize("bare", ["Order 1: compare the two.", "{not JSON", '{"message": "A"}', "[1]", "7"])
def test_a_line_of_before_is_a_message_without_a_record(bare: str) -> None:
    kept = _kept(_order(2), to=bare)

    assert lines(kept)[0] == Told(bare)
    assert (lines(bare)[0].first_day, lines(bare)[0].last_day) == (None, None)
    looked, left = parted(kept, lines(bare)[0].digest)
    assert looked == Told(bare)
    assert _messages(left) == ["Order 2: compare the two."]


def test_what_was_shown_is_parted_from_all_else() -> None:
    kept = _kept(_order(1), _order(2), _order(3))
    first, second, third = lines(kept)

    looked, left = parted(kept, second.digest)

    assert looked == second
    assert lines(left) == (first, third)
    assert parted(left, second.digest) == (None, left)


@pytest.mark.parametrize("message", ["compare the two.", "is there."])
def test_what_was_told_anew_since_it_was_shown_stays(message: str) -> None:
    """It may be about something that came since, in the same words."""
    shown = _kept(_order(1), _order(2))
    kept = _kept(_order(1, message), days=1, to=shown)

    assert parted(kept, lines(shown)[0].digest) == (None, kept)
    assert parted(kept, lines(shown)[1].digest)[0] == lines(shown)[1]


@pytest.mark.parametrize("seen", ["", "x", lines(_kept(_order(2)))[0].digest])
def test_what_was_not_shown_stays(seen: str) -> None:
    kept = _kept(_order(1), _order(2))

    assert parted(kept, seen) == (None, kept)
    assert parted("", seen) == (None, "")


def test_how_much_it_is_in_words() -> None:
    assert [things(count) for count in (1, 2)] == ["1 thing", "2 things"]
    assert reminder(_kept(_order(1))) == "Still to be looked at: 1 thing, on the account's page."
    assert reminder("") == ""


@pytest.mark.parametrize("told", [(), ("Order 1.",), ("Order 1.", "Order 2.")])
def test_a_report_in_which_nothing_failed_says_nothing_else(told: tuple[str, ...]) -> None:
    failed = Outcome(Key(Noun.ORDER, "3"), "Order 3", Result.FAILED, message="Order 3 has no lines.")
    plan = Plan(ACME_CORP, "Acme Corp", ())

    assert is_all(Report(plan, to_check=told).message, told) is bool(told)
    assert not is_all(Report(plan, (failed,), to_check=told).message, told)
