"""The closed list of what a mapping row may do to a value. No expressions and no eval: a name and
checked arguments.

A transform is a row of the table at the end: what it does in words, its arguments with the rule each
must keep, and a function of (value, arguments, context). The context is the whole record, for the few
that look beyond their own value: `join` reads several paths, and a state can only be named within its
country. Whatever a transform reads besides the row's source is declared by `sources`, so that the query
asks for it.

An empty value is never transformed (the row's default and `required` deal with it), except by those that
make a value without a source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from connector.domain import JSON, countries, paths, patterns, values
from connector.domain import transform_arguments as checks
from connector.domain.rules import Rule
from connector.domain.transform_arguments import Argument, optional
from connector.domain.values import Unconvertible
from connector.errors import RecordError

# Only names Salesforce itself gives: a guessed sibling of a custom field may not exist, and fails the query.
_STATE = re.compile(r"(\b(?:Billing|Shipping|Mailing|Other)|Address\.)State((?:Code)?)$", re.IGNORECASE)


class TransformFailed(RecordError):
    """The value cannot be transformed. The message completes "Account Acme has … in X, which …"."""


@dataclass(frozen=True, slots=True)
class Context:
    """The record a value came from, and the path it was read from (empty: none)."""

    record: JSON
    source: str = ""


Arguments: TypeAlias = Mapping[str, object]
Apply: TypeAlias = Callable[[object, Arguments, Context], object]


@dataclass(frozen=True, slots=True)
class Transform:
    """One entry of the list. `makes_value`: it needs no source, and runs on an empty one too."""

    name: str
    help: str
    apply: Apply
    arguments: tuple[Argument, ...] = ()
    makes_value: bool = False


def names() -> tuple[str, ...]:
    """Every transform's name in the order they are offered; the empty one leaves a value as it is."""
    return tuple(_TRANSFORMS)


def describe(name: str) -> str:
    """A help text: what the transform does and its arguments. Empty for an unknown name."""
    found = _TRANSFORMS.get(name)
    if found is None:
        return ""
    lines = [found.help]
    for argument in found.arguments:
        lines.append(f"{argument.name}{'' if argument.required else ' (optional)'}: {argument.help}")
    return "\n".join(lines)


def check_arguments(name: str, arguments: Arguments) -> str | None:
    """What is wrong with a transform's name or arguments, as a sentence; None: nothing."""
    found = _TRANSFORMS.get(name)
    if found is None:
        return f"There is no transform “{name}”; choose one of: {', '.join(filter(None, _TRANSFORMS))}."
    known = {argument.name: argument for argument in found.arguments}
    for given in arguments:
        if given not in known:
            return f"The transform “{name}” takes no argument “{given}”."
    for argument in found.arguments:
        if argument.name not in arguments:
            if argument.required:
                return f"The transform “{name}” needs the argument “{argument.name}”: {argument.help}"
            continue
        if reason := argument.check(arguments[argument.name]):
            return f"The argument “{argument.name}” of the transform “{name}” {reason}."
    return None


def makes_value(name: str) -> bool:
    """Whether the transform gives a value without a source."""
    found = _TRANSFORMS.get(name)
    return found is not None and found.makes_value


def apply(name: str, value: object, arguments: Arguments, context: Context) -> object:
    """The transformed value. Raises TransformFailed; name and arguments are expected to be checked."""
    try:
        return _TRANSFORMS[name].apply(value, arguments, context)
    except Unconvertible as reason:
        raise TransformFailed(str(reason)) from reason


def sources(rule: Rule) -> tuple[str, ...]:
    """Every path the row reads: its source, and what its transform reads besides or instead. For the query."""
    if makes_value(rule.transform):
        return tuple(dict.fromkeys(_paths(rule.arguments)))
    found = [rule.source] if rule.source else []
    if rule.transform == "state_name":
        country = _country_path(rule.arguments, rule.source)
        found += [country] if country and country != rule.source else []
    return tuple(found)


def _alone(convert: Callable[[object], object]) -> Apply:
    """A transform that needs nothing but the value."""
    return lambda value, _, __: convert(value)


def _text(change: Callable[[str], str]) -> Apply:
    return lambda value, _, __: change(values.as_text(value))


def _truncate(value: object, arguments: Arguments, _: Context) -> object:
    return values.as_text(value).strip()[: values.as_integer(arguments["length"])].rstrip()


def _lookup(value: object, arguments: Arguments, _: Context) -> object:
    table = arguments["table"]
    key = values.as_text(value).strip()
    if isinstance(table, Mapping):
        folded = {str(entry).strip().casefold(): result for entry, result in table.items()}
        if key in table:
            return table[key]
        if key.casefold() in folded:
            return folded[key.casefold()]
    if "default" in arguments:
        return arguments["default"]
    raise TransformFailed("is not in the table of the mapping row")


def _country(value: object) -> countries.Country:
    found = countries.country(values.as_text(value))
    if found is None:
        raise TransformFailed("is no country we know by name or ISO code")
    return found


