"""What an order says for itself that Zuora will take from the account: its PO number, and its contacts and payment term where
the integration's options leave them to the account.

An order whose own word is dropped says so, and stops where it would be billed to somebody other than the contact the
integration designates. Without such a contact the account's address is billed, and the order's contact, which Salesforce fills
from it more often than not, is worth a warning only.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain import ids, paths
from connector.domain.labels import LONGEST_NAME, excerpt, order_label
from connector.domain.line_fields import text_field
from connector.domain.operations import Key, Problem, Severity
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot


@dataclass(frozen=True, slots=True)
class _Role:
    label: str
    field: str
    instead: str


_BILL_TO = _Role("Bill To Contact", "BillToContactId", "it is billed to the account's bill-to")
_SHIP_TO = _Role("Ship To Contact", "ShipToContactId", "it is sold to the account's sold-to")


def override_problems(
    order: OrderSnapshot, account: AccountSnapshot, *, key: Key, options: Options
) -> list[Problem]:
    """One problem for each word of an order about to be created that Zuora will not hear."""
    if options.order_contacts:
        return _terms(order, key, options)
    bill_to = _designated(account, options.bill_to_contact)
    sold_to = _designated(account, options.sold_to_contact)
    stops = bool(bill_to) and options.money_rule is MoneyRule.STOP
    return [
        *_contact(order, key, _BILL_TO, bill_to, Severity.ERROR if stops else Severity.WARNING),
        *_contact(order, key, _SHIP_TO, sold_to, Severity.WARNING),
        *_terms(order, key, options),
    ]


def _designated(account: AccountSnapshot, path: str) -> str:
    return str(paths.read(account.record, f"{path}.Id") or "") if path else ""


def _contact(
    order: OrderSnapshot, key: Key, role: _Role, designated: str, severity: Severity
) -> list[Problem]:
    named = str(order.record.get(role.field) or "")
    if not named or ids.same(named, designated):
        return []
    message = (
        f"{order_label(order)} names its own {role.label} ({named}), which the integration's options do not carry: {role.instead}. "
        f"Empty {role.label} on the order, or designate that contact on the account, in Salesforce, or let the integration carry "
        "the bill-to and ship-to of orders, and resync."
    )
    return [Problem(severity, key, order.salesforce_id, message)]


def _terms(order: OrderSnapshot, key: Key, options: Options) -> list[Problem]:
    term = "" if options.order_payment_terms else _short(order, "SBQQ__PaymentTerm__c")
    number = _short(order, "PoNumber")
    # A subscription has no PO number of its own, and a line item's holds the Salesforce line (vendor's field guide).
    return [
        Problem(
            Severity.NOTICE,
            key,
            order.salesforce_id,
            f"{order_label(order)} has the {name} {value}, {reason}: that of the account in Zuora counts.",
            shared=f"Orders have a {name} of their own, {reason}: that of the account in Zuora counts",
            subject=f"order {order.order_number} ({value})",
        )
        for name, value, reason in (
            ("payment term", term, "which the integration's options do not carry"),
            ("PO number", number, "which is not carried"),
        )
        if value
    ]


def _short(order: OrderSnapshot, name: str) -> str:
    return excerpt(text_field(order.record, name), longest=LONGEST_NAME)
