"""What every record gets when it comes to be: id, owner, audit fields, defaults, its number.

Whatever the caller has already filled in stays, so a dataset may bring its own ids and dates.
"""

from __future__ import annotations

from datetime import datetime

from connector.sandbox.salesforce.ids import IdSequence
from connector.sandbox.salesforce.instants import second_text
from connector.sandbox.salesforce.records import Record, Store
from connector.sandbox.salesforce.schema.catalog import Entity
from connector.sandbox.salesforce.schema.fields import Field

_NUMBER_FORMATS = {
    "OrderItem": "{:010d}",
    "SBQQ__Quote__c": "Q-{:05d}",
    "SBQQ__QuoteLine__c": "QL-{:07d}",
    "SBQQ__Subscription__c": "SUB-{:07d}",
    "ConsumptionRate": "CR-{:06d}",
    "ProductConsumptionSchedule": "PCS-{:06d}",
    "SBQQ__OrderItemConsumptionSchedule__c": "OPCS-{:06d}",
    "SBQQ__OrderItemConsumptionRate__c": "OPCR-{:06d}",
}
_DEFAULT_FORMAT = "{:08d}"
_FIRST_NUMBER = 100


class Births:
    """Hands out ids and numbers of one org; made anew when the org is reset."""

    def __init__(self) -> None:
        self._ids = IdSequence()
        self._counters: dict[str, int] = {}
        self._taken: set[tuple[str, str]] = set()

    def complete(
        self, entity: Entity, record: Record, store: Store, *, now: datetime, user_id: str, currency: str
    ) -> None:
        """Fill in place what the org itself sets; `currency` is the org's corporate currency."""
        if record.get("Id") is None:
            record["Id"] = self._ids.next_id(entity.sobject.key_prefix, taken=store.ids())
        stamp = second_text(now)
        defaults = {
            "CreatedDate": stamp,
            "CreatedById": user_id,
            "LastModifiedDate": record.get("CreatedDate") or stamp,
            "LastModifiedById": record.get("CreatedById") or user_id,
            "OwnerId": user_id,
            "CurrencyIsoCode": currency,
        }
        defaults["SystemModstamp"] = record.get("LastModifiedDate") or defaults["LastModifiedDate"]
        for field in entity.fields:
            if record.get(field.name) is not None:
                self._note(entity.name, field, record)
            elif field.auto_number:
                record[field.name] = self._next_number(entity.name, field.name)
            elif field.name in defaults:
                record[field.name] = defaults[field.name]
            elif field.default is not None:
                record[field.name] = field.default

    def _note(self, sobject: str, field: Field, record: Record) -> None:
        if field.auto_number:
            self._taken.add((sobject, record[field.name]))

    def _next_number(self, sobject: str, name: str) -> str:
        while True:
            count = self._counters.get(sobject, _FIRST_NUMBER) + 1
            self._counters[sobject] = count
            text = _NUMBER_FORMATS.get(sobject, _DEFAULT_FORMAT).format(count)
            if (sobject, text) not in self._taken:
                self._taken.add((sobject, text))
                return text
