"""Salesforce record ids: one spelling everywhere, so that two ids are one record exactly when the texts
are equal.

An id is 15 case-sensitive letters and digits; the 18-character form adds a checksum of three characters,
one for each block of five, telling which characters of its block are capitals. We store and send the
18-character form: spreadsheets, file names and Zuora's case-insensitive search all lose the case of
letters, and the short form then names another record.

The checksum is verified. It also lets us repair one accident: an 18-character id that was lower-cased
(or upper-cased) as a whole still says in its checksum which letters were capitals, so it is rebuilt. An
id of mixed case with a wrong checksum was mistyped and is refused; nobody can tell which record was
meant.
"""

from __future__ import annotations

import re

from connector.errors import RecordError

SHORT_LENGTH = 15
LONG_LENGTH = 18

_BLOCK = 5
_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FOREIGN = re.compile(r"[^A-Za-z0-9]")
_SHOWN = 40


def normalise(value: str) -> str:
    """The 18-character form of an id of 15 or 18 characters; surrounding blanks do not count.

    Raises RecordError where the text is no Salesforce id.
    """
    text = str(value).strip()
    if foreign := _FOREIGN.search(text):
        raise _refusal(
            text, f"it holds the character {foreign.group()!a}, and an id has only letters and digits"
        )
    if len(text) == SHORT_LENGTH:
        return text + _checksum(text)
    if len(text) != LONG_LENGTH:
        raise _refusal(text, f"it has {len(text)} characters, and an id has 15 or 18")
    body, suffix = text[:SHORT_LENGTH], text[SHORT_LENGTH:].upper()
    if _checksum(body) == suffix:
        return body + suffix
    rebuilt = _rebuild(body, suffix) if _is_single_case(text) else ""
    if not rebuilt:
        raise _refusal(
            text, "its last three characters do not fit the first fifteen, so a character was changed"
        )
    return rebuilt + suffix


def is_salesforce_id(value: object) -> bool:
    return _normal_or_empty(value) != ""


def short(value: str) -> str:
    """The 15-character form. Raises RecordError where the text is no Salesforce id."""
    return normalise(value)[:SHORT_LENGTH]


def same(a: object, b: object) -> bool:
    """Whether both name one record, whatever their length. False where either is no Salesforce id."""
    first = _normal_or_empty(a)
    return first != "" and first == _normal_or_empty(b)


def expect(value: str, *, prefix: str = "001", what: str = "account") -> str:
    """The 18-character form of an id of one object, told by its first three characters; else RecordError."""
    salesforce_id = normalise(value)
    if not salesforce_id.startswith(prefix):
        article = "an" if what[:1] in "aeiou" else "a"
        raise RecordError(
            f"{salesforce_id} is a Salesforce id, but not of {article} {what}: those begin with {prefix}. "
            f"Open the {what} in Salesforce and copy the id from its address.",
            record=salesforce_id,
        )
    return salesforce_id


def _normal_or_empty(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return normalise(value)
    except RecordError:
        return ""


def _checksum(body: str) -> str:
    blocks = (body[start : start + _BLOCK] for start in range(0, SHORT_LENGTH, _BLOCK))
    return "".join(
        _CHECKSUM_ALPHABET[sum(1 << place for place, char in enumerate(block) if "A" <= char <= "Z")]
        for block in blocks
    )


def _is_single_case(text: str) -> bool:
    return text in (text.lower(), text.upper())


def _rebuild(body: str, suffix: str) -> str:
    """The fifteen characters with the capitals the checksum tells of, or empty where it points at a digit."""
    rebuilt = ""
    for number, sign in enumerate(suffix):
        bits = _CHECKSUM_ALPHABET.find(sign)
        for place, char in enumerate(body[number * _BLOCK : (number + 1) * _BLOCK]):
            rebuilt += char.upper() if bits >> place & 1 else char.lower()
    return rebuilt if _checksum(rebuilt) == suffix else ""


def _refusal(text: str, reason: str) -> RecordError:
    shown = ascii(text[:_SHOWN])[1:-1] if text else "An empty text"
    return RecordError(
        f"{shown} is not a Salesforce id: {reason}. "
        "Open the record in Salesforce and copy the id from its address.",
        record=text[:_SHOWN],
    )
