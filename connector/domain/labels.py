"""How a record is named in every message: its kind, the name a person knows it by, and its Salesforce id."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from connector.domain.values import cleaned


def account_label(account: AccountSnapshot) -> str:
    return f"Account {_shown(account.name, 'without a name')} ({account.salesforce_id})"


def contact_label(contact: JSON) -> str:
    name = " ".join(str(contact.get(part) or "") for part in ("FirstName", "LastName"))
    return f"Contact {_shown(name, 'without a name')} ({contact['Id']})"


def order_label(order: OrderSnapshot) -> str:
    return f"Order {order.order_number} ({order.salesforce_id})"


def line_label(order: OrderSnapshot, line: JSON) -> str:
    return f"Order {order.order_number}, line {line_number(line)} ({product_name(line)})"


def line_number(line: JSON) -> str:
    return str(line.get("OrderItemNumber") or line["Id"])


def product_name(line: JSON) -> str:
    return _shown((line.get("Product2") or {}).get("Name"), "unnamed product")


def product_label(product: JSON) -> str:
    return f"Product {_shown(product.get('Name'), 'without a name')} ({product.get('Id')})"


def counted(count: int, noun: str) -> str:
    """ "1 order", "2 orders", "no orders"."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; empty for none."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _shown(name: object, unnamed: str) -> str:
    """On one line, whatever somebody pasted into the name."""
    return cleaned(str(name or ""), multiline=False) or unnamed
