"""What subscriptions and order line items bill: which items within which bounds, as invoices.

The sandbox keeps no invoices: everything is reckoned from the latest version of each subscription, over its whole
life, as if nothing had been billed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from connector.sandbox.zuora.errors import BUSINESS_RULE, MISSING_FIELD, refuse
from connector.sandbox.zuora.orders import documents
from connector.sandbox.zuora.orders.dates import parse
from connector.sandbox.zuora.orders.items import Item, is_endless, items_of
from connector.sandbox.zuora.orders.periods import FAR, periods_of
from connector.sandbox.zuora.store import Record


@dataclass(frozen=True, slots=True)
class Bounds:
    """Up to which day, or for how many billing periods of a charge, and which charge types are left out.

    The periods are counted from the one that holds the day `since`, those before it being in as well, or from the
    charge's first.
    """

    thru: date | None
    periods: int | None
    without: tuple[str, ...]
    since: date | None = None


def bounds_of(options: Mapping[str, Any]) -> Bounds:
    """The bounds that a preview's options name; Refused where they lack what their kind needs."""
    kind = options.get("previewThruType", "TermEnd")
    without = tuple(options.get("chargeTypeToExclude", []))
    if kind == "SpecificDate":
        if not options.get("specificPreviewThruDate"):
            raise refuse(MISSING_FIELD, "'previewOptions.specificPreviewThruDate' is required.")
        return Bounds(parse(options["specificPreviewThruDate"]), None, without)
    if kind == "NumberOfPeriods":
        count = options.get("previewNumberOfPeriods", 0)
        if count < 1:
            raise refuse(MISSING_FIELD, "'previewOptions.previewNumberOfPeriods' of at least 1 is required.")
        return Bounds(None, count, without)
    return Bounds(None, None, without)


def invoices(
    subscriptions: Iterable[Record], line_items: Iterable[Record], bounds: Bounds
) -> list[dict[str, Any]]:
    """One invoice with every item of the latest versions and of the line items sent to billing; none where nothing
    is billed.
    """
    found = [documents.of_charge(item) for item in billed(subscriptions, bounds)]
    found += [documents.of_line_item(item) for item in line_items if item["itemState"] == "SentToBilling"]
    return documents.invoices(found, target=bounds.thru)


def billed(subscriptions: Iterable[Record], bounds: Bounds) -> list[Item]:
    """The items of the latest versions within the bounds.

    Refused for a subscription without an end where no day and no number of periods says how far.
    """
    return [
        item
        for subscription in subscriptions
        if subscription["isLatestVersion"]
        for item in _within(subscription, bounds)
    ]


def _within(subscription: Record, bounds: Bounds) -> Iterable[Item]:
    if bounds.thru is None and bounds.periods is None and is_endless(subscription):
        raise refuse(BUSINESS_RULE, "An evergreen subscription is previewed to a date or for some periods.")
    kept = {**subscription, "ratePlans": [_without(plan, bounds) for plan in subscription["ratePlans"]]}
    if bounds.periods is None:
        return items_of(kept, before=bounds.thru + timedelta(days=1) if bounds.thru else None)
    return [
        item
        for plan in kept["ratePlans"]
        for charge in plan["charges"]
        for item in items_of(
            {**kept, "ratePlans": [{**plan, "charges": [charge]}]},
            before=_end_of_periods(charge, kept, bounds),
        )
    ]


def _without(plan: Mapping[str, Any], bounds: Bounds) -> dict[str, Any]:
    return {**plan, "charges": [charge for charge in plan["charges"] if charge["type"] not in bounds.without]}


def _end_of_periods(charge: Mapping[str, Any], subscription: Record, bounds: Bounds) -> date:
    """The first day after so many periods; for what is billed once, the end of time."""
    if charge["type"] != "Recurring" or charge["segments"][0]["effectiveStartDate"] is None:
        return FAR
    left = bounds.periods or 0
    end = FAR
    for period in periods_of(charge, subscription):
        if bounds.since is not None and period.until <= bounds.since:
            continue
        if left == 0:
            return period.start
        left, end = left - 1, period.until
    return end
