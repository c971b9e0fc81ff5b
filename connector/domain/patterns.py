"""Regular expressions whose time is bounded, whatever an administrator writes and whatever a record
holds.

Python's own matcher tries possibilities one after the other; a pattern like `(a+)+$` then takes hours on
one short text, and no check of the pattern finds all such cases. So patterns run here on a small machine
that follows all possibilities at once (Thompson's construction, with Perl's preferences), in at most
pattern size times text length steps: 300 times 1,000 in the worst case allowed, well under a second.

The language is the usual one without what cannot be matched that way (back-references) or is not needed
to cut a piece out of a text (looking ahead and behind, flags, named groups): letters, `.`, `[…]`, `\\d
\\w \\s` and their opposites, `^ $`, `|`, brackets, `* + ? {m,n}` and their lazy forms. The answer is the
first bracketed group, else the whole match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

MAX_PATTERN = 200
MAX_STEPS = 300
MAX_TEXT = 1000

_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_COUNTED = re.compile(r"\{(\d{1,3})(,(\d{0,3}))?\}", re.ASCII)


class BadPattern(ValueError):
    """Says what is wrong with a pattern, as the end of a sentence."""


class _Op(Enum):
    CHAR = auto()
    SPLIT = auto()
    START = auto()
    END = auto()
    SAVE_FROM = auto()
    SAVE_TO = auto()


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction. A SPLIT goes on at both offsets and prefers the first; a jump is a SPLIT with one."""

    op: _Op
    fits: Callable[[str], bool] | None = None
    offsets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled piece. `can_be_empty`: it may match nothing, so it must not be repeated."""

    steps: tuple[_Step, ...] = ()
    can_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class _Thread:
    at: int
    begin: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Pattern:
    steps: tuple[_Step, ...]

    def extract(self, text: str) -> str:
        """What the pattern finds first in the text's first 1,000 characters; empty where it finds nothing."""
        text = text[:MAX_TEXT]
        threads: list[_Thread] = []
        found: _Thread | None = None
        for place in range(len(text) + 1):
            # A match further left is preferred: a new start stands behind all threads under way.
            starts = [] if found else [_Thread(0)]
            threads, ended = self._followed([*threads, *starts], place, len(text))
            found = ended or found
            if place < len(text):
                threads = [
                    _Thread(thread.at + 1, thread.begin, thread.end)
                    for thread in threads
                    if (fits := self.steps[thread.at].fits) is not None and fits(text[place])
                ]
            if found and not threads:
                break
        return text[found.begin : found.end] if found and found.begin >= 0 else ""

    def _followed(
        self, threads: list[_Thread], place: int, length: int
    ) -> tuple[list[_Thread], _Thread | None]:
        """The threads that wait for a character, by preference; and the one that has matched, ending the list."""
        waiting: list[_Thread] = []
        seen: set[int] = set()
        pending = list(reversed(threads))
        while pending:
            thread = pending.pop()
            if thread.at in seen:
                continue
            seen.add(thread.at)
            if thread.at == len(self.steps):
                return waiting, thread
            step = self.steps[thread.at]
            if step.op is _Op.CHAR:
                waiting.append(thread)
            else:
                pending += reversed(_moved(thread, step, place, length))
        return waiting, None


def _moved(thread: _Thread, step: _Step, place: int, length: int) -> list[_Thread]:
    """Where a thread stands after a step that takes no character, by preference."""
    if step.op is _Op.SPLIT:
        return [_Thread(thread.at + offset, thread.begin, thread.end) for offset in step.offsets]
    if step.op is _Op.SAVE_FROM:
        return [_Thread(thread.at + 1, place, thread.end)]
    if step.op is _Op.SAVE_TO:
        return [_Thread(thread.at + 1, thread.begin, place)]
    fits = place == 0 if step.op is _Op.START else place == length
    return [_Thread(thread.at + 1, thread.begin, thread.end)] if fits else []


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """The pattern, ready to run. Raises BadPattern."""
    if not pattern:
        raise BadPattern("must not be empty")
    if len(pattern) > MAX_PATTERN:
        raise BadPattern(f"must have at most {MAX_PATTERN} characters")
    return Pattern(_Reader(pattern).read())


