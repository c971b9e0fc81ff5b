from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.tiers import Tier, fault, in_order, smallest_unit, zuora_tiers


def tier(lower: str, upper: str | None, price: str = "1", price_format: str = "PerUnit") -> Tier:
    return Tier(Decimal(lower), None if upper is None else Decimal(upper), Decimal(price), price_format)


def bounds(*tiers: Tier, increments: bool = False, decimals: int = 0) -> list[tuple[str, str | None]]:
    """Starting and ending unit of every Zuora tier, as text."""
    made = zuora_tiers(tiers, increments=increments, decimals=decimals)
    return [
        (str(each["startingUnit"]), str(each["endingUnit"]) if "endingUnit" in each else None)
        for each in made
    ]


def test_whole_units_end_one_below_the_next_tier() -> None:
    """Vendor rule U4: 0-185, 185-999 -> 0-184, 185-999."""
    assert bounds(tier("0", "185"), tier("185", "999")) == [("0", "184"), ("185", "999")]


@pytest.mark.parametrize(
    ("increments", "expected"),
    [
        (False, [("0", "184.99"), ("185", "999")]),
        (True, [("0", "185"), ("185.01", "999")]),
    ],
)
def test_units_with_two_decimals_meet_where_the_integration_says(
    increments: bool, expected: list[tuple[str, str | None]]
) -> None:
    """Vendor rule U5: off 0-184.99 / 185.00-999; on 0-185.00 / 185.01-999."""
    assert bounds(tier("0", "185.00"), tier("185.00", "999"), increments=increments) == expected
    whole = tier("0.0", "185.0"), tier("185.0", "999.0")
    assert bounds(*whole, increments=increments, decimals=2) == expected


def test_whole_units_are_not_moved_by_the_option_for_decimals() -> None:
    assert bounds(tier("0", "185"), tier("185", "999"), increments=True) == [("0", "184"), ("185", "999")]


def test_whole_numbers_as_salesforce_writes_them_are_whole_units() -> None:
    assert bounds(tier("1.0", "2.0"), tier("2.0", "10.0")) == [("1", "1"), ("2", "10")]


def test_the_last_tier_may_be_open() -> None:
    assert bounds(tier("0", "10"), tier("10", None)) == [("0", "9"), ("10", None)]
    assert bounds(tier("0", None)) == [("0", None)]


def test_a_tier_says_its_price_and_what_it_is_for() -> None:
    (first, second) = zuora_tiers(
        [tier("0", "9", "0.50"), tier("9", None, "100.0", "FlatFee")], increments=False
    )
    assert first == {
        "tier": 1,
        "startingUnit": Decimal(0),
        "endingUnit": Decimal(8),
        "price": Decimal("0.5"),
        "priceFormat": "PerUnit",
    }
    assert second == {"tier": 2, "startingUnit": Decimal(9), "price": Decimal(100), "priceFormat": "FlatFee"}


@pytest.mark.parametrize(
    ("tiers", "what"),
    [
        ([tier("-1", "5")], "begins with the Lower Bound -1; a quantity cannot be negative"),
        ([tier("5", "5")], "has the tier 5-5, whose Upper Bound is not above its Lower Bound"),
        (
            [tier("0", "10"), tier("9", None)],
            "has tiers that overlap: the Upper Bound of 0-10 reaches beyond the Lower Bound of 9-open",
        ),
        (
            [tier("0", None), tier("9", "20")],
            "has tiers that overlap: the Upper Bound of 0-open reaches beyond the Lower Bound of 9-20",
        ),
        (
            [tier("0", "10"), tier("11", None)],
            "has a gap between tiers: no price between the Upper Bound of 0-10 and the Lower Bound of 11-open",
        ),
    ],
)
def test_tiers_that_do_not_cover_every_quantity_once_are_told(tiers: list[Tier], what: str) -> None:
    assert fault(tiers) == what


def test_touching_tiers_are_without_fault() -> None:
    assert fault([tier("1", "2"), tier("2", "10"), tier("10", None)]) == ""


@st.composite
def schedules(draw: st.DrawFn) -> list[Tier]:
    """Touching tiers, each of its own price, in whole units or in hundredths; the last one open or not."""
    places = draw(st.sampled_from([0, 2]))
    widths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    marks = list(accumulate([draw(st.integers(0, 5)), *widths]))
    edges = [Decimal(mark).scaleb(-places) for mark in marks]
    is_open = draw(st.booleans())
    tiers = [
        Tier(lower, upper, Decimal(price), "PerUnit")
        for price, (lower, upper) in enumerate(pairwise(edges), 1)
    ]
    return [*tiers[:-1], Tier(tiers[-1].lower, None, tiers[-1].price, "PerUnit")] if is_open else tiers


def sold_at(tiers: list[Tier], quantity: Decimal, *, increments: bool) -> list[Decimal]:
    """What Salesforce asks for one more unit at a quantity: every tier that holds it, by the reading the option chooses."""
    held = []
    for index, each in enumerate(tiers):
        is_last = each.upper is None or index == len(tiers) - 1
        if increments:
            above = each.lower < quantity or (index == 0 and each.lower == quantity)
            below = each.upper is None or quantity <= each.upper
        else:
            above = each.lower <= quantity
            below = each.upper is None or quantity < each.upper or (is_last and quantity == each.upper)
        if above and below:
            held.append(each.price)
    return held


def billed_at(tiers: list[Any], quantity: Decimal) -> list[Decimal]:
    return [
        each["price"]
        for each in tiers
        if each["startingUnit"] <= quantity and ("endingUnit" not in each or quantity <= each["endingUnit"])
    ]


@given(schedules(), st.booleans(), st.integers(0, 2))
def test_zuora_prices_every_quantity_as_salesforce_does(
    tiers: list[Tier], option: bool, decimals: int
) -> None:
    unit = min(smallest_unit(tiers), Decimal(1).scaleb(-decimals))
    made = zuora_tiers(in_order(tiers[::-1]), increments=option, decimals=decimals)
    top = int((tiers[-1].upper or tiers[-1].lower) / unit) + 3
    for step in range(top):
        quantity = unit * step
        sold = sold_at(tiers, quantity, increments=option and unit < 1)
        assert billed_at(made, quantity) == sold
        assert len(sold) == (
            tiers[0].lower <= quantity and (tiers[-1].upper is None or quantity <= tiers[-1].upper)
        )
