"""Which subscriptions an order opens, and which it changes that others opened.

Read from its JSON, as it is sent to Zuora or as Zuora has it. To take back what it changed of another's is not to end that.
"""

from __future__ import annotations

from connector.domain import JSON


def stands_alone(order: JSON) -> bool:
    """Whether it only opens subscriptions, with what follows on them (a ramp): what it does to any other is made from what Zuora holds,
    which it has changed."""
    return all(map(_opens, _entries(order)))


def sells(order: JSON) -> bool:
    """Whether it opens a subscription, or has line items of its own."""
    return bool(order.get("orderLineItems")) or any(map(_opens, _entries(order)))


def opened(order: JSON) -> tuple[str, ...]:
    """Their numbers, as Zuora has them."""
    return tuple(number for entry in _entries(order) if _opens(entry) and (number := _number(entry)))


def changed(order: JSON) -> tuple[str, ...]:
    """The numbers of those that others opened."""
    return tuple(number for entry in _entries(order) if not _opens(entry) and (number := _number(entry)))


def touched(order: JSON) -> frozenset[str] | None:
    """The numbers of all it opens or changes; None where it does not tell."""
    entries = _entries(order)
    is_told = entries or order.get("orderLineItems")
    if not is_told or not all(_number(entry) or _opens(entry) for entry in entries):
        return None
    return frozenset(filter(None, map(_number, entries)))


def _entries(order: JSON) -> list[JSON]:
    return list(order.get("subscriptions") or ())


def _opens(entry: JSON) -> bool:
    return any(action.get("type") == "CreateSubscription" for action in entry.get("orderActions") or ())


def _number(entry: JSON) -> str:
    return str(entry.get("subscriptionNumber") or "")
