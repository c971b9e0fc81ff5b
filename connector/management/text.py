"""Text of remote systems on a terminal: nothing in it may begin a line, move the cursor or turn a line's direction."""

from __future__ import annotations

import re

from connector.models import sanitise

_CONTINUED = "\n" + 14 * " "  # deeper than any line begins
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def visible(text: object) -> str:
    """The text with its further lines indented; what a terminal would act on is shown as the pages show it."""
    return _CONTINUED.join(sanitise.text(line) for line in _BREAK.split(str(text)))
