"""What an update would change, field by field: only that is sent, and nothing differing means no call at
all.

Zuora does not give back what it was given: codes of countries and states become full names, empty
becomes null or is left out, numbers lose their zeros. A difference that is only such a translation is
none; otherwise every sync would write every record, for ever. In doubt two values differ: one write too
many is repeated, one too few is never noticed. So texts that look like numbers ("1.10" and "1.1", "007"
and "7") stay texts.

Fields Zuora never changes after creation (currency, account number) are not compared: they cannot be
part of an update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.domain import JSON, fields
from connector.domain.countries import country, same_country, same_state
from connector.domain.fields import Kind
from connector.domain.operations import Change
from connector.domain.rules import Pair
from connector.domain.values import is_empty

_CONTACTS_INSIDE = {
    "billToContact": Pair.BILL_TO,
    "soldToContact": Pair.SOLD_TO,
    "shipToContact": Pair.SOLD_TO,
}


@dataclass(frozen=True, slots=True)
class _Difference:
    names: tuple[str, ...]
    before: Any
    after: Any


def changes(current: JSON, wanted: JSON, *, pair: Pair) -> tuple[Change, ...]:
    """The fields of `wanted` that differ from what Zuora holds. Fields `wanted` does not name stay as they are."""
    return tuple(
        Change(".".join(found.names), found.before, found.after)
        for found in _differences(current, wanted, pair=pair, above=())
    )


def patch(current: JSON, wanted: JSON, *, pair: Pair) -> JSON:
    """The part of `wanted` that differs, nested as it was: the body of the update."""
    body: JSON = {}
    for found in _differences(current, wanted, pair=pair, above=()):
        level = body
        for name in found.names[:-1]:
            level = level.setdefault(name, {})
        level[found.names[-1]] = found.after
    return body


def same(pair: Pair, target: str, a: object, b: object) -> bool:
    """Whether Zuora would hold the same for both in this field. States are compared as text: see `changes`."""
    found = fields.find(pair, target)
    if is_empty(a) or is_empty(b):
        return is_empty(a) and is_empty(b)
    if target == "country" and pair is not Pair.ACCOUNT and isinstance(a, str) and isinstance(b, str):
        return same_country(a, b)
    return _same_value(found.kind if found else Kind.CUSTOM, a, b)


def _differences(
    current: Mapping[str, Any], wanted: Mapping[str, Any], *, pair: Pair, above: tuple[str, ...]
) -> Iterator[_Difference]:
    for name, after in wanted.items():
        before = current.get(name)
        if isinstance(after, Mapping):
            held = before if isinstance(before, Mapping) else {}
            yield from _differences(held, after, pair=_CONTACTS_INSIDE.get(name, pair), above=(*above, name))
            continue
        target = name if not above or above[-1] in _CONTACTS_INSIDE else ".".join((*above, name))
        if _is_fixed(pair, target):
            continue
        is_state = target == "state" and pair is not Pair.ACCOUNT
        equal = _same_state_in(current, wanted) if is_state else same(pair, target, before, after)
        if not equal:
            yield _Difference((*above, name), before, after)


def _is_fixed(pair: Pair, target: str) -> bool:
    found = fields.find(pair, target)
    return found is not None and not found.on_update


def _same_state_in(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """States are compared within the wanted country; one that moves to another country is compared as text."""
    before, after = current.get("state"), wanted.get("state")
    if is_empty(before) or is_empty(after):
        return is_empty(before) and is_empty(after)
    was = str(current.get("country") or "")
    becomes = str(wanted["country"] or "") if "country" in wanted else was
    where = country(becomes) if same_country(was, becomes) else None
    return same_state(where, str(before), str(after))


def _same_value(kind: Kind, a: object, b: object) -> bool:
    if a is b:
        return True
    if kind is Kind.LIST or isinstance(a, list) or isinstance(b, list):
        return _listed(a) == _listed(b)
    if isinstance(a, bool) or isinstance(b, bool):
        return _text(a).lower() == _text(b).lower()
    if kind in (Kind.INTEGER, Kind.CUSTOM) and not (isinstance(a, str) and isinstance(b, str)):
        first, second = _number(a), _number(b)
        if first is not None and second is not None:
            return first == second
    if kind is Kind.EMAIL:
        return _mailbox(_text(a)) == _mailbox(_text(b))
    if kind is Kind.DATE:
        return _text(a)[:10] == _text(b)[:10]
    return _text(a) == _text(b) if _is_scalar(a) and _is_scalar(b) else a == b


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | Decimal)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return str(value)


def _number(value: object) -> Decimal | None:
    if not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def _mailbox(address: str) -> str:
    """The part before the @ is case-sensitive, the domain is not."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _listed(value: object) -> list[str]:
    """Addresses in a fixed order: Zuora keeps a set of them."""
    items = value if isinstance(value, list) else str(value).replace(";", ",").split(",")
    return sorted(_mailbox(_text(item)) for item in items if not is_empty(item))
