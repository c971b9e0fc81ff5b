from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.pricing import billed_total, line_money, minor_digits, price_per_period, rounded

WHOLE_YEAR = (Fraction(1),) * 12


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("jpy", 0)])
def test_minor_units_follow_the_currency(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_a_yearly_price_is_never_sent_as_a_monthly_one() -> None:
    priced = price_per_period(
        Decimal("1200"), quantity=Decimal(10), fractions=WHOLE_YEAR, currency="USD", max_decimals=6
    )
    assert priced.price == Decimal("10.00")
    assert priced.billed == Decimal("1200.00")


def test_more_places_are_kept_only_where_cents_would_not_add_up() -> None:
    priced = price_per_period(
        Decimal("100000"), quantity=Decimal(1000), fractions=WHOLE_YEAR, currency="USD", max_decimals=6
    )
    assert priced.price == Decimal("8.33333")
    assert abs(priced.billed - Decimal(100000)) <= priced.bound


def test_without_more_places_the_difference_is_told() -> None:
    priced = price_per_period(
        Decimal("100000"), quantity=Decimal(1000), fractions=WHOLE_YEAR, currency="USD", max_decimals=2
    )
    money = line_money(
        "seats", priced, quantity=Decimal(1000), fractions=WHOLE_YEAR, total=Decimal(100000), currency="USD"
    )
    assert (money.per_period, money.zuora_total, money.difference) == ("8.33", "99960.00", "-40.00")
    assert not money.within_bound


def test_yen_have_no_decimals_unless_needed() -> None:
    priced = price_per_period(
        Decimal("120000"), quantity=Decimal(1), fractions=WHOLE_YEAR, currency="JPY", max_decimals=6
    )
    assert priced.price == Decimal("10000")


@given(
    total=st.decimals("0.01", "9999999", places=2),
    quantity=st.integers(1, 10000),
    periods=st.integers(1, 60),
    last=st.fractions(Fraction(1, 31), 1),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_what_zuora_bills_is_what_was_sold_within_one_minor_unit_per_period(
    total: Decimal, quantity: int, periods: int, last: Fraction, currency: str
) -> None:
    fractions = (Fraction(1),) * (periods - 1) + (last,)
    sold = rounded(Fraction(total), minor_digits(currency))
    priced = price_per_period(
        sold, quantity=Decimal(quantity), fractions=fractions, currency=currency, max_decimals=9
    )
    assert abs(priced.billed - sold) <= priced.bound
    digits = minor_digits(currency)
    assert priced.billed == billed_total(
        priced.price, quantity=Decimal(quantity), fractions=fractions, digits=digits
    )
