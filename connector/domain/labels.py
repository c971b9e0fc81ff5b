"""How a record is named in every message: its kind, the name a person knows it by, and its Salesforce id."""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot


def account_label(account: AccountSnapshot) -> str:
    return f"Account {account.name or 'without a name'} ({account.salesforce_id})"


def contact_label(contact: JSON) -> str:
    name = " ".join(str(contact.get(part) or "") for part in ("FirstName", "LastName")).strip()
    return f"Contact {name or 'without a name'} ({contact['Id']})"


def order_label(order: OrderSnapshot) -> str:
    return f"Order {order.order_number} ({order.salesforce_id})"


def line_label(order: OrderSnapshot, line: JSON) -> str:
    product = (line.get("Product2") or {}).get("Name") or "unnamed product"
    return f"Order {order.order_number}, line {line.get('OrderItemNumber') or line['Id']} ({product})"


def product_label(product: JSON) -> str:
    return f"Product {product.get('Name') or 'without a name'} ({product.get('Id')})"
