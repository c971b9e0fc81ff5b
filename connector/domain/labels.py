"""How a record is named in every message: its kind, the name a person knows it by, and its Salesforce id."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from connector.domain.values import cleaned

LONGEST_NAME = 100
"""What is beyond it would push the rest of a sentence, which says what to do, out of sight."""


def account_label(account: AccountSnapshot) -> str:
    return f"Account {_shown(account.name, 'without a name')} ({account.salesforce_id})"


def contact_label(contact: JSON) -> str:
    name = " ".join(str(contact.get(part) or "") for part in ("FirstName", "LastName"))
    return f"Contact {_shown(name, 'without a name')} ({contact['Id']})"


def order_label(order: OrderSnapshot) -> str:
    return f"Order {_shown(order.order_number, 'without a number')} ({order.salesforce_id})"


def line_label(order: OrderSnapshot, line: JSON) -> str:
    number = _shown(order.order_number, "without a number")
    return f"Order {number}, line {_shown(line_number(line), 'without a number')} ({product_name(line)})"


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


def excerpt(text: str, *, longest: int) -> str:
    """On one line, whatever somebody pasted, and with "…" in place of what is too much."""
    plain = cleaned(text, multiline=False)
    return plain if len(plain) <= longest else f"{plain[:longest]}…"


def _shown(name: object, unnamed: str) -> str:
    return excerpt(str(name or ""), longest=LONGEST_NAME) or unnamed
