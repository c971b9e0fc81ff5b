"""Orders as Salesforce CPQ writes them: deltas, renewals and cancellations of one contract, priced by CPQ's own arithmetic.

    multiplier = (whole months + leftover days x 12/365) / product term
    UnitPrice  = round(net price per product term x multiplier, 2);  TotalPrice = UnitPrice x Quantity

Written from Salesforce's documentation and not from the product's code: a test of money must not agree with it by descent.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.domain.snapshot import OrderSnapshot
from tests import cast

CONTRACT = "800000000000001AAA"
FREQUENCIES = {"Month": "Monthly", "Quarter": "Quarterly", "Semi_Annual": "Semiannual", "Annual": "Annual"}
_PLACES = {"JPY": 0, "KWD": 3}


def order_product_id(number: int) -> str:
    return cast.line(f"{number:010d}")["Id"]


def sold(
    number: int,
    *,
    start: date,
    last_day: date | None,
    quantity: str,
    price: str = "120",
    term: int = 12,
    currency: str = "USD",
    revises: int | None = None,
    action: str = "New",
    **fields: Any,
) -> dict[str, Any]:
    """An order product. `price` is the net unit price of one product term of `term` months."""
    multiplier = Decimal(1) if last_day is None else _multiplier(start, last_day, term)
    unit = (Decimal(price) * multiplier).quantize(Decimal(1).scaleb(-_PLACES.get(currency, 2)), ROUND_HALF_UP)
    return cast.line(
        f"{number:010d}",
        **{
            "ServiceDate": start.isoformat(),
            "EndDate": last_day.isoformat() if last_day else None,
            "Quantity": Decimal(quantity),
            "UnitPrice": unit,
            "TotalPrice": unit * Decimal(quantity),
            "SBQQ__DefaultSubscriptionTerm__c": Decimal(term),
            "SBQQ__ProrateMultiplier__c": multiplier,
            "SBQQ__RevisedOrderProduct__c": None if revises is None else order_product_id(revises),
            "SBQQ__ContractAction__c": action,
            **fields,
        },
    )


def first(number: int, lines: Iterable[dict[str, Any]], *, on: date, **fields: Any) -> OrderSnapshot:
    return cast.order(f"{number:08d}", lines=list(lines), EffectiveDate=on.isoformat(), **fields)


def amendment(number: int, lines: Iterable[dict[str, Any]], *, on: date, **fields: Any) -> OrderSnapshot:
    opportunity = {"SBQQ__AmendedContract__c": CONTRACT, "SBQQ__RenewedContract__c": None}
    return first(number, lines, on=on, Type="Amendment", Opportunity=opportunity, **fields)


def more_of(
    line: dict[str, Any],
    number: int,
    *,
    on: date,
    quantity: str = "2",
    others: Iterable[dict[str, Any]] = (),
) -> OrderSnapshot:
    """The amendment 100 + `number`: from `on` to the end of 2026 so many more of what the line 1 sold, and other lines beside."""
    more = sold(
        number,
        start=on,
        last_day=date(2026, 12, 31),
        quantity=quantity,
        revises=1,
        action="Existing",
        SBQQ__Subscription__r=line["SBQQ__Subscription__r"],
    )
    return amendment(100 + number, [more, *others], on=on)


def renewal(number: int, lines: Iterable[dict[str, Any]], *, on: date, **fields: Any) -> OrderSnapshot:
    opportunity = {"SBQQ__AmendedContract__c": None, "SBQQ__RenewedContract__c": CONTRACT}
    return first(number, lines, on=on, Type="Renewal", Opportunity=opportunity, **fields)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _multiplier(start: date, last_day: date, term: int) -> Decimal:
    after = last_day + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if months_later(start, months) > after:
        months -= 1
    days = (after - months_later(start, months)).days
    return (Decimal(months) + Decimal(days) * 12 / 365) / term
