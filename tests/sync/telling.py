"""What Zuora was told, holds and bills, in the notation of the worked cases.

    create SUB-1: 10 x 10.00 Month, 2026-01-01 for 12 months     a subscription of ten units at 10.00 a month each
    update SUB-1 from 2026-05-01: 15 x 10.00                      from that day on (or up to a later change that Zuora has)
    renew SUB-1 from 2027-01-01 for 12 months
    cancel SUB-1 on 2026-07-01                                    the first day that is not billed any more
    item Onboarding: 1 x 750.00                                   an order line item, billed once

SUB-1 stands for the subscription SUB-0000001, order 101 for 00000101.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from connector.sandbox.zuora.orders.billing import Bounds, invoices
from tests.sync.world import World

JSON = dict[str, Any]


def told(world: World) -> list[str]:
    """Every order that was sent, in sending order: "102: update SUB-1 from 2026-05-01: 15 x 10.00"."""
    names = _names(world)
    return [
        _short(f"{sent['body']['orderNumber'].lstrip('0')}: {text}")
        for sent in world.written()
        if sent["method"] == "POST" and sent["path"] in ("/v1/orders", "/v1/async/orders")
        for text in _order(sent["body"], names)
    ]


def ends(world: World) -> list[str]:
    """ "SUB-1 Active: 10 until 2026-12-31", each latest version by its number."""
    latest = [each for each in world.state("subscriptions") if each["isLatestVersion"]]
    return [_short(_end(each)) for each in sorted(latest, key=lambda each: each["subscriptionNumber"])]


def bill(world: World, *, through: str = "") -> tuple[list[str], list[Decimal]]:
    """ "SUB-1: 4 x 100.00, 8 x 150.00" and every amount behind it; the sandbox's own reckoning."""
    bounds = Bounds(date.fromisoformat(through) if through else None, None, ())
    latest = [each for each in world.state("subscriptions") if each["isLatestVersion"]]
    found = invoices(
        sorted(latest, key=lambda each: each["subscriptionNumber"]), world.state("order_line_items"), bounds
    )
    items = [item for document in found for item in document["invoiceItems"]]
    lines = []
    for name, group in groupby(items, key=lambda item: item["subscriptionNumber"] or item["chargeName"]):
        amounts = [item["amountWithoutTax"] for item in group]
        runs = ((amount, len(list(run))) for amount, run in groupby(amounts))
        lines.append(_short(f"{name}: {', '.join(f'{count} x {_money(amount)}' for amount, count in runs)}"))
    return lines, [item["amountWithoutTax"] for item in items]


def _names(world: World) -> dict[str, str]:
    """What an id or an account number in a payload means."""
    people = {each["id"]: f"{each['firstName']} {each['lastName']}" for each in world.state("contacts")}
    return people | {each["accountNumber"]: each["name"] for each in world.state("accounts")}


def _order(body: JSON, names: Mapping[str, str]) -> Iterator[str]:
    for entry in body.get("subscriptions", ()):
        actions = entry["orderActions"]
        for before, action in zip([None, *actions], actions, strict=False):
            yield from _action(entry, action, before, names)
    for item in body.get("orderLineItems", ()):
        quantity, price = _plain(item["quantity"]), _money(item["amountPerUnit"])
        yield f"item {item['itemName']}: {quantity} x {price}{_terms(item, names)}"


def _action(entry: JSON, action: JSON, before: JSON | None, names: Mapping[str, str]) -> Iterator[str]:
    number = (
        entry.get("subscriptionNumber")
        or entry["orderActions"][0]["createSubscription"]["subscriptionNumber"]
    )
    dates = {each["name"]: each["triggerDate"] for each in action["triggerDates"]}
    day = dates["ContractEffective"]
    kind = action["type"]
    if kind == "CreateSubscription":
        yield from _created(number, action["createSubscription"], dates, names, entry)
    elif kind == "UpdateProduct":
        (update,) = action["updateProduct"]["chargeUpdates"]
        assert update["effectiveDate"] == {"triggerEvent": "SpecificDate", "specificTriggerDate": day}
        before_another = action["updateProduct"].get("specificUpdateDate")
        assert before_another in (None, day)
        earlier = ", before a later change" if before_another else ""
        yield f"update {number} from {day}{earlier}: {_pricing(update['pricing'])}"
    elif kind == "TermsAndConditions":
        terms = action["termsAndConditions"]
        assert terms["autoRenew"] is False
        if "lastTerm" in terms:
            yield f"end the term of {number} after {terms['lastTerm']['period']} {terms['lastTerm']['periodType']}s".lower()
    elif kind == "RenewSubscription":
        assert before is not None
        assert before["type"] == "TermsAndConditions"
        yield f"renew {number} from {day} for {_length(before['termsAndConditions']['renewalTerms'][0])}"
    elif kind == "CancelSubscription":
        cancel = action["cancelSubscription"]
        assert cancel["cancellationPolicy"] == "SpecificDate"
        assert cancel["cancellationEffectiveDate"] == day
        yield f"cancel {number} on {day}"
    elif kind == "OwnerTransfer":
        transfer = action["ownerTransfer"]
        owner = names[transfer["destinationInvoiceAccountNumber"]]
        yield f"bill {number} to {owner} from {day}{_terms(transfer, names)}"
    else:
        yield f"{kind} of {number} on {day}"


