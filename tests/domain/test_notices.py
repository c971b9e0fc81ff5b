"""Notices of the same kind are told once; a task of somebody's never is."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.notices import MOST_NAMED, gathered
from connector.domain.operations import Key, Noun, Problem, Severity


def notice(number: int, shared: str = "PO numbers are not carried", **fields: Any) -> Problem:
    values = {
        "severity": Severity.NOTICE,
        "key": Key(Noun.ORDER, str(number)),
        "record": f"80{number}",
        "message": f"Order {number} has a PO number.",
        "shared": shared,
        "subject": f"order {number}",
    }
    return Problem(**{**values, **fields})


def test_thirty_notices_are_one_sentence() -> None:
    (told,) = gathered([notice(number) for number in range(30)])

    named = "; ".join(f"order {number}" for number in range(MOST_NAMED))
    assert told.message == f"PO numbers are not carried: {named}; and 10 more."
    assert told.key == Key(Noun.ORDER, "0")


def test_one_notice_keeps_its_own_words_and_others_their_place() -> None:
    other = notice(2, "Heads of bundles have no price")
    problems = [notice(1), other, notice(3)]

    told = gathered(problems)

    assert [problem.message for problem in told] == [
        "PO numbers are not carried: order 1; order 3.",
        "Order 2 has a PO number.",
    ]
    assert gathered([notice(1)]) == (notice(1),)


@pytest.mark.parametrize(
    "fields", [{"severity": Severity.WARNING}, {"severity": Severity.ERROR}, {"shared": ""}]
)
def test_what_somebody_must_do_is_never_gathered(fields: dict[str, Any]) -> None:
    problems = [notice(1, **fields) if "shared" not in fields else notice(1, ""), notice(2, **fields)]

    assert gathered(problems) == tuple(problems)