def _country_name(value: object, _: Arguments, __: Context) -> object:
    return _country(value).name


def _country_code(value: object, arguments: Arguments, _: Context) -> object:
    found = _country(value)
    return found.alpha_3 if arguments.get("form") == "alpha_3" else found.alpha_2


def _state_name(value: object, arguments: Arguments, context: Context) -> object:
    """Elsewhere than in the subdivided countries a state is free text; so it is below a country we do not know."""
    text = values.as_text(value).strip()
    path = _country_path(arguments, context.source)
    country = paths.read(context.record, path) if path else None
    where = countries.country(country) if isinstance(country, str) else None
    if where is None or not where.has_subdivisions:
        return text
    found = countries.subdivision(where, text)
    if found is None:
        raise TransformFailed(f"is no state or province of {where.name}")
    return found.name


def _country_path(arguments: Arguments, source: str) -> str:
    """The named path; else, for a state of a standard address, the country beside it."""
    if given := arguments.get("country"):
        return str(given)
    return _STATE.sub(r"\1Country\2", source) if _STATE.search(source) else ""


def _prefix(value: object, arguments: Arguments, _: Context) -> object:
    return f"{arguments['text']}{values.as_text(value)}"


def _suffix(value: object, arguments: Arguments, _: Context) -> object:
    return f"{values.as_text(value)}{arguments['text']}"


def _join(_: object, arguments: Arguments, context: Context) -> object:
    parts = (paths.read(context.record, path) for path in _paths(arguments))
    texts = (values.as_text(part).strip() for part in parts if not values.is_empty(part))
    return str(arguments.get("separator", " ")).join(text for text in texts if text)


def _paths(arguments: Arguments) -> tuple[str, ...]:
    given = arguments.get("paths")
    return tuple(str(path) for path in given) if isinstance(given, list | tuple) else ()


def _constant(_: object, arguments: Arguments, __: Context) -> object:
    return arguments["value"]


def _extract(value: object, arguments: Arguments, _: Context) -> object:
    """Nothing where the pattern is not found: the row's default, or `required`, speaks then."""
    return patterns.compiled(str(arguments["pattern"])).extract(values.as_text(value)) or None


_TRANSFORMS: Mapping[str, Transform] = {
    entry.name: entry
    for entry in (
        Transform("", "Leaves the value as it is.", _alone(lambda value: value)),
        Transform("trim", "Removes blanks at both ends.", _text(str.strip)),
        Transform("upper", "Turns the text into CAPITALS.", _text(str.upper)),
        Transform("lower", "Turns the text into small letters.", _text(str.lower)),
        Transform(
            "truncate",
            "Cuts the text where it is too long for Zuora.",
            _truncate,
            (Argument("length", "How many characters stay.", checks.is_length),),
        ),
        Transform("date", "Takes the date of a date, or of a date with a time.", _alone(values.as_date)),
        Transform(
            "boolean", "Reads yes or no: true/false, yes/no, y/n, on/off, 1/0.", _alone(values.as_boolean)
        ),
        Transform(
            "number",
            "Reads a number in plain digits, with a point before the decimals.",
            _alone(values.as_number),
        ),
        Transform(
            "lookup",
            "Replaces the value by what a table says of it. Case and surrounding blanks do not count.",
            _lookup,
            (
                Argument("table", "What each value becomes.", checks.is_table),
                optional("default", "What a value becomes that is not in the table.", checks.is_single),
            ),
        ),
        Transform(
            "country_name", "Gives the English name of a country named in any common way.", _country_name
        ),
        Transform(
            "country_code",
            "Gives the ISO code of a country named in any common way; every Zuora tenant takes codes.",
            _country_code,
            (optional("form", "alpha_2 (US) or alpha_3 (USA); alpha_2 if not given.", checks.is_form),),
        ),
        Transform(
            "state_name",
            "Gives the full name of a state of the United States or Canada; elsewhere the text stays as it is.",
            _state_name,
            (
                optional(
                    "country",
                    "The path of the country; if not given, the field beside it: BillingCountry for BillingState.",
                    checks.is_path,
                ),
            ),
        ),
        Transform(
            "prefix",
            "Puts a text before the value.",
            _prefix,
            (Argument("text", "The text.", checks.is_text),),
        ),
        Transform(
            "suffix",
            "Puts a text after the value.",
            _suffix,
            (Argument("text", "The text.", checks.is_text),),
        ),
        Transform(
            "join",
            "Joins several fields that are not empty.",
            _join,
            (
                Argument("paths", "The fields' paths, in order.", checks.are_paths),
                optional("separator", "What stands between them; a blank if not given.", checks.is_text),
            ),
            makes_value=True,
        ),
        Transform(
            "constant",
            "Always gives the same value.",
            _constant,
            (Argument("value", "The value.", checks.is_single),),
            makes_value=True,
        ),
        Transform(
            "extract",
            "Takes the part of the text a pattern finds: its group in brackets, or all of it.",
            _extract,
            (Argument("pattern", "A regular expression; see the help on patterns.", checks.is_pattern),),
        ),
    )
}
