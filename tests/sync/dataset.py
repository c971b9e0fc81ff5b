"""The cast's snapshots turned back into the records of a Salesforce org: what `Org.seed` takes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from connector.domain import ids
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot

Record = dict[str, Any]
Dataset = dict[str, list[Record]]

OWNER = "005000000000001AAA"
PRICE_BOOK = "01s000000000001AAA"
CONTRACT = "800000000000001AAA"
# What a record of the cast holds beside Salesforce's fields, or without a record behind it.
ADDED = ("SBQQ__Subscription__r", "consumption_schedules", "product_schedule_id", "rates")


def dataset(accounts: Iterable[AccountSnapshot]) -> Dataset:
    """Everything the accounts stand on as well: owner, price book, products with their prices, subscriptions."""
    made: dict[str, dict[str, Record]] = {
        "User": {OWNER: {"Id": OWNER, "Username": "petra@acme.example", "LastName": "Pipeline"}},
        "Pricebook2": {PRICE_BOOK: {"Id": PRICE_BOOK, "Name": "Standard", "IsActive": True}},
    }
    for account in accounts:
        _put(made, "Account", account.record)
        for contact in account.contacts:
            _put(made, "Contact", {**contact, "AccountId": account.salesforce_id})
        for order in account.orders:
            _put_order(made, order, account.salesforce_id)
    return {name: list(records.values()) for name, records in made.items()}


def _put(made: dict[str, dict[str, Record]], name: str, record: Record) -> None:
    nested = (*(name for name, value in record.items() if isinstance(value, dict)), *ADDED)
    plain = {field: _plain(value) for field, value in record.items() if field not in nested}
    made.setdefault(name, {})[plain["Id"]] = plain


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _put_order(made: dict[str, dict[str, Record]], order: OrderSnapshot, account_id: str) -> None:
    contracts = {
        name: CONTRACT if value else None for name, value in (order.record.get("Opportunity") or {}).items()
    }
    if any(contracts.values()):
        _put(made, "Contract", {"Id": CONTRACT, "AccountId": account_id, "Status": "Activated"})
    opportunity = ids.normalise(f"006{order.salesforce_id[3:15]}")
    _put(
        made,
        "Opportunity",
        {
            "Id": opportunity,
            "AccountId": account_id,
            "Name": f"Sale {order.order_number}",
            "StageName": "Closed Won",
            "CloseDate": "2025-12-20",
            **contracts,
        },
    )
    fields = {"AccountId": account_id, "OpportunityId": opportunity, "Pricebook2Id": PRICE_BOOK}
    _put(made, "Order", {**order.record, **fields})
    for line in order.lines:
        _put_line(made, line, order.salesforce_id)


def _put_line(made: dict[str, dict[str, Record]], line: Record, order_id: str) -> None:
    product = line["Product2"]
    entry = ids.normalise(f"01u{product['Id'][3:15]}")
    _put(made, "Product2", {"IsActive": True, **product})
    _put(
        made,
        "PricebookEntry",
        {"Id": entry, "Pricebook2Id": PRICE_BOOK, "Product2Id": product["Id"], "UnitPrice": 1},
    )
    sold = line.get("SBQQ__Subscription__r")
    subscription = ids.normalise(f"a01{line['Id'][3:15]}") if sold else None
    if sold:
        _put(made, "SBQQ__Subscription__c", {"Id": subscription, "Name": sold["Name"]})
    fields = {
        "OrderId": order_id,
        "Product2Id": product["Id"],
        "PricebookEntryId": entry,
        "SBQQ__Subscription__c": subscription,
    }
    _put(made, "OrderItem", {**line, **fields})
    for schedule in line.get("consumption_schedules") or ():
        _put_schedule(made, schedule, line)


def _put_schedule(made: dict[str, dict[str, Record]], schedule: Record, line: Record) -> None:
    """A copy on the order product, the schedule it was made from, and that one's place on the product, if it has any."""
    original = schedule["SBQQ__ConsumptionSchedule__c"]
    term = {name: schedule[f"SBQQ__{name}__c"] for name in ("Type", "RatingMethod", "BillingTermUnit")}
    count = int(schedule["SBQQ__BillingTerm__c"])
    named = schedule["SBQQ__ConsumptionSchedule__r"]["Name"]
    _put(
        made,
        "ConsumptionSchedule",
        {"Id": original, "Name": named, "IsActive": True, "BillingTerm": count, **term},
    )
    if joined := schedule.get("product_schedule_id"):
        fields = {"ProductId": line["Product2"]["Id"], "ConsumptionScheduleId": original}
        _put(made, "ProductConsumptionSchedule", {"Id": joined, **fields})
    _put(
        made,
        "SBQQ__OrderItemConsumptionSchedule__c",
        {**schedule, "SBQQ__OrderItem__c": line["Id"], "SBQQ__Category__c": "Rates"},
    )
    for rate in schedule.get("rates") or ():
        _put(made, "SBQQ__OrderItemConsumptionRate__c", rate)
