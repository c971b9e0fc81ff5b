"""Record ids: 15 case-sensitive characters, or the same with a 3-character checksum.

The sandbox stores and answers the 18-character form only, and accepts both, as Salesforce does.
A wrong checksum is refused rather than repaired (unverified; the strict reading finds more bugs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORT_LENGTH = 15
LONG_LENGTH = 18
PREFIX_LENGTH = 3

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?", re.ASCII)
_POD = "Sb0"


def checksum(short_id: str) -> str:
    """Return the three characters that tell the letter case of a 15-character id."""
    blocks = (short_id[start : start + 5] for start in range(0, SHORT_LENGTH, 5))
    return "".join(
        _CHECKSUM_ALPHABET[sum(1 << bit for bit, char in enumerate(block) if "A" <= char <= "Z")]
        for block in blocks
    )


def to_long_id(value: str) -> str | None:
    """Return the 18-character form, or None where the text is no id or its checksum is wrong."""
    if not _SHAPE.fullmatch(value):
        return None
    short_id = value[:SHORT_LENGTH]
    long_id = short_id + checksum(short_id)
    return long_id if len(value) == SHORT_LENGTH or value == long_id else None


class IdSequence:
    """Hands out ids of one org; each key prefix counts for itself."""

    def __init__(self) -> None:
        self._counters: dict[str, int] = {}

    def next_id(self, prefix: str, *, taken: Iterable[str] = ()) -> str:
        used = taken if isinstance(taken, dict | set) else set(taken)
        while True:
            count = self._counters.get(prefix, 0) + 1
            self._counters[prefix] = count
            short_id = prefix + _POD + _in_base_62(count).rjust(9, "0")
            long_id = short_id + checksum(short_id)
            if long_id not in used:
                return long_id


def _in_base_62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
