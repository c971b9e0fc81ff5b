from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.pricing import half_unit, minor_digits, price_of_amount, rounded, shown


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("jpy", 0)])
def test_minor_units_follow_the_currency(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def _price(amount: str, quantity: str, *, currency: str = "USD", max_decimals: int = 6) -> Decimal:
    return price_of_amount(
        Fraction(amount),
        quantity=Decimal(quantity),
        tolerance=half_unit(currency),
        currency=currency,
        max_decimals=max_decimals,
    )


@pytest.mark.parametrize(
    ("amount", "quantity", "price"),
    [
        ("100", "10", "10.00"),
        ("100/12", "1", "8.33"),
        ("100/12", "10", "0.833"),
        ("100000/12", "1000", "8.33333"),
        ("0", "3", "0.00"),
        ("-25", "2", "-12.50"),
    ],
)
def test_more_places_are_kept_only_where_cents_would_not_add_up(
    amount: str, quantity: str, price: str
) -> None:
    assert str(_price(amount, quantity)) == price


def test_places_end_where_the_integration_says() -> None:
    assert _price("100000/12", "1000", max_decimals=2) == Decimal("8.33")


def test_yen_have_no_decimals_unless_needed() -> None:
    assert str(_price("10000", "1", currency="JPY")) == "10000"


def test_an_amount_is_shown_with_the_places_of_its_currency_or_more() -> None:
    assert [shown(Decimal(text), 2) for text in ("1E+3", "8.33333", "-0.5")] == [
        "1000.00",
        "8.33333",
        "-0.50",
    ]
    assert shown(Decimal("10000.00"), 0) == "10000"


@given(
    amount=st.fractions(-(10**7), 10**7, max_denominator=400),
    quantity=st.integers(1, 10000),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_a_price_moves_the_amount_by_half_a_minor_unit_at_most(
    amount: Fraction, quantity: int, currency: str
) -> None:
    price = price_of_amount(
        amount,
        quantity=Decimal(quantity),
        tolerance=half_unit(currency),
        currency=currency,
        max_decimals=9,
    )
    assert abs(Fraction(price) * quantity - amount) <= half_unit(currency)


@given(value=st.fractions(-(10**6), 10**6), digits=st.integers(0, 6))
def test_rounding_moves_by_half_a_place_at_most(value: Fraction, digits: int) -> None:
    assert abs(Fraction(rounded(value, digits)) - value) <= Fraction(1, 2 * 10**digits)
