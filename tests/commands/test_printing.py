"""Names on a terminal: whoever may rename an account in Salesforce must not write lines of an operator's log."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Action, Change, Key, Noun, Operation, Plan, Problem, Severity
from connector.management import printing
from connector.management.text import visible
from connector.models import LogEntry, SyncRun, sanitise
from connector.sync.rendering import plan_as_json
from tests.cast import ACME_CORP
from tests.models import rows

FORGED = "Acme\n  Succeeded: all is well\r\x1b[2K\u202egro.live\u2066 ‏عربي"
CUT = (
    "  ! This plan is too long to be kept whole: what is missing here is missing at its end. A sync carries out all of it, and its log "
    "names every record."
)
INDENT = "\n" + 14 * " "
SHOWN = f"Acme{INDENT}  Succeeded: all is well{INDENT}\u241b[2K⟨U+202E⟩gro.live⟨U+2066⟩ ‏عربي"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme Corp, Zürich - 東京 🙂", "Acme Corp, Zürich - 東京 🙂"),
        ("a\nb\r\nc\rd", f"a{INDENT}b{INDENT}c{INDENT}d"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf", f"a{INDENT}b{INDENT}c{INDENT}d{INDENT}e{INDENT}f"),
        ("\x00\x1b\x7f\x9b", "\u2400\u241b\u2421\ufffd"),
        ("\u202a\u202b\u202c\u202d\u202e", "⟨U+202A⟩⟨U+202B⟩⟨U+202C⟩⟨U+202D⟩⟨U+202E⟩"),
        ("\u2066\u2067\u2068\u2069", "⟨U+2066⟩⟨U+2067⟩⟨U+2068⟩⟨U+2069⟩"),
    ],
)
def test_what_would_move_the_cursor_or_turn_the_line_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.django_db
def test_a_log_has_no_lines_but_its_own() -> None:
    run = SyncRun.objects.request(
        rows.account(name=FORGED), kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND
    )
    LogEntry.objects.write(
        run, sequence=1, at=rows.NOW, step="plan", level=LogEntry.Level.ERROR, message=FORGED, who_acts="Ada"
    )

    lines = list(printing.log_lines(run))

    assert len(lines) == 4
    assert lines[0].startswith(f"Sync of {SHOWN} ({ACME_CORP}): ")
    assert lines[1].endswith(SHOWN)


def test_a_plan_has_no_lines_but_its_own() -> None:
    money = dict.fromkeys(
        ("line", "per_period", "periods", "quantity", "zuora_total", "salesforce_total", "difference"),
        "a\nb\x1b",
    )
    plan = {
        "account_name": FORGED,
        "salesforce_id": ACME_CORP,
        "problems": [{"severity": "error", "message": FORGED, "who_acts": FORGED}],
        "operations": [
            {
                "action": "create",
                "title": FORGED,
                "decision": FORGED,
                "stopped_by": [],
                "changes": [{"field": FORGED, "before": "", "after": FORGED}],
                "money": [money],
            }
        ],
    }

    lines = list(printing.plan_lines(plan))

    for line in lines[:6]:
        assert SHOWN in line
    assert lines[-1].split() == ["a", "b\u241b"] * 7


def _long_plan(budget: int) -> dict[str, Any]:
    problem = Problem(Severity.ERROR, Key(Noun.ORDER, "1"), "801", "Order 1 has no price. Price it.")
    operations = tuple(
        Operation(
            Action.UPDATE,
            Key(Noun.CONTACT, str(number)),
            f"Contact {number}",
            "Zuora differs: update it",
            payload={"notes": "n" * 50},
            changes=(Change("notes", "old", "new"),),
        )
        for number in range(5)
    )
    plan = plan_as_json(Plan(ACME_CORP, "Acme", operations, (problem,)))
    return sanitise.json_object(plan, budget=budget)


@pytest.mark.parametrize("budget", range(0, 2600, 130))
def test_a_plan_that_was_cut_is_printed_as_far_as_it_goes_and_says_so(budget: int) -> None:
    plan = _long_plan(budget)
    lines = list(printing.plan_lines(plan))
    assert lines[0].startswith("Plan for ")
    assert (CUT in lines) == sanitise.is_cut(plan)
    if budget >= 390:
        assert "  ERROR: Order 1 has no price. Price it." in lines


def test_a_plan_that_was_cut_is_an_error_where_its_problems_are() -> None:
    assert printing.has_errors(_long_plan(2_000_000))
    assert printing.has_errors(_long_plan(60))
    assert not printing.has_errors({"problems": [{"severity": "notice"}], "operations": []})
