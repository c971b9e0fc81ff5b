"""Sales that were changed: amendments, renewals and cancellations of contracts, each after what it changes.

All change on the first of a month, where CPQ and Zuora prorate alike. A line states the change of quantity in
an amendment and the whole quantity in a renewal.
"""

from __future__ import annotations

from datetime import date

from connector.sandbox.demo_org.sales import Line, Sale, Segment, amendment, ramp, renewal

_JANUARY = date(2026, 1, 1)
_APRIL = date(2026, 4, 1)
_JULY = date(2026, 7, 1)

_UP = Sale("amended_up", _JANUARY, 12, (Line("seat_monthly", 20), Line("storage", 4)))
_DOWN = Sale("amended_down", _JANUARY, 12, (Line("seat_annual", 30), Line("support", 1)))
_TO_ZERO = Sale("amended_to_zero", _JANUARY, 12, (Line("seat_monthly", 16), Line("storage", 8)))
_SEVERAL = Sale("several_amendments", _JANUARY, 12, (Line("seat_monthly", 10),))
_BACKDATED = Sale("backdated_amendment", _JANUARY, 12, (Line("seat_monthly", 10),))
_ADDED_TO = Sale("product_added", _JANUARY, 12, (Line("seat_annual", 12),))
_ADDING = amendment(_ADDED_TO, _APRIL, Line("storage", 6), Line("training", 2))
_PRICED = Sale("price_change", _JANUARY, 12, (Line("seat_monthly", 25),))

_AMENDED = (
    _UP,
    amendment(_UP, _APRIL, Line("seat_monthly", 5, revises=1)),
    _DOWN,
    amendment(_DOWN, _JULY, Line("seat_annual", -10, revises=1)),
    _TO_ZERO,
    amendment(_TO_ZERO, _JULY, Line("seat_monthly", -16, revises=1)),
    _SEVERAL,
    amendment(_SEVERAL, date(2026, 3, 1), Line("seat_monthly", 5, revises=1)),
    amendment(_SEVERAL, date(2026, 5, 1), Line("seat_monthly", 5, revises=1)),
    amendment(_SEVERAL, date(2026, 8, 1), Line("seat_monthly", -8, revises=1)),
    _BACKDATED,
    amendment(_BACKDATED, date(2026, 6, 1), Line("seat_monthly", 10, revises=1)),
    # Entered after the one above, to take effect before it.
    amendment(_BACKDATED, date(2026, 3, 1), Line("seat_monthly", 2, revises=1), made=date(2026, 7, 10)),
    _ADDED_TO,
    _ADDING,
    amendment(_ADDED_TO, _JULY, Line("storage", 2, revises=1, added_by=_ADDING)),
    # A price cannot be amended: the line ends, and the same product begins anew at the new price.
    _PRICED,
    amendment(_PRICED, _JULY, Line("seat_monthly", -25, revises=1), Line("seat_monthly", 25, discount=25)),
)

_RENEWED = Sale("renewed", date(2025, 1, 1), 12, (Line("seat_monthly", 15), Line("support", 1)))
_UPLIFTED = Sale("renewed_with_uplift", date(2025, 1, 1), 12, (Line("seat_annual", 10), Line("storage", 10)))
_RESIZED = Sale("renewed_quantity", date(2025, 3, 1), 12, (Line("seat_monthly", 40), Line("storage", 2)))
_ENCORE = Sale("renewed_one_time", date(2025, 2, 1), 12, (Line("seat_annual", 8), Line("training", 3)))
_CANCELLED = Sale("cancelled_contract", _JANUARY, 12, (Line("seat_monthly", 22), Line("helpdesk", 1)))
_EARLY = Sale("early_renewal", date(2025, 7, 1), 12, (Line("seat_monthly", 20),))

