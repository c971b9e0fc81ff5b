"""Sales of a particular kind: usage, evergreen, ramps, bundles, arrears, owners, and one order that is long.

The last rows are flawed, each in one line of one order.
"""

from __future__ import annotations

from datetime import date

from connector.sandbox.demo_org.companies import Address
from connector.sandbox.demo_org.sales import Line, Sale, Segment, amendment, ramp
from connector.sandbox.demo_org.sales_table import SALES

_JANUARY = date(2026, 1, 1)
_APRIL = date(2026, 4, 1)

_EVERGREEN_CANCELLED = Sale("evergreen_cancelled", _JANUARY, 12, (Line("seat_evergreen", 12),))
_YEARS = ramp("seat_ramped", date(2025, 1, 1), 10, 25, 40, uplift=5)
_RAMP_KEY = _YEARS[0].segment.key if _YEARS[0].segment else None
_RAMP = Sale(
    "ramp",
    date(2025, 1, 1),
    36,
    (*_YEARS, Line("seat_ramped", 1, quoted=1500, segment=Segment(0, _RAMP_KEY, dimension="One Time"))),
)
_SITES = tuple(
    Line(("seat_monthly", "seat_annual", "storage", "gateway")[site % 4], site % 9 + 1) for site in range(120)
)

_KINDS = (
    Sale("usage_volume", _JANUARY, 12, (Line("calls", 1), Line("seat_monthly", 5))),
    # One of the tiers has a cap; the messages are priced by two schedules.
    Sale("usage_tiered", _JANUARY, 12, (Line("transfer", 1), Line("messages", 1))),
    Sale("evergreen", _APRIL, 12, (Line("seat_evergreen", 8), Line("onboarding", 1))),
    _EVERGREEN_CANCELLED,
    amendment(_EVERGREEN_CANCELLED, date(2026, 9, 1), Line("seat_evergreen", -12, revises=1)),
    _RAMP,
    # The second year is amended in its middle, and the third with it: without index and key.
    amendment(
        _RAMP,
        date(2026, 7, 1),
        Line("seat_ramped", 5, revises=2, segment=_YEARS[1].segment),
        Line("seat_ramped", 5, revises=3, start=date(2027, 1, 1), segment=Segment(None, None)),
    ),
    Sale(
        "percent_of_total", _JANUARY, 12, (Line("seat_annual", 10), Line("seat_monthly", 5), Line("care", 1))
    ),
    Sale("discount_line", _JANUARY, 12, (Line("seat_monthly", 30), Line("credit", 1, quoted=-120))),
    # The root has no price; the training is a component of a component.
    Sale(
        "bundle",
        _JANUARY,
        12,
        (
            Line("suite", 1),
            Line("seat_annual", 10, under=1),
            Line("storage", 5, under=1),
            Line("training", 2, under=3),
        ),
    ),
    Sale(
        "arrears",
        _APRIL,
        12,
        (
            Line("retention", 6),
            Line("storage", 2, billing_type="Arrears"),
            Line("seat_annual", 4, billing_type="Arrears"),
        ),
    ),
    Sale("invoice_plan", _JANUARY, 18, (Line("retainer", 1),)),
    Sale(
        "billing_frequencies",
        _JANUARY,
        24,
        (
            Line("seat_monthly", 4),
            Line("storage", 4),
            Line("support", 4),
            Line("seat_annual", 4),
            Line("retainer", 1),
            Line("seat_annual", 6, frequency="Quarterly"),
        ),
    ),
    Sale("own_bill_to", _JANUARY, 12, (Line("seat_monthly", 10),), bill_to="Bill Elsewhere"),
    Sale(
        "own_bill_to",
        date(2026, 2, 1),
        12,
        (Line("storage", 3),),
        billing=Address("PO Box 404", "Saint Paul", "Minnesota", "55101", "United States"),
    ),
    Sale(
        "owners",
        _JANUARY,
        12,
        (Line("seat_monthly", 13),),
        bill_to="Penny Paymaster",
        ship_to="Dexter Desk",
        invoice_owner="invoice_owner",
        subscription_owner="subscription_owner",
    ),
    Sale("many_lines", _JANUARY, 12, _SITES),
)

_STRAY = Sale("amends_nowhere", _JANUARY, 12, (Line("seat_monthly", 10),))
_DRAFT = Sale(
    "amends_nowhere",
    date(2026, 2, 1),
    11,
    (Line("seat_monthly", 3),),
    is_activated=False,
    is_contracted=False,
)
_MISDIRECTED = Sale("amends_another_customer", _JANUARY, 12, (Line("seat_monthly", 10),))
_ACME = next(sale for sale in SALES if sale.account == "acme_corp")

_FLAWED = (
    _STRAY,
    _DRAFT,
    amendment(
        _STRAY,
        _APRIL,
        Line(
            "seat_monthly",
            5,
            revises=1,
            overrides={"SBQQ__RevisedOrderProduct__c": _DRAFT.order_item_id(1)},
        ),
    ),
    _MISDIRECTED,
    amendment(
        _MISDIRECTED,
        _APRIL,
        Line(
            "seat_monthly",
            5,
            revises=1,
            overrides={"SBQQ__RevisedOrderProduct__c": _ACME.order_item_id(1)},
        ),
    ),
    Sale("usage_without_schedule", _JANUARY, 12, (Line("seat_monthly", 4), Line("unmetered", 1))),
    Sale("usage_not_subscription", _JANUARY, 12, (Line("seat_monthly", 4), Line("loose_meter", 1))),
)

PARTICULAR = (*_KINDS, *_FLAWED)
