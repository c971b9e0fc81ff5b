"""What of a request's body neither a row of the default mapping nor the table of the connector's own fields speaks of: it should be
nothing, or an administrator could not know where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.domain import fields, own_fields
from connector.domain.rules import Pair
from connector.models.default_mapping import DEFAULT_RULES

JSON = dict[str, Any]
_ROLES = {"billToContact": Pair.BILL_TO, "soldToContact": Pair.SOLD_TO}
_OF_CATALOG = {
    "/v1/object/product": Pair.PRODUCT,
    "/v1/object/product-rate-plan": Pair.RATE_PLAN,
    "/v1/object/product-rate-plan-charge": Pair.CHARGE,
}
_PAIRS_OF = {
    # A contact in a role is named after the designated person, by the rows of contacts.
    Pair.BILL_TO: (Pair.BILL_TO, Pair.CONTACT),
    Pair.SOLD_TO: (Pair.SOLD_TO, Pair.CONTACT),
    # On a request of its own nothing tells a contact in a role from others.
    Pair.CONTACT: (Pair.CONTACT, Pair.BILL_TO, Pair.SOLD_TO),
}


def invisible(path: str, body: JSON) -> list[str]:
    """The fields, as "order: reasonCode"."""
    return [f"{pair}: {name}" for pair, name in _sent(path, body) if not _is_told(pair, name)]


def _is_told(pair: Pair, name: str) -> bool:
    pairs = _PAIRS_OF.get(pair, (pair,))
    by_row = any(rule.pair in pairs and rule.target == name for rule in DEFAULT_RULES)
    return by_row or any(
        each.pair in pairs and own_fields.covers(each, name) for each in own_fields.OWN_FIELDS
    )


def _sent(path: str, body: JSON) -> Iterator[tuple[Pair, str]]:
    if path in _OF_CATALOG:
        yield from _leaves(_OF_CATALOG[path], body)
    elif path.startswith("/v1/contacts"):
        yield from _leaves(Pair.CONTACT, body)
    elif path.startswith("/v1/accounts"):
        yield from _leaves(Pair.ACCOUNT, body, inside=tuple(_ROLES))
        for name, pair in _ROLES.items():
            yield from _leaves(pair, body.get(name, {}))
    elif path in ("/v1/orders", "/v1/async/orders"):
        yield from _order(body)
    else:
        raise AssertionError(f"Nobody has said whose fields a request to {path} holds.")


def _order(body: JSON) -> Iterator[tuple[Pair, str]]:
    yield from _leaves(Pair.ORDER, body, inside=("subscriptions", "orderLineItems"))
    for item in body.get("orderLineItems", ()):
        yield from _leaves(Pair.ORDER_LINE_ITEM, item)
    for entry in body.get("subscriptions", ()):
        quote = {"quote": entry["quote"]} if "quote" in entry else {}
        yield from _leaves(Pair.ORDER, quote)
        yield from _leaves(Pair.SUBSCRIPTION, entry, inside=("quote", "orderActions"))
        for action in entry["orderActions"]:
            yield from _leaves(Pair.SUBSCRIPTION, action, inside=("createSubscription",))
            opened = action.get("createSubscription", {})
            yield from _leaves(Pair.SUBSCRIPTION, opened, inside=("subscribeToRatePlans",))
            for plan in opened.get("subscribeToRatePlans", ()):
                yield from _leaves(Pair.SUBSCRIPTION_RATE_PLAN, plan, inside=("chargeOverrides",))
                for charge in plan["chargeOverrides"]:
                    yield from _leaves(Pair.SUBSCRIPTION_CHARGE, charge)


def _leaves(pair: Pair, part: JSON, *, inside: tuple[str, ...] = ()) -> Iterator[tuple[Pair, str]]:
    """Its fields by the names of the tables; what is `inside` is told by itself."""
    for name, value in part.items():
        if name in inside:
            continue
        nested = [f"{name}.{each}" for each in value] if isinstance(value, dict) else []
        if nested and all(fields.find(pair, each) for each in nested):
            yield from ((pair, each) for each in nested)
        else:
            yield pair, name
