"""Values on their way into SOQL: quoted here or not sent.

simple-salesforce knows the escapes; what it lacks is a bound on length (SOQL travels in the URL) and a refusal of the empty
list, which it would write as the malformed `IN ()`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import quote_plus

from simple_salesforce.format import format_soql, quote_soql_value

LONGEST_QUERY = 12_000
"""Encoded characters. Salesforce takes 16,384 bytes of URL and headers together; the token and the rest need room.
Reference: https://help.salesforce.com/s/articleView?id=000386264"""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quote(value: str) -> str:
    """A text literal, quotes included."""
    return str(quote_soql_value(_CONTROL.sub(" ", value)))


def id_list(values: Iterable[str]) -> str:
    """`('001…','001…')` for an IN condition. Raises ValueError for an empty list, which SOQL cannot say."""
    quoted = ",".join(quote(value) for value in values)
    if not quoted:
        raise ValueError("An IN condition needs at least one value.")
    return f"({quoted})"


def contains(fragment: str) -> str:
    """A LIKE literal matching any text that holds `fragment`, whose own % and _ are no wildcards."""
    return str(format_soql("'%{:like}%'", _CONTROL.sub(" ", fragment)))


def encoded_length(soql: str) -> int:
    return len(quote_plus(soql))


def queries_by_ids(template: Callable[[str], str], ids: Iterable[str], *, chunk: int) -> Iterator[str]:
    """`template` around id lists of at most `chunk` ids, and fewer where the query would grow too long for a URL."""
    waiting = iter(dict.fromkeys(ids))
    while some := list(islice(waiting, chunk)):
        while some:
            taken = len(some)
            while taken > 1 and encoded_length(template(id_list(some[:taken]))) > LONGEST_QUERY:
                taken = (taken + 1) // 2
            yield template(id_list(some[:taken]))
            some = some[taken:]
