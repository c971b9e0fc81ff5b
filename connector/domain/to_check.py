"""What runs told somebody to look at himself, as an account keeps it until he says that he has.

It is kept as text, a line for each record, in the order in which they were told last; a line is a small JSON object. One that is
none is a bare message, as a release before this one writes it. What is told of a record anew stands for what was told of it before:
its state by now, and another thing than whoever was shown the older has looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256

CHECK = "check"
"""The `action` of an entry that tells somebody to look at a record himself: a run that has one does not count as succeeded."""
WHO_LOOKS = "An operator of this connector"
LOOKED_AT = "What was to be looked at has been."
_MORE = re.compile(r" \(\d+ more\)$")


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be looked at of a record. `first_on` is the day it was told first, `at` the moment it was told last, both ISO 8601
    and empty in a bare message."""

    message: str
    noun: str = ""
    record: str = ""
    first_on: str = ""
    at: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.noun, self.record or self.message

    @property
    def name(self) -> str:
        return self.record or "What was told"

    @property
    def first_day(self) -> date | None:
        return date.fromisoformat(self.first_on) if self.first_on else None

    @property
    def last_day(self) -> date | None:
        return datetime.fromisoformat(self.at).date() if self.at else None

    @property
    def digest(self) -> str:
        """Names what a page shows, this telling of it alone."""
        return sha256(_line(self).encode()).hexdigest()


def lines(kept: str) -> tuple[Told, ...]:
    return tuple(_told(line) for line in kept.split("\n") if line)


def added(kept: str, told: Told, *, at: datetime) -> str:
    """`kept` with what is told now, at its end."""
    every = lines(kept)
    before = next((each.first_on for each in every if each.key == told.key and each.first_on), "")
    now = replace(told, first_on=before or at.date().isoformat(), at=at.isoformat())
    return _kept(*(each for each in every if each.key != told.key), now)


def parted(kept: str, seen: str) -> tuple[Told | None, str]:
    """What was shown under that digest, and all else; None where it is not kept, or was told anew since."""
    every = lines(kept)
    shown = next((each for each in every if each.digest == seen), None)
    return shown, _kept(*(each for each in every if each != shown)) if shown else kept


def things(count: int) -> str:
    """For example "2 things"."""
    return f"{count} thing{'' if count == 1 else 's'}"


def reminder(kept: str) -> str:
    """For example "Still to be looked at: 2 things, on the account's page."; empty for nothing."""
    count = len(lines(kept))
    return f"Still to be looked at: {things(count)}, on the account's page." if count else ""


def is_all(message: str, told: Collection[str]) -> bool:
    """Whether a run's message is nothing but what it told somebody to look at; what failed would stand before it."""
    return _MORE.sub("", message) in told


def _kept(*every: Told) -> str:
    return "\n".join(map(_line, every))


def _line(told: Told) -> str:
    if told == Told(told.message):
        return told.message
    return json.dumps(asdict(told), ensure_ascii=False)


def _told(line: str) -> Told:
    try:
        found = json.loads(line)
        return Told(**{field.name: str(found[field.name]) for field in fields(Told)})
    except (ValueError, TypeError, KeyError):
        return Told(line)