_RENEWALS = (
    _RENEWED,
    renewal(_RENEWED, _JANUARY, 12, Line("seat_monthly", 15, revises=1), Line("support", 1, revises=2)),
    _UPLIFTED,
    renewal(
        _UPLIFTED,
        _JANUARY,
        12,
        Line("seat_annual", 10, revises=1, uplift=5),
        Line("storage", 10, revises=2, uplift=5),
    ),
    _RESIZED,
    renewal(
        _RESIZED,
        date(2026, 3, 1),
        12,
        Line("seat_monthly", 55, revises=1),
        Line("storage", 2, revises=2),
        Line("helpdesk", 1),
    ),
    _ENCORE,
    renewal(_ENCORE, date(2026, 2, 1), 12, Line("seat_annual", 8, revises=1), Line("training", 3, revises=2)),
    _CANCELLED,
    amendment(_CANCELLED, _JULY, Line("seat_monthly", -22, revises=1), Line("helpdesk", -1, revises=2)),
    # What is left of the old term is cancelled on the day the new one begins.
    _EARLY,
    amendment(_EARLY, date(2026, 3, 1), Line("seat_monthly", -20, revises=1)),
    renewal(_EARLY, date(2026, 3, 1), 24, Line("seat_monthly", 30, revises=1)),
    # A sale of its own that ends with the first.
    Sale("co_terminated", _JANUARY, 12, (Line("seat_annual", 18),)),
    Sale("co_terminated", date(2026, 5, 1), 8, (Line("seat_annual", 6), Line("seat_monthly", 9))),
)

_CHAIN_START = date(2023, 1, 1)
_SEGMENTS = ramp("seat_ramped", _CHAIN_START, 10, 20, 30)
_CHAIN = Sale(
    "chain",
    _CHAIN_START,
    36,
    (
        Line("seat_monthly", 50, discount=25),
        *_SEGMENTS,
        Line("suite", 1),
        Line("storage", 10, under=5),
        Line("support", 1, under=5),
        Line("calls", 1),
        Line("platform", 150),
        Line("onboarding", 1),
        Line("gateway", 3),
    ),
    bill_to="Finch Example",
    po_number="EVO-1859",
    is_authorized=True,
)
_CHAIN_GROWTH = amendment(
    _CHAIN,
    date(2023, 7, 1),
    Line("seat_monthly", 25, revises=1),
    Line("retention", 4),
    Line("training", 2),
)
_CHAIN_RENEWED = renewal(
    _CHAIN,
    _JANUARY,
    12,
    Line("seat_monthly", 80, revises=1, uplift=5),
    Line("suite", 1, revises=5),
    Line("storage", 12, revises=6, under=2),
    Line("support", 1, revises=7, under=2),
    Line("calls", 1, revises=8),
    Line("retention", 4, revises=2, added_by=_CHAIN_GROWTH),
    Line("gateway", 3, revises=11),
)
_CHAIN_SALES = (
    _CHAIN,
    _CHAIN_GROWTH,
    # The later segment of the ramp comes without index and key, as CPQ may leave it.
    amendment(
        _CHAIN,
        date(2024, 4, 1),
        Line("seat_monthly", -5, revises=1),
        Line("seat_ramped", 4, revises=3, segment=_SEGMENTS[1].segment),
        Line("seat_ramped", 4, revises=4, start=date(2025, 1, 1), segment=Segment(None, None)),
    ),
    amendment(_CHAIN, date(2025, 1, 1), Line("seat_monthly", 10, revises=1), Line("storage", 2, revises=6)),
    _CHAIN_RENEWED,
    amendment(
        _CHAIN_RENEWED,
        _JULY,
        Line("seat_monthly", -80, revises=1),
        Line("suite", -1, revises=5),
        Line("storage", -12, revises=6),
        Line("support", -1, revises=7),
        Line("calls", -1, revises=8),
        Line("retention", -4, revises=2, added_by=_CHAIN_GROWTH),
    ),
)

CHANGING = (*_AMENDED, *_RENEWALS, *_CHAIN_SALES)
