"""Takes people out of what the log keeps: names, e-mail addresses, telephone numbers and streets.

Two nets, because either alone has holes: the names of fields that hold personal data, and the very values a run has seen in
them, wherever a message or a remote repeats them. Ids, numbers, company names, city and country stay: a line must still say to
which record, and what to do. A masked name keeps its initials, "A… L…", so that two contacts of one account can be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

_NAME, _EMAIL, _PHONE, _STREET = "name", "email", "phone", "street"
EMAIL, PHONE, STREET = "[e-mail]", "[phone]", "[street]"

_ENDINGS: tuple[tuple[str, str], ...] = (
    ("firstname", _NAME),
    ("lastname", _NAME),
    ("middlename", _NAME),
    ("nickname", _NAME),
    ("salesrep", _NAME),  # an id by the default mapping, which stays; a user's name by others
    ("email", _EMAIL),
    ("emailaddress", _EMAIL),
    ("emailaddresses", _EMAIL),
    ("phone", _PHONE),
    ("fax", _PHONE),
    ("mobile", _PHONE),
    ("street", _STREET),
    ("address1", _STREET),
    ("address2", _STREET),
)
_PEOPLE = ("Contact", "User", "Lead")
_PERSON_FIELDS = ("FirstName", "LastName", "Email", "MobilePhone")
_VALUES = ("before", "after", "value", "oldValue", "newValue")
_SHORTEST = 3
_FEWEST_DIGITS = 6
"""A shorter number is as likely an amount or a quantity."""

_ANY_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_ID = re.compile(r"[0-9][0-9A-Za-z]{14}(?:[0-9A-Za-z]{3})?")
"""A Salesforce id in a personal field: those of standard objects begin with a digit."""
_WORD = re.compile(r"\w+")

_ORDINARY = frozenset(
    """
    account accounts action admin all amendment amount and another any are bill billed billing both but call can cancelled cannot
    carried change changed changes charge charges check choose code company contact contacts correct could country created currency
    customer date day days decide differs each else email error every fax field fields first for found from has have here his house
    how import integration its known last left line lines look made map mark may month months more must name named names new none not
    nothing now number office once one only open order orders other out own owner page paid parent phone plan planned plans please
    press price product products quantity rate reason record records renewal required resync road run sale sales salesforce same see
    send sent skip skipped sold state states stays stop stopped street subscription sync than that the them then there they this time
    total true type unit unknown update updated usage use user value values was were what where which will with without write written
    year yes you zip zuora
    """.split()  # noqa: SIM905 - a list of two hundred lines says no more
)
"""Words of the log's own sentences. A person of that name is masked in fields and where nothing but the name is said, never in
the middle of a sentence, which would be destroyed."""


class Mask:
    """Grows with what a run reads; masks text and any nesting of JSON. Never raises, never changes its input."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._kept: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, seen: Any) -> None:
        """Gather the personal values of records, snapshots and plans, and what must stay readable: names of accounts."""
        for value, kind in _found(seen):
            if kind:
                self._add(value, kind)
            else:
                self._kept.update(_WORD.findall(value.casefold()))
        chosen = [value for value in self._known if not self._stays(value)]
        chosen.sort(key=lambda value: (-len(value), value))
        spelled = "|".join(r"\s+".join(map(re.escape, value.split())) for value in chosen)
        self._pattern = re.compile(rf"(?<!\w)(?:{spelled})(?!\w)") if spelled else None

    def text(self, value: str) -> str:
        kind = self._known.get(_plain(value))
        if kind and not self._is_company(value):
            return masked(value, kind)
        hidden = _ANY_EMAIL.sub(EMAIL, value)
        return self._pattern.sub(self._replaced, hidden) if self._pattern else hidden

    def value(self, value: Any) -> Any:
        """What is no JSON (amounts, dates, references) is left as it is."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(item) for item in value]
        return value

    def _mapping(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        told = _kind(str(value.get("field") or ""))
        hidden: dict[Any, Any] = {}
        for name, item in value.items():
            kind = _kind_in(value, str(name)) or (told if name in _VALUES else "")
            hidden[name] = _blotted(item, kind) if kind else self.value(item)
        return hidden

    def _add(self, value: str, kind: str) -> None:
        for line in (value, *value.splitlines()):
            plain = _plain(line)
            if len(plain) >= _SHORTEST or (kind == _NAME and len(plain) > 1 and not plain.isascii()):
                self._known.setdefault(plain, kind)

    def _stays(self, value: str) -> bool:
        """Whether a value is too ordinary, or too much of a company's name or of a number, to be masked in sentences."""
        if value.isdigit() or re.fullmatch(r"[\d.,]+", value):
            return self._known[value] != _PHONE or len(value) < _FEWEST_DIGITS
        return value.casefold() in _ORDINARY or self._is_company(value)

    def _is_company(self, value: str) -> bool:
        words = _WORD.findall(value.casefold())
        return bool(words) and self._kept.issuperset(words)

    def _replaced(self, match: re.Match[str]) -> str:
        return masked(match.group(), self._known.get(_plain(match.group()), _NAME))


