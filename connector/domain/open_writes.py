"""What the connector will do about a create whose end is open, and when: one sentence per state, as its promises stand.

job known      its job is asked; sent anew only where that failed, or is unknown after 24 hours
in background  looked up; within 24 hours repeated only as it was, later sent as it is now
answered       Zuora repeats a failure under its key for 24 hours: ten minutes after it, looked up and sent under a new one
else           looked up; repeated under its key where it is the same and the key alive; where it was changed, sent under a new one,
               but not before the first request is ten minutes old, unless its number keeps Zuora from making a second
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

KEY_LIFE = timedelta(hours=24)
"""How long Zuora replays the first answer given under an idempotency key."""
DOUBT_LIFE = timedelta(minutes=10)
"""After so long a request is over on Zuora's side, which gives up after two minutes, and searches show what it made. No document
says how far they lag; more than ten seconds were seen."""
LONG = timedelta(hours=1)
"""A create that is open for longer deserves a look."""


class Holder(StrEnum):
    """Who works on an open write: the run it belongs to, while that is open."""

    NOBODY = "nobody"
    WORKER = "worker"
    QUEUE = "queue"
    """The run waits for its next attempt."""


@dataclass(frozen=True, slots=True)
class OpenWrite:
    """`account` is the name of the account whose run sent it; empty where that is not known any more."""

    holder: Holder
    key_age: timedelta
    account: str = ""
    job_id: str = ""
    is_asynchronous: bool = False
    is_shared: bool = False
    """A product and its parts: any account's sync may need it."""
    is_guarded: bool = False
    """Zuora itself takes no second one, since its number is ours: an order, or an account numbered by a template."""
    answered_age: timedelta | None = None
    """How long ago Zuora gave a failure under its key that leaves in doubt what an earlier request made; None where it did not."""

    @property
    def is_expired(self) -> bool:
        return self.key_age >= KEY_LIFE


@dataclass(frozen=True, slots=True)
class Inheritance:
    """How an open create goes on. `differs`: what is wanted now is not what may be under way, so nothing is sent for `held`.
    `is_expired`: Zuora has forgotten the key of what may be under way."""

    gets_new_key: bool = False
    differs: bool = False
    is_expired: bool = False
    held: timedelta = timedelta(0)


def inherit(write: OpenWrite, *, differs: bool) -> Inheritance:
    """What whoever takes an open create over may do, once it was looked up and is not there."""
    is_answered = write.answered_age is not None and write.answered_age >= DOUBT_LIFE
    if write.job_id or (write.is_asynchronous and not write.is_expired and not is_answered):
        held = max(KEY_LIFE - write.key_age, timedelta(0)) if differs else timedelta(0)
        return Inheritance(differs=differs, is_expired=write.is_expired, held=held)
    if differs and not (is_answered or write.is_guarded) and write.key_age < DOUBT_LIFE:
        return Inheritance(differs=True, held=DOUBT_LIFE - write.key_age)
    return Inheritance(gets_new_key=differs or write.is_expired or is_answered)


def next_step(write: OpenWrite) -> str:
    """One or two sentences for an administrator."""
    who = _who(write)
    if write.job_id:
        lost = ", or does not know it any more" if write.is_expired else ""
        return (
            f"Zuora creates it in the background. {who} asks for its job ({write.job_id}) and uses what that made. It is sent "
            f"anew only where Zuora says that this job failed{lost}."
        )
    if write.is_asynchronous and not write.is_expired:
        return (
            f"It was sent to be created in the background. {who} looks it up in Zuora and uses what is there. If there is "
            f"nothing, it is sent again under the same key, which makes nothing twice; if it was changed in Salesforce since, "
            f"it is held back {_left(write)}."
        )
    if write.is_expired:
        return (
            f"{who} looks it up in Zuora and uses what is there. Only if there is nothing, it is sent as it is now, under a new "
            "key: the old one is past the 24 hours for which Zuora repeats its answer."
        )
    if write.answered_age is not None:
        return (
            f"{who} looks it up in Zuora and uses what is there. Zuora answered with a failure, which it repeats under the same key: "
            f"only if there is nothing ten minutes after that, it is sent under a new one."
        )
    when = " (Zuora takes its number only once)" if write.is_guarded else " and ten minutes went by"
    return (
        f"{who} looks it up in Zuora and uses what is there. Only if there is nothing, it is sent: under the same key, which "
        f"makes nothing twice ({_left(write)}), or under a new one if it was changed in Salesforce since{when}."
    )


def age_in_words(age: timedelta) -> str:
    """The largest unit alone: "3 days", "1 hour", "12 minutes", "less than a minute"."""
    minutes = max(int(age.total_seconds()), 0) // 60
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _who(write: OpenWrite) -> str:
    whose = f" of {write.account}" if write.account else ""
    if write.holder is Holder.WORKER:
        return f"The run{whose} is working on it. Should that end without an answer, its next attempt"
    if write.holder is Holder.QUEUE:
        return f"The run{whose} waits to go on. Its next attempt"
    if write.is_shared:
        return "The next sync that needs it"
    return f"The next sync{whose}" if write.account else "The next sync of its account"


def _left(write: OpenWrite) -> str:
    return f"for {age_in_words(KEY_LIFE - write.key_age)} more"
