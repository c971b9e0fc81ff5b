"""What can be said of a mapping row before any record passes through it: is it sense, does the value fit the field.

One rule for every way a row comes in (a form, a file, another integration), so that none lets in what another refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain import fields, own_fields, paths, transforms
from connector.domain.fields import Kind, ZuoraField
from connector.domain.rules import Rule

_SOURCE_SYNTAX = "Write field names joined by dots, at most five relationships deep, for example Owner.Email."

_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_DATES = frozenset({"date", "datetime"})
_TEXTS = frozenset(
    {
        "string",
        "textarea",
        "picklist",
        "multipicklist",
        "combobox",
        "email",
        "phone",
        "url",
        "id",
        "reference",
    }
)
# What a transform makes of any value it takes; the others leave text, or the type as it was.
_MADE = {"boolean": "boolean", "number": "double", "date": "date"}
_KEEPING = frozenset({"", "lookup"})
# Salesforce types a Zuora field can be filled from. A text may hold anything, so the record decides there.
_FITTING: Mapping[Kind, frozenset[str]] = {
    Kind.BOOLEAN: frozenset({"boolean"}) | _TEXTS | _NUMBERS,
    Kind.INTEGER: _NUMBERS | _TEXTS,
    Kind.DATE: _DATES | _TEXTS,
    Kind.EMAIL: _TEXTS,
    Kind.LIST: _TEXTS,
}


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field as Salesforce describes it. `type` is the describe's own word; `length` 0: not a text."""

    path: str
    type: str
    length: int = 0
    label: str = ""


def faults(rule: Rule) -> dict[str, str]:
    """What is wrong with the row itself, as a sentence for each of "source", "target" and "arguments"; nothing: {}."""
    found = {"source": _source_fault(rule), "target": _target_fault(rule), "arguments": _argument_fault(rule)}
    return {name: fault for name, fault in found.items() if fault}


def clash(rule: Rule, source: SourceField) -> str:
    """Why values of that Salesforce field cannot stand in the Zuora field, as a sentence; empty where they may."""
    target = fields.find(rule.pair, rule.target)
    if target is None or rule.transform not in (*_KEEPING, *_MADE):
        return ""
    given = _MADE.get(rule.transform, source.type)
    if given in _FITTING.get(target.kind, frozenset({given})) or rule.transform == "lookup":
        return ""
    return (
        f"{source.path} is of Salesforce's type {source.type}, and {rule.target} is a {target.kind} in Zuora. Map another field, "
        "or choose a transform that makes one of the other."
    )


def may_be_cut(rule: Rule, source: SourceField) -> str:
    """A warning where the Salesforce field holds more characters than the Zuora field; empty where it does not."""
    target = fields.find(rule.pair, rule.target)
    if not _is_longer(target, source) or rule.transform not in ("", "trim", "upper", "lower"):
        return ""
    longest = target.max_length if target else 0
    return (
        f"{source.path} holds up to {source.length} characters, {rule.target} {longest}: a longer value stops its record. "
        "The transform “truncate” cuts it instead."
    )


def _is_longer(target: ZuoraField | None, source: SourceField) -> bool:
    return bool(target and target.max_length and source.length > target.max_length)


def _source_fault(rule: Rule) -> str:
    if rule.source:
        return "" if paths.is_valid(rule.source) else _SOURCE_SYNTAX
    if rule.default is None and not transforms.makes_value(rule.transform):
        return "Name a Salesforce field, or give a default that is always taken."
    return ""


def _target_fault(rule: Rule) -> str:
    if own := own_fields.refused(rule.pair, rule.target):
        return f"The connector fills {own.target} itself: it {own.why}."
    if fields.find(rule.pair, rule.target) is None:
        return (
            f"Zuora has no field “{rule.target}” there that can be filled. Write its REST name, for example notes, "
            "taxInfo.VATId or Region__c."
        )
    return ""


def _argument_fault(rule: Rule) -> str:
    return transforms.check_arguments(rule.transform, rule.arguments) or ""
