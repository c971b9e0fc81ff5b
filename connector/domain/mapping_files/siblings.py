"""The JSON of the vendor's HubSpot connector, with Salesforce's objects as sources.

[{"sourceObject": "Account", "targetObject": "Account", "fields": [{"source": "Region__c", "target": "Region__c"}]}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.domain.labels import listed
from connector.domain.mapping_files.entries import Entry, Fault, Unreadable
from connector.domain.mapping_files.own_json import parsed, placed
from connector.domain.rules import Pair, Rule

OBJECTS: Mapping[tuple[str, str], Pair] = {
    ("account", "account"): Pair.ACCOUNT,
    ("contact", "contact"): Pair.CONTACT,
}
_NAMES = {"sourceObject", "targetObject", "fields"}


def read(text: str, faults: list[Fault]) -> Iterator[Entry]:
    """Raises Unreadable where the text is no such list."""
    document = parsed(text)
    if not isinstance(document, list):
        raise Unreadable(1, "This is no list of mappings; an empty one is [].")
    for item, line, place in placed(document, text, 0):
        if message := _fault(item):
            faults.append(Fault(line, message))
            continue
        pair = OBJECTS[item["sourceObject"].lower(), item["targetObject"].lower()]
        begin = text.find('"fields"', place)
        for each, at, _ in placed(item["fields"], text, begin if begin >= 0 else len(text)):
            if message := _field_fault(each):
                faults.append(Fault(at, message))
            else:
                yield Entry(
                    Rule(pair, each["source"].strip(), each["target"].strip().replace("/", ".")), line=at
                )


def _fault(item: Any) -> str:
    if not isinstance(item, dict) or set(item) != _NAMES:
        return "A mapping is an object with “sourceObject”, “targetObject” and “fields”, and nothing else."
    if not all(isinstance(item[name], str) for name in ("sourceObject", "targetObject")):
        return "“sourceObject” and “targetObject” are texts."
    if (item["sourceObject"].lower(), item["targetObject"].lower()) not in OBJECTS:
        known = listed([f"{source} to {target}" for source, target in OBJECTS])
        return f"There is no mapping from {item['sourceObject']} to {item['targetObject']}; there is from {known}."
    return "" if isinstance(item["fields"], list) else "“fields” is a list."


def _field_fault(each: Any) -> str:
    if not isinstance(each, dict) or set(each) != {"source", "target"}:
        return "A field is an object with “source” and “target”, and nothing else."
    if not all(isinstance(each[name], str) and each[name].strip() for name in ("source", "target")):
        return "“source” and “target” are texts, and not empty."
    return ""
