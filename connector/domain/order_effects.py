"""What an order does, told to a person: its kind, and one line for every subscription on every day something of it changes.

The order actions that Zuora is sent say the same in Zuora's words. These lines are made of the chains themselves, before and
after, so that who reads a plan need not read actions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from connector.domain import JSON
from connector.domain.chain_changes import ChainChange
from connector.domain.chains import Chain, Segment
from connector.domain.labels import counted, listed, product_name
from connector.domain.lines import Line
from connector.domain.operations import Effect, EffectKind, Ref
from connector.domain.order_kinds import OrderKind, kind
from connector.domain.pricing import minor_digits, rounded, shown
from connector.domain.snapshot import OrderSnapshot

PERIOD_WORDS = {
    "Month": "month",
    "Quarter": "quarter",
    "Semi_Annual": "half-year",
    "Annual": "year",
    "Subscription_Term": "term",
}
AS_USED = "as used"
NO_END = "no end"
_PRICE_DIGITS = 9
_CANCELLATION = "cancellation"
_COUNTED = {
    EffectKind.TRANSFERRED: "invoice owner transfer",
    EffectKind.NEW: "new subscription",
    EffectKind.CHANGED: "changed subscription",
    EffectKind.RENEWED: "renewed subscription",
    EffectKind.CANCELLED: "cancelled subscription",
    EffectKind.ONE_TIME: "line item",
}


def order_kind(order: OrderSnapshot, changes: Sequence[ChainChange] = (), items: Sequence[Line] = ()) -> str:
    """ "new", "amendment", "renewal" or "cancellation": an amendment that ends everything it touches is one."""
    what, _ = kind(order)
    ends_all = changes and not items and all(map(_cancels, changes))
    return _CANCELLATION if what is OrderKind.AMENDMENT and ends_all else str(what)


def effects(changes: Sequence[ChainChange], items: Sequence[Line]) -> tuple[Effect, ...]:
    """Subscriptions in the order of the order's lines, each day by day; then its one-time items."""
    told = [effect for change in changes for effect in _effects(change)]
    return (*told, *map(_item, items))


def transfers(entries: Sequence[JSON]) -> Iterator[Effect]:
    """Another account is billed from a day on: of all that an order may do, what its customer notices first."""
    for entry in entries:
        for action in entry["orderActions"]:
            if action.get("type") == "OwnerTransfer":
                to = action["ownerTransfer"]["destinationInvoiceAccountNumber"]
                yield Effect(
                    what=EffectKind.TRANSFERRED,
                    subscription=str(entry["subscriptionNumber"]),
                    product="",
                    day=action["triggerDates"][0]["triggerDate"],
                    billed_to=to.key.value if isinstance(to, Ref) else str(to),
                )


def summary(what: str, told: Sequence[Effect]) -> str:
    """ "an amendment with 1 new subscription, 2 changed subscriptions and 1 line item"."""
    counts = Counter(main for main in _main_kinds(told))
    parts = [counted(counts[each], words) for each, words in _COUNTED.items() if counts[each]]
    article = "an" if what[:1] in "aeiou" else "a"
    return f"{article} {what}{' order' if what == OrderKind.NEW else ''} with {listed(parts) or 'no changes'}"


def sentence(effect: Effect) -> str:
    """ "SUB-0000061 (Analytics Seat): quantity 50 to 75 from 2023-07-01"."""
    product = f" ({effect.product})" if effect.product else ""
    name = f"{effect.subscription}{product}" if effect.subscription else effect.product
    each = f" a {effect.period}" if effect.period else ""
    cost = _cost(effect.quantity, effect.price) + each
    cost_before = _cost(effect.quantity_before, effect.price_before) + each
    moved = [
        f"{word} {before} to {after}{unit}"
        for word, before, after, unit in (
            ("quantity", effect.quantity_before, effect.quantity, ""),
            ("price", effect.price_before, effect.price, each),
        )
        if before != after
    ]
    if effect.what is EffectKind.CHANGED and moved and _has_price(effect):
        moved.append(
            f"price {effect.price}{each}"
        )  # no reader should have to carry over one that was told before
    span = f"from {effect.day}" + (f" to {effect.until}" if effect.until else "")
    match effect.what:
        case EffectKind.TRANSFERRED:
            return f"{name}: billed to account {effect.billed_to} {span}"
        case EffectKind.NEW:
            return f"{name}: new {span}{'' if effect.until else ' without end'}, {cost}"
        case EffectKind.RENEWED:
            return f"{name}: renewed {span}, {cost}" + (f" (before: {cost_before})" if moved else "")
        case EffectKind.CANCELLED:
            return f"{name}: cancelled {span}"
        case EffectKind.CHANGED:
            return f"{name}: {', '.join(moved) or f'as before, {cost}'} {span}"
    return f"{name}: one-time on {effect.day}, {cost}"


