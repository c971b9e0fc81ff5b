"""What is to be looked at: each thing once, the oldest first, not without end, and taken off as far as it was shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.operations import Key, Noun, Plan
from connector.domain.to_check import MOST, added, digest, is_all, lines, parted, reminder, things
from connector.sync.outcome import Outcome, Report, Result
from tests.cast import ACME_CORP

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MANY = "\n".join(f"Order {number}." for number in range(MOST))
MORE = "… and more, told until 2026-03-02 09:30:00 UTC: see the log."


def test_what_is_told_comes_behind_what_is_kept_and_each_once() -> None:
    kept = added("", ["Order 1.", "Order 2.", "Order 1."], now=NOW)

    assert lines(added(kept, ["Order 2.", "Order 3."], now=NOW)) == ("Order 1.", "Order 2.", "Order 3.")


def test_nothing_new_changes_nothing() -> None:
    assert added("", [], now=NOW) == ""
    assert added("Order 1.", ["Order 1.", " "], now=NOW) == "Order 1."
    assert lines("") == ()


def test_a_message_of_several_lines_is_one() -> None:
    assert lines(added("", ["Order 1:\r\ncompare\u2028the two."], now=NOW)) == ("Order 1: compare the two.",)


def test_beyond_the_most_a_last_line_leads_to_the_log() -> None:
    kept = added(MANY, ["One more."], now=NOW)
    assert lines(kept) == (*lines(MANY), MORE)

    later = added(kept, ["Yet another."], now=NOW + timedelta(hours=1))
    assert lines(later) == (*lines(MANY), MORE.replace("09:30", "10:30"))


def test_what_was_shown_is_parted_from_what_came_since() -> None:
    shown = added("", ["Order 1.", "Order 2."], now=NOW)

    assert parted(shown, digest(shown)) == (shown, "")
    assert parted(added(shown, ["Order 3."], now=NOW), digest(shown)) == (shown, "Order 3.")


@pytest.mark.parametrize("seen", ["", "x", digest("Order 2."), digest("Order 1.\nOrder 3."), digest("Order")])
def test_what_was_not_shown_stays(seen: str) -> None:
    assert parted("Order 1.\nOrder 2.", seen) == ("", "Order 1.\nOrder 2.")
    assert parted("", seen) == ("", "")


def test_more_than_was_shown_of_what_is_not_kept_stays() -> None:
    """The lines are the same, but for the moment that the last one names."""
    shown = added(MANY, ["One more."], now=NOW)
    kept = added(shown, ["Yet another."], now=NOW + timedelta(hours=1))

    assert parted(kept, digest(shown)) == ("", kept)
    assert parted(shown, digest(MANY)) == (MANY, MORE)


@pytest.mark.parametrize(
    ("kept", "told"), [("a", "1 thing"), ("a\nb", "2 things"), (f"{MANY}\n{MORE}", "more than 50 things")]
)
def test_how_much_it_is_in_words(kept: str, told: str) -> None:
    assert things(kept) == told
    assert reminder(kept) == f"Still to be looked at: {told}, on the account's page."


def test_nothing_is_not_called_to_mind() -> None:
    assert reminder("") == ""


@pytest.mark.parametrize("told", [(), ("Order 1.",), ("Order 1.", "Order 2.")])
def test_a_report_in_which_nothing_failed_says_nothing_else(told: tuple[str, ...]) -> None:
    failed = Outcome(Key(Noun.ORDER, "3"), "Order 3", Result.FAILED, message="Order 3 has no lines.")
    plan = Plan(ACME_CORP, "Acme Corp", ())

    assert is_all(Report(plan, to_check=told).message, told) is bool(told)
    assert not is_all(Report(plan, (failed,), to_check=told).message, told)
