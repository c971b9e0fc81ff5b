"""Reads the demo org as a person would who looks at one account: its orders by number, their lines by number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sandbox import demo_org

Record = dict[str, Any]
Org = dict[str, list[Record]]


def by_id(records: list[Record]) -> dict[str, Record]:
    return {record["Id"]: record for record in records}


def orders_of(org: Org, showcase: str) -> list[Record]:
    account_id = demo_org.showcase()[showcase]
    orders = [order for order in org["Order"] if order["AccountId"] == account_id]
    return sorted(orders, key=lambda order: order["OrderNumber"])


def lines_of(org: Org, order: Record) -> list[Record]:
    lines = [line for line in org["OrderItem"] if line["OrderId"] == order["Id"]]
    return sorted(lines, key=lambda line: line["OrderItemNumber"])


def all_lines(org: Org, showcase: str) -> list[list[Record]]:
    """The lines of an account's orders, order by order."""
    return [lines_of(org, order) for order in orders_of(org, showcase)]


def term(line: Record) -> tuple[str, str | None]:
    return line["ServiceDate"], line["EndDate"]


def money(line: Record) -> tuple[float, float, float]:
    return line["Quantity"], line["UnitPrice"], line["TotalPrice"]


def code(org: Org, line: Record) -> str:
    product_code: str = by_id(org["Product2"])[line["Product2Id"]]["ProductCode"]
    return product_code


def exact(value: float) -> Decimal:
    return Decimal(str(value))
