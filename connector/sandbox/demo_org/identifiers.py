"""Salesforce ids of the demo org: made from a name, so that inserting a company moves no other id.

The 15 characters are case-sensitive; the three that follow spell which of them are capitals, five to a
character, so that the 18-character form survives systems that ignore case.
"""

from __future__ import annotations

import hashlib
import string

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHECKSUM = string.ascii_uppercase + "012345"
_POD = "Hs0"

# Those of custom objects differ per org; these are the sandbox org's.
KEY_PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "User": "005",
    "Opportunity": "006",
    "Pricebook2": "01s",
    "Product2": "01t",
    "PricebookEntry": "01u",
    "Contract": "800",
    "Order": "801",
    "OrderItem": "802",
    "ConsumptionSchedule": "0Mh",
    "ConsumptionRate": "0Mo",
    "ProductConsumptionSchedule": "0Mq",
    "SBQQ__BlockPrice__c": "a02",
    "SBQQ__Dimension__c": "a03",
    "SBQQ__Quote__c": "a04",
    "SBQQ__Subscription__c": "a06",
    "SBQQ__OrderItemConsumptionSchedule__c": "a07",
    "SBQQ__OrderItemConsumptionRate__c": "a08",
}


def salesforce_id(object_name: str, key: str) -> str:
    """The 18-character id of the record of that object known here as `key`."""
    number = int.from_bytes(hashlib.sha256(f"{object_name}/{key}".encode()).digest()[:6], "big")
    tail = ""
    while len(tail) < 6:
        number, digit = divmod(number, 62)
        tail = _BASE62[digit] + tail
    return with_checksum(f"{KEY_PREFIXES[object_name]}{_POD}000{tail}")


def case_twin(record_id: str) -> str:
    """Another valid id that differs from `record_id` in nothing but the case of its last six letters."""
    return with_checksum(record_id[:9] + record_id[9:15].swapcase())


def with_checksum(fifteen: str) -> str:
    """The 18-character form of a 15-character id."""
    blocks = (fifteen[0:5], fifteen[5:10], fifteen[10:15])
    capitals = (
        sum(1 << place for place, letter in enumerate(block) if letter in string.ascii_uppercase)
        for block in blocks
    )
    return fifteen + "".join(_CHECKSUM[number] for number in capitals)