class _Reader:
    """Reads a pattern from left to right into steps."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0
        self._has_group = False

    def read(self) -> tuple[_Step, ...]:
        part = self._alternatives()
        if self._place < len(self._pattern):
            raise BadPattern("closes a bracket that is not open")
        return part.steps if self._has_group else _saved(part).steps

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _take(self, expected: str) -> bool:
        if not self._pattern.startswith(expected, self._place):
            return False
        self._place += len(expected)
        return True

    def _alternatives(self) -> _Part:
        part = self._sequence()
        while self._take("|"):
            other = self._sequence()
            split = _Step(_Op.SPLIT, offsets=(1, len(part.steps) + 2))
            jump = _Step(_Op.SPLIT, offsets=(len(other.steps) + 1,))
            steps = (split, *part.steps, jump, *other.steps)
            part = _bounded(steps, can_be_empty=part.can_be_empty or other.can_be_empty)
        return part

    def _sequence(self) -> _Part:
        steps: tuple[_Step, ...] = ()
        can_be_empty = True
        while self._peek() not in ("", "|", ")"):
            part = self._repeated(self._atom())
            steps += part.steps
            can_be_empty = can_be_empty and part.can_be_empty
        return _bounded(steps, can_be_empty=can_be_empty)

    def _repeated(self, part: _Part) -> _Part:
        count = self._count()
        if count is None:
            return part
        if part.can_be_empty:
            raise BadPattern("repeats a part that can be empty")
        is_lazy = self._take("?")
        if self._count() is not None:
            raise BadPattern("repeats a repetition; put brackets around the inner one")
        least, most = count
        steps = part.steps * least
        if most is None:
            steps += _starred(part, is_lazy=is_lazy)
        else:
            steps += _optional(part, is_lazy=is_lazy) * (most - least)
        return _bounded(steps, can_be_empty=least == 0)

    def _count(self) -> tuple[int, int | None] | None:
        for sign, count in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return count
        found = _COUNTED.match(self._pattern, self._place)
        if found is None:
            return None
        self._place = found.end()
        least = int(found.group(1))
        most = least if found.group(2) is None else int(found.group(3)) if found.group(3) else None
        if most is not None and (most < least or most == 0):
            raise BadPattern("has a repetition whose limits are the wrong way round")
        return least, most

    def _atom(self) -> _Part:
        char = self._peek()
        if char == "(":
            return self._group()
        if char == "[":
            return _single(self._set())
        if char in "*+?{":
            raise BadPattern(
                f"has a {char} with nothing before it to repeat; write \\{char} for the character"
            )
        self._place += 1
        if char == "^":
            return _Part((_Step(_Op.START),))
        if char == "$":
            return _Part((_Step(_Op.END),))
        if char == ".":
            return _single(lambda found: found != "\n")
        return _single(self._escape() if char == "\\" else char.__eq__)

    def _group(self) -> _Part:
        self._place += 1
        is_captured = not self._take("?:")
        if is_captured and self._peek() == "?":
            raise BadPattern("has a kind of group that is not supported: only (…) and (?:…) are")
        is_first = is_captured and not self._has_group
        self._has_group = self._has_group or is_captured
        part = self._alternatives()
        if not self._take(")"):
            raise BadPattern("opens a bracket and does not close it")
        return _saved(part) if is_first else part

    def _escape(self) -> Callable[[str], bool]:
        char = self._peek()
        self._place += 1
        if char and char in "dDwWsS":
            return _class(f"\\{char}")
        if char in _ESCAPED:
            return _ESCAPED[char].__eq__
        if not char or char.isalnum():
            raise BadPattern(f"has \\{char}, which is not supported")
        return char.__eq__

    def _set(self) -> Callable[[str], bool]:
        """A [set], closed by the first ] that is neither its first character nor escaped."""
        self._place += 1
        inner = "^" if self._take("^") else ""
        inner += r"\]" if self._take("]") else ""
        while not self._take("]"):
            char = self._peek()
            if not char:
                raise BadPattern("opens a [ and does not close it")
            length = 2 if char == "\\" else 1
            # These mean nothing special inside a set yet, but Python warns that they may one day.
            is_reserved = char in "[&~|" or (char == "-" and inner.endswith("-"))
            inner += ("\\" if is_reserved else "") + self._pattern[self._place : self._place + length]
            self._place += length
        return _class(f"[{inner}]")


def _class(text: str) -> Callable[[str], bool]:
    # One character against one set is all that is left to Python's matcher: nothing to go back over.
    try:
        fullmatch = re.compile(text).fullmatch
    except re.error as reason:
        raise BadPattern(f"has a set that cannot be read ({reason.msg})") from reason
    return lambda char: fullmatch(char) is not None


def _single(fits: Callable[[str], bool]) -> _Part:
    return _Part((_Step(_Op.CHAR, fits),), can_be_empty=False)


def _saved(part: _Part) -> _Part:
    steps = (_Step(_Op.SAVE_FROM), *part.steps, _Step(_Op.SAVE_TO))
    return _Part(steps, can_be_empty=part.can_be_empty)


def _optional(part: _Part, *, is_lazy: bool) -> tuple[_Step, ...]:
    into, past = 1, len(part.steps) + 1
    return (_Step(_Op.SPLIT, offsets=(past, into) if is_lazy else (into, past)), *part.steps)


def _starred(part: _Part, *, is_lazy: bool) -> tuple[_Step, ...]:
    into, past = 1, len(part.steps) + 2
    back = _Step(_Op.SPLIT, offsets=(-len(part.steps) - 1,))
    return (_Step(_Op.SPLIT, offsets=(past, into) if is_lazy else (into, past)), *part.steps, back)


def _bounded(steps: tuple[_Step, ...], *, can_be_empty: bool) -> _Part:
    if len(steps) > MAX_STEPS:
        raise BadPattern("repeats too much; use smaller numbers in {}")
    return _Part(steps, can_be_empty=can_be_empty)