def masked(value: str, kind: str) -> str:
    """Initials of a name; of everything else what it was. The same for the same value, always. An id in a name's place stays."""
    if kind == _NAME and _ID.fullmatch(value):
        return value
    if kind == _NAME:
        return " ".join(f"{word[0]}…" for word in value.split()) or value
    return {_EMAIL: EMAIL, _PHONE: PHONE, _STREET: STREET}[kind]


def _found(seen: Any) -> Iterator[tuple[str, str]]:
    """Every personal value with its kind; with none, the name of an account."""
    if is_dataclass(seen) and not isinstance(seen, type):
        if account_name := getattr(seen, "account_name", ""):
            yield str(account_name), ""
        if isinstance(name := getattr(seen, "field", None), str) and (kind := _kind(name)):
            yield from _texts((getattr(seen, "before", None), getattr(seen, "after", None)), kind)
        for each in fields(seen):
            yield from _found(getattr(seen, each.name))
    elif isinstance(seen, Mapping):
        for name, item in seen.items():
            if kind := _kind_in(seen, str(name)):
                yield from _texts(item, kind)
            elif _is_account_name(seen, str(name)) and isinstance(item, str):
                yield item, ""
            else:
                yield from _found(item)
    elif isinstance(seen, (list, tuple, set, frozenset)):
        for item in seen:
            yield from _found(item)


def _texts(value: Any, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, kind
    elif isinstance(value, Mapping):
        yield from _found(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item, kind)


def _blotted(value: Any, kind: str) -> Any:
    if isinstance(value, str):
        return masked(value, kind) if value.strip() else value
    if isinstance(value, Mapping):
        return {name: _blotted(item, kind) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_blotted(item, kind) for item in value]
    return value if value is None or isinstance(value, bool) else masked(str(value), kind)


def _kind(name: str) -> str:
    """Of a field, by the end of its name, of a dotted path by its last part; custom fields are told by their names, too."""
    plain = re.sub(r"[^a-z0-9]", "", re.sub(r"__c$", "", name.rsplit(".", 1)[-1].lower()))
    return next((kind for ending, kind in _ENDINGS if plain.endswith(ending)), "")


def _kind_in(record: Mapping[Any, Any], name: str) -> str:
    """As `_kind`, and the `Name` of a person: an account's, though a person account's too, stays (unverified: the vendor
    documents no way to tell one by its name)."""
    return _kind(name) or (_NAME if name == "Name" and _is_person(record) else "")


def _is_person(record: Mapping[Any, Any]) -> bool:
    about = record.get("attributes")
    if isinstance(about, Mapping) and "type" in about:
        return about["type"] in _PEOPLE
    return any(field in record for field in _PERSON_FIELDS)


def _is_account_name(record: Mapping[Any, Any], name: str) -> bool:
    if name == "Name" and isinstance(about := record.get("attributes"), Mapping):
        return about.get("type") == "Account"
    return name == "account_name" or (name == "name" and ("crmId" in record or "currency" in record))


def _plain(value: str) -> str:
    return " ".join(value.split())
