"""How the rows of an integration stand to the default mapping, in words, and putting one of them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest

from connector.admin.audit import Difference
from connector.admin.stories import shown_value
from connector.domain.mapping_files import Entry
from connector.domain.mapping_files.comparing import Difference as RawDifference
from connector.domain.mapping_files.comparing import differences
from connector.domain.rules import Pair, Rule
from connector.models import FieldMapping, Integration
from connector.models.stored_mappings import DEFAULTS, entry_of, key_of, put

_LABELS = {
    "source": "Salesforce field",
    "transform": "Transform",
    "arguments": "Arguments",
    "default": "Default",
    "mode": "When",
    "required": "Required",
    "active": "Is active",
    "note": "Note",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`differences` lead from the default to the row; `is_additional`: the default mapping has no such row."""

    is_additional: bool = False
    differences: tuple[Difference, ...] = ()


def standing(row: FieldMapping) -> Standing:
    rule = DEFAULTS.get(key_of(row))
    if rule is None:
        return Standing(is_additional=True)
    entry = entry_of(row)
    return Standing(differences=told(differences(Entry(rule), replace(entry, note=""))))


def missing(rows: Sequence[FieldMapping]) -> list[Rule]:
    present = {key_of(row) for row in rows}
    return [rule for key, rule in DEFAULTS.items() if key not in present]


def told(found: Sequence[RawDifference]) -> tuple[Difference, ...]:
    return tuple(
        Difference(_LABELS[each.field], _word(each.field, each.before), _word(each.field, each.after))
        for each in found
    )


def facts(entry: Entry) -> list[tuple[str, str]]:
    """What a row says besides its fields, where it is not as in most rows."""
    rule = entry.rule
    said = {
        "transform": rule.transform,
        "arguments": dict(rule.arguments) or None,
        "default": rule.default,
        "mode": rule.mode if rule.mode != "always" else "",
        "required": rule.required or None,
        "active": None if entry.is_active else False,
        "note": entry.note,
    }
    return [(_LABELS[name], _word(name, value)) for name, value in said.items() if value not in ("", None)]


def restore(request: HttpRequest, integration: Integration) -> None:
    """The row that the form names, with one message."""
    pair, target = request.POST.get("pair", ""), request.POST.get("target", "")
    rule = DEFAULTS.get((Pair(pair), target)) if pair in list(Pair) else None
    if rule is None:
        messages.error(request, "The default mapping has no such row.")
        return
    try:
        row = put(integration, rule, reason="Default restored")
    except (ValidationError, IntegrityError) as error:
        said = (
            " ".join(error.messages)
            if isinstance(error, ValidationError)
            else "Somebody changed it meanwhile."
        )
        messages.error(request, f"The default of {target} cannot be restored. {said}")
        return
    messages.success(request, f"Restored the default of “{row}”.")


def _word(name: str, value: object) -> str:
    if name == "mode":
        return str(FieldMapping.Mode(str(value)).label)
    if name == "transform":
        return str(value).replace("_", " ") or "as it is"
    if isinstance(value, bool) and name in ("required", "active"):
        return "yes" if value else "no"
    return "" if value == {} else shown_value(value)
