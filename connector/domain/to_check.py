"""What runs told somebody to look at himself, as an account keeps it until he says that he has.

It is kept as text: one message a line, oldest first, each once. Lines are only ever added behind, so whoever takes off what he
was shown takes off none that came since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

CHECK = "check"
"""The `action` of an entry that tells somebody to look at a record himself: a run that has one does not count as succeeded."""
WHO_LOOKS = "An operator of this connector"
MOST = 50
"""Messages kept; of what is beyond them the log tells."""
_MORE = re.compile(r" \(\d+ more\)$")


def lines(kept: str) -> tuple[str, ...]:
    return tuple(kept.split("\n")) if kept else ()


def added(kept: str, told: Iterable[str], *, now: datetime) -> str:
    """`kept` with what was told since. A last line beyond the most stands for all others; it names the moment, so that whoever was
    shown it before has not been shown this."""
    known = lines(kept)
    told_lines = dict.fromkeys(" ".join(each.split()) for each in told)
    new = [line for line in told_lines if line and line not in known]
    if not new:
        return kept
    every = (*known, *new)
    if len(every) > MOST:
        more = f"… and more, told until {now:%Y-%m-%d %H:%M:%S} UTC: see the log."
        every = (*every[:MOST], more)
    return "\n".join(every)


def digest(kept: str) -> str:
    """Names what a page shows; empty for nothing."""
    return sha256(kept.encode()).hexdigest() if kept else ""


def parted(kept: str, seen: str) -> tuple[str, str]:
    """What was shown under that digest, and what was added since; the first is empty where this never was so."""
    every = lines(kept)
    for count in range(1, len(every) + 1):
        shown = "\n".join(every[:count])
        if digest(shown) == seen:
            return shown, "\n".join(every[count:])
    return "", kept


def things(kept: str) -> str:
    """For example "2 things"."""
    count = len(lines(kept))
    if count > MOST:
        return f"more than {MOST} things"
    return f"{count} thing{'' if count == 1 else 's'}"


def reminder(kept: str) -> str:
    """For example "Still to be looked at: 2 things, on the account's page."; empty for nothing."""
    return f"Still to be looked at: {things(kept)}, on the account's page." if kept else ""


def is_all(message: str, told: Collection[str]) -> bool:
    """Whether a run's message is nothing but what it told somebody to look at; what failed would stand before it."""
    return _MORE.sub("", message) in told
