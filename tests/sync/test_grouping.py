"""What is made of the product catalogue stands together, and in its place."""

from __future__ import annotations

import pytest

from connector.sync.grouping import grouped, subjects

Row = dict[str, str]


def made(title: str, noun: str, **fields: str) -> Row:
    return {"action": "create", "noun": noun, "title": title, "stopped_by": "", **fields}


SEATS = [
    made("Product Seats (01t1)", "product"),
    made("Rate plan of Product Seats (01t1)", "rate plan"),
    made("Charge of Product Seats (01t1)", "charge"),
]
ORDER = made("Order 00000101 (801)", "order")


def test_neighbours_of_the_catalogue_are_one_group_in_their_place() -> None:
    account = made("Account Acme Corp (001)", "account")

    assert list(grouped([account, *SEATS, ORDER, *SEATS[:1]])) == [[account], SEATS, [ORDER], SEATS[:1]]


@pytest.mark.parametrize("fields", [{"action": "unchanged"}, {"stopped_by": "No product code."}])
def test_what_is_not_made_stands_alone(fields: Row) -> None:
    other = {**SEATS[1], **fields}

    assert list(grouped([SEATS[0], other, SEATS[2]])) == [[SEATS[0]], [other], [SEATS[2]]]


def test_a_product_is_named_once_for_all_that_is_made_of_it() -> None:
    by_volume = made("Charge of Product Seats (01t1), schedule Calls", "charge")

    assert subjects([*SEATS, by_volume]) == {
        "Product Seats (01t1)": ["product", "rate plan", "charge"],
        "Product Seats (01t1), schedule Calls": ["charge"],
    }
