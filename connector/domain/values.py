"""Single values on their way from Salesforce's JSON to Zuora's: converted, cleaned and judged, never
guessed.

Conversion is strict where a guess could bill wrongly ("1,234" is no number: one and a bit, or a
thousand?) and bounded everywhere, because the values are whatever people typed. A value that cannot be
converted raises `Unconvertible`, whose text completes the sentence "Account Acme has '…' in X, which …".
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

MAX_DIGITS = 15
"""Beyond fifteen digits a JSON number no longer survives the way through a double."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][0-9:.,Zz+-]{1,32})?", re.ASCII)
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]+")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
_LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f")


class Unconvertible(ValueError):
    """Says what the value is not, as the end of a sentence: "is no date"."""


def is_empty(value: object) -> bool:
    """Whether Zuora would store nothing: null, blank text, an empty list. False and zero are values."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {}, ())


def as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(as_number(value))):f}"
    raise Unconvertible("is a group of values, not a single one")


def as_number(value: object) -> int | float:
    """An int where nothing stands behind the point. Text needs plain digits and a point for the decimals."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Unconvertible("is no number")
    number = Decimal(value) if isinstance(value, int) else _decimal(str(value).strip())
    # A float is a double already and keeps its digits; only its size is judged.
    digits = "" if isinstance(value, float) else "".join(map(str, number.as_tuple().digits)).strip("0")
    if number and (abs(number.adjusted()) > MAX_DIGITS or len(digits) > MAX_DIGITS):
        raise Unconvertible(f"has more than {MAX_DIGITS} digits")
    return int(number) if number == number.to_integral_value() else float(number)


def as_integer(value: object) -> int:
    number = as_number(value)
    if isinstance(number, float):
        raise Unconvertible("is no whole number")
    return number


def as_boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = as_text(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Unconvertible("is neither yes nor no")


def as_date(value: object) -> str:
    """yyyy-mm-dd. Of a date with a time the date is taken as it is written, which in Salesforce means in UTC."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Unconvertible("is no date of the form yyyy-mm-dd")
    try:
        return date.fromisoformat(found.group(1)).isoformat()
    except ValueError:
        raise Unconvertible("is no day of the calendar") from None


def is_email(text: str) -> bool:
    """A mailbox at a dotted host name, as Zuora checks it (the exact check is unverified: this is the usual one)."""
    if len(text) > 254 or not _MAILBOX.fullmatch(text):
        return False
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    dots_are_single = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return dots_are_single and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)


def cleaned(text: str, *, multiline: bool) -> str:
    """Without control characters and lone surrogates, trimmed; line ends are kept in fields of several lines.

    Letters are not touched: no Unicode normalisation, and the marks of right-to-left names stay.
    """
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    text = text.replace("\t", " ") if multiline else " ".join(text.replace("\t", " ").split("\n"))
    return "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")
    ).strip()


def four_byte_character(text: str) -> str:
    """The first character beyond U+FFFF with its name, for a message; empty where there is none."""
    found = next((char for char in text if ord(char) > 0xFFFF), "")
    return f"{found} (U+{ord(found):X} {unicodedata.name(found, 'without a name')})" if found else ""


def _decimal(text: str) -> Decimal:
    # The bounds of the pattern keep a short text like 1e999999999 from becoming a number of that many digits.
    if not _NUMBER.fullmatch(text):
        raise Unconvertible("is no number")
    return Decimal(text)
