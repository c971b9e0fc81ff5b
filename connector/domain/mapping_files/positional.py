"""The vendor's own form: two lists separated by commas, whose n-th names belong together. One comma too few moves all that follow,
so a list that does not come out even is refused and its first doubtful place named.

    accountCustomFields : Region__c, VatNumber__c
    zuoraAccountCustomFields : Region__c, taxInfo/VATId
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.mapping_files.entries import Entry, Fault, Unreadable
from connector.domain.rules import Pair, Rule

# Only the names of the account's lists are published; that the others follow the same pattern is unverified.
OBJECTS: Mapping[str, Pair] = {"account": Pair.ACCOUNT, "contact": Pair.CONTACT}
_LINE = re.compile(r"\s*(?P<name>[A-Za-z]+)\s*[:=]\s*(?P<names>.*?)\s*$")
_NAME = re.compile(r"(?P<zuora>zuora)?(?P<object>[A-Za-z]+?)CustomFields", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    line: int
    names: tuple[str, ...]


def read(text: str, faults: list[Fault]) -> Iterator[Entry]:
    """Raises Unreadable where no list stands in the text."""
    found = _lists(text, faults)
    if not found and not faults:
        raise Unreadable(
            1,
            "No list stands here. Write “accountCustomFields : …” and “zuoraAccountCustomFields : …” on two lines.",
        )
    for (of_zuora, kind), sources in found.items():
        partner = found.get((not of_zuora, kind))
        if partner is None:
            other = f"{kind}CustomFields" if of_zuora else f"zuora{kind.capitalize()}CustomFields"
            faults.append(
                Fault(sources.line, f"{sources.name} stands alone: there is no {other} to go with it.")
            )
        elif not of_zuora and _is_even(sources, partner, faults):
            for source, target in zip(sources.names, partner.names, strict=True):
                yield Entry(Rule(OBJECTS[kind], source, target.replace("/", ".")), line=partner.line)


def _lists(text: str, faults: list[Fault]) -> dict[tuple[bool, str], _List]:
    found: dict[tuple[bool, str], _List] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line)
        name = _NAME.fullmatch(parts["name"]) if parts else None
        if parts is None or name is None:
            faults.append(
                Fault(
                    number, "This is no list: it begins with a name such as accountCustomFields, and a colon."
                )
            )
            continue
        key = (bool(name["zuora"]), name["object"].lower())
        if key[1] not in OBJECTS:
            faults.append(
                Fault(
                    number, f"There are no lists for “{name['object']}”; there are for {', '.join(OBJECTS)}."
                )
            )
        elif key in found:
            faults.append(
                Fault(
                    number,
                    f"{parts['name']} stands on line {found[key].line} already. Make one list of the two.",
                )
            )
        else:
            names = tuple(each.strip() for each in parts["names"].split(",")) if parts["names"] else ()
            found[key] = _List(parts["name"], number, names)
    return found


def _is_even(sources: _List, targets: _List, faults: list[Fault]) -> bool:
    before = len(faults)
    for each in (sources, targets):
        faults += [Fault(each.line, message) for message in _doubtful(each)]
    if len(sources.names) != len(targets.names):
        longer, shorter = sorted((sources, targets), key=lambda each: -len(each.names))
        alone: Sequence[str] = longer.names[len(shorter.names) :]
        faults.append(
            Fault(
                shorter.line,
                f"{sources.name} has {len(sources.names)} names and {targets.name} {len(targets.names)}: a name or a comma is "
                f"missing here, and from there on each would go to the wrong field. Without a partner at the end: "
                f"{', '.join(alone)}.",
            )
        )
    return len(faults) == before


def _doubtful(each: _List) -> Iterator[str]:
    for position, name in enumerate(each.names, 1):
        if not name:
            yield f"Position {position} of {each.name} is empty: a name is missing, or a comma too many."
        elif re.search(r"\s", name):
            yield f"Position {position} of {each.name} is “{name}”: a comma is missing, for a field name has no blank."
