"""Text that a spreadsheet would take for a formula, and run.

It takes a cell that begins with = + - or @ for one, also in full width and after blanks that it drops. An apostrophe before the cell
makes it text. The same goes for what follows a semicolon, a tab or a line break inside a cell: where a country's spreadsheets part
cells by semicolons, that is the beginning of one. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re

# What may stand before a formula and is dropped or unseen: white space, control and format characters, quotes of another cell.
_UNSEEN = r"[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\"]*"
_FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]"
_FIRST = re.compile(rf"[\t\r\n]|{_UNSEEN}{_FORMULA}")
_INSIDE = re.compile(rf"([;\t\r\n]{_UNSEEN})(?={_FORMULA})")


def disarmed(text: str) -> str:
    """The text as a spreadsheet shows it and runs nothing of it; not to be read back."""
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _FIRST.match(text) else text


def guarded(text: str) -> str:
    """Behind an apostrophe where it needs one; `unguarded` gives it back exactly. What a semicolon inside begins stays as it is."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    return text.startswith("'") or _FIRST.match(text) is not None
