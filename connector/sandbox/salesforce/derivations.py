"""What the platform and the CPQ package fill in by themselves: names, totals, status categories.

Each is worked out when a record comes without it, and again when one of its sources changes, so a
dataset may also state its own value.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from connector.sandbox.salesforce.records import Json, Record, Store


@dataclass(frozen=True, slots=True)
class _Derivation:
    field: str
    sources: tuple[str, ...]
    work_out: Callable[[Record, Store], Json]


def derive(sobject: str, record: Record, store: Store, *, changed: Collection[str]) -> None:
    """Fill in the derived fields of one record in place; `changed` names what was just written."""
    for derivation in _DERIVATIONS.get(sobject, ()):
        is_stale = any(source in changed for source in derivation.sources)
        if derivation.field not in changed and (is_stale or record.get(derivation.field) is None):
            record[derivation.field] = derivation.work_out(record, store)


def order_total(order_id: str, store: Store) -> float:
    """Return the sum of an order's lines."""
    lines = (
        line
        for line in store.records("OrderItem")
        if line.get("OrderId") == order_id and not line.get("IsDeleted")
    )
    return round(float(sum(line.get("TotalPrice") or 0.0 for line in lines)), 2)


def _person_name(record: Record, store: Store) -> str:
    parts = (record.get("FirstName"), record.get("LastName"))
    return " ".join(part for part in parts if part)


def _status_code(record: Record, store: Store) -> str:
    codes = {"Activated": "Activated", "In Approval Process": "InApproval"}
    return codes.get(record.get("Status") or "", "Draft")


def _total_price(record: Record, store: Store) -> Json:
    quantity, price = record.get("Quantity"), record.get("UnitPrice")
    return None if quantity is None or price is None else round(quantity * price, 2)


def _from(lookup: str, name: str) -> Callable[[Record, Store], Json]:
    def read(record: Record, store: Store) -> Json:
        parent = store.find(record.get(lookup) or "")
        return None if parent is None else parent.get(name)

    return read


def _own(name: str) -> Callable[[Record, Store], Json]:
    return lambda record, store: record.get(name)


def _contract_end(record: Record, store: Store) -> Json:
    if record.get("StartDate") is None or record.get("ContractTerm") is None:
        return None
    start = date.fromisoformat(record["StartDate"])
    months = start.year * 12 + start.month - 1 + int(record["ContractTerm"])
    year, month = months // 12, months % 12 + 1
    same_day = min(start.day, calendar.monthrange(year, month)[1])
    return (date(year, month, same_day) - timedelta(days=1)).isoformat()


_NAME = _Derivation("Name", ("FirstName", "LastName"), _person_name)
_STATUS = _Derivation("StatusCode", ("Status",), _status_code)
_DERIVATIONS: dict[str, tuple[_Derivation, ...]] = {
    "Contact": (_NAME,),
    "User": (_NAME,),
    "Order": (_STATUS,),
    "OrderItem": (
        _Derivation("Product2Id", ("PricebookEntryId",), _from("PricebookEntryId", "Product2Id")),
        _Derivation("ListPrice", ("PricebookEntryId",), _from("PricebookEntryId", "UnitPrice")),
        _Derivation("TotalPrice", ("Quantity", "UnitPrice"), _total_price),
        _Derivation("AvailableQuantity", ("Quantity",), _own("Quantity")),
    ),
    "Contract": (
        _STATUS,
        _Derivation("EndDate", ("StartDate", "ContractTerm"), _contract_end),
    ),
    "PricebookEntry": (
        _Derivation("Name", ("Product2Id",), _from("Product2Id", "Name")),
        _Derivation("ProductCode", ("Product2Id",), _from("Product2Id", "ProductCode")),
    ),
    "SBQQ__Subscription__c": (
        _Derivation("SBQQ__ProductName__c", ("SBQQ__Product__c",), _from("SBQQ__Product__c", "Name")),
    ),
}
