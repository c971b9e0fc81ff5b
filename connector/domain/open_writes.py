"""What the connector will do about a create whose end is open, and when: one sentence per state, as its promises stand.

job known      its job is asked; sent anew only where that failed, or is unknown after 24 hours
in background  looked up; within 24 hours repeated only as it was, later sent as it is now
answered       Zuora repeats a failure under its key for 24 hours: looked up, and sent under a new one
else           looked up; repeated under its key where it is the same and the key alive, else sent under a new one

A new key could make a second record. So it waits until the last request under the old one is over for certain.
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
IN_FLIGHT = timedelta(minutes=5)
"""As DOUBT_LIFE, where Zuora can be asked by a number of ours: that reads the record itself and no search, so what is over shows.
Before a request leaves it may have waited for a login and for room; Zuora gives up two minutes after that."""
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
    """Every request for it, and the one to come, gives it the same number of ours, by which it is found: an order, or an account
    numbered by a template. That Zuora takes no second one under it is expected, and unverified."""
    is_answered: bool = False
    """Zuora gave a failure under its key that leaves in doubt what an earlier request made, and repeats it."""
    sent_age: timedelta | None = None
    """How long ago it was sent last; None where nothing of it can have reached Zuora."""
    is_vanished: bool = False
    """An order that Salesforce does not show any more: no sync sends it again."""

    @property
    def is_expired(self) -> bool:
        return self.key_age >= KEY_LIFE

    @property
    def is_over(self) -> bool:
        """Whether nothing can come any more of what was sent, but what a look-up shows."""
        if self.sent_age is None and not self.job_id:
            return True
        return self._is_forgotten if self._may_have_a_job else self.is_expired and not self.in_flight

    @property
    def _may_have_a_job(self) -> bool:
        return bool(self.job_id) or self.is_asynchronous

    @property
    def _is_forgotten(self) -> bool:
        """A job is followed for as long as Zuora repeats the answer to the request that started it."""
        return self._since >= KEY_LIFE

    @property
    def _since(self) -> timedelta:
        return self.key_age if self.sent_age is None else self.sent_age

    @property
    def held(self) -> timedelta:
        """For how long nothing else may be sent for it, though a look-up does not show it."""
        return inherit(self, differs=True).held

    @property
    def in_flight(self) -> timedelta:
        """For how long the last request may still come to something that no look-up shows."""
        if self.sent_age is None:
            return timedelta(0)
        return max((IN_FLIGHT if self.is_guarded else DOUBT_LIFE) - self.sent_age, timedelta(0))


@dataclass(frozen=True, slots=True)
class Inheritance:
    """How an open create goes on. Nothing is sent for `held`. `is_expired`: Zuora has forgotten the key of a job that may be under
    way."""

    gets_new_key: bool = False
    is_expired: bool = False
    held: timedelta = timedelta(0)


def inherit(write: OpenWrite, *, differs: bool) -> Inheritance:
    """What whoever takes an open create over may do, once it was looked up and is not there."""
    if write.sent_age is None and not write.job_id:
        return Inheritance(gets_new_key=True)
    if write.job_id or (write.is_asynchronous and not write._is_forgotten and not write.is_answered):
        is_useless = differs or write.is_expired
        held = max(KEY_LIFE - write._since, timedelta(0)) if is_useless else timedelta(0)
        return Inheritance(is_expired=write._is_forgotten, held=held)
    if not (differs or write.is_expired or write.is_answered):
        return Inheritance()
    return Inheritance(held=write.in_flight) if write.in_flight else Inheritance(gets_new_key=True)


def next_step(write: OpenWrite) -> str:
    """One or two sentences for an administrator."""
    who = _who(write)
    if write.is_vanished:
        job = f" “Resolve by looking up” asks for its job ({write.job_id})." if write.job_id else ""
        return (
            "Salesforce did not show it any more when its account was last synced (deleted, moved, hidden, or orders are switched off), "
            f"so nothing of it is sent. {who} looks it up in Zuora and tells what to do, and so does each after it until it is withdrawn "
            f"there, nothing can come of it, or somebody resolves it.{job} Should Salesforce show it again, it is held against what was "
            "sent."
        )
    if write.job_id:
        lost = ", or does not know it any more" if write._is_forgotten else ""
        return (
            f"Zuora creates it in the background. {who} asks for its job ({write.job_id}) and uses what that made. It is sent "
            f"anew only where Zuora says that this job failed{lost}."
        )
    if write.sent_age is None:
        return f"Nothing was sent yet. {who} sends it."
    if write.is_answered and not write.is_expired:
        return (
            f"{who} looks it up in Zuora and uses what is there. Zuora answered with a failure, which it repeats under the same key: "
            f"only if there is nothing, it is sent under a new one{_not_before(write)}."
        )
    if write.is_asynchronous and not write._is_forgotten:
        return (
            f"It was sent to be created in the background. {who} looks it up in Zuora and uses what is there. If there is "
            f"nothing, it is sent again under the same key, which makes nothing twice; if it was changed in Salesforce since, "
            f"it is held back for {age_in_words(KEY_LIFE - write._since)} more."
        )
    if write.is_expired:
        return (
            f"{who} looks it up in Zuora and uses what is there. Only if there is nothing, it is sent as it is now, under a new "
            f"key{_not_before(write)}: the old one is past the 24 hours for which Zuora repeats its answer."
        )
    return (
        f"{who} looks it up in Zuora and uses what is there. Only if there is nothing, it is sent: under the same key, which "
        f"makes nothing twice ({_left(write)}), or under a new one if it was changed in Salesforce since{_not_before(write)}."
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


def _not_before(write: OpenWrite) -> str:
    return (
        f", but not within the next {age_in_words(write.in_flight)}"
        if write.in_flight >= timedelta(minutes=1)
        else ""
    )


def _left(write: OpenWrite) -> str:
    return f"for {age_in_words(KEY_LIFE - write.key_age)} more"
