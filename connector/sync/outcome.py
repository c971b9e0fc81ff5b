"""What became of each record of one run, and the one line that sums the run up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from connector.domain.labels import counted
from connector.domain.operations import Key, Noun, Plan
from connector.domain.to_check import WHO_LOOKS
from connector.errors import RemoteUnavailable

OPERATOR = WHO_LOOKS
PROMISE = " It is tried again by itself."
"""Said of what Zuora could not serve where a repetition follows, and there alone."""


class Result(StrEnum):
    CREATED = "created"
    FOUND = "found"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"


class Status(StrEnum):
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`message` and `who_acts` are filled where somebody must act; `zuora_id` where Zuora has the record."""

    key: Key
    title: str
    result: Result
    message: str = ""
    who_acts: str = ""
    zuora_id: str = ""

    @property
    def is_failure(self) -> bool:
        return self.result in (Result.FAILED, Result.WAITING)


@dataclass(frozen=True, slots=True)
class Report:
    """The end of one account's run. `unavailable` is set where the run is worth repeating by itself."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()
    zuora_id: str = ""
    zuora_account_number: str = ""
    unavailable: RemoteUnavailable | None = field(default=None, repr=False)
    is_halted: bool = False
    """The run was stopped before its end; `outcomes` are those of what was reached."""
    to_check: tuple[str, ...] = ()
    """What the run, in any of its attempts, told somebody to look at himself."""

    @property
    def failures(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.is_failure)

    @property
    def status(self) -> Status:
        if not self.failures:
            return Status.PARTIAL if self.to_check else Status.SUCCEEDED
        account = Key(Noun.ACCOUNT, self.plan.salesforce_id)
        return Status.FAILED if any(outcome.key == account for outcome in self.failures) else Status.PARTIAL

    @property
    def message(self) -> str:
        """For the list of accounts: the first failure, or what is to be looked at, in full, else what was done, in numbers."""
        told = (*(outcome.message for outcome in self.failures), *self.to_check)
        if told:
            return told[0] + (f" ({len(told) - 1} more)" if told[1:] else "")
        return summary(self.outcomes)

    @property
    def who_acts(self) -> str:
        if self.failures:
            return self.failures[0].who_acts
        return OPERATOR if self.to_check else ""


def summary(outcomes: tuple[Outcome, ...]) -> str:
    """For example "created 1 account, 2 orders; unchanged 3 contacts"."""
    counts = Counter((outcome.result, outcome.key.noun) for outcome in outcomes)
    parts = []
    for result in Result:
        nouns = [counted(counts[result, noun], noun) for noun in Noun if counts[result, noun]]
        if nouns:
            parts.append(f"{result} {', '.join(nouns)}")
    return ("; ".join(parts) or "nothing to do").capitalize() + "."
