"""The log of an account: each line an insert of its own, numbered on over attempts."""

from __future__ import annotations

import pytest

from connector.domain.operations import Severity
from connector.models import LogEntry
from connector.sync.journal import Step
from tests.models import rows
from tests.models.rows import NOW

pytestmark = pytest.mark.django_db


def test_a_line_belongs_to_run_account_and_attempt() -> None:
    run = rows.started_run()
    entry = LogEntry.objects.write(
        run,
        sequence=LogEntry.objects.next_sequence(run),
        at=NOW,
        step=Step.APPLY,
        level=Severity.ERROR,
        noun="order",
        action="create",
        record="Order 00000102",
        salesforce_id="801000000000001AAA",
        zuora_id="8c1",
        message="Zuora refused the order.",
        who_acts="The owner of the record",
        detail={"reasons": ["58740020"]},
    )
    stored = LogEntry.objects.get()
    assert (stored.run, stored.account, stored.attempt, stored.sequence) == (run, run.account, 1, 1)
    assert (stored.step, stored.level, stored.get_level_display()) == ("apply", "error", "Error")
    assert (stored.detail, stored.at) == ({"reasons": ["58740020"]}, NOW)
    assert str(entry) == "2026-03-02 09:30:00 Zuora refused the order."


def test_the_next_attempt_numbers_on() -> None:
    run = rows.started_run()
    assert LogEntry.objects.next_sequence(run) == 1
    for sequence in (1, 2, 3):
        LogEntry.objects.write(run, sequence=sequence, at=NOW, step="gather", message=f"line {sequence}")
    assert LogEntry.objects.next_sequence(run) == 4
    assert LogEntry.objects.next_sequence(rows.started_run(rows.account(of=rows.integration(name="B")))) == 1


def test_lines_come_in_the_order_they_were_written() -> None:
    run = rows.started_run()
    for sequence in (2, 3, 1):
        LogEntry.objects.write(run, sequence=sequence, at=NOW, step="plan", message=str(sequence))
    assert [entry.message for entry in run.entries.all()] == ["1", "2", "3"]


def test_the_engine_s_steps_and_levels_are_the_row_s() -> None:
    assert set(LogEntry.Step.values) == {step.value for step in Step}
    assert set(LogEntry.Level.values) == {severity.value for severity in Severity}
