"""New, amendment or renewal: which kind of order CPQ made.

The opportunity and revised order products say so for certain. Type, quote and contract actions are hints that people may
overwrite; but a hint that contradicts "new" is enough to stop, for an amendment carried as a new order bills a customer twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from connector.domain import JSON, paths
from connector.domain.labels import line_label
from connector.domain.snapshot import OrderSnapshot

# What contract actions CPQ writes besides these is not in its documentation: whatever else is no new line.
_NEW_LINE = ("", "new")
RENEWING = ("renew", "renewal")
"""Contract actions of lines that renew a subscription, as `contract_action` reads them."""


class OrderKind(StrEnum):
    NEW = "new"
    AMENDMENT = "amendment"
    RENEWAL = "renewal"

    @property
    def with_article(self) -> str:
        return f"{'an' if self is OrderKind.AMENDMENT else 'a'} {self}"


def kind(order: OrderSnapshot) -> tuple[OrderKind, str]:
    """The kind, and the hint it rests on in words; empty where it is certain."""
    if paths.read(order.record, "Opportunity.SBQQ__RenewedContract__c"):
        return OrderKind.RENEWAL, ""
    amends = paths.read(order.record, "Opportunity.SBQQ__AmendedContract__c")
    if amends or any(line.get("SBQQ__RevisedOrderProduct__c") for line in order.lines):
        return OrderKind.AMENDMENT, ""
    return next(_hints(order), (OrderKind.NEW, ""))


def contract_action(line: JSON) -> str:
    """What CPQ did with the line, in small letters; empty where it does not say."""
    return str(line.get("SBQQ__ContractAction__c") or "").strip().lower()


def _hints(order: OrderSnapshot) -> Iterator[tuple[OrderKind, str]]:
    others = {str(each): each for each in (OrderKind.AMENDMENT, OrderKind.RENEWAL)}
    for path, named in (
        ("Type", "its Type is"),
        ("SBQQ__Quote__r.SBQQ__Type__c", "its quote is of the type"),
    ):
        value = str(paths.read(order.record, path) or "")
        if hinted := others.get(value.strip().lower()):
            yield hinted, f"{named} {value}"
    for line in order.lines:
        action = str(line.get("SBQQ__ContractAction__c") or "")
        if (plain := contract_action(line)) not in _NEW_LINE:
            found = OrderKind.RENEWAL if plain in RENEWING else OrderKind.AMENDMENT
            yield found, f"{line_label(order, line)} has the contract action {action}"
