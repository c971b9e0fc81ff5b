"""What an order does to each subscription, as a page shows it: a table in the plan, sentences in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.admin.plan_money import amount, listed, text
from connector.domain.operations import EffectKind

_LABELS = {
    EffectKind.TRANSFERRED: "Billed to",
    EffectKind.NEW: "New",
    EffectKind.CANCELLED: "Cancelled",
    EffectKind.RENEWED: "Renewed",
    EffectKind.CHANGED: "Changed",
    EffectKind.ONE_TIME: "One-time item",
}
MOST_OPEN = 12
"""Effects that a page shows without being asked."""


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """One row. A `_before` is empty where nothing was, or where nothing moves."""

    what: str
    subscription: str
    product: str
    day: str
    until: str
    quantity_before: str
    quantity: str
    price_before: str
    price: str
    period: str
    billed_to: str


def shown_effects(effects: object) -> tuple[ShownEffect, ...]:
    return tuple(_effect(each) for each in listed(effects) if isinstance(each, Mapping))


def sentences(effects: object) -> tuple[str, ...]:
    told = (text(each, "sentence") for each in listed(effects) if isinstance(each, Mapping))
    return tuple(sentence for sentence in told if sentence)


def _effect(effect: Mapping[str, Any]) -> ShownEffect:
    what = text(effect, "what")
    quantity, price = text(effect, "quantity"), text(effect, "price")
    ends = what == EffectKind.CANCELLED
    return ShownEffect(
        what=_LABELS.get(EffectKind(what), what) if what in _LABELS else what,
        **{
            name: text(effect, name)
            for name in ("subscription", "product", "day", "until", "period", "billed_to")
        },
        quantity_before=_before(effect, "quantity"),
        quantity="0" if ends and text(effect, "quantity_before") else amount(quantity),
        price_before="" if ends else _before(effect, "price"),
        price=amount(price),
    )


def _before(effect: Mapping[str, Any], name: str) -> str:
    before = text(effect, f"{name}_before")
    return amount(before) if before != text(effect, name) else ""
