"""The one form of date and time on the wire: UTC, milliseconds, `+0000` and never `Z`.

Records hold this text as it is; it sorts as time does, so nothing is parsed to compare.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """Return the wire text of an aware datetime."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def second_text(moment: datetime) -> str:
    """Return the wire text as audit fields carry it: Salesforce keeps them to the second."""
    return moment_text(moment.replace(microsecond=0))


def parse_moment(text: str) -> datetime:
    """Return the aware datetime of an ISO 8601 text; raises ValueError, also without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset.")
    return moment


def parse_day(text: str) -> date:
    """Return the date of YYYY-MM-DD, the only form Salesforce reads; raises ValueError."""
    if len(text) != len("YYYY-MM-DD"):
        raise ValueError(f"{text} is no date.")
    return date.fromisoformat(text)
