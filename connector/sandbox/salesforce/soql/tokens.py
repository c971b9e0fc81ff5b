"""Cuts SOQL text into tokens.

Dates are tokens of their own, because `2024-01-31` must not be read as three numbers, and text keeps
its raw form beside its meaning, because LIKE tells an escaped percent sign from a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from connector.sandbox.salesforce.soql.errors import malformed

QUERY_LIMIT = 100_000
LITERAL_LIMIT = 4_000


class Kind(Enum):
    WORD = "word"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what stands in the query; of quoted text it is the part between the quotes."""

    kind: Kind
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind is Kind.SYMBOL and self.text in symbols


_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<moment>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))
    | (?P<date>\d{4}-\d{2}-\d{2}(?![\w:-]))
    | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<word>[A-Za-z_]\w*)
    | '(?P<text>(?:[^'\\]|\\.)*)'
    | (?P<symbol>!=|<>|<=|>=|[=<>(),.:])
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "%": "%",
    "_": "_",
}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)


def tokenize(source: str) -> list[Token]:
    """Return the tokens of a query, ending with one of kind END; raises SoqlError."""
    if len(source) > QUERY_LIMIT:
        raise malformed(f"SOQL statements cannot be longer than {QUERY_LIMIT} characters.")
    return [*_scan(source), Token(Kind.END, "<EOF>", len(source))]


def _scan(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        match = _PATTERN.match(source, position)
        if match is None:
            raise _unreadable(source, position)
        group = match.lastgroup or "space"
        if group != "space":
            token = Token(Kind(group), match[group], position)
            if token.kind is Kind.TEXT:
                _check_text(token)
            yield token
        position = match.end()


def _unreadable(source: str, position: int) -> Exception:
    if source[position] == "'":
        return malformed("Invalid string literal: the closing quote is missing", position)
    word = re.split(r"[\s,()]", source[position:], maxsplit=1)[0] or source[position]
    return malformed(f"unexpected token: '{word}'", position)


def _check_text(token: Token) -> None:
    if len(token.text) > LITERAL_LIMIT:
        raise malformed(f"String literal cannot be longer than {LITERAL_LIMIT} characters", token.position)
    for match in _ESCAPE.finditer(token.text):
        if match[1] is None and match[2].lower() not in _ESCAPES:
            raise malformed(
                f"Invalid string literal '{token.text}'. "
                f"Illegal character sequence '\\{match[2]}' in string literal.",
                token.position,
            )


def unescape(raw: str) -> str:
    """Return what quoted text means."""
    return _ESCAPE.sub(_meaning, raw)


def like_pattern(raw: str) -> re.Pattern[str]:
    """Return what quoted text after LIKE matches: the whole value, in either letter case.

    What stands between two wildcards is taken where it is first found and never tried again, so that
    no pattern takes longer than one pass over the value.
    """
    first, *others = _segments(raw)
    middle = "".join(f"(?>.*?{segment})" for segment in others[:-1])
    last = f".*{others[-1]}" if others else ""
    return re.compile(first + middle + last, re.IGNORECASE | re.DOTALL)


def _segments(raw: str) -> list[str]:
    """Return the parts of a LIKE text between its percent signs, as regular expressions."""
    segments = [""]
    position = 0
    while position < len(raw):
        escape = _ESCAPE.match(raw, position)
        if escape is not None:
            segments[-1] += re.escape(_meaning(escape))
            position = escape.end()
            continue
        if raw[position] == "%":
            segments.append("")
        else:
            segments[-1] += "." if raw[position] == "_" else re.escape(raw[position])
        position += 1
    return segments


def _meaning(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _ESCAPES[escape[2].lower()]