def _created(
    number: str, made: JSON, dates: Mapping[str, str], names: Mapping[str, str], entry: JSON
) -> Iterator[str]:
    initial = made["terms"]["initialTerm"]
    assert initial["startDate"] == dates["ContractEffective"]
    assert made["terms"]["autoRenew"] is False
    length = "without end" if initial["termType"] == "EVERGREEN" else f"for {_length(initial)}"
    more = f"{_dates(dates)}{_terms(made, names)}{_quote(entry)}"
    for plan in made["subscribeToRatePlans"]:
        (charge,) = plan["chargeOverrides"]
        billing = charge["billing"]
        assert (billing["billCycleType"], billing["billingPeriodAlignment"]) == (
            "ChargeTriggerDay",
            "AlignToCharge",
        )
        timing = " in arrears" if billing.get("billingTiming") == "IN_ARREARS" else ""
        start = charge["startDate"].get("specificTriggerDate")
        charged = f", charged from {start}" if start else ""
        what = f"{_pricing(charge['pricing'])} {billing['billingPeriod']}{timing}"
        yield f"create {number}: {what}, {initial['startDate']} {length}{charged}{more}"


def _pricing(pricing: JSON) -> str:
    ((kind, price),) = pricing.items()
    if kind in ("usageVolume", "usageTiered"):
        return f"{kind.removeprefix('usage').lower()} {'; '.join(map(_tier, price['tiers']))};"
    if "listPrice" not in price:
        return f"{_plain(price['quantity'])} units"
    base = f" per {price['specificListPriceBase']} months," if "specificListPriceBase" in price else ""
    if kind == "recurringFlatFee":
        return f"flat {_money(price['listPrice'])}{base}"
    return f"{_plain(price['quantity'])} x {_money(price['listPrice'])}{base}"


def _tier(tier: JSON) -> str:
    to = f"to {_plain(tier['endingUnit'])}" if "endingUnit" in tier else "up"
    flat = " flat" if tier["priceFormat"] == "FlatFee" else ""
    return f"{_plain(tier['startingUnit'])} {to} at {_money(tier['price'])}{flat}"


def _length(term: JSON) -> str:
    return f"{term['period']} {term['periodType'].lower()}{'' if term['period'] == 1 else 's'}"


def _dates(dates: Mapping[str, str]) -> str:
    words = {"ServiceActivation": "activated", "CustomerAcceptance": "accepted"}
    return "".join(f", {words[name]} {day}" for name, day in dates.items() if name in words)


def _terms(fields: JSON, names: Mapping[str, str]) -> str:
    """Owners, contacts, payment term and currency, where they are said."""
    words = {
        "invoiceOwnerAccountNumber": "invoice owner",
        "subscriptionOwnerAccountNumber": "owner",
        "ownerAccountNumber": "owner",
        "billToContactId": "bill-to",
        "soldToContactId": "sold-to",
        "billTo": "bill-to",
        "soldTo": "sold-to",
        "paymentTerm": "payment term",
        "currency": "in",
    }
    said = [(word, fields[name]) for name, word in words.items() if name in fields]
    return "".join(f", {word} {names.get(value, value)}" for word, value in said)


def _quote(entry: JSON) -> str:
    quote = entry.get("quote", {})
    return f", quote {quote['QuoteNumber__QT']} ({quote['QuoteType__QT']})" if quote else ""


def _end(subscription: JSON) -> str:
    last = subscription["cancelledDate"] or subscription["termEndDate"]
    until = date.fromisoformat(last) - timedelta(days=1) if last else "further notice"
    segments = [plan["charges"][0]["segments"][-1] for plan in subscription["ratePlans"]]
    held = ", ".join("flat" if each["quantity"] is None else _plain(each["quantity"]) for each in segments)
    if subscription["ratePlans"][0]["charges"][0]["type"] == "Usage":
        held = "usage"
    return f"{subscription['subscriptionNumber']} {subscription['status']}: {held} until {until}"


def _short(text: str) -> str:
    return re.sub(r"(?i)\bSUB-0+", "SUB-", text)


def _plain(value: Any) -> str:
    return format(Decimal(str(value)).normalize(), "f")


def _money(value: Any) -> str:
    """With two places at least."""
    exact = Decimal(str(value)).normalize()
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    return format(exact.quantize(Decimal(1).scaleb(min(exponent, -2))), "f")


def total(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
