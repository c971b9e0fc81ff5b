"""The dates on which an order was authorized, as the trigger dates of its actions in Zuora.

Zuora takes them in one order only: ContractEffective <= ServiceActivation <= CustomerAcceptance (docs.zuora.com, Additional field
details of Subscription). Salesforce keeps no such order: an order is usually authorized before its lines begin, and a customer
may sign before the company does. A date that Zuora would refuse is sent as the first day it takes. What is billed does not move:
the connector's charges begin with the contract, or on a day of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.domain import JSON, paths
from connector.domain.labels import order_label
from connector.domain.operations import Key, Noun, Problem, Severity
from connector.domain.snapshot import OrderSnapshot
from connector.errors import ConfigError

_TRIGGERS = (  # in Zuora's order
    ("ServiceActivation", "CompanyAuthorizedDate"),
    ("CustomerAcceptance", "CustomerAuthorizedDate"),
)


def trigger_dates(order: OrderSnapshot) -> Iterator[JSON]:
    """{"name", "triggerDate"} as Salesforce has them (vendor rule O5).

    A date that is not set is not sent: where the tenant asks for it, Zuora keeps the order pending.
    """
    for name, source in _TRIGGERS:
        if day := str(paths.read(order.record, source) or "").strip()[:10]:
            yield {"name": name, "triggerDate": day}


def in_order(dates: Iterable[JSON], *, after: Iterable[JSON]) -> Iterator[JSON]:
    """The dates, each raised to the latest of those `after` which it comes, and to the one before it."""
    earliest = max((each["triggerDate"] for each in after), default="")
    for each in dates:
        earliest = max(earliest, each["triggerDate"])
        yield {**each, "triggerDate": earliest}


def hidden_triggers(order: OrderSnapshot) -> Iterator[Problem]:
    for name, source in _TRIGGERS:
        if not paths.has(order.record, source):
            yield Problem(
                Severity.WARNING,
                Key(Noun.ORDER, order.order_number),
                order.salesforce_id,
                f"{source} of {order_label(order)} was not read: it is hidden from the integration user. The order goes without a "
                f"{name} date. Give the user read access in Salesforce, or switch off trigger dates in the integration.",
                who_acts=ConfigError.who_acts,
            )