def _has_price(effect: Effect) -> bool:
    """Whether a price stands that has not moved, of something that is left."""
    return (
        effect.price == effect.price_before and effect.price not in ("", AS_USED) and effect.quantity != "0"
    )


def _cost(quantity: str, price: str) -> str:
    return f"{quantity} x {price}" if quantity else price


def _main_kinds(told: Sequence[Effect]) -> Iterator[EffectKind]:
    """What becomes of each subscription in one word: that it ends or is renewed says more than that its price moves."""
    rank = list(EffectKind)
    by_subscription: dict[str, EffectKind] = {}
    for effect in told:
        if effect.what in (EffectKind.ONE_TIME, EffectKind.TRANSFERRED):
            yield effect.what
            continue
        so_far = by_subscription.get(effect.subscription, effect.what)
        by_subscription[effect.subscription] = min(so_far, effect.what, key=rank.index)
    yield from by_subscription.values()


def is_silent(change: ChainChange) -> bool:
    """Whether nothing is to be told to Zuora of a chain that exists."""
    return change.before is not None and not (change.moves or change.renewed or _cancels(change))


def _cancels(change: ChainChange) -> bool:
    return change.before is not None and bool(change.after.canceled_on) and not change.before.canceled_on


def _effects(change: ChainChange) -> Iterator[Effect]:
    before, after = change.before, change.after
    old = before.segments() if before else ()
    new = after.segments()
    ends = after.canceled_on if _cancels(change) else None
    turn = change.renewed.start if change.renewed else None
    seen: tuple[tuple[object, ...], tuple[object, ...]] | None = None
    for day in sorted({each.start for each in (*old, *new)} | ({turn} if turn else set())):
        if ends and day >= ends:
            break
        was, becomes = _at(old, day), _at(new, day)
        pair = (_told(was), _told(becomes))
        if becomes and day == turn:
            yield _effect(change, EffectKind.RENEWED, day, was, becomes)
        elif becomes and not seen and before is None:
            yield _effect(change, EffectKind.NEW, day, None, becomes)
        elif becomes and before is None:
            yield _effect(change, EffectKind.CHANGED, day, _at(new, day - timedelta(days=1)), becomes)
        elif becomes and pair[0] != pair[1] and pair != seen:
            yield _effect(change, EffectKind.CHANGED, day, was, becomes)
        elif becomes and pair[0] == pair[1] and seen and seen[0] != seen[1]:
            # A change that was sold for a while only is over: from here on it is as it was planned before.
            yield _effect(change, EffectKind.CHANGED, day, _at(new, day - timedelta(days=1)), becomes)
        seen = pair
    if ends:
        last = _at(old, ends - timedelta(days=1)) or (old[-1] if old else None)
        yield _effect(change, EffectKind.CANCELLED, ends, last, None)


def _at(segments: Sequence[Segment], day: date) -> Segment | None:
    """What holds on `day`; after the last one, which a renewal goes on from, still that."""
    return next((each for each in reversed(segments) if each.start <= day), None)


def _told(segment: Segment | None) -> tuple[object, ...]:
    return (segment.quantity, segment.price if segment.quantity else None) if segment else ()


def _effect(
    change: ChainChange, what: EffectKind, day: date, was: Segment | None, becomes: Segment | None
) -> Effect:
    chain, line = change.after, change.lines[0]
    last = chain.ends - timedelta(days=1) if chain.ends else None
    is_whole = what in (EffectKind.NEW, EffectKind.RENEWED)
    return Effect(
        what=what,
        subscription=change.before.number if change.before else chain.number,
        product=product_name(line.record),
        day=day.isoformat(),
        until=last.isoformat() if last and is_whole else "",
        quantity_before=_quantity(chain, was),
        quantity=_quantity(chain, becomes),
        price_before=_price(chain, was),
        price=_price(chain, becomes),
        period="" if chain.charging.is_usage else PERIOD_WORDS.get(chain.periods.billing_period, ""),
    )


def _quantity(chain: Chain, segment: Segment | None) -> str:
    """Empty where a price stands for all units together."""
    if segment is None or chain.charging.is_usage or chain.charging.is_flat:
        return ""
    return f"{segment.quantity.normalize():f}"


def _price(chain: Chain, segment: Segment | None) -> str:
    """For one billing period, whatever the list price stands for."""
    if segment is None:
        return ""
    if chain.charging.is_usage:
        return AS_USED
    return shown(price_per_period(segment.price, chain), minor_digits(chain.charging.currency))


def price_per_period(price: Decimal, chain: Chain) -> Decimal:
    """Of a list price of the chain's charge, which may stand for several periods."""
    return rounded(Fraction(price) / chain.charging.base, _PRICE_DIGITS)


def _item(line: Line) -> Effect:
    return Effect(
        what=EffectKind.ONE_TIME,
        subscription="",
        product=product_name(line.record),
        day=line.start.isoformat(),
        quantity=f"{line.counted.normalize():f}",
        price=shown(line.unit_price, minor_digits(line.currency)),
    )
